"""What belongs to an action as a coordinator fills it in: parts, demands, goals, and the toolkit for hosts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.rules import TAKEN_FILES
from manyplaces.core.contacts import LANGUAGES
from manyplaces.desk.forms.calling import DATE_HELP, line, lines, read_date
from manyplaces.places.geometry import STATES

# A text that is only some sentences on a form.
SHORT = 1_000
ENDINGS = ",".join(f".{ending}" for ending in TAKEN_FILES)


class PartForm(forms.Form):
    """A part of an action."""

    name = line(_("Name of the part"))
    name_es = line(_("Name in Spanish"), required=False, language="es")
    date_edtf = line(_("When"), 100, required=False, help_text=DATE_HELP)
    covers = line(
        _("Holds the events of these days"),
        100,
        required=False,
        help_text=_("Only where it is more than its own date."),
    )
    summary = lines(_("What it is about"), 2)
    summary_es = lines(_("What it is about, in Spanish"), 2, language="es")

    def clean_date_edtf(self) -> str:
        """Read the date as people type it."""
        text = self.cleaned_data["date_edtf"]
        return read_date(text) if text else ""

    def clean_covers(self) -> str:
        """Read the days as people type them."""
        text = self.cleaned_data["covers"]
        return read_date(text) if text else ""

    def part(self, action: Action, slug: str) -> Part:
        """Return the row, unsaved; an empty short name says that it is new."""
        return Part(action=action, slug=slug, **self.cleaned_data)


class DemandForm(forms.Form):
    """A demand of an action."""

    description = line(_("What you ask for"), 500)
    description_es = line(_("The same in Spanish"), 500, required=False, language="es")

    def demand(self, action: Action, slug: str) -> Demand:
        """Return the row, unsaved; an empty short name says that it is new."""
        return Demand(action=action, slug=slug, **self.cleaned_data)


class PaperForm(forms.Form):
    """What stands on one paper, in both languages."""

    en = forms.CharField(label=_("Text in English"), required=False, widget=forms.Textarea({"rows": 20, "lang": "en"}))
    es = forms.CharField(label=_("Text in Spanish"), required=False, widget=forms.Textarea({"rows": 20, "lang": "es"}))

    def __init__(self, *args: Any, longest: int, **kwargs: Any) -> None:
        """`longest` is for how many letters the paper has room."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The operation says what is too long; the browser only stops somebody who pastes a book.
            field.widget.attrs["maxlength"] = longest * 2
            if longest < SHORT:
                field.widget.attrs["rows"] = 5

    @property
    def texts(self) -> dict[str, str]:
        """What was typed, by language; the form must be valid."""
        return {language: self.cleaned_data[language].replace("\r\n", "\n") for language in ("en", "es")}


class GoalsForm(forms.Form):
    """How many sites are wanted in each state; a state without a goal is left empty.

    The form carries what it was shown with, so that it says of the other states nothing.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, names in sorted(STATES.items(), key=lambda state: state[1]):
            self.fields[code] = forms.IntegerField(
                label=names[0], min_value=0, max_value=100_000, required=False, show_hidden_initial=True
            )

    def goals(self) -> dict[str, int]:
        """Return the goals that were changed, by state; 0 where one was emptied."""
        return {state: self.cleaned_data[state] or 0 for state in self.changed_data}

    def shown(self) -> dict[str, int]:
        """Return the goals that were shown, by state."""
        said = {state: str(self.data.get(self.add_initial_prefix(state), "")) for state in self.fields}
        return {state: int(text) if text.isdecimal() and len(text) < 7 else 0 for state, text in said.items()}

    def take_over(self, stored: dict[str, int | None]) -> None:
        """Take what is stored now as what is shown; what was typed stays."""
        typed: Any = MultiValueDict(self.data)
        changed = self.changed_data
        for state in self.fields:
            goal = stored.get(state)
            typed[self.add_initial_prefix(state)] = "" if goal is None else str(goal)
            if state not in changed:
                typed[state] = typed[self.add_initial_prefix(state)]
        self.data = typed


class NameForm(forms.Form):
    """What a piece of the toolkit is called, and where it stands among the others."""

    name = line(_("Name"))
    name_es = line(_("Name in Spanish"), required=False, language="es")
    position = forms.TypedChoiceField(label=_("Place in the list"), coerce=int)
    # Whether somebody else was before.
    is_late = False

    def __init__(self, *args: Any, places: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["position"]
        field.choices = [(place, str(place + 1)) for place in range(places)]


class OfferForm(forms.Form):
    """A file or a link, in one language."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        max_length=500,
        widget=forms.FileInput({"accept": ENDINGS}),
        help_text=_("At most 10 MB: pdf, png, jpg, docx, xlsx, pptx, odt, txt or csv."),
    )
    url = line(_("Or a link"), 2000, required=False, help_text=_("It begins with https://"))

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two."""
        cleaned = super().clean() or self.cleaned_data
        given = [name for name in ("file", "url") if cleaned.get(name)]
        if len(given) != 1 and not self.errors:
            raise ValidationError({"file": gettext("Give either a file or a link.")})
        return cleaned


class PieceForm(OfferForm):
    """A new piece of the toolkit with its first file or link."""

    name = line(_("Name"), help_text=_("What it is, such as “Poster” or “Flyer for families”."))
    name_es = line(_("Name in Spanish"), required=False, language="es")

    field_order = ("name", "name_es", "language", "file", "url")
