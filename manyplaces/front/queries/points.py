"""The events of an action that have a position which everybody may see: the points of its map, from south to north."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import QuerySet

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.events.queries import listed

IN_PART = 50
STEPS = 5000  # in a degree: a step is at most 22 metres
Step = tuple[int, int]


class Spot(NamedTuple):
    """One event on the map: its public position in degrees, and its phase."""

    lat: float
    lon: float
    phase: str


def step(lat: float, lon: float) -> Step:
    """Return a position in steps north of the South Pole and east of the 180th meridian."""
    return round((lat + 90) * STEPS), round((lon + 180) * STEPS)


def placed(action: Action) -> QuerySet[Event]:
    """Return the events of an action that have a public position, in the order of points."""
    found = Event.objects.filter(action=action, shown_lat__isnull=False, shown_lon__isnull=False)
    return found.order_by("shown_lat", "shown_lon", "pk")


def spots(action: Action) -> list[Spot]:
    """Return the points of an action's map; one query."""
    rows: Any = placed(action).values_list("shown_lat", "shown_lon", "phase")
    return [Spot(*row) for row in rows]


def part_of_points(action: Action, part: int) -> list[Event]:
    """Return the events behind the points from number `part` times `IN_PART` on, at most `IN_PART`; two queries."""
    return list(listed(placed(action))[part * IN_PART : (part + 1) * IN_PART])
