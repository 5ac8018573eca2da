"""Tallies: what people claim and what our own record counts, never mixed, each with what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from manyplaces.actions.models import Action
from manyplaces.core.holding import has_none
from manyplaces.events.models import Event
from manyplaces.events.rules import Covers, Phase
from manyplaces.places.models import Place
from manyplaces.record.models import Claim
from manyplaces.record.queries import having
from manyplaces.record.queries import held as held
from manyplaces.record.queries.turnouts import Turnout, turnout_in, turnout_of
from manyplaces.record.rules import ClaimPhase, Metric

# A headline speaks of what was held; where nobody stated that, of the latest stage somebody did state.
HEADLINE_PHASES = (ClaimPhase.HELD, ClaimPhase.COMMITTED, ClaimPhase.REGISTERED, ClaimPhase.PLANNED)
# How far events have come, in the order in which it is told.
SHOWN_PHASES = (*(Phase.COMMITTED, Phase.HELD, Phase.PLANNED, Phase.UNREPORTED, Phase.POSTPONED, Phase.CANCELLED),)
HEADLINE_METRICS = (Metric.SCHOOLS, Metric.SITES, Metric.EVENTS, Metric.CITIES, Metric.PEOPLE, Metric.GROUPS)


@dataclass(frozen=True)
class Bound:
    """One end of a range: a number, or somebody's own words where they gave none or a vague one.

    `is_open` where the claim says at least so many, `is_ceiling` where it says at most so many ("nearly 200").
    """

    number: int | None
    words: str = ""
    is_open: bool = False
    is_ceiling: bool = False


@dataclass(frozen=True)
class Figure:
    """What is claimed of one metric and phase, from the lowest to the highest claim; never a sum."""

    metric: Metric
    phase: ClaimPhase
    low: Bound
    high: Bound
    claims: int
    is_disputed: bool

    @property
    def is_range(self) -> bool:
        """Whether the claims differ."""
        return (self.low.number, self.low.words) != (self.high.number, self.high.words)


@dataclass(frozen=True)
class OwnCounts:
    """What our own record holds of an action, by phase; summaries of a whole city or of several places left out."""

    events: Mapping[str, int] = field(default_factory=dict)
    cities: Mapping[str, int] = field(default_factory=dict)
    schools: Mapping[str, int] = field(default_factory=dict)
    groups: int = 0
    summaries: int = 0
    all_cities: int = 0
    all_states: int = 0
    turnout: Turnout = field(default_factory=Turnout)

    @property
    def all_events(self) -> int:
        """Single events in every phase."""
        return sum(self.events.values())

    @property
    def by_phase(self) -> list[tuple[Phase, int, int]]:
        """Each phase with its cities and events; committed beside held even where nothing was held yet."""
        beside = {Phase.HELD, Phase.COMMITTED} if self.events.get(Phase.COMMITTED) else set()
        shown = [phase for phase in SHOWN_PHASES if phase in beside or self.events.get(phase)]
        return [(phase, self.cities.get(phase, 0), self.events.get(phase, 0)) for phase in shown]


def claims_about(actions: Iterable[Action]) -> dict[int, list[Claim]]:
    """Return the claims about whole actions, by the action's number; one query."""
    found: dict[int, list[Claim]] = defaultdict(list)
    claims = Claim.objects.filter(action__in=list(actions), city=None, event=None)
    for claim in claims.order_by("pk"):
        found[claim.action_id].append(claim)
    return found


def figures(claims: Iterable[Claim]) -> list[Figure]:
    """Return one figure for each headline metric, from claims about one whole action."""
    grouped: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if not claim.qualifier:
            grouped[claim.metric, claim.phase].append(claim)
    found = []
    for metric in HEADLINE_METRICS:
        phase = next((phase for phase in HEADLINE_PHASES if grouped.get((metric, phase))), None)
        if phase:
            found.append(figure_of(grouped[metric, phase]))
    return found


def figure_of(claims: list[Claim]) -> Figure:
    """Return the range that claims of one metric and phase span; a chosen claim stands for all of them."""
    chosen = [claim for claim in claims if claim.chosen] or claims
    bounds = sorted((bound for claim in chosen for bound in _bounds(claim)), key=_rank)
    first = claims[0]
    return Figure(
        Metric(first.metric),
        ClaimPhase(first.phase),
        bounds[0],
        bounds[-1],
        len(claims),
        any(claim.disputed for claim in claims),
    )


def _bounds(claim: Claim) -> tuple[Bound, Bound]:
    low = claim.low if claim.low is not None else claim.high
    high = claim.high if claim.high is not None else claim.low
    words = claim.value_words.partition(" (")[0].strip("\"“”'") if low is None or "vague" in claim.basis else ""
    ceiling = claim.low is None and not words
    return Bound(low, words, is_ceiling=ceiling), Bound(high, words, claim.high is None and not words, ceiling)


def _rank(bound: Bound) -> tuple[int, int, int]:
    return (1, 0, 0) if bound.number is None else (0, bound.number, bound.is_open - bound.is_ceiling)


def own_counts(action: Action, *, city: int | None = None) -> OwnCounts:
    """Count what our record holds of an action (or of one city in it); four queries."""
    events = Event.objects.filter(action=action)
    if city is not None:
        events = events.filter(city=city)
    single = events.filter(covers=Covers.PLACE)
    rows = single.values("phase").annotate(
        events=Count("pk"),
        cities=Count("city", distinct=True),
        schools=Count("spelling__place", distinct=True, filter=Q(spelling__place__kind=Place.Kind.SCHOOL)),
    )
    by_phase = {row["phase"]: row for row in rows.order_by()}
    held = by_phase[Phase.HELD]["events"] if Phase.HELD in by_phase else 0
    whole = events.aggregate(
        cities=Count("city", distinct=True),
        states=Count("city__state", distinct=True),
        summaries=Count("pk", filter=~Q(covers=Covers.PLACE)),
    )
    return OwnCounts(
        events={phase: row["events"] for phase, row in by_phase.items()},
        cities={phase: row["cities"] for phase, row in by_phase.items()},
        schools={phase: row["schools"] for phase, row in by_phase.items() if row["schools"]},
        groups=_groups(Event.hosts.through.objects.filter(event__in=events)),
        summaries=whole["summaries"],
        all_cities=whole["cities"],
        all_states=whole["states"],
        turnout=turnout_of(single.filter(phase=Phase.HELD), held),
    )


def own_counts_of(events: list[Event]) -> OwnCounts:
    """Count the same of events that are there already, with place and claims; one query.

    For the events of a city, which its page shows one by one anyway; tests/exchange/test_sample.py compares both.
    """
    single = [event for event in events if event.covers == Covers.PLACE]
    by_phase: dict[str, list[Event]] = defaultdict(list)
    for event in single:
        by_phase[event.phase].append(event)
    schools = {phase: len({_school(event) for event in found} - {None}) for phase, found in by_phase.items()}
    held = by_phase.get(Phase.HELD, [])
    hosted = [event.pk for event in events if not has_none(having.events_with_hosts, event.pk)]
    return OwnCounts(
        events={phase: len(found) for phase, found in by_phase.items()},
        cities={phase: len({event.city_id for event in found}) for phase, found in by_phase.items()},
        schools={phase: many for phase, many in schools.items() if many},
        groups=_groups(Event.hosts.through.objects.filter(event__in=hosted)) if hosted else 0,
        summaries=len(events) - len(single),
        all_cities=len({event.city_id for event in events}),
        all_states=len({event.city.state for event in events}),
        turnout=turnout_in((claim for event in held for claim in event.claims.all()), len(held)),
    )


def _school(event: Event) -> int | None:
    place = event.spelling.place if event.spelling else None
    return place.pk if place is not None and place.kind == Place.Kind.SCHOOL else None


def _groups(hosts: QuerySet[Any]) -> int:
    groups: int = hosts.aggregate(groups=Count("organisationname__organisation", distinct=True))["groups"]
    return groups
