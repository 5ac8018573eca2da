"""Which sites have told how it went, which have not, and whose words nobody has looked at yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.queries import within
from manyplaces.events.queries.areas import in_reach
from manyplaces.events.rules import Covers, Phase
from manyplaces.people.rules import Role
from manyplaces.places.models import City
from manyplaces.reports.models import Report
from manyplaces.reports.queries import held as held
from manyplaces.reports.rules import REPORTABLE, Review, has_begun

# So many sites stand in one grid; a city that has more is typed in pieces.
MOST_ROWS = 50
MOST_WORDS = 50


@dataclass(frozen=True)
class SilentCity:
    """A city with the sites that have not reported."""

    city: City
    events: list[Event]


@dataclass(frozen=True)
class ReportsPage:
    """How far the reports of an action have come, of the sites that its reader coordinates."""

    action: Action
    reported: int
    cities: list[SilentCity]
    words: list[Report]

    @property
    def silent(self) -> int:
        """Sites whose day has come and of which nobody has said how it went."""
        return sum(len(row.events) for row in self.cities)


def reports_page(action: Action, by: Actor) -> ReportsPage:
    """Return who has reported and who has not, and the words that wait; three queries."""
    events = list(_reportable(action, by))
    now = timezone.now()
    silent = [event for event in events if not _count(event) and has_begun(event, now)]
    cities = [SilentCity(city, list(found)) for city, found in groupby(silent, key=lambda event: event.city)]
    return ReportsPage(action, sum(1 for event in events if _count(event)), cities, waiting_words(action, by))


def waiting_words(action: Action, by: Actor) -> list[Report]:
    """Return the reports, oldest first, whose words the actor may look at and nobody has; one query."""
    reach = _to_look_at(by)
    rows = Report.objects.filter(reach, event__action=action, review=Review.WAITING)
    return list(
        rows.select_related("event__action", "event__city", "event__spelling__place").order_by("pk")[:MOST_WORDS]
    )


def rows_of(action: Action, city: City, by: Actor) -> list[Event]:
    """Return the sites of a city without a report, as they stand in the grid; one query."""
    now = timezone.now()
    found = _reportable(action, by).filter(city=city)
    return [event for event in found if not _count(event) and has_begun(event, now)]


def rows_typed(action: Action, city: City, keys: Iterable[str], by: Actor) -> list[Event]:
    """Return the sites of a city that a grid speaks of, also those that somebody reported meanwhile; one query."""
    return list(_reportable(action, by).filter(city=city, key__in=list(keys)[: 2 * MOST_ROWS]))


def report_of(key: str, by: Actor) -> Report | None:
    """Return a report by its key, if its words are for the actor to look at; one query."""
    reach = _to_look_at(by)
    return Report.objects.filter(reach, key=key).select_related("event__action", "event__city").first()


def _to_look_at(by: Actor) -> Q:
    place = {"state": "event__city__state", "city": "event__city__slug"}
    return within(by, Role.REVIEWER, Role.COORDINATOR, action="event__action__slug", **place)


def _reportable(action: Action, by: Actor) -> QuerySet[Event]:
    phases = [phase for phase in REPORTABLE if phase != Phase.PLANNED]
    found = in_reach(action, by).filter(covers=Covers.PLACE, phase__in=phases)
    return found.annotate(said=Count("reports"))


def _count(event: Event) -> int:
    return int(getattr(event, "said", 0))
