"""Single entries of a calendar: an event, a part of an action, or the action itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Part
from manyplaces.core import fuzzydates
from manyplaces.events.models import Event
from manyplaces.events.rules import CALLED_OFF, Phase
from manyplaces.events.shapes.moments import exact_days, starts
from manyplaces.events.shapes.wording import where_words
from manyplaces.front.feeds.lines import day, folded, local, moment, text
from manyplaces.front.queries.changes import Revision
from manyplaces.front.shapes import addresses
from manyplaces.front.shapes.wording import called_off_words, event_words, phase_words

# What is not known within a month is no entry: nobody keeps a whole season free.
LONGEST_DAYS = 31
ONE_DAY = datetime.timedelta(days=1)
STATUS = {
    Phase.CANCELLED: "CANCELLED",
    Phase.POSTPONED: "TENTATIVE",
    Phase.PLANNED: "TENTATIVE",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """The lines of one entry, and the time zone they speak of with the year; no zone for whole days and for UTC."""

    lines: bytes
    zone: str = ""
    year: int = 0


def event_entry(event: Event, changed: Revision | None, language: str) -> Entry | None:
    """Return an event's entry; None where its day is not known within a month."""
    when, zone = _when(event)
    if not when:
        return None
    name = event_words(event)
    if event.phase in CALLED_OFF:
        name = f"{phase_words(event.phase).capitalize()}: {name}"
    lines = [
        f"UID:{event.key}@{addresses.host()}",
        *_stamps(changed, event.first_day),
        *when,
        f"SUMMARY:{text(name)}",
        f"LOCATION:{text(_address(event))}",
        *_position(event),
        f"URL:{addresses.event(event.key, language)}",
        f"DESCRIPTION:{text(_description(event, language))}",
        f"STATUS:{STATUS.get(Phase(event.phase), 'CONFIRMED')}",
    ]
    tactic = event.tactic or event.action.tactic
    if tactic:
        lines.append(f"CATEGORIES:{text(tactic)}")
    year = event.first_day.year if event.first_day else 0
    return Entry(_entry(lines), zone, year)


def action_entries(
    action: Action, parts: list[Part], changed: dict[int, Revision], plan: Revision | None, language: str
) -> Iterable[Entry]:
    """Return the entries of an action's parts, or of the action itself where it has none with a date.

    `changed` says when each part changed, `plan` when the action did.
    """
    told = [(part, changed[part.pk].with_its(plan) if part.pk in changed else plan) for part in parts]
    found = [entry for part, revision in told if (entry := _whole(action, part, revision, language))]
    whole = None if found else _whole(action, None, plan, language)
    return [whole] if whole else found


def _whole(action: Action, part: Part | None, changed: Revision | None, language: str) -> Entry | None:
    subject = part or action
    when = _days(subject.date_from, subject.date_to)
    if not when:
        return None
    name = action.text("name", language)
    key = f"actions/{action.slug}"  # No event has a stroke in its id.
    if part:
        name, key = f"{part.text('name', language)} ({name})", f"{key}/{part.slug}"
    about = [subject.date_words(language), subject.text("summary", language)]
    lines = [
        f"UID:{key}@{addresses.host()}",
        *_stamps(changed, subject.date_from),
        *when,
        f"SUMMARY:{text(name)}",
        f"URL:{addresses.action(action.slug, language)}",
        f"DESCRIPTION:{text(_paragraphs(about))}",
        "STATUS:CONFIRMED",
    ]
    return Entry(_entry(lines))


def _entry(lines: list[str]) -> bytes:
    # A subscriber sees a hundred entries on one day and is not busy with any of them.
    return b"".join(map(folded, ["BEGIN:VEVENT", *lines, "TRANSP:TRANSPARENT", "END:VEVENT"]))


def _when(event: Event) -> tuple[list[str], str]:
    """Return the lines that say when, and the zone they speak of: a time where it is known, else whole days."""
    moved = exact_days(event.moved_to) if event.phase == Phase.POSTPONED else None
    if moved:
        # Whoever follows the calendar is to find it on its new day; at which hour is not said yet.
        return _days(*moved), ""
    start = starts(event)
    if not start:
        return _days(event.first_day, event.last_day), ""
    if start.fold:
        # A local time that comes twice means the first; the second can only be told in UTC.
        return [f"DTSTART:{moment(start)}"], ""
    return [f"DTSTART;TZID={event.zone}:{local(start)}"], event.zone


def _days(first: datetime.date | None, last: datetime.date | None) -> list[str]:
    if first is None or last is None or (last - first).days >= LONGEST_DAYS:
        return []
    return [f"DTSTART;VALUE=DATE:{day(first)}", f"DTEND;VALUE=DATE:{day(last + ONE_DAY)}"]


def _stamps(changed: Revision | None, first: datetime.date | None) -> list[str]:
    """Return when the entry last changed and how often, by which a calendar tells a newer one from an older one.

    Of what no journal knows, the stamp that every entry needs is its first day, which stays as long as it does.
    """
    if changed:
        stamp = moment(changed.at)
        return [f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}", f"SEQUENCE:{changed.times}"]
    return [f"DTSTAMP:{day(first or datetime.date(2000, 1, 1))}T000000Z", "SEQUENCE:0"]


def _address(event: Event) -> str:
    where = ", ".join(filter(None, [where_words(event), event.public_address]))
    return str(event.city) if where == event.city.name else f"{where}, {event.city}"


def _position(event: Event) -> list[str]:
    place = event.public_place
    if place is None or place.lat is None or place.lon is None:
        return []
    return [f"GEO:{place.lat:.6f};{place.lon:.6f}"]


def _description(event: Event, language: str) -> str:
    sources = event.source_links
    return _paragraphs(
        [
            f"{phase_words(event.phase).capitalize()}. {_said(event.date_text, language)}",
            called_off_words(event, language),
            event.public_hosts_words,
            event.public_note(language),
            _for_those_who_come(event),
            "\n".join([_("Sources:"), *sources]) if sources else "",
        ]
    )


def _for_those_who_come(event: Event) -> str:
    """Return what is spoken, how one gets in and what to know about safety, a line each; only what may be told."""
    access = [", ".join(event.access_words) if event.public_access else "", event.public_access_note]
    told = [
        (_("Languages spoken"), ", ".join(event.spoken_words) if event.public_spoken else ""),
        (_("Accessibility"), "; ".join(filter(None, access))),
        (_("About safety"), event.public_safety),
    ]
    return "\n".join(f"{about}: {words}" for about, words in told if words)


@lru_cache(maxsize=1024)
def _said(date: str, language: str) -> str:
    """Return a date in words; the events of an action share a few."""
    return fuzzydates.words(date, language)


def _paragraphs(texts: list[str]) -> str:
    return "\n\n".join(filter(None, texts))
