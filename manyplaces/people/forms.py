"""What people type about their account: addresses, codes, names."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from manyplaces.core.contacts import LANGUAGES, LONGEST_ADDRESS, read_email

LONGEST_ANSWER = 20_000


def _address(label: Any, help_text: Any = "") -> forms.CharField:
    # Not Django's field for addresses, whose rules are others than ours.
    widget = forms.EmailInput(attrs={"autocomplete": "email", "maxlength": LONGEST_ADDRESS, "spellcheck": "false"})
    missing = {"required": _("Give an e-mail address, such as name@example.org.")}
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST_ADDRESS, widget=widget, error_messages=missing
    )


class AddressForm(forms.Form):
    """The address to which a code goes."""

    email = _address(_("Your e-mail address"))

    def clean_email(self) -> str:
        """Read the address as it is kept."""
        return read_email(self.cleaned_data["email"])


class CodeForm(forms.Form):
    """The six digits of a letter."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits. They are in the letter that we have just sent."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 40, "size": 10}
        ),
        error_messages={"required": _("Type the six digits from the letter.")},
    )


class RecoveryForm(forms.Form):
    """One of the codes on paper."""

    code = forms.CharField(
        label=_("Recovery code"),
        help_text=_("One of the codes that you wrote down, such as abcd-2345-efgh-6789. Each works once."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 60, "spellcheck": "false"}),
        error_messages={"required": _("Type one of your recovery codes.")},
    )


class AnswerForm(forms.Form):
    """What the browser answers for a passkey, and how the person calls it."""

    answer = forms.CharField(max_length=LONGEST_ANSWER, widget=forms.HiddenInput)
    label = forms.CharField(
        label=_("Name of this passkey"),
        help_text=_("So that you know it again: Phone, Laptop, Key on my key ring."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 60}),
    )

    def clean_answer(self) -> dict[str, Any]:
        """Read the answer as JSON."""
        try:
            answer = json.loads(self.cleaned_data["answer"])
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ValidationError(_("The browser gave no passkey. Try once more."))
        return answer


class OwnForm(forms.Form):
    """How somebody is called, and the language of his letters."""

    alias = forms.CharField(
        label=_("Name"),
        help_text=_(
            "Your colleagues see it, and the journal tells under it what you did. It need not be your full name. "
            "No public page shows it."
        ),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "maxlength": 60}),
        error_messages={"required": _("Give the name under which you work here.")},
    )
    language = forms.ChoiceField(label=_("Language of letters to you"), choices=LANGUAGES)


class AccountForm(OwnForm):
    """The same, and whether and how the press may ask one."""

    press_agreed = forms.BooleanField(
        label=_("The press may have this: it stands in press kits, which everybody can download"), required=False
    )
    press_line = forms.CharField(
        label=_("Whom the press may ask"),
        help_text=_("As it shall be read: “Ana Ruiz, Milwaukee, (414) 555-0100, press@example.org”."),
        required=False,
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        """Nothing is given to the press but what was ticked."""
        given = super().clean() or {}
        if given.get("press_agreed") and not given.get("press_line"):
            self.add_error("press_line", _("Write how the press reaches you, or take the tick away."))
        if not given.get("press_agreed"):
            given["press_line"] = ""
        return given


class FirstRunForm(OwnForm):
    """The code that the server printed, and who the first national coordinator is."""

    code = forms.CharField(
        label=_("Code of the server"),
        help_text=_("It stands in the last lines that the server printed when it was started."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 60, "spellcheck": "false"}),
    )
    email = _address(_("Your e-mail address"), _("Your sign-in codes go there. Nobody else sees it."))

    field_order = ("code", "alias", "email", "language")

    def clean_email(self) -> str:
        """Read the address as it is kept."""
        return read_email(self.cleaned_data["email"])
