"""Letters to attendees: written once for an event and a language, and addressed to each with his own link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import translation

from manyplaces.core.localtimes import clock_words
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.events.rules import Phase
from manyplaces.mail.letters import Written, written
from manyplaces.people.rules import CONTACTS_KEPT

# Stands in a draft where each reader's own link will be. Nobody can know it: in the words of a host, behind the
# address of another site, it would hand each reader's link to that site.
PLACE_OF_LINK = f"own-link-{new_token()}"


def confirm(event: Event, language: str) -> Written:
    """Ask whoever left his address whether he comes."""
    return draft("confirm", event, language)


def place_free(event: Event, language: str) -> Written:
    """Tell somebody on the waiting list that there is a place for him."""
    return draft("place_free", event, language)


def given(event: Event, language: str, owner: str, names: Sequence[str]) -> Written:
    """Say to which organisations somebody gave his contact, and how he takes it back; `owner` is his secret for it."""
    return draft("given", event, language, owner=owner, names=names, days=CONTACTS_KEPT.days)


def addressed(letter: Written, token: str) -> Written:
    """Return a draft with the reader's own link in it."""
    return replace(letter, body=letter.body.replace(PLACE_OF_LINK, token))


def draft(name: str, event: Event, language: str, **further: Any) -> Written:
    """Write a letter about an event; it says no more of where it is than the event's page does."""
    with translation.override(language):
        facts = facts_of(event, language)
    return written(f"rsvps.{name}", language, token=PLACE_OF_LINK, **facts, **further)


def facts_of(event: Event, language: str) -> dict[str, Any]:
    """Return what every letter about an event tells of it."""
    place = event.public_place
    venue = place.name if place is not None else event.public_venue
    return {
        "key": event.key,
        "action": event.action.text("name", language),
        "place": venue or event.city.name,
        "city": f"{event.city.name}, {event.city.state}",
        "day": event.meant_text,
        "time": time_words(event),
        "address": event.public_address,
    }


def time_words(event: Event) -> str:
    """Return when an event begins, such as "7:20 a.m. CST"; of the new day of what was put off nobody has said it."""
    start = None if event.phase == Phase.POSTPONED else event.starts_at
    return f"{clock_words(event.time_local)} {start.tzname()}" if event.time_local and start else ""
