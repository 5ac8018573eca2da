"""What a host changed since his commitment was approved, field by field."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from manyplaces.core import fuzzydates
from manyplaces.events.models import Commitment, Event
from manyplaces.places.geometry import kilometres

# A trusted host may move his start by so much without anybody looking.
NEAR_MINUTES = 30


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
        (_("Registry number"), *_numbers(commitment, event)),
        (_("Pin"), *_pins(commitment, event)),
        (_("City"), str(event.city), f"{commitment.city_name}, {commitment.state}"),
        (_("Address"), event.address, commitment.address),
        (_("Only the city is shown"), *_only_city(commitment, event)),
        (_("Day"), _day(event.date_edtf, language), _day(commitment.date_edtf, language)),
        (_("Time"), _clock(event), _clock(commitment)),
        (_("Tactic"), str(event.get_tactic_display()), str(commitment.get_tactic_display())),
        (_("Host organisation"), event.hosts_words, commitment.hosts_words),
        (_("Name on the page"), event.shown_host, commitment.shown_host),
        (_("For those who come"), note, commitment.note),
        *_welcome(event, commitment),
        (_("Demands"), _demands(event, language), _demands(commitment, language)),
    ]
    return [Difference(label, old, new) for label, old, new in pairs if old != new]


def _welcome(event: Event, commitment: Commitment) -> list[tuple[str, str, str]]:
    """Return what each says to those who come, by label."""
    said = []
    for row in (event, commitment):
        room = str(row.capacity) if row.capacity else ""
        told = str(row.get_address_for_display()) if row.only_city else ""
        said.append((", ".join(row.spoken_words), ", ".join(row.access_words), row.access_note, row.safety, room, told))
    labels = (
        *(_("Languages spoken"), _("Accessibility"), _("More about accessibility"), _("About safety")),
        *(_("Room for how many"), _("Who learns the address")),
    )
    return list(zip(labels, *said, strict=True))


def _only_city(commitment: Commitment, event: Event) -> tuple[str, str]:
    """Return whether its host shows only the city, now and as wanted; where others have hidden it that is no change."""
    wanted = _yes(commitment.only_city)
    return wanted if event.is_hidden_by_others else _yes(event.only_city), wanted


def _yes(is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def is_far_change(commitment: Commitment) -> bool:
    """Tell whether a commitment wants people somewhere else than its event, on another day, or half an hour off."""
    event = commitment.event
    if event is None:
        return False
    where = (commitment.venue, commitment.address, commitment.city_slug, commitment.state)
    if where != (event.venue, event.address, event.city.slug, event.city.state):
        return True
    if any(online != wanted for online, wanted in (_numbers(commitment, event), _pins(commitment, event))):
        return True
    return commitment.date_edtf != event.date_edtf or not _is_near(commitment.time_local, event.time_local)


def _is_near(one: datetime.time | None, other: datetime.time | None) -> bool:
    if one is None or other is None:
        return one == other
    minutes = [time.hour * 60 + time.minute for time in (one, other)]
    return abs(minutes[0] - minutes[1]) <= NEAR_MINUTES


def _numbers(commitment: Commitment, event: Event) -> tuple[str, str]:
    """Return the number of the place that is online, and of the school that is wanted now where one is."""
    online = (event.spelling.place.registry_number if event.spelling else "") or ""
    return online, commitment.school.number if commitment.school else online


def _pins(commitment: Commitment, event: Event) -> tuple[str, str]:
    """Return where the place lies that is online, and how far from there it is wanted now.

    A school of the registry lies where the registry says.
    """
    place = event.spelling.place if event.spelling else None
    if commitment.school or commitment.lat is None or commitment.lon is None or (place and place.registry_number):
        return "", ""
    new = f"{commitment.lat:.4f}, {commitment.lon:.4f}"
    if place is None or place.lat is None or place.lon is None:
        return "", new
    old = f"{place.lat:.4f}, {place.lon:.4f}"
    away = kilometres((place.lat, place.lon), (commitment.lat, commitment.lon))
    return old, _("%(pin)s, %(km)s km away") % {"pin": new, "km": f"{away:.1f}"} if new != old else new


def _day(text: str, language: str) -> str:
    return fuzzydates.words(text, language) if text else ""


def _clock(row: Commitment | Event) -> str:
    if row.time_local is None:
        return ""
    zone = row.starts_at.tzname() if row.starts_at else ""
    return f"{row.time_local:%H:%M} {zone}".strip()


def _demands(row: Commitment | Event, language: str) -> str:
    return "; ".join(sorted(demand.text("description", language) for demand in row.demands.all()))
