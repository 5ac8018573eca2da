"""Where, what and when: what a host says of a site, in words or with the help of a list."""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import tactics_of
from manyplaces.core import together
from manyplaces.core.fuzzydates import read
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.core.spokenclocks import read_start
from manyplaces.core.spokendates import read_spoken
from manyplaces.core.words import clean_line
from manyplaces.events.forms.welcome import WelcomeForm
from manyplaces.events.models import Commitment
from manyplaces.places.geometry import STATES
from manyplaces.places.models import School
from manyplaces.places.queries import zone_for
from manyplaces.places.rules import city_slug, read_position

LONG = forms.Textarea(attrs={"rows": 4})


def line(label: Any, most: int, **more: Any) -> forms.CharField:
    # A phone's keyboard helps where the browser knows what is asked for; nothing is corrected in names.
    attributes = {"maxlength": most, **more.pop("attrs", {})}
    given = {"required": False, "widget": forms.TextInput(attrs=attributes), **more}
    return forms.CharField(label=label, **given)


class _Shared(dict[str, Any]):
    """Fields that no form changes any more; each form gets them as they are, where Django would copy them."""

    def __deepcopy__(self, memo: object) -> dict[str, Any]:
        return dict(self)


def _school(number: str) -> School | None:
    return one(School.objects.filter(number=number)) if number.isascii() and number.isdigit() else None


def _demands(action: Action) -> dict[str, Demand]:
    return {demand.slug: demand for demand in Demand.objects.filter(action=action).order_by("pk")}


def _usual_time(action: Action, language: str) -> Any:
    if not action.time_local:
        return _("Local time there, such as 7:45 am.")
    usual = action.usual_time(language)
    return _("Local time there. Leave it empty for the usual: %(usual)s.") % {"usual": usual}


class SiteForm(WelcomeForm):
    """Where, what and when: what a host says of his site, at first and later."""

    school = forms.CharField(required=False, max_length=12)
    q = line(gettext_lazy("School"), 200, help_text=gettext_lazy("Name and city, such as “Grant Milwaukee”."))
    venue = line(gettext_lazy("Name of the school or place"), 200)
    city_name = line(gettext_lazy("City or town"), 100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    address = line(gettext_lazy("Where to meet"), 200, help_text=gettext_lazy("Street, or “main entrance”. Public."))
    only_city = forms.BooleanField(
        label=gettext_lazy("Show only the city, not where"), required=False,
        help_text=gettext_lazy("If it is at somebody’s home."),
    )  # fmt: skip
    pin = line(
        gettext_lazy("Pin"),
        1_000,
        help_text=gettext_lazy("Paste a map’s link, or two numbers: 43.0389, -87.9065."),
    )
    tactic = forms.ChoiceField(label=gettext_lazy("What will you do?"))
    # Every phone has a calendar for it; a browser that has none takes what people write.
    day = forms.CharField(label=gettext_lazy("Day"), widget=forms.TextInput(attrs={"type": "date"}))
    time = line(gettext_lazy("Time"), 40)
    fold = forms.ChoiceField(label=gettext_lazy("Which of the two hours?"), required=False, widget=forms.RadioSelect)
    demands = forms.MultipleChoiceField(
        label=gettext_lazy("What are you asking for?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    expected = forms.IntegerField(
        label=gettext_lazy("How many people do you expect?"), required=False, min_value=0, max_value=1_000_000
    )
    posters = forms.IntegerField(label=gettext_lazy("Posters"), required=False, min_value=0, max_value=10_000)
    stickers = forms.IntegerField(label=gettext_lazy("Stickers"), required=False, min_value=0, max_value=100_000)
    media_help = forms.BooleanField(label=gettext_lazy("I would like help with the media"), required=False)
    hosts_words = line(
        gettext_lazy("Organisation that hosts"), 200, help_text=gettext_lazy("A union, parents’ group or club. Public.")
    )
    shown_host = line(
        gettext_lazy("Name on the page"), 80, help_text=gettext_lazy("A first name or alias, if you want one there.")
    )
    note = forms.CharField(
        label=gettext_lazy("For those who come"), required=False, widget=LONG, max_length=1_000,
        help_text=gettext_lazy("What to bring, where to park. Public."),
    )  # fmt: skip
    remark = forms.CharField(
        label=gettext_lazy("A word to the reviewers"), required=False, widget=LONG, max_length=1_000,
        help_text=gettext_lazy("Only the reviewers read this."),
    )  # fmt: skip

    def __init__(self, action: Action, *given: Any, **more: Any) -> None:
        """`action` says which tactics, demands, day and time there are."""
        self.action = action
        self.chosen: School | None = None
        # The time that somebody wrote beside the day.
        self.clock_of_day: datetime.time | None = None
        # Whether clocks show that time twice on that day, which only the operation knows, that knows the place's zone.
        self.is_twice = False
        language = get_language() or "en"
        self.asked: dict[str, Demand] = together.once(("demands", action.pk), lambda: _demands(action))
        # Hundreds of these forms come at once, and all have the same fields.
        self.base_fields = together.once((type(self), action.pk, language), lambda: self._ready(language))  # type: ignore[misc]
        super().__init__(*given, **{**more, "auto_id": "f_%s"})

    def _ready(self, language: str) -> _Shared:
        """Return the fields with what the action and the language put into them."""
        fields: dict[str, Any] = copy.deepcopy(type(self).base_fields)
        at, action = 1 if language == "es" else 0, self.action
        states = sorted((names[at], code) for code, names in STATES.items())
        fields["state"].choices = [("", _("Choose"))] + [(code, name) for name, code in states]
        fields["tactic"].choices = [(tactic.value, tactic.label.capitalize()) for tactic in tactics_of(action)]
        fields["demands"].choices = [(slug, row.text("description", language)) for slug, row in self.asked.items()]
        fields["fold"].choices = [
            ("0", _("the first one, before the clocks go back")),
            ("1", _("the second one, after it")),
        ]
        fields["time"].help_text = _usual_time(action, language)
        if action.date_from and action.date_from == action.date_to:
            fields["day"].initial = action.date_from.isoformat()
        return _Shared(fields)

    def clean_school(self) -> str:
        """Find the school by its registry number."""
        number = self.cleaned_data["school"]
        if number and number != "none":
            self.chosen = together.once(("school", number), lambda: _school(number))
            if self.chosen is None:
                self.add_error("q", _("This school is not in the list. Search for it again."))
        return str(number)

    def clean_pin(self) -> tuple[float, float] | None:
        """Read a position out of what a map gave."""
        return read_position(self.cleaned_data["pin"])

    def clean_day(self) -> str:
        """Read a day as the browser sends it, or as people write it; a clock beside it is kept for `clean_time`."""
        text = clean_line(self.cleaned_data["day"], 100)
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            zone = self._zone()
            spoken = read_spoken(text, today=timezone.localdate(timezone=ZoneInfo(zone)), zone=zone)
            if spoken.utc:
                raise ValidationError(_("Leave the time zone out: the time is that of the place."))
            text, self.clock_of_day = spoken.edtf or text, spoken.time
        day = read(text)
        if day.earliest != day.latest:
            raise ValidationError(_("Give one day, such as %(day)s.") % {"day": timezone.localdate().isoformat()})
        return day.earliest.isoformat()

    def _zone(self) -> str:
        """Return the clock of the place as far as it is named, by which “tomorrow” is counted."""
        state, city = self.cleaned_data.get("state") or "", city_slug(self.cleaned_data.get("city_name") or "")
        if self.chosen is not None:
            state, city = self.chosen.state, self.chosen.city_slug
        return zone_for(state, city, self.chosen) if state in STATES else "America/New_York"

    def clean_time(self) -> datetime.time | None:
        """Read a time; none stands for the action's own, which “before the bell” means too."""
        action, text = self.action, self.cleaned_data["time"]
        usual = action.time_local
        time, zone = read_start(text, usual=usual, words=(action.time_words, action.time_words_es))
        if zone:
            raise ValidationError(_("Leave the time zone out: the time is that of the place."))
        if self.clock_of_day and text.strip() and time != self.clock_of_day:
            raise ValidationError(_("The day names another time. Which one is it? Write it in this field only."))
        return self.clock_of_day or (time if text.strip() else None)

    @property
    def is_asked_which_hour(self) -> bool:
        """Whether the page must ask which of two equal hours is meant."""
        return self.is_twice or self["fold"].value() in ("0", "1", 0, 1)

    def commitment(self) -> Commitment:
        """Return what was typed as a row that is not saved."""
        given = self.cleaned_data
        names = ("address", "only_city", "tactic", "expected", "hosts_words", "shown_host", "note", "remark")
        row = Commitment(
            action=self.action, school=self.chosen, **{name: given[name] for name in names}, **self.welcome()
        )
        row.media_help = given["media_help"]
        if self.chosen is None:
            for name in ("venue", "city_name", "state"):
                setattr(row, name, given[name])
            row.lat, row.lon = given["pin"] or (None, None)
        row.date_edtf, row.time_local = given["day"], given["time"]
        row.fold = int(given["fold"]) if given["fold"] else None
        row.posters, row.stickers = given["posters"] or 0, given["stickers"] or 0
        row.language = "es" if get_language() == "es" else "en"
        return row

    @property
    def demand_rows(self) -> list[Demand]:
        """The demands that were ticked."""
        return [self.asked[slug] for slug in self.cleaned_data["demands"]]

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Show what an operation inside the `with` refuses, each sentence at the field that it is about."""
        renamed = {"date_edtf": "day", "time_local": "time", "lat": "pin", "lon": "pin"}
        if not self.is_free:
            # Nobody who has not said where is asked for the parts of an address.
            renamed |= {"venue": "q", "city_name": "", "state": ""}
        try:
            yield
        except NotNow as refusal:
            self.add_error(None, str(refusal))
        except ValidationError as refusal:
            hours = refusal.error_dict.get("time_local", [])
            self.is_twice = any(error.code == "question" for error in hours)
            for field, errors in refusal.error_dict.items():
                at = renamed.get(field, field)
                if at:
                    self.add_error(at if at in self.fields else None, list(errors))

    @property
    def is_free(self) -> bool:
        """Whether the host said that his place is not in the list, or has begun to describe it."""
        return self["school"].value() == "none" or any(self[name].value() for name in ("venue", "city_name"))
