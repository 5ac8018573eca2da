"""The recap of an action as it is written: texts, photos and stories in their order, and what was corrected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.core.tokens import new_key
from manyplaces.desk.forms.calling import line
from manyplaces.record.models import Correction
from manyplaces.reports.models import Recap
from manyplaces.reports.queries.recaps import ToWriteFrom
from manyplaces.reports.rules.recaps import LONGEST_RECAP, MOST_HITS, MOST_PICTURES


def text(label: Any, language: str) -> forms.CharField:
    """Return a field for the text in a language."""
    widget = forms.Textarea({"rows": 18, "lang": language, "maxlength": LONGEST_RECAP})
    return forms.CharField(label=label, required=False, widget=widget)


class RecapForm(forms.Form):
    """The recap, with a field for the place of each photo and each story that could stand in it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**8)
    body = text(_("Text in English"), "en")
    body_es = text(_("Text in Spanish"), "es")
    shows_cities = forms.BooleanField(
        label=_("Show city by city what sites report: how many came, and words that were looked at"), required=False
    )

    def __init__(self, data: Any, recap: Recap, offered: ToWriteFrom) -> None:
        """`offered` is what could stand in the recap."""
        said = {name: getattr(recap, name) for name in ("version", "body", "body_es", "shows_cities")}
        super().__init__(data, initial=said)
        self.recap, self.offered = recap, offered
        self._places("photo", [photo.key for photo in offered.photos], recap.photos, MOST_PICTURES)
        self._places("hit", [hit.key for hit in offered.hits], recap.hits, MOST_HITS)

    def _places(self, kind: str, keys: list[str], chosen: list[str], most: int) -> None:
        for key in keys:
            field = forms.IntegerField(label=_("Place"), min_value=1, max_value=most, required=False)
            field.initial = chosen.index(key) + 1 if key in chosen else None
            field.widget.attrs["aria-describedby"] = f"{kind}-{key}"
            self.fields[f"{kind}-{key}"] = field

    def photos(self) -> list[tuple[Any, BoundField]]:
        """Return the photos that could stand in it, each with the field for its place."""
        return [(photo, self[f"photo-{photo.key}"]) for photo in self.offered.photos]

    def hits(self) -> list[tuple[Any, BoundField]]:
        """Return the stories that could stand in it, each with the field for its place."""
        return [(hit, self[f"hit-{hit.key}"]) for hit in self.offered.hits]

    def recap_of(self, action: Action) -> Recap:
        """Return the row, unsaved; the form must be valid."""
        said = {name: self.cleaned_data[name] for name in ("body", "body_es", "shows_cities")}
        return Recap(action=action, photos=self._chosen("photo"), hits=self._chosen("hit"), **said)

    def _chosen(self, kind: str) -> list[str]:
        begin = f"{kind}-"
        placed = [(place, name) for name, place in self.cleaned_data.items() if name.startswith(begin) and place]
        return [name.removeprefix(begin) for _place, name in sorted(placed, key=lambda one: one[0])]


class CorrectedRecapForm(RecapForm):
    """A public recap: whoever changes it says what was wrong."""

    uid = forms.CharField(widget=forms.HiddenInput, max_length=20)
    note = line(_("What was wrong, as readers are told"), 2000)
    note_es = line(_("The same in Spanish"), 2000, required=False, language="es")
    signed = line(_("Who says so"), 100)

    def __init__(self, data: Any, recap: Recap, offered: ToWriteFrom, *, signed: str) -> None:
        """`signed` is who usually says so."""
        super().__init__(data, recap, offered)
        self.initial.update(uid=new_key(12), signed=signed)

    def correction(self, action: Action) -> Correction:
        """Return the note, unsaved; the form must be valid."""
        said = self.cleaned_data
        return Correction(
            action=action, uid=said["uid"], body=said["note"], body_es=said["note_es"], signed=said["signed"]
        )
