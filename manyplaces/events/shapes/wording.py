"""How the tactic, the place, the day and the hour of an event are called, in the reader's language."""

from __future__ import annotations

import datetime
from functools import lru_cache

from django.utils.translation import get_language
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
    return _tactic_words(tactic, get_language()) if tactic else ""


# The events of an action are on few days, at few hours and of few tactics: what each is called is put together once.
@lru_cache(maxsize=128)
def _tactic_words(tactic: str, _here: str | None) -> str:
    return str(Tactic(tactic).label)


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
    return _clock(time, str(moment.tzname()) if moment else "", get_language())


@lru_cache(maxsize=1_024)
def _clock(time: datetime.time, zone: str, _here: str | None) -> str:
    where = zone or _("local time")
    return f"{clock_words(time)} {where}"


def when_words(event: Event, language: str) -> str:
    """Return when an event is to take place: "Thursday, December 17, 2026, 7:20 a.m. CST".

    Of what was put off the new day, of which nobody has said the hour; empty where the new day is not known.
    """
    is_put_off = event.phase == Phase.POSTPONED
    day = _whole_day(event.moved_to if is_put_off else event.date_text, language, get_language())
    return ", ".join(filter(None, [day, "" if is_put_off else clock(event)]))


@lru_cache(maxsize=1_024)
def _whole_day(date: str, language: str, _here: str | None) -> str:
    weekday, day = day_words(date, language)
    return _("%(weekday)s, %(day)s") % {"weekday": weekday, "day": day} if weekday else day
