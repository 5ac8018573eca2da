"""The pages that go through the years: of a place, of an organisation, of what is searched for, of the record."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, F, Q, QuerySet

from manyplaces.actions.models import Action
from manyplaces.core.signatures import in_short, public_key
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.queries import listed, openly, shown_organisations, shown_places
from manyplaces.people.models import Organisation
from manyplaces.places.models import City, Place
from manyplaces.record.models import Claim, MediaHit, RecordNote

MOST_FOUND = 30


@dataclass(frozen=True)
class Chapter:
    """One action and the events in it that the page is about."""

    action: Action
    events: list[Event]


@dataclass(frozen=True)
class PlacePage:
    """A place through the years, under every spelling."""

    place: Place
    spellings: list[str]
    chapters: list[Chapter]


@dataclass(frozen=True)
class OrganisationPage:
    """An organisation through the years, under every spelling."""

    organisation: Organisation
    spellings: list[str]
    chapters: list[Chapter]


@dataclass(frozen=True)
class Outlet:
    """A paper, station or site with how many items of it are in the record, and the actions they are about."""

    name: str
    hits: list[MediaHit]


@dataclass(frozen=True)
class SearchPage:
    """What was found."""

    query: str
    actions: list[Action]
    cities: list[tuple[City, list[Action]]]
    places: list[Place]
    organisations: list[Organisation]
    outlets: list[Outlet]

    @property
    def found(self) -> int:
        """How many things were found."""
        found = len(self.actions) + len(self.cities) + len(self.places)
        return found + len(self.organisations) + len(self.outlets)


@dataclass(frozen=True)
class RecordPage:
    """What the record holds: its notes, how many rows of each kind, and the key by which archives of it are signed."""

    notes: list[RecordNote]
    counts: dict[str, int]
    actions: list[Action]
    key: str


def place_page(place: Place) -> PlacePage:
    """Return a place's page; three queries."""
    events = listed(openly(Event.objects.filter(spelling__place=place)))
    names = place.names.order_by("pk").values_list("text", flat=True)
    return PlacePage(place, [name for name in names if name != place.name], _chapters(events))


def organisation_page(organisation: Organisation) -> OrganisationPage:
    """Return an organisation's page; three queries."""
    events = listed(openly(Event.objects.filter(hosts__organisation=organisation).distinct()))
    names = organisation.names.order_by("pk").values_list("text", flat=True)
    known = (organisation.name, organisation.short_name)
    return OrganisationPage(organisation, [name for name in names if name not in known], _chapters(events))


def _chapters(events: QuerySet[Event]) -> list[Chapter]:
    ordered = events.order_by("-action__date_from", "action", "city__state", "city__name", "date_from", "venue", "pk")
    return [Chapter(action, list(found)) for action, found in groupby(ordered, key=lambda event: event.action)]


def search_page(query: str) -> SearchPage:
    """Return what actions, cities, places, organisations and outlets the words fit; seven queries at most."""
    words = fold(query[:200])
    if not words:
        return SearchPage(query, [], [], [], [], [])
    actions = [action for action in Action.objects.order_by("-date_from") if words in _folded(action)]
    cities = list(
        City.objects.filter(folded__contains=words, events__isnull=False)
        .distinct()
        .order_by("name", "state")[:MOST_FOUND]
    )
    places = shown_places().filter(names__folded__contains=words).select_related("city")
    organisations = shown_organisations().filter(names__folded__contains=words)
    return SearchPage(
        query,
        actions,
        _with_actions(cities),
        list(places.order_by("name", "pk")[:MOST_FOUND]),
        list(organisations.order_by("name")[:MOST_FOUND]),
        _outlets(words),
    )


def _folded(action: Action) -> str:
    return fold(f"{action.name} {action.name_es} {action.slug} {action.date_words('en')} {action.date_words('es')}")


def _with_actions(cities: list[City]) -> list[tuple[City, list[Action]]]:
    pairs = Event.objects.filter(city__in=cities).values_list("city", "action").distinct().order_by()
    actions = Action.objects.order_by("-date_from").in_bulk({action for _, action in pairs}) if cities else {}
    taken = set(pairs) if cities else set()
    return [(city, [action for action in actions.values() if (city.pk, action.pk) in taken]) for city in cities]


def _outlets(words: str) -> list[Outlet]:
    hits = MediaHit.objects.filter(outlet_folded__contains=words).select_related("action", "city")
    ordered = hits.order_by("outlet", "date_from", "pk")[: MOST_FOUND * 10]
    return [Outlet(name, list(found)) for name, found in groupby(ordered, key=lambda hit: hit.outlet)][:MOST_FOUND]


def record_page() -> RecordPage:
    """Return what the record holds; nine queries."""
    actions = Action.objects.annotate(event_count=Count("events", filter=Q(events__is_listed=True))).order_by(
        F("date_from").desc(nulls_last=True), "slug"
    )
    counts = {
        "actions": Action.objects.count(),
        "claims": Claim.objects.filter(event=None).count(),
        "events": Event.objects.count(),
        "media": MediaHit.objects.count(),
        "places": shown_places().count(),
        "cities": City.objects.filter(Q(events__isnull=False)).distinct().count(),
        "organisations": shown_organisations().count(),
    }
    return RecordPage(list(RecordNote.objects.all()), counts, list(actions), in_short(public_key()))
