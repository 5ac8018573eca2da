"""Where an action stands: what takes place against the goal, what came by day, what waits, which cities lag."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Max, Q
from django.db.models.functions import TruncDate

from manyplaces.actions.models import Action, StateGoal
from manyplaces.core.actor import Actor
from manyplaces.desk.queries.calling import sees
from manyplaces.desk.queries.needs import Needs, needs_of
from manyplaces.events.models import Commitment, Event
from manyplaces.events.queries import within
from manyplaces.events.rules import CALLED_OFF, Covers, Review
from manyplaces.people.rules import Role, may

SEEN_BY = (Role.COORDINATOR, Role.REVIEWER, Role.PRESS)
# Promised and in nobody's way: it waits for a reviewer, or takes place.
WAITS = Q(event=None, is_paused=False, review__in=(Review.WAITING, Review.ASKED))
TAKES_PLACE = Q(event__is_listed=True) & ~Q(event__phase__in=CALLED_OFF)
MOST_LAGGING = 20
DAYS_SHOWN = 28


@dataclass(frozen=True)
class DayRow:
    """The commitments that came on one day by the action's clock, and all until then."""

    day: datetime.date
    came: int
    sum: int


@dataclass(frozen=True)
class StateStanding:
    """One state: sites that wait, those that take place, and how many are wanted (0: no goal that the reader has)."""

    state: str
    waiting: int
    online: int
    goal: int

    @property
    def promised(self) -> int:
        """All that were promised, looked at or not."""
        return self.waiting + self.online

    @property
    def share(self) -> int:
        """How much of the goal is reached, in percent, 100 at most; 0 without a goal."""
        return min(100, self.online * 100 // self.goal) if self.goal else 0


@dataclass(frozen=True)
class Lagging:
    """A city that took part in the earlier action with more sites than have promised now."""

    city: str
    state: str
    then: int
    now: int


@dataclass(frozen=True)
class Standing:
    """Everything that the first page of the desk shows of one action, within the area of whoever looks.

    `phases` counts single events that are public, `review` what waits: "waiting", "asked", "changed", "paused".
    `goal` is 0 where the reader's area has none; `until` is the last day on which commitments help to reach it.
    `needs` is None for who coordinates nothing here, and calls nothing off.
    """

    action: Action
    actions: list[Action]
    phases: Counter[str]
    review: Counter[str]
    cities: int
    days: list[DayRow]
    states: list[StateStanding]
    before: Action | None
    lagging: list[Lagging]
    needs: Needs | None
    goal: int
    until: datetime.date | None
    days_left: int

    @property
    def online(self) -> int:
        """Sites that take or took place: what a goal is compared with, here and on the action's page."""
        return sum(count for phase, count in self.phases.items() if phase not in CALLED_OFF)

    @property
    def share(self) -> int:
        """How much of the goal is reached, in percent, 100 at most."""
        return min(100, self.online * 100 // self.goal) if self.goal else 0

    @property
    def missing(self) -> int:
        """How many sites the goal still lacks."""
        return max(0, self.goal - self.online)

    @property
    def a_day(self) -> int:
        """How many more must come on every day that is left; 0 where the goal is reached or the time is over."""
        return -(-self.missing // self.days_left) if self.days_left > 0 else 0


def calling(by: Actor, today: datetime.date) -> list[Action]:
    """Return the actions within somebody's reach that take or took commitments, the next one first, then the latest."""
    found = [
        action
        for action in Action.every.exclude(opens_at=None).order_by("date_from", "pk")
        if sees(by, action) and any(grant.action in ("", action.slug) for grant in by.grants)
    ]
    coming = [action for action in found if not action.is_past(today)]
    return coming + [action for action in reversed(found) if action.is_past(today)]


def standing_of(action: Action, by: Actor, actions: list[Action], now: datetime.datetime) -> Standing:
    """Return how an action stands in the area of whoever asks; eight queries, whatever its size."""
    online, phases = _events(action, by)
    waiting, review = _waiting(action, by)
    goals = _goals(action, by)
    before = _before(action)
    until = action.closes_local.date() if action.closes_local else action.date_from
    return Standing(
        action=action,
        actions=actions,
        phases=phases,
        review=review,
        cities=len(online | waiting),
        days=_days(action, by),
        states=_states(waiting, online, goals),
        before=before,
        lagging=_lagging(before, online + waiting, by) if before else [],
        needs=needs_of(action, by),
        goal=_goal(action, by, goals),
        until=until,
        days_left=(until - now.astimezone(ZoneInfo(action.zone)).date()).days if until else 0,
    )


Places = Counter[tuple[str, str]]


def _events(action: Action, by: Actor) -> tuple[Places, Counter[str]]:
    """Return single events that are public: those that take place by state and city, and all of them by phase."""
    area = within(by, *SEEN_BY, state="city__state", city="city__slug")
    events = Event.objects.filter(area, action=action, covers=Covers.PLACE)
    online, phases = Places(), Counter[str]()
    counted = events.values_list("city__state", "city__slug", "phase").annotate(count=Count("pk")).order_by()
    for state, city, phase, count in counted:
        phases[phase] += count
        if phase not in CALLED_OFF:
            online[state, city] += count
    return online, phases


def _waiting(action: Action, by: Actor) -> tuple[Places, Counter[str]]:
    """Return what was promised and is not public, by state and city, and what the reviewers have before them."""
    promised = Commitment.objects.filter(
        within(by, *SEEN_BY), action=action, review__in=(Review.WAITING, Review.ASKED, Review.APPROVED)
    )
    waiting, review = Places(), Counter[str]()
    is_new = ExpressionWrapper(Q(event=None), BooleanField())
    rows = promised.values_list("state", "city_slug", "review", "is_paused", is_new).order_by()
    for state, city, standing, is_paused, is_new, count in rows.annotate(count=Count("pk")):
        if is_paused:
            review["paused"] += count
        elif standing == Review.ASKED or (standing == Review.WAITING and is_new):
            review[standing] += count
        elif standing == Review.WAITING:
            review["changed"] += count
        if is_new and not is_paused:
            waiting[state, city] += count
    return waiting, review


def _days(action: Action, by: Actor) -> list[DayRow]:
    """Return the last four weeks of promises that wait or take place, each day with the sum until then."""
    promised = Commitment.objects.filter(within(by, *SEEN_BY), WAITS | TAKES_PLACE, action=action)
    by_day = promised.annotate(came_on=TruncDate("made_at", tzinfo=ZoneInfo(action.zone))).values("came_on")
    found, total = [], 0
    for row in by_day.annotate(came=Count("pk")).order_by("came_on"):
        total += row["came"]
        found.append(DayRow(row["came_on"], row["came"], total))
    return found[-DAYS_SHOWN:]


def _goals(action: Action, by: Actor) -> dict[str, int]:
    """Return the goals of the states that lie wholly in the reader's area: a part of one is measured by no other's."""
    goals = StateGoal.objects.filter(action=action, goal__gt=0).values_list("state", "goal")
    return {state: goal for state, goal in goals if may(by, *SEEN_BY, action=action.slug, state=state)}


def _goal(action: Action, by: Actor, goals: dict[str, int]) -> int:
    """Return the goal of all that the reader sees: the national one is for who sees the country."""
    return (action.goal if may(by, *SEEN_BY, action=action.slug) else 0) or sum(goals.values())


def _states(waiting: Places, online: Places, goals: dict[str, int]) -> list[StateStanding]:
    """Return the states in which something was promised or is wanted, the most promises first."""
    waits, stands = Counter[str](), Counter[str]()
    for (state, _city), count in waiting.items():
        waits[state] += count
    for (state, _city), count in online.items():
        stands[state] += count
    states = {*waits, *stands, *goals}
    rows = [StateStanding(state, waits[state], stands[state], goals.get(state, 0)) for state in states]
    return sorted(rows, key=lambda row: (-row.promised, row.state))


def _before(action: Action) -> Action | None:
    """Return the latest earlier action that has events of its own."""
    if action.date_from is None:
        return None
    earlier = Action.objects.filter(date_from__lt=action.date_from, events__isnull=False).exclude(pk=action.pk)
    return earlier.order_by("-date_from").distinct().first()


def _lagging(before: Action, now: Places, by: Actor) -> list[Lagging]:
    """Return the cities that had more sites the last time, those that lack most first."""
    area = within(by, *SEEN_BY, action="", state="city__state", city="city__slug")
    held = Event.objects.filter(area, action=before, covers=Covers.PLACE).exclude(phase__in=CALLED_OFF)
    counted = held.values("city__state", "city__slug").annotate(then=Count("pk"), name=Max(F("city__name"))).order_by()
    rows = [
        Lagging(row["name"], row["city__state"], row["then"], now[row["city__state"], row["city__slug"]])
        for row in counted
    ]
    behind = [row for row in rows if row.now < row.then]
    return sorted(behind, key=lambda row: (row.now - row.then, row.state, row.city))[:MOST_LAGGING]
