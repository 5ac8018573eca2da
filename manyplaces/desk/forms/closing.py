"""What is typed beside a closed record: a correction, in both languages, with who says so."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.actions.models import Action
from manyplaces.core.tokens import new_key
from manyplaces.events.models import Event
from manyplaces.record.models import Correction


class CorrectionForm(forms.Form):
    """One dated note: what is wrong, what is right, and of which event where it is about one."""

    uid = forms.SlugField(max_length=20, widget=forms.HiddenInput)
    event = forms.CharField(
        label=gettext_lazy("Number of the event"), max_length=60, required=False,
        help_text=gettext_lazy("It stands at the end of the event’s page. Leave it empty for the whole action."),
    )  # fmt: skip
    body = forms.CharField(
        label=gettext_lazy("The correction, in English"), max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "en"}),
        help_text=gettext_lazy("What the record says and what is right, such as: The record says 70; it was 90."),
    )  # fmt: skip
    body_es = forms.CharField(
        label=gettext_lazy("The correction, in Spanish"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "es"}),
        help_text=gettext_lazy("Who reads Spanish gets the English one where this is empty."),
    )  # fmt: skip
    signed = forms.CharField(
        label=gettext_lazy("Who says so"), max_length=100,
        help_text=gettext_lazy("It stands under the note: a person, an office, a coalition."),
    )  # fmt: skip

    def __init__(self, action: Action, data: Any, *, event: str = "") -> None:
        super().__init__(data, initial={"uid": new_key(16), "event": event})
        self.action = action

    def clean_event(self) -> Event | None:
        """Find the event by its number."""
        key = str(self.cleaned_data["event"]).strip()
        if not key:
            return None
        found = Event.every.filter(action=self.action, key=key).first()
        if found is None:
            raise ValidationError(_("This action has no event of this number. It stands at the end of its page."))
        return found

    def correction(self) -> Correction:
        """Return the note, not saved yet."""
        return Correction(action=self.action, **self.cleaned_data)
