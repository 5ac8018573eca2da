"""What is asked for of what is held, and on what ground."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from manyplaces.people.rules import HandedOut


class HeldForm(forms.Form):
    """A place, an event or an address, and why it is handed out."""

    kind = forms.ChoiceField(
        label=_("About what?"),
        choices=[("event", _("an event")), ("place", _("a place")), ("email", _("whoever has an e-mail address"))],
    )
    key = forms.CharField(
        label=_("Its key, or the address"),
        max_length=254,
        help_text=_("The key is the last part of its page’s address, such as c-4k2m9 or lincoln-high-school-wi."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.ChoiceField(
        label=_("Why is it handed out?"),
        choices=HandedOut.choices,
        help_text=_("It goes into the journal with your name. Ask a lawyer first."),
    )
