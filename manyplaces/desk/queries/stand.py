"""Where an action stands: commitments by day and state against the goal, what waits, what lags, what is needed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from manyplaces.actions.models import Action, StateGoal
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event
from manyplaces.events.queries import within
from manyplaces.events.rules import Phase, Review
from manyplaces.journal.models import Entry
from manyplaces.people.rules import Role

SEEN_BY = (Role.COORDINATOR, Role.REVIEWER, Role.PRESS)
# What is neither declined nor gone: a promise that stands, looked at or not.
STANDING = (Review.WAITING, Review.ASKED, Review.APPROVED)
ONLINE = Q(event__isnull=False) & ~Q(event__phase=Phase.CANCELLED)
MOST_LAGGING = 20
DAYS_SHOWN = 28


@dataclass(frozen=True)
class DayRow:
    """The commitments that came on one day, and all until then."""

    day: datetime.date
    came: int
    sum: int


@dataclass(frozen=True)
class StateStanding:
    """One state: sites that promised, those that a reviewer approved, and how many are wanted (0: no goal)."""

    state: str
    promised: int
    approved: int
    goal: int

    @property
    def share(self) -> int:
        """How much of the goal is reached, in percent, 100 at most; 0 without a goal."""
        return min(100, self.approved * 100 // self.goal) if self.goal else 0


@dataclass(frozen=True)
class Lagging:
    """A city that took part in the earlier action with more sites than have promised now."""

    city: str
    state: str
    then: int
    now: int


@dataclass(frozen=True)
class Needs:
    """What the hosts of approved sites asked for."""

    posters: int
    stickers: int
    media: int
    sites: int


@dataclass(frozen=True)
class Standing:
    """Everything that the first page of the desk shows of one action, within the area of whoever looks."""

    action: Action
    actions: list[Action]
    approved: int
    waiting: int
    changed: int
    cities: int
    cancelled: int
    days: list[DayRow]
    states: list[StateStanding]
    before: Action | None
    lagging: list[Lagging]
    needs: Needs
    goal: int = 0
    most: int = field(default=0)

    @property
    def share(self) -> int:
        """How much of the national goal is reached, in percent, 100 at most."""
        return min(100, self.approved * 100 // self.goal) if self.goal else 0


def calling(today: datetime.date) -> list[Action]:
    """Return the actions that take or took commitments, the next one first, then the latest; drafts too."""
    found = list(Action.every.exclude(opens_at=None).order_by("date_from", "pk"))
    coming = [action for action in found if not action.is_past(today)]
    return coming + [action for action in reversed(found) if action.is_past(today)]


def standing_of(action: Action, by: Actor, actions: list[Action]) -> Standing:
    """Return how an action stands in the area of whoever asks; seven queries, whatever its size."""
    promised = Commitment.objects.filter(within(by, *SEEN_BY), action=action, review__in=STANDING)
    sums = promised.aggregate(
        approved=Count("pk", filter=ONLINE),
        waiting=Count("pk", filter=Q(review=Review.WAITING, event=None)),
        changed=Count("pk", filter=Q(review=Review.WAITING, event__isnull=False)),
        cancelled=Count("pk", filter=Q(event__phase=Phase.CANCELLED)),
        all_posters=Sum("posters", filter=ONLINE, default=0),
        all_stickers=Sum("stickers", filter=ONLINE, default=0),
        media=Count("pk", filter=ONLINE & Q(media_help=True)),
        asking=Count("pk", filter=ONLINE & (Q(posters__gt=0) | Q(stickers__gt=0) | Q(media_help=True))),
    )
    cities = {
        (row["state"], row["city_slug"]): row["sites"]
        for row in promised.values("state", "city_slug").annotate(sites=Count("pk")).order_by()
    }
    days = _days(promised)
    before = _before(action)
    return Standing(
        action=action,
        actions=actions,
        **{name: sums[name] for name in ("approved", "waiting", "changed", "cancelled")},
        cities=len(cities),
        days=days,
        states=_states(promised, action),
        before=before,
        lagging=_lagging(before, cities, by) if before else [],
        needs=Needs(sums["all_posters"], sums["all_stickers"], sums["media"], sums["asking"]),
        goal=action.goal,
        most=max((row.came for row in days), default=0),
    )


def _days(promised: QuerySet[Commitment]) -> list[DayRow]:
    """Return the last four weeks in which something came, each day with the sum until then."""
    counted = (
        promised.annotate(came_on=TruncDate("made_at")).values("came_on").annotate(came=Count("pk")).order_by("came_on")
    )
    found, total = [], 0
    for row in counted:
        total += row["came"]
        found.append(DayRow(row["came_on"], row["came"], total))
    return found[-DAYS_SHOWN:]


def _states(promised: QuerySet[Commitment], action: Action) -> list[StateStanding]:
    goals = dict(StateGoal.objects.filter(action=action).values_list("state", "goal"))
    counted = promised.values("state").order_by("state")
    counts = {
        row["state"]: (row["promised"], row["approved"])
        for row in counted.annotate(promised=Count("pk"), approved=Count("pk", filter=ONLINE))
    }
    rows = [StateStanding(state, *counts.get(state, (0, 0)), goal=goals.get(state, 0)) for state in {*counts, *goals}]
    return sorted(rows, key=lambda row: (-row.promised, row.state))


def _before(action: Action) -> Action | None:
    """Return the latest earlier action that has events of its own."""
    if action.date_from is None:
        return None
    earlier = Action.objects.filter(date_from__lt=action.date_from, events__isnull=False).exclude(pk=action.pk)
    return earlier.order_by("-date_from").distinct().first()


def _lagging(before: Action, now: dict[tuple[str, str], int], by: Actor) -> list[Lagging]:
    """Return the cities that had more sites the last time, those that lack most first."""
    area = within(by, *SEEN_BY, action="", state="city__state", city="city__slug")
    held = Event.every.filter(area, action=before, covers="place").values("city__state", "city__slug")
    counted = held.annotate(then=Count("pk"), name=Max(F("city__name"))).order_by()
    rows = [
        Lagging(row["name"], row["city__state"], row["then"], now.get((row["city__state"], row["city__slug"]), 0))
        for row in counted
    ]
    behind = [row for row in rows if row.now < row.then]
    return sorted(behind, key=lambda row: (row.now - row.then, row.state, row.city))[:MOST_LAGGING]


def needed(action: Action, by: Actor) -> QuerySet[Commitment]:
    """Return the approved sites that asked for something, in the order in which parcels are packed."""
    asked = Q(posters__gt=0) | Q(stickers__gt=0) | Q(media_help=True)
    found = Commitment.objects.filter(within(by, Role.COORDINATOR), asked, action=action, event__isnull=False)
    return found.select_related("school", "event").order_by("state", "city_slug", "venue", "pk")


def entries(words: str, kind: str) -> QuerySet[Entry]:
    """Return the journal, newest first, narrowed by who acted, what was done or on what errand, and by kind of row."""
    found = Entry.objects.order_by("-pk")
    if words:
        found = found.filter(
            Q(actor__icontains=words) | Q(verb__icontains=words) | Q(errand__iexact=words) | Q(door__iexact=words)
        )
    return found.filter(subject_kind=kind) if kind else found
