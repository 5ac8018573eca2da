"""The events of an action that have a position which everybody may see: the points of its map, from south to north."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Coalesce

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.events.queries import listed

IN_PART = 50
STEPS = 5000  # in a degree: a step is at most 22 metres
Step = tuple[int, int]
ORDER = ("at_lat", "at_lon", "pk")
COLUMNS = ["at_lat", "at_lon", "phase"]


class Spot(NamedTuple):
    """One event on the map: its public position in degrees, and its phase."""

    lat: float
    lon: float
    phase: str


def step(lat: float, lon: float) -> Step:
    """Return a position in degrees in steps north of the South Pole and east of the 180th meridian."""
    return round((lat + 90) * STEPS), round((lon + 180) * STEPS)


def placed(action: Action) -> QuerySet[Event]:
    """Return the events of an action that have a public position, in `at_lat` and `at_lon`; in the order of points.

    That is the one kept with the event; where none is, the position of its place, or of its city where the place is
    not to be seen or nobody knows where it lies.
    """
    seen = {"is_shielded": False, "spelling__place__lat__isnull": False, "spelling__place__lon__isnull": False}
    lat = Case(When(**seen, then=F("spelling__place__lat")), default=F("city__lat"))
    lon = Case(When(**seen, then=F("spelling__place__lon")), default=F("city__lon"))
    found = Event.objects.filter(action=action).annotate(
        at_lat=Coalesce("shown_lat", lat), at_lon=Coalesce("shown_lon", lon)
    )
    return found.filter(at_lat__isnull=False, at_lon__isnull=False).order_by(*ORDER)


def spots(action: Action) -> list[Spot]:
    """Return the points of an action's map; one query."""
    return [Spot(*row) for row in placed(action).values_list(*COLUMNS)]


def part_of_points(action: Action, part: int) -> list[Event]:
    """Return the events behind the points from number `part` times `IN_PART` on, at most `IN_PART`; two queries."""
    return list(listed(placed(action))[part * IN_PART : (part + 1) * IN_PART])
