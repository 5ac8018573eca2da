"""Where an action, or a city in it, stands right now: the live tally, each number with what it rests on."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.events.rules import Covers, Phase
from manyplaces.record.models import TallyPoint
from manyplaces.record.queries import OwnCounts, own_counts

# From its first day until so long after its last one an action is followed as it happens.
FOLLOWED = datetime.timedelta(days=14)
MOST_POINTS = 100


@dataclass(frozen=True)
class Standing:
    """How many single events stand where, each in one place only, and how many people were counted at those held.

    `committed` are still to come, `unreported` those whose day has come without anybody saying how it went; `reported`
    of those `held` have a figure. `at` is when the newest figure was stated.
    """

    committed: int
    held: int
    reported: int
    unreported: int
    cancelled: int
    postponed: int
    low: int
    high: int
    is_open: bool
    disputed: int
    at: datetime.datetime | None

    @property
    def numbers(self) -> dict[str, Any]:
        """The numbers alone, as they are kept and given out."""
        return {name: getattr(self, name) for name in TallyPoint.NUMBERS}

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not any((self.committed, self.held, self.unreported, self.cancelled, self.postponed))


def standing(action: Action, today: datetime.date, *, city: int | None = None) -> Standing:
    """Return where an action, or one city in it, stands; five queries."""
    return standing_of(own_counts(action, city=city), action, today, city=city)


def standing_of(counts: OwnCounts, action: Action, today: datetime.date, *, city: int | None = None) -> Standing:
    """Return the same from counts that are known already; one query."""
    # Of what came with an older record its source has said how far it came: nobody is late there, as when it lapses.
    promised = {"covers": Covers.PLACE, "phase": Phase.COMMITTED, "commitment__isnull": False}
    events = Event.objects.filter(action=action, **promised)
    if city is not None:
        events = events.filter(city=city)
    # The day by our own clock: where it has not begun yet further west, a site is expected a few hours early.
    begun = events.alias(first=Coalesce("date_from", "action__date_from")).filter(Q(first__lte=today)).count()
    by_phase, people = counts.events, counts.turnout
    return Standing(
        committed=by_phase.get(Phase.COMMITTED, 0) + by_phase.get(Phase.PLANNED, 0) - begun,
        held=by_phase.get(Phase.HELD, 0),
        reported=people.with_figure,
        unreported=by_phase.get(Phase.UNREPORTED, 0) + begun,
        cancelled=by_phase.get(Phase.CANCELLED, 0),
        postponed=by_phase.get(Phase.POSTPONED, 0),
        low=people.low,
        high=people.high,
        is_open=people.is_open,
        disputed=people.disputed,
        at=people.said_at,
    )


def is_followed(action: Action, today: datetime.date) -> bool:
    """Tell whether an action is under way, or was so lately that reports still come in."""
    first, last = action.date_from, action.date_to
    return first is not None and last is not None and first <= today <= last + FOLLOWED


def live_standing(counts: OwnCounts, action: Action, *, city: int | None = None) -> Standing | None:
    """Return where an action that is under way stands, None for any other; one query at most."""
    today = timezone.localdate()
    is_live = is_followed(action, today) and not action.is_frozen
    found = standing_of(counts, action, today, city=city) if is_live else None
    return None if found is None or found.is_empty else found


def followed(today: datetime.date) -> list[Action]:
    """Return the actions whose numbers are noted as they change; one query."""
    rows = Action.objects.filter(frozen_at=None, date_from__lte=today, date_to__gte=today - FOLLOWED)
    return list(rows.order_by("pk"))


def history(action: Action, counts: OwnCounts) -> list[TallyPoint]:
    """Return how the numbers of an action have changed, newest first; two queries.

    While it is followed it begins with what is so now, also before the clock has noted it; see `note_tally`.
    """
    points, now = list(action.tally_points.order_by("-at", "-pk")[:MOST_POINTS]), live_standing(counts, action)
    if now is not None and (not points or points[0].numbers != now.numbers):
        points.insert(0, TallyPoint(action=action, **now.numbers))
    return points
