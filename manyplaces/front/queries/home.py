"""The first page: past actions, newest first, and the next one."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet
from django.utils import timezone

from manyplaces.actions.models import Action, Part
from manyplaces.actions.rules import is_open
from manyplaces.events.models import Event
from manyplaces.events.rules import CALLED_OFF
from manyplaces.record.models import MediaHit
from manyplaces.record.queries import Figure, claims_about, figures
from manyplaces.reports.queries.recaps import public_recaps


@dataclass(frozen=True)
class Spot:
    """A city's position in degrees, with how many events in one phase it had."""

    lat: float
    lon: float
    phase: str
    events: int


@dataclass(frozen=True)
class Card:
    """One action as a list shows it: its figures, where it was, and how much there is behind each way in.

    `standing` are the events that were not called off.
    """

    action: Action
    figures: list[Figure]
    parts: list[Part]
    events: int
    standing: int
    cities: int
    stories: int
    spots: list[Spot]

    @property
    def has_recap(self) -> bool:
        """Whether its page tells how it went."""
        return bool(self.action.summary) or getattr(self.action, "is_told", False)

    @property
    def is_open(self) -> bool:
        """Whether commitments are taken now."""
        return is_open(self.action, timezone.now())


@dataclass(frozen=True)
class Home:
    """The actions to come, soonest first, and those that were, newest first."""

    coming: list[Card]
    past: list[Card]


def home(today: datetime.date) -> Home:
    """Return the first page; six queries."""
    cards = cards_of(Action.objects.order_by("-date_from", "-date_to", "slug"))
    coming = [card for card in cards if not card.action.is_past(today)]
    return Home(coming[::-1], [card for card in cards if card.action.is_past(today)])


def cards_of(actions: QuerySet[Action]) -> list[Card]:
    """Return a card for each action, in their order; six queries."""
    found: list[Action] = [*actions.annotate(is_told=public_recaps(OuterRef("pk")))]
    claims = claims_about(found)
    parts: dict[int, list[Part]] = defaultdict(list)
    for part in Part.objects.filter(action__in=found).order_by("date_from", "pk"):
        parts[part.action_id].append(part)
    counted = Event.objects.filter(action__in=found).values("action").order_by()
    kept = Count("pk", filter=~Q(phase__in=CALLED_OFF))
    counted = counted.annotate(events=Count("pk"), kept=kept, cities=Count("city", distinct=True))
    events = {row["action"]: row for row in counted}
    hits = MediaHit.objects.filter(action__in=found, copy_of=None).values("action").order_by()
    stories = {row["action"]: row["stories"] for row in hits.annotate(stories=Count("pk"))}
    spots = _spots(found)
    none = {"events": 0, "kept": 0, "cities": 0}
    return [
        Card(
            action,
            figures(claims[action.pk]),
            parts[action.pk],
            events.get(action.pk, none)["events"],
            events.get(action.pk, none)["kept"],
            events.get(action.pk, none)["cities"],
            stories.get(action.pk, 0),
            spots[action.pk],
        )
        for action in found
    ]


def _spots(actions: list[Action]) -> dict[int, list[Spot]]:
    """Return where each action was, by the action's number; one query."""
    found: dict[int, list[Spot]] = defaultdict(list)
    rows = Event.objects.filter(action__in=actions, city__lat__isnull=False, city__lon__isnull=False)
    columns = ("action", "city__lat", "city__lon", "phase")
    for action, *spot in rows.values_list(*columns).annotate(events=Count("pk")).order_by():
        found[action].append(Spot(*spot))
    return found
