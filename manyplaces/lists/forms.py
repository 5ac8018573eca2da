"""What a coordinator gives when he brings a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.operations import SAID
from manyplaces.lists.rules import FIELDS, WHOLE
from manyplaces.people.models import Organisation
from manyplaces.places.geometry import STATES

LARGEST_FILE = 12_000_000

if TYPE_CHECKING:
    _Form = forms.ModelForm[SiteList]
    _RowForm = forms.ModelForm[ListRow]
else:
    _Form = _RowForm = forms.ModelForm


def _states() -> forms.ChoiceField:
    at = 1 if get_language() == "es" else 0
    states = sorted((names[at], code) for code, names in STATES.items())
    return forms.ChoiceField(
        label=_("State"),
        choices=[("", _("as the list says")), *((code, name) for name, code in states)],
        required=False,
    )


def _explain(fields: dict[str, Any]) -> None:
    """Put into words what is said of a whole list."""
    fields["city_name"].label = _("City")
    fields["state"] = _states()
    fields["date_words"].label, fields["time_words"].label = _("Day"), _("Time")
    fields["spoken_words"].label = _("Languages spoken")
    fields["spoken_words"].help_text = _("Such as “English, Spanish”, if that is so at all of them.")
    fields["date_words"].help_text = _("Such as October 6, 2027. Leave it empty for the day of the action.")
    fields["time_words"].help_text = _("Such as 7:45 am. Leave it empty for the usual time of the action.")


class ListForm(_Form):
    """A list for an action: where its schools are, who answers for it, and the names themselves."""

    text = forms.CharField(
        label=_("Names, one on each line"),
        required=False,
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("Paste names, or rows with their headings from a spreadsheet. Up to 10,000 lines."),
    )
    upload = forms.FileField(
        label=_("Or a file (CSV or XLSX)"),
        required=False,
        help_text=_("The first line names the columns. Up to 12 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    class Meta:
        model = SiteList
        fields = ("action", *WHOLE, "organisation", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the actions that take commitments, and the organisations that may answer for a list."""
        super().__init__(*args, **kwargs)
        action: Any = self.fields["action"]
        action.queryset = Action.objects.exclude(opens_at=None).order_by("-date_from")
        action.empty_label = None
        organisation: Any = self.fields["organisation"]
        organisation.queryset = Organisation.objects.filter(kind__in=("member", "partner")).order_by("name")
        organisation.empty_label = _("I answer for it myself")
        organisation.label = _("Who answers for these sites")
        _explain(self.fields)
        self.fields["title"].label = _("Name of the list")
        self.fields["title"].required = False

    def clean_upload(self) -> Any:
        """Refuse a file that is larger than one list can be."""
        found = self.cleaned_data.get("upload")
        if found and found.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than 12 MB. Give it in several parts."))
        return found


class WholeForm(_Form):
    """What holds for every row of a list that does not say it itself."""

    class Meta:
        model = SiteList
        fields = WHOLE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the states by name."""
        super().__init__(*args, **kwargs)
        _explain(self.fields)


class RowForm(_RowForm):
    """What one row says, to be corrected."""

    class Meta:
        model = ListRow
        fields = SAID

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the states by name."""
        super().__init__(*args, **kwargs)
        self.fields["state"] = _states()


class ColumnsForm(forms.Form):
    """Which column of a file stands for what."""

    def __init__(self, header: list[str], *args: Any, **kwargs: Any) -> None:
        """Offer each column for each thing a list may say."""
        super().__init__(*args, **kwargs)
        choices = [("", _("not in this list")), *((column, column) for column in header)]
        for field in FIELDS:
            self.fields[field.name] = forms.ChoiceField(label=field.label, choices=choices, required=False)
