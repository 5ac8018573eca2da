"""The pages of a state and of a city within an action, and of one event."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.core.holding import has_none, kept_while_held
from manyplaces.events.models import Event
from manyplaces.events.queries import listed
from manyplaces.events.rules import Covers
from manyplaces.people.models import Organisation
from manyplaces.places.models import City
from manyplaces.record.models import Claim, Correction, MediaHit
from manyplaces.record.queries import Figure, OwnCounts, figures, having, own_counts_of
from manyplaces.record.queries.standing import Standing, live_standing
from manyplaces.reports.models import Report
from manyplaces.reports.queries import having as having_reports
from manyplaces.reports.queries.photos import MOST_ON_A_PAGE, ShownPhoto, shown_photos
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
    corrections: list[Correction]

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
    """What the page of a city within an action shows; `others` are further actions that the city took part in.

    `claims` speak of the city, `site_claims` of one site each: what sites report stands apart from what is claimed.
    """

    action: Action
    city: City
    events: list[Event]
    counts: OwnCounts
    claims: list[Claim]
    site_claims: list[Claim]
    stories: list[MediaHit]
    others: list[Action]
    figures: list[Figure]
    standing: Standing | None
    photos: list[ShownPhoto]
    corrections: list[Correction]


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
    photos: list[ShownPhoto]
    corrections: list[Correction]

    @property
    def takes_guests(self) -> bool:
        """Whether somebody can still say that he comes."""
        return not self.is_over and takes_guests(self.event, timezone.localdate())


def state_page(action: Action, state: str) -> StatePage:
    """Return a state's page; two queries, three of a closed record."""
    events = listed(action.events.filter(city__state=state)).order_by("city__name", "date_from", "venue", "pk")
    cities = [CityEvents(city, list(found)) for city, found in groupby(events, key=lambda event: event.city)]
    return StatePage(action, state, cities, _corrections(action, event__city__state=state))


def city_page(action: Action, city: City) -> CityPage:
    """Return a city's page; eight queries, nine while its action is under way or once its record is closed."""
    events = list(listed(action.events.filter(city=city)).order_by("date_from", "time_local", "venue", "pk"))
    counts, stated = own_counts_of(events), _claims_in(action, city, events)
    return CityPage(
        action,
        city,
        events,
        counts,
        [claim for claim in stated if not _is_of_one_site(claim)],
        [claim for claim in stated if _is_of_one_site(claim)],
        _stories_in(action, city),
        _others(action, city),
        figures(claim for claim in stated if claim.event_id is None),
        live_standing(counts, action, city=city.pk),
        _photos_in(action, city),
        _corrections(action, event__city=city),
    )


def _claims_in(action: Action, city: City, events: list[Event]) -> list[Claim]:
    """Return the claims about a city and about the events there, which have theirs with them; one query."""
    claims = [claim for event in events for claim in event.claims.all()]
    for claim in claims:
        claim.action = action
    if not has_none(having.cities_with_own_claims, (action.pk, city.pk)):
        whole = Claim.objects.filter(city=city, action=action).exclude(pk__in=[claim.pk for claim in claims])
        claims += whole.select_related("action", "city", "event__action", "event__spelling__place", "event__city")
    return sorted(claims, key=lambda claim: (claim.metric, claim.phase, claim.pk))


def _stories_in(action: Action, city: City) -> list[MediaHit]:
    if has_none(having.cities_with_stories, (action.pk, city.pk)):
        return []
    stories = MediaHit.objects.filter(Q(city=city) | Q(events__city=city), action=action, copy_of=None).distinct()
    return _with_copies(stories)


def _others(action: Action, city: City) -> list[Action]:
    if has_none(having.cities_of_several, city.pk):
        return []
    return list(Action.objects.filter(events__city=city).exclude(pk=action.pk).distinct().order_by("-date_from"))


def _photos_in(action: Action, city: City) -> list[ShownPhoto]:
    if has_none(having_reports.cities_with_photos, (action.pk, city.pk)):
        return []
    return shown_photos(action=action, city=city, most=MOST_ON_A_PAGE)


def _corrections(action: Action, **about: Any) -> list[Correction]:
    """Return the notes beside a closed record that are about events here; those on the whole stand on its page."""
    return list(action.corrections.filter(**about).select_related("event")) if action.is_frozen else []


def _is_of_one_site(claim: Claim) -> bool:
    return claim.event is not None and claim.event.covers == Covers.PLACE


def event_page(event: Event) -> EventPage:
    """Return an event's page; nine queries, ten of a closed record."""
    # Of what was put off the new day counts, once it is known.
    last_day = event.meant[1] or event.last_day
    return EventPage(
        event,
        bool(last_day and last_day < timezone.localdate()),
        next((part for part in _parts(event.action) if part.holds(event.first_day, event.last_day)), None),
        [] if event.is_shielded else _organisations(event),
        _own_demands(event) or _demands(event.action),
        [] if has_none(having.events_with_claims, event.pk) else list(event.claims.order_by("metric", "pk")),
        [] if event.is_shielded else _stories(event),
        _reports(event),
        [] if has_none(having_reports.events_with_photos, event.pk) else shown_photos(event=event),
        list(event.corrections.all()) if event.action.is_frozen else [],
    )


@kept_while_held
def _parts(action: Action) -> list[Part]:
    return list(action.parts.order_by("date_from", "pk"))


@kept_while_held
def _demands(action: Action) -> list[Demand]:
    return list(action.demands.order_by("pk"))


def _own_demands(event: Event) -> list[Demand]:
    return [] if has_none(having.events_with_demands, event.pk) else list(event.demands.order_by("pk"))


def _organisations(event: Event) -> list[Organisation]:
    if has_none(having.events_with_hosts, event.pk):
        return []
    return list(Organisation.objects.filter(names__events=event).distinct().order_by("name"))


def _stories(event: Event) -> list[MediaHit]:
    if has_none(having.events_with_stories, event.pk):
        return []
    return _with_copies(event.media.all())


def _reports(event: Event) -> list[Report]:
    if has_none(having_reports.events_with_reports, event.pk):
        return []
    return list(event.reports.filter(review=Review.SHOWN).order_by("pk"))


def _with_copies(stories: QuerySet[MediaHit]) -> list[MediaHit]:
    """Return stories in their order, each with its copies; two queries."""
    found = list(stories.select_related("city").order_by("date_from", "pk"))
    copies = Prefetch("copies", MediaHit.objects.select_related("city").order_by("date_from", "pk"), "shown_copies")
    copied = [hit for hit in found if not has_none(having.stories_with_copies, hit.pk)]
    prefetch_related_objects(copied, copies)
    for hit in found:
        hit.shown_copies = getattr(hit, "shown_copies", [])
    return found
