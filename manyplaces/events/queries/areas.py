"""Which events an area holds, and who would be told, before anything is cancelled or postponed."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.queries import within
from manyplaces.events.queries.deciding import MOST_RECENT, UNDO
from manyplaces.events.rules import Review
from manyplaces.events.rules.steps import STEPS
from manyplaces.journal.models import Entry
from manyplaces.people.rules import Role
from manyplaces.places.geometry import project
from manyplaces.places.models import City

# What the journal calls it.
CALLED_OFF = ("event.cancelled", "event.postponed")
Box = tuple[float, float, float, float]
Spot = tuple[float, float] | None


@dataclass(frozen=True)
class Area:
    """What was chosen: a state, counties and cities in it, a box in degrees (south, west, north, east), a drawn one.

    A drawn box is in units of the map's canvas (left, top, right, bottom). `everywhere` is all that one may call off.
    """

    state: str = ""
    counties: Sequence[str] = ()
    cities: Sequence[str] = ()
    box: Box | None = None
    drawn: Box | None = None
    everywhere: bool = False

    @property
    def is_chosen(self) -> bool:
        """Whether anything was chosen at all."""
        return bool(self.state or self.box or self.drawn or self.everywhere)

    @property
    def is_boxed(self) -> bool:
        """Whether only what has a position can lie in it."""
        return bool(self.box or self.drawn)


@dataclass(frozen=True)
class Told:
    """Who would get a letter, by language, and which events have nobody who can be reached."""

    by_language: dict[str, int]
    unreached: list[Event]

    @property
    def letters(self) -> int:
        """How many letters go out."""
        return sum(self.by_language.values())


@dataclass(frozen=True)
class AreaPage:
    """The events of an action that may still be called off, those of an area, and what there is to choose from.

    `unplaced` would lie in the area but for its box, for nobody knows where they are; `waiting` waits for review there.
    """

    action: Action
    area: Area
    every: list[Event]
    chosen: list[Event]
    unplaced: list[Event]
    waiting: list[Commitment]
    states: dict[str, int]
    counties: dict[str, int]
    cities: dict[tuple[str, str], int]
    told: Told
    recent: list[CalledOff] = field(default_factory=list)


@dataclass(frozen=True)
class CalledOff:
    """What was cancelled or postponed in one go and can still be taken back: by whom, when by the action's clock."""

    errand: str
    verb: str
    actor: str
    many: int
    starts_at: datetime.datetime

    @property
    def time_local(self) -> datetime.time:
        """The time of day."""
        return self.starts_at.time()


def in_reach(action: Action, by: Actor) -> QuerySet[Event]:
    """Return the events of an action that the actor coordinates, however far they have come."""
    reach = within(by, Role.COORDINATOR, state="city__state", city="city__slug")
    events = Event.every.filter(reach, action=action).select_related("action", "city", "spelling__place")
    return events.order_by("city__state", "city__name", "venue", "pk")


def may_be_called_off(action: Action, by: Actor) -> QuerySet[Event]:
    """Return the events of an action that the actor may cancel or postpone now."""
    return in_reach(action, by).filter(phase__in=STEPS["cancel"].sources)


def waits_in_reach(action: Action, by: Actor) -> QuerySet[Commitment]:
    """Return what of an action waits for review where the actor coordinates, and is not online."""
    waiting = Commitment.objects.filter(within(by, Role.COORDINATOR), action=action, event=None)
    found = waiting.filter(review__in=[Review.WAITING, Review.ASKED])
    return found.select_related("action", "school").order_by("state", "city_name", "venue", "pk")


def area_page(action: Action, area: Area, by: Actor) -> AreaPage:
    """Return what an area holds; seven queries."""
    every = list(may_be_called_off(action, by))
    here = [event for event in every if not area.state or event.city.state == area.state]
    counties = Counter(event.city.county for event in here if event.city.county) if area.state else Counter()
    cities = Counter((event.city.slug, event.city.name) for event in here) if area.state else Counter()
    # What was ticked in another state is chosen no more: nobody could see the tick.
    slugs = {slug for slug, _name in cities}
    area = replace(
        area,
        counties=[name for name in area.counties if name in counties],
        cities=[slug for slug in area.cities if slug in slugs],
    )
    named = [event for event in every if area.is_chosen and _is_named(event.city, area)]
    chosen = [event for event in named if _is_boxed(_spot(event), area)]
    return AreaPage(
        action,
        area,
        every,
        chosen,
        [event for event in named if area.is_boxed and _spot(event) is None],
        _waiting(action, area, by) if area.is_chosen else [],
        dict(sorted(Counter(event.city.state for event in every).items())),
        dict(sorted(counties.items())),
        dict(sorted(cities.items(), key=lambda city: city[0][1])),
        who_is_told(chosen),
        _recent(action, by),
    )


def who_is_told(events: Iterable[Event]) -> Told:
    """Return who would get a letter; one query."""
    events = list(events)
    hosts = Host.objects.filter(commitment__event__in=[event.pk for event in events]).exclude(email_hash="")
    found = list(hosts.values_list("commitment__event", "language"))
    languages, reached = Counter(language for _event, language in found), {event for event, _language in found}
    return Told(dict(sorted(languages.items())), [event for event in events if event.pk not in reached])


def letters_of_today(by: Actor) -> int:
    """Return how many letters the actor has caused within a day by calling events off; two queries."""
    own = {"person": by.person} if by.person else {"actor": by.name}
    done = Entry.objects.filter(verb__in=CALLED_OFF, at__gt=timezone.now() - UNDO, **own)
    times = Counter(done.values_list("subject_id", flat=True))
    hosts = Host.objects.filter(commitment__event__in=times).exclude(email_hash="").select_related("commitment")
    return sum(times[host.commitment.event_id or 0] for host in hosts)


def _is_named(city: City, area: Area) -> bool:
    if area.state and city.state != area.state:
        return False
    return not (area.counties or area.cities) or city.county in area.counties or city.slug in area.cities


def _spot(event: Event) -> Spot:
    place = event.spelling.place if event.spelling else None
    at = place if place is not None and place.lat is not None else event.city
    return None if at.lat is None or at.lon is None else (at.lat, at.lon)


def _is_boxed(spot: Spot, area: Area) -> bool:
    if not area.is_boxed or spot is None:
        return not area.is_boxed
    lat, lon = spot
    if area.box and not (area.box[0] <= lat <= area.box[2] and area.box[1] <= lon <= area.box[3]):
        return False
    return area.drawn is None or _is_drawn(lat, lon, area.drawn)


def _is_drawn(lat: float, lon: float, drawn: Box) -> bool:
    spot = project(lat, lon)
    return spot is not None and drawn[0] <= spot[0] <= drawn[2] and drawn[1] <= spot[1] <= drawn[3]


def _waiting(action: Action, area: Area, by: Actor) -> list[Commitment]:
    """Return what waits for review in an area; a site that nobody can place lies in no box. Two queries."""
    rows = list(waits_in_reach(action, by))
    known = {(city.state, city.slug): city for city in City.objects.filter(slug__in={row.city_slug for row in rows})}
    found = []
    for row in rows:
        empty = City(state=row.state, slug=row.city_slug, county=row.county)
        city = known.get((row.state, row.city_slug), empty)
        at = next((one for one in (row, row.school, city) if one is not None and one.lat is not None), city)
        spot = None if at.lat is None or at.lon is None else (at.lat, at.lon)
        if _is_named(city, area) and _is_boxed(spot, area):
            found.append(row)
    return found


def _recent(action: Action, by: Actor) -> list[CalledOff]:
    """Return what was called off within a day, by whomever, wholly where the actor coordinates; two queries."""
    since = timezone.now() - UNDO
    entries = Entry.objects.filter(subject_kind=Event._meta.label_lower, at__gt=since)
    undone = set(entries.filter(verb="event.taken-back").values_list("before__errand", flat=True).distinct().order_by())
    called = entries.filter(verb__in=CALLED_OFF).exclude(errand="")
    mine = Count("pk", filter=Q(subject_id__in=in_reach(action, by).order_by().values("pk")))
    found = called.values("errand", "verb", "actor").annotate(many=Count("pk"), mine=mine, last=Max("at"))
    zone = ZoneInfo(action.zone)
    return [
        CalledOff(row["errand"], row["verb"], row["actor"], row["many"], row["last"].astimezone(zone))
        for row in found.order_by("-last")[: MOST_RECENT * 4]
        if row["errand"] not in undone and row["mine"] == row["many"]
    ][:MOST_RECENT]
