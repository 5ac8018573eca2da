"""What a national coordinator types about the coalition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from manyplaces.people.models import Coalition, Organisation


class ColourInput(forms.TextInput):
    """The browser's own way to choose a colour, which is never empty."""

    input_type = "color"

    def use_required_attribute(self, initial: object) -> bool:
        """Leave it out: it would say nothing."""
        return False


class CoalitionForm(forms.Form):
    """The coalition's name, looks, languages, contact and what it says of itself."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("It stands on every page. A short name can be read from afar.")
    )
    colour = forms.CharField(
        label=_("Colour"),
        validators=[MaxLengthValidator(20)],
        help_text=_("The one colour of your pages. White letters stand on it, so very light colours are not taken."),
        widget=ColourInput,
    )
    languages = forms.ChoiceField(
        label=_("Languages of the public pages"),
        choices=Coalition.Languages.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "The desk knows both all the same. Where only Spanish is offered, write Spanish in the first field of "
            "every pair and leave the second one empty."
        ),
    )
    contact = forms.CharField(
        label=_("Public contact"),
        max_length=300,
        required=False,
        help_text=_(
            "An e-mail address of the coalition, or the address of a page. It stands at the foot of every page, "
            "so do not give a private one."
        ),
    )
    about = forms.CharField(
        label=_("Who you are, in English"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"lang": "en", "rows": 6}),
        help_text=_("A few sentences. An empty line makes a paragraph."),
    )
    about_es = forms.CharField(
        label=_("Who you are, in Spanish"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"lang": "es", "rows": 6}),
        help_text=_("Without it, Spanish readers see the English text."),
    )

    def row(self) -> Coalition:
        """Return what was typed as an unsaved row."""
        return Coalition(**{name: self.cleaned_data[name] for name in CoalitionForm.base_fields})


def _names(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One name in each line, or none now: you can add them later."),
    )


class BeginForm(CoalitionForm):
    """The same at the first run, with the names of members and partners."""

    members = _names(_("Members of the coalition"))
    partners = _names(_("Partners"))

    def organisations(self) -> list[Organisation]:
        """Return members and partners as unsaved rows; what is both is a member."""
        kinds = {"partners": Organisation.Kind.PARTNER, "members": Organisation.Kind.MEMBER}
        lines = {name.strip(): kind for field, kind in kinds.items() for name in self.cleaned_data[field].splitlines()}
        return [Organisation(name=name, kind=kind) for name, kind in lines.items() if name]
