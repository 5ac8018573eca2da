"""The form in which a site reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from manyplaces.core.tokens import new_token
from manyplaces.reports.models import Report
from manyplaces.reports.rules import LONGEST_COUNT, LONGEST_WORDS, How


class ReportForm(forms.Form):
    """Four things: how many, how that is known, what happened, who covered it."""

    # The key of this form: sent twice it is one report.
    uid = forms.RegexField(r"\A[-\w]{22}\Z", widget=forms.HiddenInput)
    people_words = forms.CharField(
        label=_("How many came?"),
        required=False,
        max_length=LONGEST_COUNT,
        help_text=_("A number, or as you would say it: “62”, “60-70”, “hundreds”."),
    )
    how = forms.ChoiceField(
        label=_("How do you know?"), required=False, choices=[("", _("Please choose")), *How.choices]
    )
    missed = forms.BooleanField(label=_("It did not take place. (Write below why.)"), required=False)
    happened = forms.CharField(
        label=_("What happened?"),
        required=False,
        max_length=LONGEST_WORDS,
        help_text=_("A few sentences for the public page, without names of children. Somebody looks at it first."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    covered = forms.CharField(
        label=_("Who covered it?"),
        required=False,
        max_length=LONGEST_WORDS,
        help_text=_("Newspapers, radio, television; links where you have them."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"uid": new_token()})

    def report(self, **facts: Any) -> Report:
        """Return the unsaved report that was typed, with these facts beside it."""
        given = dict(self.cleaned_data)
        return Report(took_place=not given.pop("missed"), **given, **facts)
