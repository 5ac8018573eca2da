"""The page of one action: figures, parts, the map with its list by state and city, demands and media."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from heapq import nlargest

from django.db.models import Case, Count, Q, When, Window
from django.utils import timezone

from manyplaces.actions.models import Action, Demand, Material, Part
from manyplaces.actions.rules import is_open
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.queries import listed
from manyplaces.events.rules import CALLED_OFF, Covers, Phase
from manyplaces.places.models import City
from manyplaces.record.models import Claim, Correction, MediaHit
from manyplaces.record.queries import Figure, OwnCounts, claims_about, figures, own_counts
from manyplaces.record.queries.standing import Standing, live_standing
from manyplaces.record.rules import MediaKind
from manyplaces.reports.queries.photos import MOST_ON_A_PAGE, ShownPhoto, shown_photos
from manyplaces.reports.queries.recaps import ShownRecap, public_recap

MOST_IN_PART = 60
# A list of more cities than this is too long for a telephone (5,600 of them are 550 KB): of each state the page then
# names the largest, and the page of the state has all.
MOST_CITIES, FIRST_CITIES = 1_500, 12
MOST_FOUND = 100
MOST_HIGHLIGHTS = 6
# The first that a city has says most about it. Plain texts, for a page asks 700 cities.
MAIN_PHASES = tuple(
    str(phase.value)
    for phase in (Phase.HELD, Phase.COMMITTED, Phase.PLANNED, Phase.UNREPORTED, Phase.POSTPONED, Phase.CANCELLED)
)
CITY_FIELDS = [field.name for field in City._meta.concrete_fields]


@dataclass(frozen=True)
class CityRow:
    """One city with how many events it had, by phase."""

    city: City
    phases: dict[str, int]

    @property
    def events(self) -> int:
        """All of them."""
        return sum(self.phases.values())

    @property
    def by_phase(self) -> list[tuple[str, int]]:
        """How many in each phase, the one that says most about the city first: held before committed before planned."""
        return [(phase, self.phases[phase]) for phase in MAIN_PHASES if phase in self.phases]


@dataclass(frozen=True)
class StateRow:
    """One state with its cities."""

    code: str
    cities: list[CityRow]

    @property
    def events(self) -> int:
        """Events in all its cities."""
        return sum(row.events for row in self.cities)

    @property
    def standing(self) -> int:
        """Those of them that were not called off."""
        return sum(count for row in self.cities for phase, count in row.phases.items() if phase not in CALLED_OFF)

    @property
    def largest(self) -> list[CityRow]:
        """The few cities with most events, by name."""
        if len(self.cities) <= FIRST_CITIES:
            return self.cities
        chosen = {row.city.pk for row in nlargest(FIRST_CITIES, self.cities, key=lambda row: row.events)}
        return [row for row in self.cities if row.city.pk in chosen]


@dataclass(frozen=True)
class PartView:
    """A part with the events it holds; the events are only listed where they are few."""

    part: Part
    count: int
    events: list[Event]


@dataclass(frozen=True)
class ActionPage:
    """What the page of an action shows."""

    action: Action
    figures: list[Figure]
    claims: int
    counts: OwnCounts
    parts: list[PartView]
    states: list[StateRow]
    demands: list[Demand]
    highlights: list[MediaHit]
    stories: int
    found: list[Event] | None
    query: str
    is_open: bool
    is_to_open: bool
    has_toolkit: bool
    is_over: bool
    standing: Standing | None
    photos: list[ShownPhoto]
    recap: ShownRecap | None
    corrections: list[Correction]

    @property
    def is_long(self) -> bool:
        """Whether there are more cities than one page should list."""
        return sum(len(state.cities) for state in self.states) > MOST_CITIES

    @property
    def sites(self) -> int:
        """Single events that stand in our record and were not called off: what a goal is compared with."""
        return sum(count for phase, count in self.counts.events.items() if phase not in CALLED_OFF)


def action_page(action: Action, query: str = "") -> ActionPage:
    """Return the page of an action, with the events that a search in it finds; twelve queries, five more with parts.

    Where a recap was written on the desk it stands in for the action's short one, and what it chose of photos and
    stories for ours: six queries more, seven with photos. One more for the corrections of a closed record.
    """
    now = timezone.now()
    claims, counts = claims_about([action])[action.pk], own_counts(action)
    highlights, recap = _highlights(action), public_recap(action)
    return ActionPage(
        action,
        figures(claims),
        Claim.objects.filter(action=action).count(),
        counts,
        _parts(action),
        states_of(action),
        list(action.demands.order_by("pk")),
        recap.hits if recap and recap.hits else highlights,
        getattr(highlights[0], "stories", 0) if highlights else 0,
        _found(action, query) if fold(query) else None,
        query,
        is_open(action, now),
        action.opens_at is not None and now < action.opens_at,
        bool(action.guidelines) or Material.objects.filter(action=action, removed_at=None).exists(),
        action.is_past(timezone.localdate()),
        live_standing(counts, action),
        recap.photos if recap and recap.photos else shown_photos(action=action, most=MOST_ON_A_PAGE),
        recap,
        list(action.corrections.filter(recaps=None).select_related("event")) if action.is_frozen else [],
    )


def states_of(action: Action) -> list[StateRow]:
    """Return states and cities by name with how many events each had; one query."""
    names = [f"city__{name}" for name in CITY_FIELDS]
    rows = Event.objects.filter(action=action).values_list(*names, "phase").annotate(events=Count("pk"))
    cities: dict[int, CityRow] = {}
    states: dict[str, list[CityRow]] = defaultdict(list)
    for *values, phase, events in rows.order_by("city__state", "city__name", "city"):
        row = cities.get(values[0])
        if row is None:
            row = cities[values[0]] = CityRow(City(*values), {})
            states[row.city.state].append(row)
        row.phases[phase] = events
    return [StateRow(code, found) for code, found in states.items()]


def _highlights(action: Action) -> list[MediaHit]:
    """Return the first few stories: news before the rest, a real headline before a described one, by date.

    Each carries in `stories` how many there are in all, which saves a query.
    """
    news = Case(When(kind=MediaKind.EARNED, then=0), When(kind=MediaKind.PARTNER, then=2), default=1)
    described = Case(When(Q(headline="") | Q(headline__startswith="("), then=1), default=0)
    stories = MediaHit.objects.filter(action=action, copy_of=None).annotate(stories=Window(Count("pk")))
    return list(stories.select_related("city").order_by(described, news, "date_from", "pk")[:MOST_HIGHLIGHTS])


def _parts(action: Action) -> list[PartView]:
    """Return the parts by date, each with the events on the days it covers; three queries at most."""
    parts = list(action.parts.order_by("date_from", "pk"))
    if not parts:
        return []
    days = list(
        action.events.exclude(covers=Covers.CITY).values_list("pk", "date_from", "date_to").order_by("date_from", "pk")
    )
    own = (action.date_from, action.date_to)
    held = {part.pk: [pk for pk, first, last in days if part.holds(first or own[0], last or own[1])] for part in parts}
    few = {pk for found in held.values() if len(found) <= MOST_IN_PART for pk in found}
    events = listed(action.events.filter(pk__in=few)).in_bulk() if few else {}
    return [PartView(part, len(held[part.pk]), [events[pk] for pk in held[part.pk] if pk in events]) for part in parts]


def _found(action: Action, query: str) -> list[Event]:
    """Return the events whose place or city the words are about."""
    words = fold(query)
    named = Q(spelling__folded__contains=words, is_shielded=False)
    about = Q(city__folded__contains=words) | named | Q(key__iexact=query.strip())
    events = listed(action.events.filter(about)).order_by("city__state", "city__name", "venue", "pk")
    return list(events[:MOST_FOUND])
