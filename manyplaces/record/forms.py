"""What people type about what was published: one item field by field, or a paste of many, a line each."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.actions.models import Action
from manyplaces.core import fuzzydates
from manyplaces.core.spokendates import read_spoken
from manyplaces.record.models import MediaHit
from manyplaces.record.queries.kept import Place
from manyplaces.record.rules import MediaKind
from manyplaces.record.rules.lines import BEFORE, MOST_LINES, Line, read_lines

TYPED = {"outlet": 200, "headline": 500, "date": 40, "link": 2000}
LONGEST_PASTE = 100_000
LANGUAGES = (("en", gettext_lazy("English")), ("es", gettext_lazy("Spanish")))


def day_of(action: Action) -> datetime.date:
    """Return the day by which dates without a year are read: that of the action, today where it has none."""
    return action.date_from or timezone.localdate()


def read_day(words: str, action: Action) -> str:
    """Return a date as people write it as EDTF, empty for no words; raises ValidationError for what is no date."""
    words = words.strip()
    if not words:
        return ""
    try:
        return fuzzydates.read(words).text
    except ValidationError:
        said = read_spoken(words, today=day_of(action) - BEFORE, zone="America/New_York")
        return said.edtf or ""


class HitForm(forms.Form):
    """One published item, as a coordinator or press contact puts it right."""

    # What was said of it when the form was opened.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)
    outlet = forms.CharField(label=gettext_lazy("Who published it"), max_length=200)
    headline = forms.CharField(
        label=gettext_lazy("Headline"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "As it was printed. In brackets where you describe what you do not have: (a story about Auer)."
        ),
    )
    date = forms.CharField(
        label=gettext_lazy("When"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("As exact as you know it: November 14, 2014, or 2014-11, or fall 2014."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=MediaKind.choices)
    place = forms.ChoiceField(label=gettext_lazy("About where"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, required=False)
    link = forms.CharField(
        label=gettext_lazy("Link"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
    )
    archived_link = forms.CharField(
        label=gettext_lazy("Link to an archived copy"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text=gettext_lazy("Readers are led there once the link is gone."),
    )

    def __init__(self, action: Action, places: Iterable[Place], data: Any = None, **further: Any) -> None:
        super().__init__(data, **further)
        self.action, self.places = action, {place.value: place for place in places}
        self.fields["place"].choices = [(place.value, place.words) for place in self.places.values()]  # type: ignore[attr-defined]

    def clean_date(self) -> str:
        """Return the date as EDTF."""
        return read_day(self.cleaned_data["date"], self.action)

    def hit(self, stored: MediaHit) -> MediaHit:
        """Return the stored hit as it was typed, unsaved."""
        said, hit = self.cleaned_data, MediaHit.every.select_related("action").get(pk=stored.pk)
        for name in ("outlet", "headline", "kind", "link", "archived_link"):
            setattr(hit, name, said[name])
        hit.language, hit.date_edtf = said["language"] or stored.language, said["date"]
        place = self.places.get(said["place"])
        if place is not None:
            hit.city, hit.state = place.city, place.state
        return hit

    @classmethod
    def initial_of(cls, hit: MediaHit) -> dict[str, str]:
        """Return what the form begins with for a stored hit."""
        return {
            "seen": hit.said,
            "outlet": hit.outlet,
            "headline": hit.headline,
            "date": hit.date_edtf,
            "kind": hit.kind,
            "place": f"{hit.state}/{hit.city.slug}" if hit.city else hit.state,
            "language": hit.language,
            "link": hit.link,
            "archived_link": hit.archived_link,
        }


@dataclass
class Row:
    """One line of a paste: what it was read as, or typed since; whether it is left out, and what is wrong with it."""

    number: int
    typed: dict[str, str] = field(default_factory=dict)
    is_left: bool = False
    wrong: list[str] = field(default_factory=list)
    # A hit that is here already, or of which this is perhaps a copy; and whether it is to be counted as one.
    known: MediaHit | None = None
    like: MediaHit | None = None
    is_copy: bool = False

    def hit(self, action: Action, **facts: Any) -> MediaHit:
        """Return the unsaved hit that was typed; raises ValidationError by field."""
        said = {name: self.typed[name] for name in ("outlet", "headline", "link")}
        try:
            date = read_day(self.typed["date"], action)
        except ValidationError as refusal:
            raise ValidationError({"date": refusal.messages}) from refusal
        return MediaHit(action=action, date_edtf=date, **said, **facts)


def rows_in(text: str, action: Action) -> list[Row]:
    """Return a row for each line of a paste."""
    lines = read_lines(text[:LONGEST_PASTE], day_of(action))
    return [_row(number, line) for number, line in enumerate(lines)]


def rows_sent(sent: Mapping[str, str]) -> list[Row]:
    """Return the rows of a form that was looked at, as they were put right."""
    rows = []
    for number in range(MOST_LINES):
        if f"outlet-{number}" not in sent:
            break
        typed = {name: sent.get(f"{name}-{number}", "").strip()[:longest] for name, longest in TYPED.items()}
        rows.append(Row(number, typed, f"leave-{number}" in sent, is_copy=f"copy-{number}" in sent))
    return rows


def _row(number: int, line: Line) -> Row:
    typed = {"outlet": line.outlet, "headline": line.headline, "date": line.date_edtf, "link": line.link}
    wrong = [] if line.is_complete else [_("Give the headline, or a link.")]
    return Row(number, typed, wrong=wrong)
