"""The national action, its named parts, its demands and its goals."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.actions.rules import DESK_ZONES, Approval, Kind, Tactic, Visibility
from manyplaces.core import fuzzydates
from manyplaces.core.localtimes import clock_words
from manyplaces.core.models import Bilingual, Dated, Freezable

LONG_TEXT = (MaxLengthValidator(10_000),)


class PublicActions(models.Manager["Action"]):
    """The actions that everybody may see: what a query begins with unless it says `every`."""

    def get_queryset(self) -> models.QuerySet[Action]:
        """Leave out drafts."""
        return super().get_queryset().exclude(visibility=Visibility.DRAFT)


class Action(Dated, Freezable, Bilingual):
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
    visibility = models.CharField(
        _("visibility"), max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC, db_index=True
    )
    # Commitments are taken from `opens_at` until `closes_at`; an action without `opens_at` takes none.
    # `zone` is the clock by which the coordinator said it; stored is the moment.
    zone = models.CharField(_("your time zone"), max_length=40, choices=DESK_ZONES, default=DESK_ZONES[0][0])
    opens_at = models.DateTimeField(_("commitments open"), null=True, blank=True)
    closes_at = models.DateTimeField(_("commitments close"), null=True, blank=True)
    lead_hours = models.PositiveSmallIntegerField(_("lead time in hours"), default=0)
    # Tactic values separated by blanks, the usual one first; empty: every tactic.
    tactics = models.CharField(_("tactics allowed"), max_length=200, blank=True)
    # The usual local start, and what people say instead of it ("before the bell").
    time_local = models.TimeField(_("usual time"), null=True, blank=True)
    time_words = models.CharField(max_length=100, blank=True)
    time_words_es = models.CharField(max_length=100, blank=True)
    guidelines = models.TextField(_("guidelines for hosts"), blank=True, validators=LONG_TEXT)
    guidelines_es = models.TextField(blank=True, validators=LONG_TEXT)
    # What those who come need to know.
    rights = models.TextField(_("your rights"), blank=True, validators=LONG_TEXT)
    rights_es = models.TextField(blank=True, validators=LONG_TEXT)
    safety = models.TextField(_("safety"), blank=True, validators=LONG_TEXT)
    safety_es = models.TextField(blank=True, validators=LONG_TEXT)
    bring = models.TextField(_("what to bring"), blank=True, validators=LONG_TEXT)
    bring_es = models.TextField(blank=True, validators=LONG_TEXT)
    approval = models.CharField(_("approval"), max_length=8, choices=Approval.choices, default=Approval.ALL)
    # How many sites the coalition wants; 0 where it named no goal.
    goal = models.PositiveIntegerField(_("goal"), default=0)
    # Changes with every edit on the desk: who edits an older state is shown what has changed since.
    version = models.PositiveIntegerField(default=0)
    # Whether commitments were taken when the clock last looked; the pages change when this does.
    is_taking = models.BooleanField(default=False, editable=False)
    # Since when nothing private of a closed record is left here.
    emptied_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PublicActions()
    every: models.Manager[Action] = models.Manager()

    class Meta:
        base_manager_name = "every"
        indexes = (models.Index(fields=["date_from"], name="action_by_date"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.date_edtf:
            raise ValidationError({"date_edtf": _("An action needs a date, if only a year such as 2017.")})
        super().clean()
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": _("Commitments would close before they open. Give a later time.")})
        if self.closes_at and not self.opens_at:
            raise ValidationError({"opens_at": _("Say when commitments open too, or leave both empty.")})
        named = self.tactics.split()
        if set(named) - set(Tactic.values):
            raise ValidationError({"tactics": _("Choose tactics from the list.")})
        if self.tactic and named and self.tactic not in named:
            raise ValidationError({"tactic": _("The usual tactic must be one of those you allow. Tick it too.")})

    def usual_time(self, language: str) -> str:
        """Return the usual start as people read it: "7:45 a.m. (before the bell)"; empty where none is known."""
        said = self.text("time_words", language)
        if self.time_local is None:
            return said
        return f"{clock_words(self.time_local)} ({said})" if said else clock_words(self.time_local)

    @property
    def opens_local(self) -> datetime.datetime | None:
        """When commitments open, by the coordinator's clock."""
        return self.opens_at.astimezone(ZoneInfo(self.zone)) if self.opens_at else None

    @property
    def closes_local(self) -> datetime.datetime | None:
        """When commitments close, by the coordinator's clock."""
        return self.closes_at.astimezone(ZoneInfo(self.zone)) if self.closes_at else None

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


class StateGoal(models.Model):
    """How many sites the coalition wants in one state."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="state_goals")
    state = models.CharField(max_length=2)
    goal = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["action", "state"], name="one_goal_per_action_and_state"),)

    def __str__(self) -> str:
        return f"{self.state}: {self.goal}"
