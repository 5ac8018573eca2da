"""What is typed about an organisation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from manyplaces.people.models import Organisation


class OrganisationForm(forms.Form):
    """An organisation's name, what it is to the coalition, its website and what it says of itself."""

    name = forms.CharField(label=_("Name"), max_length=200)
    short_name = forms.CharField(
        label=_("Short name"), max_length=60, required=False, help_text=_("Such as the letters it goes by.")
    )
    kind = forms.ChoiceField(
        label=_("What it is to the coalition"),
        choices=Organisation.Kind.choices,
        widget=forms.RadioSelect,
        help_text=_("Members and partners are named on the public page about the coalition; hosts are not."),
    )
    url = forms.CharField(
        label=_("Website"),
        max_length=2000,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        help_text=_("It begins with https://."),
    )
    about = forms.CharField(
        label=_("About it, in English"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"lang": "en", "rows": 4}),
    )
    about_es = forms.CharField(
        label=_("About it, in Spanish"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"lang": "es", "rows": 4}),
    )

    def row(self, slug: str = "") -> Organisation:
        """Return what was typed as an unsaved row."""
        return Organisation(slug=slug, **self.cleaned_data)


class SpellingForm(forms.Form):
    """A spelling that stands for this organisation too."""

    spelling = forms.CharField(
        label=_("Another spelling of its name"),
        max_length=200,
        help_text=_("If it is the name of another organisation in the record, its events come over to this one."),
    )
