"""The page of all numbers of an action: every claim by metric and phase, with our own count beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from manyplaces.actions.models import Action
from manyplaces.events.rules import Covers
from manyplaces.record.models import Claim, TallyPoint
from manyplaces.record.queries import Figure, OwnCounts, figure_of, own_counts
from manyplaces.record.queries.standing import history
from manyplaces.record.rules import ClaimPhase, Metric


@dataclass(frozen=True)
class PhaseGroup:
    """The claims of one metric and phase, the range they span, and our own count where there is one.

    `whole` speak of the whole action; `narrower` of a part of it, such as one union's members; they span no range.
    """

    phase: ClaimPhase
    figure: Figure | None
    whole: list[Claim]
    narrower: list[Claim]
    own: int | None


@dataclass(frozen=True)
class MetricGroup:
    """All claims of one metric, by phase."""

    metric: Metric
    phases: list[PhaseGroup]


@dataclass(frozen=True)
class NumbersPage:
    """What the page of numbers shows: about the whole action, about single cities, and turnout at single events."""

    action: Action
    metrics: list[MetricGroup]
    cities: list[Claim]
    turnouts: list[Claim]
    counts: OwnCounts
    total: int
    history: list[TallyPoint]


def numbers_page(action: Action) -> NumbersPage:
    """Return the page of all numbers; seven queries while its action is under way, else six."""
    counts = own_counts(action)
    claims = Claim.objects.filter(action=action).select_related(
        "city", "event__action", "event__city", "event__spelling__place"
    )
    whole: dict[str, dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    cities: list[Claim] = []
    turnouts: list[Claim] = []
    for claim in claims.order_by("pk"):
        if claim.event is not None:
            (cities if claim.event.covers != Covers.PLACE else turnouts).append(claim)
        elif claim.city is not None:
            cities.append(claim)
        else:
            whole[claim.metric][claim.phase].append(claim)
    metrics = [
        MetricGroup(metric, [_group(metric, phase, whole[metric], counts) for phase in phases])
        for metric in Metric
        if (
            phases := [phase for phase in ClaimPhase if whole[metric][phase] or _own(metric, phase, counts) is not None]
        )
    ]
    turnouts.sort(key=lambda claim: (claim.event.city.state, claim.event.city.name) if claim.event else ("", ""))
    total = len(turnouts) + len(cities) + _size(whole)
    return NumbersPage(action, metrics, cities, turnouts, counts, total, history(action, counts))


def _group(metric: Metric, phase: ClaimPhase, by_phase: dict[str, list[Claim]], counts: OwnCounts) -> PhaseGroup:
    claims = by_phase[phase]
    whole = [claim for claim in claims if not claim.qualifier]
    narrower = [claim for claim in claims if claim.qualifier]
    return PhaseGroup(phase, figure_of(whole) if whole else None, whole, narrower, _own(metric, phase, counts))


def _own(metric: Metric, phase: ClaimPhase, counts: OwnCounts) -> int | None:
    """Return what our own record counts, None where it does not count such a thing."""
    counted: dict[Metric, Mapping[str, int]] = {
        Metric.SCHOOLS: counts.schools,
        Metric.EVENTS: counts.events,
        Metric.CITIES: counts.cities,
    }
    return counted[metric].get(phase) if metric in counted else None


def _size(whole: dict[str, dict[str, list[Claim]]]) -> int:
    return sum(len(claims) for by_phase in whole.values() for claims in by_phase.values())
