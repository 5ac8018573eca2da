"""Where events are shown, after a place or a spelling they rest on has moved; what an event says itself, it settles."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from manyplaces.events.models import Event
from manyplaces.journal.models import Entry
from manyplaces.places.models import City, Place, PlaceName

BATCH = 500


@transaction.atomic(savepoint=False)
def settle_points(events: QuerySet[Event]) -> int:
    """Bring the points of events into line with where their places and cities are; returns how many were not.

    Whoever moves a place calls it in the same transaction: rooms below know of no events.
    """
    moved = []
    for event in events.select_related("city", "spelling__place").iterator(chunk_size=2_000):
        if (event.shown_lat, event.shown_lon) != event.public_point:
            event.shown_lat, event.shown_lon = event.public_point
            moved.append(event)
    Event.every.bulk_update(moved, ["shown_lat", "shown_lon"], batch_size=BATCH)
    return len(moved)


def at_place(place: Place) -> QuerySet[Event]:
    """Return the events at a place, under every spelling."""
    return Event.every.filter(spelling__place=place)


def in_city(city: City) -> QuerySet[Event]:
    """Return the events in a city."""
    return Event.every.filter(city=city)


def resting_on(errand: str) -> QuerySet[Event]:
    """Return the events whose place, spelling or city was touched on an errand."""
    kinds = {"city": City, "spelling": PlaceName, "spelling__place": Place}
    condition = Q()
    for field, kind in kinds.items():
        entries = Entry.objects.filter(errand=errand, subject_kind=kind._meta.label_lower)
        condition |= Q(**{f"{field}__in": entries.values("subject_id")})
    return Event.every.filter(condition)
