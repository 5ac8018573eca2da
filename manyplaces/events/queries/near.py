"""What of an action is near a position: the nearest first, found through one index in boxes that grow."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians, sqrt
from typing import Any, NamedTuple

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Abs, Concat, Least
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core import fuzzydates
from manyplaces.events.models import Event
from manyplaces.events.queries.density import KM_IN_A_DEGREE, likely_circle
from manyplaces.events.rules import CALLED_OFF, Phase
from manyplaces.places.geometry import great_circle

KM_IN_A_MILE = 1.609344
# What is further away is not near; the nearest is told all the same.
REACH = 50 * KM_IN_A_MILE
# The first circle is to hold so many times what is shown: they lie closer together here and there, and whoever looks
# for something finds less. What was too narrow once is as much wider the second time as what it held says, and the
# third time as wide as we reach.
ROOM, ROOM_FOR_SOMETHING, ROOM_AGAIN = 3.0, 8.0, 2.5
WIDER, WIDEST, LOOKS = 1.3, 3.0, 3
FAR_CIRCLES = (250.0, 800.0)
MOST_FAR = 3
ROUGHLY = 100
# So many of what was called off come with what takes place, for each of these.
ONE_CALLED_OFF_IN = 4


class Point(NamedTuple):
    """A position in degrees."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Wish:
    """What somebody looks for: a tactic, a day, a language that is spoken, everything that makes it accessible."""

    tactic: str = ""
    day: datetime.date | None = None
    spoken: str = ""
    access: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether everything is welcome."""
        return not (self.tactic or self.day or self.spoken or self.access)


ANYTHING = Wish()


@dataclass(frozen=True)
class Near:
    """An event with how far it is, in kilometres; as far as everybody may know where it is."""

    event: Event
    kilometres: float

    @property
    def miles(self) -> float:
        """The same in miles."""
        return self.kilometres / KM_IN_A_MILE


@dataclass(frozen=True)
class Nearby:
    """What is near: what takes place, what was called off, and whether there is more; the nearest first.

    With `is_far` nothing that takes place is within reach, and `events` has the nearest few.
    """

    events: list[Near]
    called_off: list[Near]
    has_more: bool = False
    is_far: bool = False


class _Seen(NamedTuple):
    kilometres: float
    pk: int
    phase: str


def near(
    action: Action,
    at: Point,
    wish: Wish = ANYTHING,
    *,
    reach: float = REACH,
    skip: int = 0,
    most: int = 20,
) -> Nearby:
    """Return `most` events of an action within `reach` (kilometres) of a position, after the `skip` nearest.

    What is over is left out unless the action is. The events have their action, city and place, and no figures. Two
    queries, a few more where they lie far apart here or `density` counts them anew.
    """
    events = _wished(action, wish, timezone.localdate())
    seen: list[_Seen] = []
    standing: list[_Seen] = []
    wanted = skip + most + 1
    circle = likely_circle(action, at, round(wanted * (ROOM if wish.is_any else ROOM_FOR_SOMETHING)))
    for look in range(LOOKS):
        circle = min(circle, reach) if look < LOOKS - 1 else reach
        seen = _within(events, at, circle)
        standing = [one for one in seen if one.phase not in CALLED_OFF]
        if len(standing) >= wanted or circle == reach:
            break
        circle *= min(max(sqrt(ROOM_AGAIN * wanted / max(len(standing), 1)), WIDER), WIDEST)
    off = [one for one in seen if one.phase in CALLED_OFF][: most // ONE_CALLED_OFF_IN] if not skip else []
    if standing:
        return _filled(action, standing[skip : skip + most], off, has_more=len(standing) >= wanted)
    return _filled(action, _far(events, at, reach), off, is_far=True)


def _wished(action: Action, wish: Wish, today: datetime.date) -> QuerySet[Event]:
    """Return what fits and is not over; what was postponed may still come on another day."""
    events = Event.objects.filter(action=action)
    if not action.is_past(today):
        later = Q(phase=Phase.POSTPONED) & ~Q(moved_to="")
        events = events.filter(Q(date_to__gte=today) | Q(date_to=None) | later)
    if wish.tactic:
        inherited = Q(tactic="") if wish.tactic == action.tactic else Q(pk__in=[])
        events = events.filter(Q(tactic=wish.tactic) | inherited)
    if wish.day:
        own = Q(date_from__lte=wish.day, date_to__gte=wish.day)
        first, last = action.date_from, action.date_to
        inherits = bool(first and last and first <= wish.day <= last)
        events = events.filter(own | Q(date_from=None, date_to=None) if inherits else own)
    if wish.spoken or wish.access:
        # Of what others have hidden nothing is told, and so nothing of it is found.
        events = events.exclude(is_shielded=True, only_city=False)
    for field, codes in (("spoken", filter(None, [wish.spoken])), ("access", wish.access)):
        for code in codes:
            # Blanks on both sides, so that a code is never found within another.
            whole = Concat(Value(" "), field, Value(" "), output_field=CharField())
            events = events.alias(**{f"whole_{field}": whole}).filter(**{f"whole_{field}__contains": f" {code} "})
    return events


def _within(events: QuerySet[Event], at: Point, kilometres: float) -> list[_Seen]:
    """Return what lies in a circle, the nearest first; one query for the box around it."""
    today = timezone.localdate()
    # Nothing that has no point lies in a box.
    rows: Any = events.filter(_box(at, kilometres)).order_by()
    found = []
    for pk, lat, lon, phase, moved_to in rows.values_list("pk", "shown_lat", "shown_lon", "phase", "moved_to"):
        far = great_circle(at, (lat, lon))
        if far <= kilometres and not _was_moved_to_past(phase, moved_to, today):
            found.append(_Seen(far, pk, phase))
    return sorted(found)


def _box(at: Point, kilometres: float) -> Q:
    """Return the condition that a point lies in the smallest box of degrees around a circle."""
    up = kilometres / KM_IN_A_DEGREE
    # The meridians come together towards the pole, so that the widest part of the box is its outer edge.
    across = up / max(cos(radians(min(abs(at.lat) + up, 89.0))), 0.01)
    box = Q(shown_lat__gte=at.lat - up, shown_lat__lte=at.lat + up)
    west, east = at.lon - across, at.lon + across
    if across >= 180:
        return box
    sides = Q(shown_lon__gte=west, shown_lon__lte=east)
    # The Aleutian islands lie on both sides of the 180th meridian.
    if west < -180:
        sides |= Q(shown_lon__gte=west + 360)
    if east > 180:
        sides |= Q(shown_lon__lte=east - 360)
    return box & sides


def _was_moved_to_past(phase: str, moved_to: str, today: datetime.date) -> bool:
    return phase == Phase.POSTPONED and bool(moved_to) and fuzzydates.read(moved_to).latest < today


def _far(events: QuerySet[Event], at: Point, reach: float) -> list[_Seen]:
    """Return the few nearest that take place, however far; at most three queries."""
    standing = events.exclude(phase__in=CALLED_OFF)
    for circle in FAR_CIRCLES:
        if circle > reach and (seen := _within(standing, at, circle)):
            return seen[:MOST_FAR]
    # Nearly everybody lives nearer; here the database puts all in order, roughly, the short way round the world.
    turn = Abs(F("shown_lon") - at.lon)
    north, east = F("shown_lat") - at.lat, Least(turn, 360.0 - turn) * cos(radians(at.lat))
    known = standing.exclude(shown_lat=None).exclude(shown_lon=None)
    rough = known.alias(apart=north * north + east * east).order_by("apart", "pk")
    rows: Any = rough.values_list("pk", "shown_lat", "shown_lon", "phase")[:ROUGHLY]
    return sorted(_Seen(great_circle(at, (lat, lon)), pk, phase) for pk, lat, lon, phase in rows)[:MOST_FAR]


def _filled(
    action: Action, seen: Iterable[_Seen], off: Iterable[_Seen], *, has_more: bool = False, is_far: bool = False
) -> Nearby:
    seen, off = list(seen), list(off)
    # No figures of them: what is near is mostly still to come, and half of the time would go into asking.
    events = Event.objects.select_related("city", "spelling__place")
    rows = events.in_bulk([one.pk for one in (*seen, *off)])
    for event in rows.values():
        event.action = action

    def shown(found: list[_Seen]) -> list[Near]:
        return [Near(rows[one.pk], one.kilometres) for one in found if one.pk in rows]

    return Nearby(shown(seen), shown(off), has_more, is_far)
