"""What a host says to those who come: languages, access, safety, room, and who learns an address that no page shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from manyplaces.events.models.welcome import WELCOME, Welcoming
from manyplaces.events.rules.welcome import MOST_PLACES, Access, AddressFor, Spoken, joined

# The fields of which somebody may tick several.
TICKED: dict[str, type[TextChoices]] = {"spoken": Spoken, "access": Access}


def _ticks(label: Any, choices: list[tuple[str, Any]], **more: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **more
    )


class WelcomeForm(forms.Form):
    """For those who come. None of it must be said, and nothing is ticked before: what nobody said is not claimed."""

    address_for = forms.ChoiceField(
        label=gettext_lazy("Who learns the address?"),
        choices=[
            (AddressFor.ASKED.value, gettext_lazy("Only whom I tell myself")),
            (AddressFor.COMING.value, gettext_lazy("Whoever has confirmed that they come, by letter")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    spoken = _ticks(gettext_lazy("Languages spoken there"), Spoken.choices)
    access = _ticks(gettext_lazy("Accessibility"), Access.choices)
    access_note = forms.CharField(
        label=gettext_lazy("More about accessibility"), required=False, max_length=200,
        help_text=gettext_lazy("Such as “ramp at the side door”. Public."),
    )  # fmt: skip
    safety = forms.CharField(
        label=gettext_lazy("A word about safety"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who looks out for people, where to go if something happens. Public."),
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=gettext_lazy("Room for how many?"), required=False, min_value=1, max_value=MOST_PLACES,
        help_text=gettext_lazy(
            "Leave it empty if all can come. Otherwise a place is kept for whoever confirms an address."
        ),
    )  # fmt: skip

    def welcome(self) -> dict[str, Any]:
        """Return what was said, as the row has it; the form must be valid."""
        given = self.cleaned_data
        said = {name: given[name] for name in ("access_note", "safety", "capacity")}
        said |= {name: joined(given[name], choices) for name, choices in TICKED.items()}
        return said | {"address_for": given["address_for"] or AddressFor.EVERYBODY.value}

    @property
    def says_welcome(self) -> bool:
        """Whether anything was said, or is wrong, so that the page shows these fields at once."""
        names = ("spoken", "access", "access_note", "safety", "capacity")
        return any(self[name].value() or self[name].errors for name in names)


def shown_welcome(row: Welcoming) -> dict[str, Any]:
    """Return what the form shows of a stored row."""
    shown = {name: getattr(row, name) for name in WELCOME}
    return shown | {name: shown[name].split() for name in TICKED}
