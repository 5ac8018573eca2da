"""What is told to those who come: rounds of reminders, and changes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.events.models import Event
from manyplaces.rsvps.rules.hours import Reminder


class Round(models.Model):
    """Reminders of one kind and day whose hour came in the same minute: how many are owed, and how far they are."""

    kind = models.CharField(max_length=12, choices=Reminder.choices)
    day = models.DateField()
    total = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    # The event, and its row, up to which letters are written; whoever goes on after an interruption begins there.
    reached_group = models.BigIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"round {self.pk} {self.kind} {self.day}"


class Reminding(models.Model):
    """An event whose reminders of a kind were begun for a day; that it stands here is why they are begun once."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="remindings")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="remindings")
    kind = models.CharField(max_length=12, choices=Reminder.choices)
    day = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["event", "kind", "day"], name="reminded_once"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.event_id} for {self.day}"


class News(models.Model):
    """A change of an event that those who come must be told; it stands here until all of their letters are owed."""

    class State(models.TextChoices):
        """How far it has come."""

        OWED = "owed", _("is being told")
        HELD = "held", _("waits for a second yes")
        TOLD = "told", _("told")
        DROPPED = "dropped", _("no longer true")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="news")
    # As `rules.news.Facts` has them.
    before: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    now: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    # Who caused it, so that what one person causes in a day can be counted; see `operations.telling`.
    cause = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OWED)
    total = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["made_at"], name="news_by_moment"),)

    def __str__(self) -> str:
        return f"news {self.pk} of {self.event_id}: {self.state}"
