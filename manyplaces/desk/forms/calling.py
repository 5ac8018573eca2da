"""The action as a coordinator fills it in: a new one, and everything about one that is there."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.actions.queries import Change
from manyplaces.actions.rules import DESK_ZONES, Approval, Kind, Tactic
from manyplaces.core import localtimes
from manyplaces.core.spokendates import read_spoken
from manyplaces.core.words import clean_text, slug
from manyplaces.desk.forms.meanwhile import Told, changed, made_public

LONG = 10_000
DEFAULT_ZONE = DESK_ZONES[0][0]
KNOW_HELP = _("Whoever comes reads it before. An empty line begins a paragraph; web addresses become links.")
DATE_HELP = _("As exact as you know it: October 6, 2026, or Fall 2026, or November 16-20, 2026.")


def line(label: Any, longest: int = 200, *, help_text: Any = "", language: str = "", **more: Any) -> forms.CharField:
    """Return a field for one line of text; `language` says in which language it is to be written."""
    widget = forms.TextInput({"lang": language} if language else {})
    return forms.CharField(label=label, max_length=longest, help_text=help_text, widget=widget, **more)


def lines(label: Any, rows: int = 4, *, help_text: Any = "", language: str = "") -> forms.CharField:
    """Return a field for a text of several lines."""
    widget = forms.Textarea({"rows": rows} | ({"lang": language} if language else {}))
    return forms.CharField(label=label, max_length=LONG, help_text=help_text, widget=widget, required=False)


def read_date(text: str, zone: str = DEFAULT_ZONE) -> str:
    """Return the EDTF text of a date as people type it; raises ValidationError where no date can be kept."""
    spoken = read_spoken(text, today=timezone.localdate(timezone=ZoneInfo(zone)), zone=zone)
    if spoken.edtf is None:
        raise ValidationError(spoken.warning)
    if spoken.time is not None:
        raise ValidationError(gettext("Leave the time out of the date. Write the time in its own field."))
    return spoken.edtf


class NewActionForm(forms.Form):
    """What a new action needs before anything else: a name, a date, and the one it is like."""

    name = line(_("Name"), help_text=_("What people will call it, such as “October 6: Schools for all”."))
    date_edtf = line(_("When"), 100, help_text=DATE_HELP)
    kind = forms.ChoiceField(
        label=_("What kind"),
        choices=[("", _("as the earlier action, if it is like one")), *Kind.choices],
        required=False,
    )
    slug = line(
        _("Short name for its address"),
        60,
        required=False,
        help_text=_("Small letters, digits and hyphens, such as oct2026. Left empty, it is made from the name."),
    )
    like = forms.ChoiceField(
        label=_("Like an earlier action"),
        required=False,
        help_text=_(
            "Takes over its parts, demands, tactics, times, goals, guidelines and toolkit. You can change all of it."
        ),
    )

    def __init__(self, *args: Any, actions: list[Action], **kwargs: Any) -> None:
        """`actions` are those that the new one may be like."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["like"]
        field.choices = [("", _("No, begin with an empty one")), *((one.slug, one.name) for one in actions)]

    def clean_date_edtf(self) -> str:
        """Read the date as people type it."""
        return read_date(self.cleaned_data["date_edtf"])

    def clean(self) -> dict[str, Any]:
        """Ask for the kind of what is like no other, and bring a short name into its form."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("kind") and not cleaned.get("like"):
            self.add_error("kind", gettext("Choose what kind it is."))
        if given := cleaned.get("slug"):
            cleaned["slug"] = slug(given, 60)
        return cleaned


class ActionForm(forms.Form):
    """Everything that an action says of itself, in both languages; field names are those of the row."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    zone = forms.ChoiceField(
        label=_("Your time zone"), choices=DESK_ZONES, help_text=_("The clock by which you say the two times below.")
    )
    name = line(_("Name"))
    name_es = line(_("Name in Spanish"), required=False, language="es")
    kind = forms.ChoiceField(label=_("What kind"), choices=Kind.choices)
    date_edtf = line(_("When"), 100, help_text=DATE_HELP)
    date_note = lines(_("About the date"), 2, help_text=_("Only where the date needs explaining."))
    date_note_es = lines(_("About the date, in Spanish"), 2, language="es")
    frame = lines(_("Message"), help_text=_("One or two sentences: what this is about. They stand on top of its page."))
    frame_es = lines(_("Message in Spanish"), language="es")
    tactics = forms.MultipleChoiceField(
        label=_("Tactics that sites may choose"),
        choices=Tactic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none to allow all of them."),
    )
    tactic = forms.ChoiceField(label=_("Usual tactic"), choices=[("", _("none")), *Tactic.choices], required=False)
    time_local = line(_("Usual start"), 40, required=False, help_text=_("Local time of each place, such as 7:45 am."))
    time_words = line(_("The start in words"), 100, required=False, help_text=_("Such as “before the bell”."))
    time_words_es = line(_("The start in words, in Spanish"), 100, required=False, language="es")
    opens_at = line(_("Commitments open"), 40, required=False, help_text=_("Empty: this action takes none."))
    closes_at = line(_("Commitments close"), 40, required=False, help_text=_("Empty: when its last day is over."))
    lead_hours = forms.IntegerField(
        label=_("Lead time in hours"),
        min_value=0,
        max_value=2000,
        initial=0,
        help_text=_("How long before its start a site must have told us. 0 for no rule."),
    )
    approval = forms.ChoiceField(label=_("Approval"), choices=Approval.choices)
    goal = forms.IntegerField(
        label=_("Goal"),
        min_value=0,
        max_value=1_000_000,
        initial=0,
        help_text=_("How many sites you want. 0 for none."),
    )
    guidelines = lines(
        _("Guidelines for hosts"),
        8,
        help_text=_("What a host has to know and do. An empty line begins a paragraph; web addresses become links."),
    )
    guidelines_es = lines(_("Guidelines for hosts, in Spanish"), 8, language="es")
    rights = lines(_("Your rights"), 5, help_text=KNOW_HELP)
    rights_es = lines(_("Your rights, in Spanish"), 5, language="es")
    safety = lines(_("Safety"), 5)
    safety_es = lines(_("Safety, in Spanish"), 5, language="es")
    bring = lines(_("What to bring"), 3)
    bring_es = lines(_("What to bring, in Spanish"), 3, language="es")
    summary = lines(_("Recap"), 6, help_text=_("Afterwards: what happened. It stands on the page of the action."))
    summary_es = lines(_("Recap in Spanish"), 6, language="es")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("opens_at", "closes_at"):
            self.fields[name].widget.input_type = "datetime-local"
            del self.fields[name].widget.attrs["maxlength"]

    def clean_date_edtf(self) -> str:
        """Read the date as people type it."""
        return read_date(self.cleaned_data["date_edtf"])

    def clean_tactics(self) -> str:
        """Return the tactics as the row has them."""
        return " ".join(self.cleaned_data["tactics"])

    def clean_time_local(self) -> datetime.time | None:
        """Read the usual start."""
        text = self.cleaned_data["time_local"]
        return localtimes.read_clock(text)[0] if text else None

    def clean_opens_at(self) -> datetime.datetime | None:
        """Read the moment by the coordinator's clock."""
        return self._moment("opens_at")

    def clean_closes_at(self) -> datetime.datetime | None:
        """Read the moment by the coordinator's clock."""
        return self._moment("closes_at")

    def _moment(self, name: str) -> datetime.datetime | None:
        text, zone = self.cleaned_data[name], self.cleaned_data.get("zone", DEFAULT_ZONE)
        if not text:
            return None
        spoken = read_spoken(text, today=timezone.localdate(timezone=ZoneInfo(zone)), zone=zone)
        if spoken.edtf is None or spoken.time is None or len(spoken.edtf) != len("2026-10-06"):
            raise ValidationError(gettext("Give a day and a time, such as October 6, 2026 at 9 am."))
        day = datetime.date.fromisoformat(spoken.edtf)
        return localtimes.resolve(day, spoken.time, zone, spoken.fold).astimezone(datetime.UTC)

    def action(self, short_name: str) -> Action:
        """Return the row, unsaved, as the form says it; the form must be valid."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Action(slug=short_name, **said)

    @staticmethod
    def shown(action: Action) -> dict[str, Any]:
        """Return what the form shows of a stored action."""
        zone = ZoneInfo(action.zone)
        shown = {name: getattr(action, name) for name in ActionForm.base_fields}
        for name in ("opens_at", "closes_at"):
            if shown[name]:
                shown[name] = shown[name].astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        shown["time_local"] = action.time_local.strftime("%H:%M") if action.time_local else ""
        return shown | {"tactics": action.tactics.split()}

    def rebased(self, stored: Action, changes: list[Change]) -> ActionForm:
        """Return the form anew against what is stored now: what was typed stays, what was not touched is taken over."""
        mine, theirs = self.action(stored.slug), self.shown(stored)
        typed: Any = MultiValueDict(self.data)
        for change in changes:
            if change.field in self.fields and not self.has_touched(change, mine):
                told = theirs[change.field]
                typed.setlist(change.field, told if isinstance(told, list) else ["" if told is None else str(told)])
        typed["version"] = str(stored.version)
        return ActionForm(typed)

    def told(self, stored: Action, changes: list[Change]) -> list[Told]:
        """Return in words what others changed since the form was shown."""
        mine, theirs = self.action(stored.slug), self.shown(stored)
        found = [Told("", "", made_public(change.who, stored)) for change in changes if change.field == "visibility"]
        for change in changes:
            if change.field in self.fields and change.field != "version":
                field: Any = self.fields[change.field]
                both, now = self.has_touched(change, mine), theirs[change.field]
                found.append(Told(change.field, str(field.label), changed(change, field, now), both))
        return found

    @staticmethod
    def has_touched(change: Change, mine: Action) -> bool:
        """Tell whether the form says of a field something else than what stood there when it was opened."""
        said = getattr(mine, change.field)
        return bool((clean_text(said) if isinstance(said, str) else said) != change.base)
