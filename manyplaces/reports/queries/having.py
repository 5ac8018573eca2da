"""Which events and cities have reports or photos: for `core.holding.has_none`, as `record.queries.having`."""

from __future__ import annotations

from manyplaces.record.queries.having import Numbers, Pairs
from manyplaces.reports.models import Report
from manyplaces.reports.queries.photos import public_photos


def events_with_reports() -> Numbers:
    """Return the events of which somebody reported."""
    return frozenset(Report.objects.order_by().values_list("event_id", flat=True).distinct())


def events_with_photos() -> Numbers:
    """Return the events with photos that everybody may see."""
    return frozenset(public_photos().order_by().values_list("event_id", flat=True).distinct())


def cities_with_photos() -> Pairs:
    """Return the cities with photos that everybody may see."""
    return frozenset(public_photos().order_by().values_list("event__action_id", "event__city_id").distinct())
