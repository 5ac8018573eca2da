"""Claims, corrections of a closed record, the notes on what it holds, and how its numbers change."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.models import Action
from manyplaces.core.models import Bilingual, Dated, safe_link
from manyplaces.core.tokens import new_key
from manyplaces.events.models import Event
from manyplaces.places.models import City
from manyplaces.record.rules import ClaimPhase, Metric


class PublicClaims(models.Manager["Claim"]):
    """The claims that everybody may see: what a query begins with unless it says `every`."""

    def get_queryset(self) -> models.QuerySet[Claim]:
        """Leave out who said what about an event whose host is protected, or that is off the pages."""
        shown = models.Q(event=None) | models.Q(event__is_shielded=False, event__is_listed=True)
        return super().get_queryset().filter(shown)


class Claim(Dated):
    """A figure somebody stated: about an action, about a city in it, or about one event."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="claims")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="claims", null=True, blank=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="claims", null=True, blank=True)
    phase = models.CharField(_("phase"), max_length=12, choices=ClaimPhase.choices)
    metric = models.CharField(max_length=12, choices=Metric.choices)
    metric_words = models.CharField(_("metric"), max_length=100)
    # What narrows the metric down, such as "NEA" in "NEA cities": such a claim speaks of a part, not of the whole.
    qualifier = models.CharField(max_length=100, blank=True)
    value_words = models.CharField(_("value in words"), max_length=200)
    low = models.PositiveBigIntegerField(_("low"), null=True, blank=True)
    high = models.PositiveBigIntegerField(_("high"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=60, blank=True)
    claimant = models.CharField(_("claimed by"), max_length=200, blank=True)
    source_url = models.CharField(_("source"), max_length=2000, blank=True, validators=[safe_link])
    disputed = models.BooleanField(default=False)
    chosen = models.BooleanField(default=False)
    # When it reached us, of what somebody told us; a claim out of the press has its date alone.
    said_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PublicClaims()
    every: models.Manager[Claim] = models.Manager()

    class Meta:
        base_manager_name = "every"
        indexes = (models.Index(fields=["action", "metric", "phase"], name="claim_by_metric_and_phase"),)

    def __str__(self) -> str:
        return f"{self.value_words} {self.metric_words} ({self.claimant})"

    def clean(self) -> None:
        super().clean()
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValidationError(
                {"low": _("The low figure is above the high one. Exchange them, or leave one empty.")}
            )


class RecordNote(Bilingual):
    """What the record holds and what it does not, in the words of whoever keeps it."""

    slug = models.SlugField(max_length=60, unique=True)
    position = models.PositiveIntegerField(default=0)
    heading = models.CharField(max_length=200)
    heading_es = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True, validators=[MaxLengthValidator(10_000)])
    body_es = models.TextField(blank=True, validators=[MaxLengthValidator(10_000)])

    class Meta:
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.heading


class Correction(Bilingual):
    """A dated note beside a closed record, of the whole action or of one event; it is never changed or removed."""

    # Made from the key of the form: the same form sent twice is one correction.
    uid = models.CharField(max_length=20, unique=True, default=new_key, editable=False)
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="corrections")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="corrections", null=True, blank=True)
    body = models.TextField(_("correction"), validators=[MaxLengthValidator(2_000)])
    body_es = models.TextField(_("the same in Spanish"), blank=True, validators=[MaxLengthValidator(2_000)])
    # Who says so, as readers are told: a coalition, an office, a name.
    signed = models.CharField(_("who says so"), max_length=100)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}: {self.body[:60]}"

    @property
    def day(self) -> str:
        """The day (EDTF) on which it was put there."""
        return timezone.localdate(self.made_at).isoformat()


class TallyPoint(models.Model):
    """The numbers of an action as our record counted them from one moment on, until the next such row."""

    NUMBERS = (
        *("committed", "held", "reported", "unreported", "cancelled", "postponed"),
        *("low", "high", "is_open", "disputed"),
    )

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="tally_points")
    at = models.DateTimeField(default=timezone.now)
    committed = models.PositiveIntegerField()
    held = models.PositiveIntegerField()
    reported = models.PositiveIntegerField()
    unreported = models.PositiveIntegerField()
    cancelled = models.PositiveIntegerField()
    postponed = models.PositiveIntegerField()
    low = models.PositiveBigIntegerField()
    high = models.PositiveBigIntegerField()
    is_open = models.BooleanField()
    disputed = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=["action", "at"], name="tally_by_action_and_time"),)

    def __str__(self) -> str:
        return f"{self.action_id} {self.at:%Y-%m-%d %H:%M}: {self.held}"

    @property
    def numbers(self) -> dict[str, Any]:
        """The numbers alone."""
        return {name: getattr(self, name) for name in self.NUMBERS}
