"""Letters that remind: attendees, the evening before or early on the day; hosts, the evening before and in an hour."""

from __future__ import annotations

from django.utils import translation

from manyplaces.events.models import Event
from manyplaces.events.queries import told_address
from manyplaces.mail.letters import Written, written
from manyplaces.rsvps.letters import draft, facts_of
from manyplaces.rsvps.rules.hours import Reminder

LONGEST_WORD = 400


def reminder(kind: str, event: Event, language: str) -> Written:
    """Remind somebody who has confirmed that he comes; `kind` is "evening" or "early"."""
    action = event.action
    return draft(
        "reminder",
        event,
        language,
        is_today=kind == Reminder.EARLY,
        where=told_address(event),
        bring=short(action.text("bring", language)),
        safety=short(event.public_safety),
        advice=short(action.text("safety", language)),
        rights=short(action.text("rights", language)),
    )


def host_reminder(kind: str, event: Event, language: str) -> Written:
    """Remind a host of his event; `kind` is "host_evening" or "host_hour"."""
    with translation.override(language):
        facts = {**facts_of(event, language), "slug": event.action.slug, "has_poster": not event.is_shielded}
        if not event.is_shielded:
            facts["place"] = facts["place"] or event.city.name
    return written(f"rsvps.{kind}", language, **facts)


def short(text: str, longest: int = LONGEST_WORD) -> str:
    """Return a text as far as it fits into a letter, cut between two words; the whole stands on the event's page."""
    plain = text.strip()
    if len(plain) <= longest:
        return plain
    return plain[:longest].rpartition(" ")[0].rstrip(" ,;:.") + "…"
