"""The pages of a state and of a city within an action, and of one event."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.events.models import Event
from manyplaces.events.queries import listed
from manyplaces.people.models import Organisation
from manyplaces.places.models import City
from manyplaces.record.models import Claim, MediaHit
from manyplaces.record.queries import Figure, OwnCounts, figures, own_counts
from manyplaces.record.queries.standing import Standing, live_standing
from manyplaces.reports.models import Report
from manyplaces.reports.rules import Review
from manyplaces.rsvps.queries import takes_guests


@dataclass(frozen=True)
class CityEvents:
    """One city with its events."""

    city: City
    events: list[Event]


@dataclass(frozen=True)
class StatePage:
    """What the page of a state within an action shows."""

    action: Action
    state: str
    cities: list[CityEvents]

    @property
    def events(self) -> int:
        """Events in all its cities, in every phase."""
        return sum(len(row.events) for row in self.cities)

    @property
    def phases(self) -> Counter[str]:
        """How many of them are in each phase."""
        return Counter(event.phase for row in self.cities for event in row.events)


@dataclass(frozen=True)
class CityPage:
    """What the page of a city within an action shows; `others` are further actions that the city took part in."""

    action: Action
    city: City
    events: list[Event]
    counts: OwnCounts
    claims: list[Claim]
    stories: list[MediaHit]
    others: list[Action]
    figures: list[Figure]
    standing: Standing | None


@dataclass(frozen=True)
class EventPage:
    """What the page of one event shows."""

    event: Event
    is_over: bool
    part: Part | None
    organisations: list[Organisation]
    demands: list[Demand]
    claims: list[Claim]
    stories: list[MediaHit]
    reports: list[Report]

    @property
    def takes_guests(self) -> bool:
        """Whether somebody can still say that he comes."""
        return not self.is_over and takes_guests(self.event, timezone.localdate())


def state_page(action: Action, state: str) -> StatePage:
    """Return a state's page; two queries."""
    events = listed(action.events.filter(city__state=state)).order_by("city__name", "date_from", "venue", "pk")
    cities = [CityEvents(city, list(found)) for city, found in groupby(events, key=lambda event: event.city)]
    return StatePage(action, state, cities)


def city_page(action: Action, city: City) -> CityPage:
    """Return a city's page; ten queries, eleven while its action is under way."""
    events = list(listed(action.events.filter(city=city)).order_by("date_from", "time_local", "venue", "pk"))
    about = Q(city=city) | Q(event__city=city)
    claims = Claim.objects.filter(about, action=action).select_related(
        "action", "city", "event__action", "event__spelling__place", "event__city"
    )
    stories = MediaHit.objects.filter(Q(city=city) | Q(events__city=city), action=action, copy_of=None).distinct()
    counts, stated = own_counts(action, city=city.pk), list(claims.order_by("metric", "phase", "pk"))
    return CityPage(
        action,
        city,
        events,
        counts,
        stated,
        list(stories.select_related("city").prefetch_related(_copies()).order_by("date_from", "pk")),
        list(Action.objects.filter(events__city=city).exclude(pk=action.pk).distinct().order_by("-date_from")),
        figures(claim for claim in stated if claim.event_id is None),
        live_standing(counts, action, city=city.pk),
    )


def event_page(event: Event) -> EventPage:
    """Return an event's page; eight queries."""
    parts = event.action.parts.order_by("date_from", "pk")
    # Of what was put off the new day counts, once it is known.
    last_day = event.meant[1] or event.last_day
    return EventPage(
        event,
        bool(last_day and last_day < timezone.localdate()),
        next((part for part in parts if part.holds(event.first_day, event.last_day)), None),
        [] if event.is_shielded else list(Organisation.objects.filter(names__events=event).distinct().order_by("name")),
        list(event.demands.order_by("pk")) or list(event.action.demands.order_by("pk")),
        list(event.claims.order_by("metric", "pk")),
        [] if event.is_shielded else list(_stories(event)),
        list(event.reports.filter(review=Review.SHOWN).order_by("pk")),
    )


def _stories(event: Event) -> QuerySet[MediaHit]:
    return event.media.select_related("city").prefetch_related(_copies()).order_by("date_from", "pk")


def _copies() -> Prefetch[str, QuerySet[MediaHit], str]:
    return Prefetch("copies", MediaHit.objects.select_related("city").order_by("date_from", "pk"))
