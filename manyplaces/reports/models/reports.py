"""Reports of sites: how many came, how that is known, what happened, who covered it."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from manyplaces.core.contacts import LANGUAGES
from manyplaces.core.tokens import new_key
from manyplaces.events.models import Event
from manyplaces.record.models import Claim
from manyplaces.reports.rules import LONGEST_COUNT, LONGEST_WORDS, MOST_PEOPLE, CountedBy, How, Review, Source

WORDS = (MaxLengthValidator(LONGEST_WORDS),)
PEOPLE = (MaxValueValidator(MOST_PEOPLE),)


def report_key() -> str:
    """Return a key for a new report."""
    return f"r-{new_key(9)}"


class Report(models.Model):
    """What one site said once of how it went. Another report stands beside it and replaces nothing.

    Its figure is a claim in the record and counts at once; its words are public only after somebody has looked.
    """

    key = models.CharField(max_length=20, unique=True, default=report_key, editable=False)
    # The key of the form it was typed in: sent twice it is one report.
    uid = models.CharField(max_length=22, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="reports")
    # The figure that it states; none where it names no number.
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    people_words = models.CharField(_("how many came"), max_length=LONGEST_COUNT, blank=True)
    # Where they were counted apart.
    adults = models.PositiveIntegerField(_("adults"), null=True, blank=True, validators=PEOPLE)
    pupils = models.PositiveIntegerField(_("pupils"), null=True, blank=True, validators=PEOPLE)
    # What happened says why, where it did not.
    took_place = models.BooleanField(_("it took place"), default=True)
    how = models.CharField(_("how it was counted"), max_length=10, choices=How.choices, blank=True)
    counted_by = models.CharField(_("who counted"), max_length=10, choices=CountedBy.choices, default=CountedBy.HOST)
    happened = models.TextField(_("what happened"), blank=True, validators=WORDS)
    covered = models.TextField(_("who covered it"), blank=True, validators=WORDS)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    source = models.CharField(_("how it reached us"), max_length=5, choices=Source.choices, default=Source.LINK)
    # The public name of whoever typed it in for the site; empty where the host did.
    entered_by = models.CharField(max_length=80, blank=True)
    # When it was written, where that was before it reached us.
    written_at = models.DateTimeField(default=timezone.now)
    # When it reached the coalition, which pages say.
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    review = models.CharField(max_length=9, choices=Review.choices, default=Review.WAITING)
    decided_by = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = (models.Index(fields=["review", "made_at"], name="report_in_the_queue"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.people_words or '?'}"

    @property
    def has_words(self) -> bool:
        """Whether there is anything in it that somebody has to look at."""
        return bool(self.happened or self.covered)
