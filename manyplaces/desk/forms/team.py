"""What is typed about who may do what."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.core.contacts import LANGUAGES, LONGEST_ADDRESS, read_email
from manyplaces.core.words import slug
from manyplaces.people.models import Person, RoleGrant
from manyplaces.people.rules import Role, latest_end
from manyplaces.places.geometry import STATES
from manyplaces.places.models import City, School

WHAT_EACH_DOES = {
    Role.NATIONAL: _(
        "calls actions, decides everything, invites the others; another national coordinator has to agree"
    ),
    Role.COORDINATOR: _("enters the sites of a city or state, and sees how many there are"),
    Role.REVIEWER: _("looks at what comes in before it is public"),
    Role.PRESS: _("sees the numbers of an action for the press"),
}


# The whole country is chosen, never left over: nobody gets more than was meant because a field was overlooked.
EVERYWHERE = "everywhere"


class RoleForm(forms.Form):
    """A role: what, how far it reaches, until when."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        help_text=_("How far the role reaches. A national coordinator needs none."),
        choices=(),
    )
    city = forms.CharField(
        label=_("City"),
        required=False,
        max_length=100,
        help_text=_("Leave it open for the whole state."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    action = forms.ChoiceField(
        label=_("Action"), required=False, help_text=_("Leave it open for all actions, now and later."), choices=()
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Open: until somebody takes it away; a role for one action ends 30 days after the action."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place, language = (1, "es") if get_language() == "es" else (0, "en")
        states = sorted((names[place], code) for code, names in STATES.items())
        self.actions = {action.slug: action for action in Action.every.order_by("-date_from")}
        choices: dict[str, list[tuple[str, Any]]] = {
            "role": [(role.value, f"{role.label}: {WHAT_EACH_DOES[role]}") for role in Role],
            "state": [
                ("", _("choose")),
                (EVERYWHERE, _("the whole country")),
                *((code, name) for name, code in states),
            ],
            "action": [
                ("", _("all actions")),
                *((one.slug, one.text("name", language)) for one in self.actions.values()),
            ],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (for the type checker)
            field.choices = offered

    def clean(self) -> dict[str, Any]:
        """Find how far the role reaches, the city, and the end of a role for one action."""
        typed = super().clean() or {}
        name, state = str(typed.get("city") or ""), str(typed.get("state") or "")
        if not (state or name) and typed.get("role") not in (None, Role.NATIONAL):
            self.add_error("state", ValidationError(_("Choose a state, or “the whole country”.")))
        typed["city"] = slug(name) if name else ""
        typed["state"] = state = "" if state == EVERYWHERE else state
        if name and state and not _is_known(state, typed["city"]):
            self.add_error(
                "city", ValidationError(_("No city of this name is known in this state. Check the spelling."))
            )
        action = self.actions.get(str(typed.get("action")))
        if action is not None and action.date_to is not None:
            self._end_with(action.date_to, typed)
        return typed

    def _end_with(self, day: datetime.date, typed: dict[str, Any]) -> None:
        """Let a role for one action end with it; here, because the rooms below know no actions."""
        latest = latest_end(day, timezone.localdate())
        typed["until"] = typed.get("until") or latest
        if typed["until"] > latest:
            said = _("A role for one action ends 30 days after it at the latest. Give no day later than %s.")
            self.add_error("until", ValidationError(said % latest.isoformat()))

    def grant(self, person: Person | None = None) -> RoleGrant:
        """Return what was typed as an unsaved row."""
        names = ("role", "state", "city", "action", "until")
        grant = RoleGrant(**{name: self.cleaned_data[name] for name in names})
        if person is not None:
            grant.person = person
        return grant


class InviteForm(RoleForm):
    """Somebody who is to get a role."""

    alias = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("How colleagues call this person. It need not be the full name, and can be changed by the person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("The invitation goes there. It is kept sealed, and nobody sees it on the desk afterwards."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=LANGUAGES)

    field_order = ("alias", "email", "language", "role", "state", "city", "action", "until")

    def clean_email(self) -> str:
        """Read the address as it is kept."""
        return read_email(self.cleaned_data["email"])

    def person(self) -> Person:
        """Return the person as an unsaved row, without the address."""
        return Person(alias=self.cleaned_data["alias"], language=self.cleaned_data["language"])


def _is_known(state: str, city: str) -> bool:
    return (
        City.objects.filter(state=state, slug=city).exists()
        or School.objects.filter(state=state, city_slug=city).exists()
    )
