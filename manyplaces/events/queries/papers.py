"""The events whose papers are printed, with all that stands on them, one or a whole city at once."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import Paper
from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.queries.areas import in_reach
from manyplaces.events.rules import Covers
from manyplaces.events.rules.papers import papers_of
from manyplaces.people.models import OrganisationName

# So many sheets go into one file: each takes some 4 MB of memory to draw, and nobody waits a minute for a page.
MOST_SHEETS = 160
ALL = "all"


@dataclass(frozen=True)
class EventOnPaper:
    """One event with what stands on its papers, and which of them are of use today."""

    event: Event
    demands: list[Demand]
    organisations: list[str]
    papers: list[Paper]


@dataclass(frozen=True)
class Sheaf:
    """The events of an area that go into one file, and the places of the first and the last in their list, from 1."""

    number: int
    first: int
    last: int
    events: list[Event]


@dataclass(frozen=True)
class PrintPage:
    """What can be printed at once: the areas with how many events, and those of the one that was chosen.

    `left_out` counts the events of the area that have no papers: cancelled, paused, over for long.
    """

    action: Action
    chosen: str
    states: dict[str, int]
    cities: dict[tuple[str, str, str], int]
    events: list[Event]
    left_out: int

    @property
    def papers(self) -> list[Paper]:
        """The papers that any of the events has."""
        return [paper for paper in Paper if self.sheaves(paper)]

    def sheaves(self, kind: str) -> list[Sheaf]:
        """Return the files in which a paper of all events is printed; of a `kind` that is ALL, all papers of each."""
        today, found = timezone.localdate(), list[list[Event]]()
        room = 0
        for event in self.events:
            known = papers_of(event, today)
            sheets = len(known) if kind == ALL else int(kind in known)
            if sheets > room:
                found.append([])
                room = MOST_SHEETS
            if sheets:
                found[-1].append(event)
                room -= sheets
        ends = [sum(map(len, found[: place + 1])) for place in range(len(found))]
        return [
            Sheaf(place + 1, end - len(events) + 1, end, events)
            for place, (events, end) in enumerate(zip(found, ends, strict=True))
        ]


def on_paper(events: Sequence[Event], today: datetime.date | None = None) -> list[EventOnPaper]:
    """Return events with what stands on their papers, those left out that have none; four queries, however many.

    Action, city and place of each must be loaded. A demand that no site chose is asked by every site of its action.
    """
    today = today or timezone.localdate()
    found = [(event, papers) for event in events if (papers := papers_of(event, today))]
    demands = Prefetch("demands", Demand.objects.order_by("pk"))
    hosts = Prefetch("hosts", OrganisationName.objects.select_related("organisation").order_by("pk"))
    prefetch_related_objects([event for event, _papers in found], demands, hosts)
    usual: dict[int, list[Demand]] = {}
    for demand in Demand.objects.filter(action__in={event.action_id for event, _papers in found}).order_by("pk"):
        usual.setdefault(demand.action_id, []).append(demand)
    return [
        EventOnPaper(
            event,
            list(event.demands.all()) or usual.get(event.action_id, []),
            [] if event.is_shielded else _named(event),
            papers,
        )
        for event, papers in found
    ]


def sample(action: Action, paper: Paper) -> EventOnPaper | None:
    """Return an event of an action with a paper, to look at what is written on it; None where it has no event."""
    events = Event.objects.filter(action=action, covers=Covers.PLACE, is_shielded=False)
    event = events.select_related("action", "city", "spelling__place").order_by("pk").first()
    if event is None:
        return None
    demands = list(event.demands.order_by("pk")) or list(action.demands.order_by("pk"))
    return EventOnPaper(event, demands, _named(event), [paper])


def print_page(action: Action, by: Actor, chosen: str = "") -> PrintPage:
    """Return what of an action somebody may print at once; `chosen` is a state ("WI") or a city ("WI/milwaukee").

    One query.
    """
    today, every = timezone.localdate(), list(in_reach(action, by))
    printed = [event for event in every if papers_of(event, today)]
    here = [event for event in printed if _lies(event, chosen)]
    here.sort(key=lambda event: (event.city.state, fold(event.city.name), fold(_name(event)), event.pk))
    return PrintPage(
        action,
        chosen,
        dict(sorted(Counter(event.city.state for event in printed).items())),
        dict(sorted(Counter((event.city.state, event.city.slug, event.city.name) for event in printed).items())),
        here,
        sum(_lies(event, chosen) for event in every) - len(here),
    )


def _lies(event: Event, chosen: str) -> bool:
    state, _stroke, city = chosen.partition("/")
    return state in ("", event.city.state) and city in ("", event.city.slug)


def _name(event: Event) -> str:
    return event.public_place.name if event.public_place else event.public_venue


def _named(event: Event) -> list[str]:
    hosts = event.hosts.all()
    return list(dict.fromkeys(host.organisation.name for host in hosts))
