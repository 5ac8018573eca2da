"""How the tactic, the place, the day and the hour of an event are called, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from manyplaces.actions.rules import Tactic
from manyplaces.core.localtimes import clock_words
from manyplaces.events.models import Event
from manyplaces.events.rules import Phase, city_tally
from manyplaces.events.shapes.printed import day_words


def tactic_words(event: Event) -> str:
    """Return the name of the event's tactic; where it is none of the known ones, the words that were given."""
    tactic = event.tactic or event.action.tactic
    if event.tactic_words and tactic in ("", Tactic.OTHER):
        return event.tactic_words
    return str(Tactic(tactic).label) if tactic else ""


def where_words(event: Event) -> str:
    """Return the event's own place, such as "Lincoln High School"; the city where none is named."""
    if event.public_place:
        return event.public_place.name
    return city_tally(event.public_venue) or event.public_venue or event.city.name


def clock(event: Event) -> str:
    """Return the local time of an event with its zone, such as "8:15 a.m. CST"; empty where no time is known."""
    time = event.time_local
    if not time:
        return ""
    moment = event.starts_at
    zone = str(moment.tzname()) if moment else _("local time")
    return f"{clock_words(time)} {zone}"


def when_words(event: Event, language: str) -> str:
    """Return when an event is to take place: "Thursday, December 17, 2026, 7:20 a.m. CST".

    Of what was put off the new day, of which nobody has said the hour; empty where the new day is not known.
    """
    is_put_off = event.phase == Phase.POSTPONED
    weekday, day = day_words(event.moved_to if is_put_off else event.date_text, language)
    whole = _("%(weekday)s, %(day)s") % {"weekday": weekday, "day": day} if weekday else day
    return ", ".join(filter(None, [whole, "" if is_put_off else clock(event)]))
