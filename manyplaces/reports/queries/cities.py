"""What single cities report: how many sites, how many people, and what somebody wrote, once it was looked at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.events.rules import Covers, Phase
from manyplaces.places.models import City
from manyplaces.record.models import Claim
from manyplaces.record.queries.turnouts import Span
from manyplaces.record.rules import Metric
from manyplaces.reports.models import Report
from manyplaces.reports.rules import Review

MOST_CITIES, MOST_QUOTES = 60, 2
# So much of what a site wrote is quoted; the whole stands on its own page.
LONGEST_QUOTE = 280


@dataclass
class CitySummary:
    """A city with how many of its sites were held and have a figure, the people at those, and one or two reports."""

    city: City
    quotes: list[Report] = field(default_factory=list)
    held: int = 0
    with_figure: int = 0
    low: int = 0
    high: int = 0
    is_open: bool = False
    disputed: int = 0


def city_summaries(action: Action) -> list[CitySummary]:
    """Return the cities of which a site's words are shown, by state and name, 60 at most; three queries."""
    words = Report.objects.filter(event__action=action, review=Review.SHOWN, took_place=True, event__is_listed=True)
    words = words.exclude(happened="").exclude(event__is_shielded=True)
    found: dict[int, CitySummary] = {}
    rows = words.select_related("event__action", "event__city", "event__spelling__place")
    for report in rows.order_by("event__city__state", "event__city__name", "event__city", "pk").iterator():
        city = report.event.city
        if city.pk not in found and len(found) == MOST_CITIES:
            break
        summary = found.setdefault(city.pk, CitySummary(city))
        if len(summary.quotes) < MOST_QUOTES:
            summary.quotes.append(report)
    _counted(action, found)
    return list(found.values())


def _counted(action: Action, found: dict[int, CitySummary]) -> None:
    """Add how many sites were held in these cities, and how many people were there; two queries."""
    held = Event.objects.filter(action=action, city__in=found, covers=Covers.PLACE, phase=Phase.HELD)
    cities = dict(held.values_list("pk", "city_id"))
    for city in cities.values():
        found[city].held += 1
    spans: dict[int, Span] = defaultdict(Span)
    claims = Claim.objects.filter(Q(event__in=held.values("pk")), metric=Metric.PEOPLE).exclude(low=None, high=None)
    for event, low, high, disputed, chosen in claims.values_list("event_id", "low", "high", "disputed", "chosen"):
        spans[event].take(low, high, disputed=disputed, chosen=chosen)
    for event, span in spans.items():
        summary = found[cities[event]]
        summary.with_figure += 1
        summary.low += span.low or 0
        summary.high += span.high or 0
        summary.is_open = summary.is_open or span.is_open
        summary.disputed += span.is_disputed
