"""The national action, its named parts and its demands."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.rules import Kind, Tactic
from manyplaces.core import fuzzydates
from manyplaces.core.models import Bilingual, Dated

LONG_TEXT = (MaxLengthValidator(10_000),)


class Action(Dated, Bilingual):
    """One nationally coordinated date or span with a name, a frame and a page."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_es = models.CharField(max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    tactic = models.CharField(_("usual tactic"), max_length=20, choices=Tactic.choices, blank=True)
    date_note = models.TextField(blank=True, validators=LONG_TEXT)
    date_note_es = models.TextField(blank=True, validators=LONG_TEXT)
    frame = models.TextField(blank=True, validators=LONG_TEXT)
    frame_es = models.TextField(blank=True, validators=LONG_TEXT)
    summary = models.TextField(blank=True, validators=LONG_TEXT)
    summary_es = models.TextField(blank=True, validators=LONG_TEXT)

    class Meta:
        indexes = (models.Index(fields=["date_from"], name="action_by_date"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.date_edtf:
            raise ValidationError({"date_edtf": _("An action needs a date, if only a year such as 2017.")})
        super().clean()

    def is_past(self, today: datetime.date) -> bool:
        """Tell whether the action's last day lies before `today`."""
        return bool(self.date_to and self.date_to < today)


class Part(Dated, Bilingual):
    """A named piece of an action with its own date; it holds the events on the days it covers."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="parts")
    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=200)
    name_es = models.CharField(max_length=200, blank=True)
    # The days whose events belong to this part, where they are more than its own date.
    covers = models.CharField(max_length=40, blank=True)
    summary = models.TextField(blank=True, validators=LONG_TEXT)
    summary_es = models.TextField(blank=True, validators=LONG_TEXT)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["action", "slug"], name="one_part_per_action_and_slug"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.covers:
            fuzzydates.read(self.covers)

    def holds(self, first: datetime.date | None, last: datetime.date | None) -> bool:
        """Tell whether an event from `first` to `last` lies wholly within the days this part covers."""
        text = self.covers or self.date_edtf
        if not text or first is None or last is None:
            return False
        span = fuzzydates.read(text)
        return span.earliest <= first and last <= span.latest


class Demand(Bilingual):
    """What an action asks for."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="demands")
    slug = models.SlugField(max_length=60)
    description = models.CharField(max_length=500)
    description_es = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["action", "slug"], name="one_demand_per_action_and_slug"),)

    def __str__(self) -> str:
        return self.description
