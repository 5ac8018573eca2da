"""Figures that the list of events carries itself, so that the list of claims need not repeat them."""

from __future__ import annotations

from collections.abc import Iterable

from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.rules import city_tally
from manyplaces.record.models import Claim
from manyplaces.record.rules import SPOKEN_METRICS, ClaimPhase, Figures, Metric, figures_in
from manyplaces.record.rules.links import host_of

PEOPLE = "people"
# What a figure about an event speaks of, by how far the event has come.
_CLAIMED = {"held": ClaimPhase.HELD, "committed": ClaimPhase.COMMITTED, "cancelled": ClaimPhase.CANCELLED}


def turnout(event: Event, words: str, figures: Figures) -> Claim:
    """Return the claim that an event's attendance in the list of events makes."""
    return _figure(event, PEOPLE, words, figures)


def summary(event: Event) -> Claim | None:
    """Return the claim that a city's summary ("city tally: close to 200 schools") makes; None for any other event."""
    words = city_tally(event.venue)
    return _figure(event, tally_metric(words), words, figures_in(words)) if words else None


def tally_metric(words: str) -> str:
    """Return what a city's summary counts ("close to 200 schools": schools), or that it does not say."""
    said = f" {fold(words)} "
    return next((spoken for spoken in SPOKEN_METRICS if f" {spoken} " in said), "city tally")


def in_list_of_events(claim: Claim) -> bool:
    """Tell whether a claim is one that the event's own row makes: its attendance, or the figure of its summary."""
    event = claim.event
    if event is None or claim.date_edtf:
        return False
    source = next(iter(event.source_links), "")
    if (claim.source_url, claim.claimant) != (source, host_of(source)[:200]):
        return False
    if claim.metric == Metric.PEOPLE:
        return claim.metric_words == PEOPLE
    words = city_tally(event.venue)
    return bool(words) and (claim.value_words, claim.metric_words) == (words, tally_metric(words))


def listed_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Return those of the claims (with their events) that the list of events does not carry."""
    carried: set[tuple[int | None, str]] = set()
    listed = []
    for claim in claims:
        mark = (claim.event_id, claim.metric)
        if mark in carried or not in_list_of_events(claim):
            listed.append(claim)
        else:
            carried.add(mark)
    return listed


def _figure(event: Event, metric_words: str, words: str, figures: Figures) -> Claim:
    source = next(iter(event.source_links), "")
    return Claim(
        action=event.action,
        event=event,
        phase=_CLAIMED.get(event.phase, ClaimPhase.PLANNED),
        metric_words=metric_words,
        value_words=words,
        low=figures.low,
        high=figures.high,
        basis=figures.basis,
        claimant=host_of(source)[:200],
        source_url=source,
    )
