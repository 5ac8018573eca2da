"""Which events an area holds, and who would be told, before anything is cancelled or postponed."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event, Host
from manyplaces.events.queries import within
from manyplaces.events.queries.deciding import MOST_RECENT, UNDO
from manyplaces.events.rules.steps import STEPS
from manyplaces.journal.models import Entry
from manyplaces.people.rules import Role
from manyplaces.places.geometry import project

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Area:
    """What was chosen: a state, counties and cities in it, a box in degrees (south, west, north, east), a drawn one.

    A drawn box is in units of the map's canvas (left, top, right, bottom).
    """

    state: str = ""
    counties: Sequence[str] = ()
    cities: Sequence[str] = ()
    box: Box | None = None
    drawn: Box | None = None

    @property
    def is_chosen(self) -> bool:
        """Whether anything was chosen at all."""
        return bool(self.state or self.box or self.drawn)


@dataclass(frozen=True)
class Told:
    """Who would get a letter, by language, and how many events have nobody who can be reached."""

    by_language: dict[str, int]
    unreached: int

    @property
    def letters(self) -> int:
        """How many letters go out."""
        return sum(self.by_language.values())


@dataclass(frozen=True)
class AreaPage:
    """The events of an action that may still be called off, those of an area, and what there is to choose from."""

    action: Action
    every: list[Event]
    chosen: list[Event]
    states: dict[str, int]
    counties: dict[str, int]
    cities: dict[tuple[str, str], int]
    told: Told
    recent: list[CalledOff] = field(default_factory=list)


@dataclass(frozen=True)
class CalledOff:
    """What was cancelled or postponed in one go and can still be taken back."""

    errand: str
    verb: str
    many: int
    at: datetime.datetime


def may_be_called_off(action: Action, by: Actor) -> QuerySet[Event]:
    """Return the events of an action that the actor may cancel or postpone now."""
    reach = within(by, Role.COORDINATOR, state="city__state", city="city__slug")
    events = Event.every.filter(reach, action=action, phase__in=STEPS["cancel"].sources)
    return events.select_related("action", "city", "spelling__place").order_by(
        "city__state", "city__name", "venue", "pk"
    )


def area_page(action: Action, area: Area, by: Actor) -> AreaPage:
    """Return what an area holds; five queries."""
    every = list(may_be_called_off(action, by))
    here = [event for event in every if not area.state or event.city.state == area.state]
    counties = Counter(event.city.county for event in here if event.city.county) if area.state else Counter()
    cities = Counter((event.city.slug, event.city.name) for event in here) if area.state else Counter()
    chosen = [event for event in every if area.is_chosen and _is_in(event, area)]
    return AreaPage(
        action,
        every,
        chosen,
        dict(sorted(Counter(event.city.state for event in every).items())),
        dict(sorted(counties.items())),
        dict(sorted(cities.items(), key=lambda city: city[0][1])),
        who_is_told(chosen),
        _recent(action, by),
    )


def who_is_told(events: Iterable[Event]) -> Told:
    """Return who would get a letter; one query."""
    numbers = {event.pk for event in events}
    hosts = Host.objects.filter(commitment__event__in=numbers).exclude(email_hash="")
    found = list(hosts.values_list("commitment__event", "language"))
    languages = Counter(language for _event, language in found)
    return Told(dict(sorted(languages.items())), len(numbers - {event for event, _language in found}))


def _is_in(event: Event, area: Area) -> bool:
    city = event.city
    if area.state and city.state != area.state:
        return False
    if (area.counties or area.cities) and city.county not in area.counties and city.slug not in area.cities:
        return False
    place = event.spelling.place if event.spelling else None
    lat, lon = (place.lat, place.lon) if place is not None and place.lat is not None else (city.lat, city.lon)
    if lat is None or lon is None:
        return not area.box and not area.drawn
    if area.box and not (area.box[0] <= lat <= area.box[2] and area.box[1] <= lon <= area.box[3]):
        return False
    return area.drawn is None or _is_drawn(lat, lon, area.drawn)


def _is_drawn(lat: float, lon: float, drawn: Box) -> bool:
    spot = project(lat, lon)
    return spot is not None and drawn[0] <= spot[0] <= drawn[2] and drawn[1] <= spot[1] <= drawn[3]


def _recent(action: Action, by: Actor) -> list[CalledOff]:
    since = timezone.now() - UNDO
    entries = Entry.objects.filter(subject_kind=Event._meta.label_lower, at__gt=since)
    undone = set(entries.filter(verb="event.taken-back").values_list("before__errand", flat=True).distinct().order_by())
    called = entries.filter(verb__in=("event.cancelled", "event.postponed"), actor=by.name).exclude(errand="")
    mine = called.filter(subject_id__in=Event.every.filter(action=action).values("pk"))
    found = mine.values("errand", "verb").annotate(many=Count("pk"), last=Max("at")).order_by("-last")
    rows = [CalledOff(row["errand"], row["verb"], row["many"], row["last"]) for row in found[: MOST_RECENT * 4]]
    return [row for row in rows if row.errand not in undone][:MOST_RECENT]
