"""People at single events: one range an event, and the sum of these ranges."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from manyplaces.events.models import Event
from manyplaces.record.models import Claim
from manyplaces.record.rules import Metric

# Of a claim: its event, low and high, whether it is disputed, whether it is chosen, and when it was stated.
Row = tuple[int | None, int | None, int | None, bool, bool, datetime.datetime | None]


@dataclass(frozen=True)
class Turnout:
    """People at single events that were held: the sum of the lowest and of the highest figure of each.

    `with_figure` of the `events` have one, `disputed` of these one that is disputed. `is_open` where somebody said at
    least so many and nobody said more. `said_at` is when the newest figure was stated, where that is known.
    """

    low: int = 0
    high: int = 0
    with_figure: int = 0
    events: int = 0
    is_open: bool = False
    disputed: int = 0
    said_at: datetime.datetime | None = None


@dataclass
class Span:
    """What is said of one event: from the lowest to the highest figure; a chosen claim stands for all others."""

    low: int | None = None
    high: int | None = None
    is_open: bool = False
    is_disputed: bool = False
    is_chosen: bool = False

    def take(self, low: int | None, high: int | None, *, disputed: bool, chosen: bool) -> None:
        """Widen the range by one claim, or let a chosen one begin it anew."""
        if chosen and not self.is_chosen:
            self.low, self.high, self.is_open, self.is_chosen = None, None, False, True
        elif self.is_chosen and not chosen:
            return
        least, most = (low if low is not None else 0), (high if high is not None else low or 0)
        self.is_open = (self.is_open and most <= (self.high or 0)) or (high is None and most >= (self.high or 0))
        self.low = least if self.low is None else min(self.low, least)
        self.high = most if self.high is None else max(self.high, most)
        self.is_disputed = self.is_disputed or disputed


def turnout_of(events: QuerySet[Event], held: int) -> Turnout:
    """Return how many people came to `events`, of which there are `held`; one query."""
    rows = Claim.objects.filter(event__in=events.values("pk"), metric=Metric.PEOPLE).exclude(low=None, high=None)
    told = ("event_id", "low", "high", "disputed", "chosen", "said_at")
    return _summed(rows.values_list(*told).order_by("pk"), held)


def turnout_in(claims: Iterable[Claim], held: int) -> Turnout:
    """Return the same from the claims about events that were held, of which there are so many."""
    people = [claim for claim in claims if claim.metric == Metric.PEOPLE and (claim.low, claim.high) != (None, None)]
    ordered = sorted(people, key=lambda claim: claim.pk)
    rows = ((one.event_id, one.low, one.high, one.disputed, one.chosen, one.said_at) for one in ordered)
    return _summed(rows, held)


def _summed(rows: Iterable[Row], held: int) -> Turnout:
    spans: dict[int | None, Span] = {}
    newest = None
    for event, low, high, disputed, chosen, at in rows:
        spans.setdefault(event, Span()).take(low, high, disputed=disputed, chosen=chosen)
        newest = max(filter(None, (newest, at)), default=None)
    return Turnout(
        sum(span.low or 0 for span in spans.values()),
        sum(span.high or 0 for span in spans.values()),
        len(spans),
        held,
        any(span.is_open for span in spans.values()),
        sum(span.is_disputed for span in spans.values()),
        newest,
    )
