"""The number of the record, and what many rows share: a fuzzy date, a record that can be closed, two languages."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from manyplaces.core import fuzzydates
from manyplaces.core.refusals import NotNow

# A link that people click: the two schemes of the web, no blanks or control characters that could hide another scheme.
safe_link = RegexValidator(
    r"\Ahttps?://[^\s\x00-\x20\x7f\"<>\\^`{|}]{1,2000}\Z",
    _("This is not a web address. Give one that begins with http:// or https:// and has no blanks in it."),
)

# An id from somebody's list that becomes part of an address.
plain_key = RegexValidator(
    r"\A[A-Za-z0-9][-A-Za-z0-9_.:]{0,59}\Z",
    _("An id may have letters from a to z, digits, and - _ . : in it, and begins with a letter or digit; 60 at most."),
)


Found = TypeVar("Found", bound=models.Model)


def one(found: models.QuerySet[Found]) -> Found | None:
    """Return the one row that a unique key finds, or None; half the cost of `first`, which also puts rows in order."""
    return next(iter(found), None)


class Generation(models.Model):
    """One row: how often the record has changed."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Lockdown(models.Model):
    """At most one row: that the site is closed to every change, and since when."""

    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"closed since {self.since:%Y-%m-%d %H:%M} UTC"


class Dated(models.Model):
    """A row with a date as exact as it is known: Extended Date/Time Format, with its earliest and latest day."""

    date_edtf = models.CharField(_("date"), max_length=40, blank=True)
    date_from = models.DateField(null=True, editable=False)
    date_to = models.DateField(null=True, editable=False)

    class Meta:
        abstract = True

    def settle_date(self) -> None:
        """Derive the earliest and latest day from the text; raises ValidationError for a text that is no date."""
        if not self.date_edtf:
            self.date_from = self.date_to = None
            return
        try:
            date = fuzzydates.read(self.date_edtf)
        except ValidationError as refusal:
            raise ValidationError({"date_edtf": refusal.messages}) from refusal
        self.date_edtf, self.date_from, self.date_to = date.text, date.earliest, date.latest

    def clean(self) -> None:
        super().clean()
        self.settle_date()

    def date_words(self, language: str) -> str:
        """Return the date as people say it, such as "Fall 2017"; empty where none is known."""
        return fuzzydates.words(self.date_edtf, language) if self.date_edtf else ""


class Freezable(models.Model):
    """A whole whose record is closed one day: nothing that hangs on it changes any more but by a dated note beside it.

    What hangs on it is every row that refers to it or to such a row; the journal asks, so that no operation forgets to.
    """

    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_frozen(self) -> bool:
        """Whether its record is closed."""
        return self.frozen_at is not None

    def require_unfrozen(self) -> None:
        """Raise NotNow, with what to do, once its record is closed."""
        if self.frozen_at is not None:
            raise NotNow(frozen_sentence())


def frozen_sentence() -> str:
    """Return what whoever would change a closed record is told."""
    return gettext(
        "The record of this action is closed, and nothing in it changes any more. A national coordinator can put a "
        "dated correction beside it."
    )


class Bilingual(models.Model):
    """A row whose texts come in English and Spanish: `name` and `name_es`."""

    class Meta:
        abstract = True

    def text(self, field: str, language: str) -> str:
        """Return the field in the language, or in English where it was not translated."""
        own: Any = getattr(self, f"{field}_es", "") if language == "es" else ""
        return str(own or getattr(self, field))
