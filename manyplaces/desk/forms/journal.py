"""What of the journal is asked for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from manyplaces.desk.queries.journal import Asked


class JournalForm(forms.Form):
    """Words, a kind of row and days; what cannot be read is left out, as it narrows nothing."""

    q = forms.CharField(required=False, max_length=100)
    kind = forms.CharField(required=False, max_length=60)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)

    def asked(self) -> Asked:
        """Return what was asked."""
        self.is_valid()
        given = self.cleaned_data
        return Asked(given.get("q", ""), given.get("kind", ""), given.get("since"), given.get("until"))
