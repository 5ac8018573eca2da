"""Which events and cities have something in the record: for `core.holding.has_none`, so as not to look in vain.

A city is meant within an action, as both numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from manyplaces.events.models import Event
from manyplaces.record.models import Claim, MediaHit

Numbers = frozenset[int]
Pairs = frozenset[tuple[int, int]]


def events_with_hosts() -> Numbers:
    """Return the events that organisations hold."""
    return frozenset(Event.hosts.through.objects.values_list("event_id", flat=True))


def events_with_demands() -> Numbers:
    """Return the events with demands of their own."""
    return frozenset(Event.demands.through.objects.values_list("event_id", flat=True))


def events_with_claims() -> Numbers:
    """Return the events that claims speak of."""
    return frozenset(number for number in Claim.objects.values_list("event_id", flat=True).distinct() if number)


def events_with_stories() -> Numbers:
    """Return the events that stories are about."""
    return frozenset(MediaHit.events.through.objects.values_list("event_id", flat=True))


def stories_with_copies() -> Numbers:
    """Return the stories of which there are copies."""
    return frozenset(number for number in MediaHit.objects.values_list("copy_of_id", flat=True) if number)


def cities_with_own_claims() -> Pairs:
    """Return the cities that claims speak of."""
    return _pairs(Claim.objects.order_by().values_list("action_id", "city_id").distinct())


def cities_with_stories() -> Pairs:
    """Return the cities that stories are about, or an event there."""
    stories = MediaHit.objects.order_by()
    return _pairs(
        stories.values_list("action_id", "city_id").distinct(),
        stories.values_list("action_id", "events__city_id").distinct(),
    )


def cities_of_several() -> Numbers:
    """Return the cities that took part in several actions."""
    pairs = Event.objects.order_by().values_list("city_id", "action_id").distinct()
    return frozenset(city for city, many in Counter(city for city, _action in pairs).items() if many > 1)


def _pairs(*found: Iterable[tuple[int, int | None]]) -> Pairs:
    return frozenset((action, city) for rows in found for action, city in rows if city is not None)
