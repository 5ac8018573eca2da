"""The form with which a host writes to those who come."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manyplaces.rsvps.rules.messages import LONGEST_MESSAGE, read_message


class MessageForm(forms.Form):
    """Plain words; who gets them and what the letter is called, we say."""

    text = forms.CharField(
        label=_("What do you want to tell them?"),
        required=False,
        strip=False,
        help_text=_("Plain words, up to 1,500 letters. A link stands in it as text. Leave out your own address."),
        widget=forms.Textarea(attrs={"rows": 8, "maxlength": LONGEST_MESSAGE}),
    )

    def __init__(self, data: Any = None, *, own: str) -> None:
        """`own` is the host's address, which must not stand in the text."""
        super().__init__(data)
        self.own = own

    def clean_text(self) -> str:
        """Return what was written, as it is kept."""
        return read_message(self.cleaned_data["text"], LONGEST_MESSAGE, [self.own])
