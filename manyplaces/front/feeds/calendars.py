"""Calendars to subscribe to: of an action, a state or a city in it, and of one event."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.actions.models import Action, Part
from manyplaces.events.models import Event
from manyplaces.events.queries.near import near
from manyplaces.front.feeds.entries import Entry, action_entries, event_entry
from manyplaces.front.feeds.lines import folded, text
from manyplaces.front.queries.action import ActionPage
from manyplaces.front.queries.areas import CityPage, EventPage, StatePage
from manyplaces.front.queries.changes import (
    Revision,
    calendar_events,
    event_revisions,
    few_revisions,
    plan_revision,
    revisions,
)
from manyplaces.front.queries.near import NearPage
from manyplaces.front.shapes import addresses
from manyplaces.front.shapes.wording import event_words
from manyplaces.people.queries import coalition
from manyplaces.places.geometry import STATES

REFRESHED = "PT1H"
# So many numbers fit into one query; beyond it the database looks them up itself.
MANY = 200
# So many events, and no more, follow somebody who asked for what is near.
MOST_NEAR = 200
END = b"END:VCALENDAR\r\n"


def action_calendar(page: ActionPage, language: str) -> bytes:
    """Every event of the action and its parts; four queries of its own."""
    action, parts = page.action, [view.part for view in page.parts]
    plan = plan_revision(action)
    whole = action_entries(action, parts, revisions(Part, [part.pk for part in parts]), plan, language)
    name = action.text("name", language)
    url = addresses.action(action.slug, language)
    return _calendar(action, calendar_events(action), name, url, language, plan, whole)


def state_calendar(page: StatePage, language: str) -> bytes:
    """Every event of the action in one state."""
    name = f"{page.action.text('name', language)}: {STATES[page.state][language == 'es']}"
    events = [event for row in page.cities for event in row.events]
    url = addresses.state(page.action.slug, page.state, language)
    return _calendar(page.action, events, name, url, language, plan_revision(page.action))


def city_calendar(page: CityPage, language: str) -> bytes:
    """Every event of the action in one city."""
    name = f"{page.action.text('name', language)}: {page.city}"
    url = addresses.city(page.action.slug, page.city, language)
    return _calendar(page.action, page.events, name, url, language, plan_revision(page.action))


def event_calendar(page: EventPage, language: str) -> bytes:
    """One event, to be added to one's own calendar."""
    event = page.event
    url, plan = addresses.event(event.key, language), plan_revision(event.action)
    return _calendar(event.action, [event], event_words(event), url, language, plan)


def near_calendar(page: NearPage, language: str) -> bytes:
    """What of an action is near a place, which must be known: what takes place there, and what was called off."""
    action, at, town = page.action, page.at, page.town
    found = near(action, at, page.asked.wish, most=MOST_NEAR) if at else None
    events = [one.event for one in (*found.events, *found.called_off)] if found else []
    place = town.label if town else f"{at.lat:.2f}, {at.lon:.2f}" if at else ""
    name = _("%(action)s near %(place)s") % {"action": action.text("name", language), "place": place}
    url = f"{addresses.near(action.slug, language)}?{page.query()}"
    return _calendar(action, events, name, url, language, plan_revision(action))


def _calendar(
    action: Action,
    events: list[Event],
    name: str,
    url: str,
    language: str,
    plan: Revision | None,
    whole: Iterable[Entry] = (),
) -> bytes:
    """Return the calendar; `plan` says what changed in the action, `whole` are entries beside the events."""
    several = len(events) > MANY
    own = event_revisions(action) if several else few_revisions(action, [event.pk for event in events])
    changed = {event.pk: own[event.pk].with_its(plan) for event in events if event.pk in own}
    entries = [entry for event in events if (entry := event_entry(event, changed.get(event.pk), language))]
    lacking = len(events) - len(entries)
    entries = [*whole, *entries]
    head = _head(name, url, language, lacking)
    return head + _zones(entries) + b"".join(entry.lines for entry in entries) + END


def _head(name: str, url: str, language: str, lacking: int) -> bytes:
    about = _("From %(site)s. What is cancelled stays in and is marked as cancelled.") % {"site": coalition().name}
    if lacking:
        about += " " + ngettext(
            "%(count)s event whose day is not known is left out; the page lists it.",
            "%(count)s events whose day is not known are left out; the page lists them.",
            lacking,
        ) % {"count": lacking}
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//Manyplaces//Manyplaces//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        *(f"{key}:{text(name)}" for key in ("NAME", "X-WR-CALNAME")),
        *(f"{key}:{text(about)}" for key in ("DESCRIPTION", "X-WR-CALDESC")),
        f"URL:{url}",
        f"SOURCE;VALUE=URI:{addresses.form_of(url, 'ics')}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESHED}",
        f"X-PUBLISHED-TTL:{REFRESHED}",
    ]
    return b"".join(map(folded, lines))


def _zones(entries: list[Entry]) -> bytes:
    """Return every time zone that the entries speak of, for the years they speak of."""
    years: dict[str, set[int]] = {}
    for entry in entries:
        if entry.zone:
            years.setdefault(entry.zone, set()).add(entry.year)
    return b"".join(_zone(zone, min(found), max(found)) for zone, found in sorted(years.items()))


@cache
def _zone(name: str, first: int, last: int) -> bytes:
    span = (datetime.date(first, 1, 1), datetime.date(last + 1, 1, 1))
    # Loaded where somebody asks for a calendar, and not with every start.
    from icalendar import Timezone

    written: bytes = Timezone.from_tzinfo(ZoneInfo(name), name, *span).to_ical()
    return written
