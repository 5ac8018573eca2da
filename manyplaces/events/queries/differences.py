"""What a host changed since his commitment was approved, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from manyplaces.core import fuzzydates
from manyplaces.events.models import Commitment, Event


@dataclass(frozen=True)
class Difference:
    """One field: what it is called, what is online, and what is wanted now."""

    label: str
    old: str
    new: str


def differences(commitment: Commitment) -> list[Difference]:
    """Return where a commitment differs from its event; both must be loaded with their demands."""
    event = commitment.event
    if event is None:
        return []
    language = get_language() or "en"
    note = event.note_es if commitment.language == "es" and event.note_es else event.note
    pairs = [
        (_("School or place"), event.venue, commitment.venue),
        (_("City"), str(event.city), f"{commitment.city_name}, {commitment.state}"),
        (_("Address"), event.address, commitment.address),
        (_("Day"), _day(event.date_edtf, language), _day(commitment.date_edtf, language)),
        (_("Time"), _clock(event), _clock(commitment)),
        (_("Tactic"), str(event.get_tactic_display()), str(commitment.get_tactic_display())),
        (_("Host organisation"), event.hosts_words, commitment.hosts_words),
        (_("Name on the page"), event.shown_host, commitment.shown_host),
        (_("For those who come"), note, commitment.note),
        (_("Demands"), _demands(event, language), _demands(commitment, language)),
    ]
    return [Difference(label, old, new) for label, old, new in pairs if old != new]


def _day(text: str, language: str) -> str:
    return fuzzydates.words(text, language) if text else ""


def _clock(row: Commitment | Event) -> str:
    if row.time_local is None:
        return ""
    zone = row.starts_at.tzname() if row.starts_at else ""
    return f"{row.time_local:%H:%M} {zone}".strip()


def _demands(row: Commitment | Event, language: str) -> str:
    return "; ".join(sorted(demand.text("description", language) for demand in row.demands.all()))
