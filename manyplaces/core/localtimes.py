"""Local time with its zone: a clock as people write it, and the one moment that a clock in a zone means."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from manyplaces.core.fuzzydates import FIRST_YEAR, LAST_YEAR

LONGEST = 40
UNIVERSAL = frozenset({"UTC", "GMT", "Z"})
# A name such as ET says which zone, but not which of the two hours of an autumn night.
_GENERAL = {
    "AT": ("ADT", "AST"),
    "ET": ("EDT", "EST"),
    "CT": ("CDT", "CST"),
    "MT": ("MDT", "MST"),
    "PT": ("PDT", "PST"),
    "AKT": ("AKDT", "AKST"),
    "HT": ("HDT", "HST"),
}
_NAMES = (
    frozenset(_GENERAL) | {name for pair in _GENERAL.values() for name in pair} | UNIVERSAL | frozenset({"SST", "CHST"})
)
_ZONE = re.compile(r"[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*")
_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2}))?)? ?(am|pm)?(?: ([a-z]{1,5}))?")


def clock_words(time: datetime.time) -> str:
    """Return a time as people read it, such as "7:45 a.m."; in the language of the page or letter."""
    half = gettext("a.m.") if time.hour < 12 else gettext("p.m.")
    return f"{(time.hour - 1) % 12 + 1}:{time.minute:02} {half}"


# The events of an action start at few different times.
@lru_cache(maxsize=1_024)
def resolve(day: datetime.date, clock: datetime.time, zone: str, fold: int | None = None) -> datetime.datetime:
    """Return the moment when clocks in the zone (an IANA name) show that day and time, aware, in that zone.

    `fold` chooses between the two of an autumn night, 0 the first and 1 the second; elsewhere it has no effect.
    Raises ValidationError for a time the clocks skip, for one they show twice while fold is None (the sentence asks
    which), for an unknown zone, and outside the years 1900 to 2200.
    """
    first, second = _both(day, clock, zone)
    if first.astimezone(datetime.UTC).astimezone(first.tzinfo).replace(tzinfo=None) != first.replace(tzinfo=None):
        later = first.astimezone(datetime.UTC).astimezone(first.tzinfo)
        raise ValidationError(
            _("On %(day)s the clocks in %(zone)s go forward and skip %(clock)s. Choose a time such as %(later)s."),
            code="no_such_time",
            params={"day": day.isoformat(), "zone": zone, "clock": _hands(first), "later": _hands(later)},
        )
    if first.utcoffset() == second.utcoffset():
        return first
    if fold is None:
        one, other = (f"{_hands(moment)} {moment.tzname()}" for moment in (first, second))
        raise ValidationError(
            _("On %(day)s the clocks in %(zone)s show this time twice. Which one is it: %(one)s or %(other)s?"),
            code="question",
            params={"day": day.isoformat(), "zone": zone, "one": one, "other": other},
        )
    return second if fold else first


def is_twice(day: datetime.date, clock: datetime.time, zone: str) -> bool:
    """Return whether clocks in the zone show that time twice on that day; raises ValidationError as `resolve` does."""
    return resolve(day, clock, zone, 0).utcoffset() != resolve(day, clock, zone, 1).utcoffset()


def fold_for(day: datetime.date, clock: datetime.time, zone: str, abbreviation: str | None) -> int | None:
    """Return which of two equal times the abbreviation of `read_clock` names: 0, 1, or None where it does not say.

    Raises ValidationError where clocks in the zone never show that abbreviation on that day and time.
    """
    if abbreviation is None:
        return None
    moments = _both(day, clock, zone)
    shown = [str(moment.tzname()) for moment in moments]
    upper = [name.upper() for name in shown]
    if abbreviation in upper:
        return upper.index(abbreviation) if upper[0] != upper[1] else None
    if set(_GENERAL.get(abbreviation, ())) & set(upper):
        return None
    raise ValidationError(
        _("On that day the clocks in %(zone)s show %(shown)s, not %(typed)s. Correct the time or leave %(typed)s out."),
        params={"zone": zone, "shown": "/".join(dict.fromkeys(shown)), "typed": abbreviation},
    )


def read_clock(text: str) -> tuple[datetime.time, str | None]:
    """Return the time of a text such as `07:45`, `7:45 am`, `noon` or `01:30 EDT`, and the abbreviation in capitals.

    Raises ValidationError for what is no time of day, and asks where "3:30" or "7" does not say morning or afternoon.
    """
    plain = " ".join(text[: LONGEST + 1].lower().split())
    plain = re.sub(r"\b([ap])\. ?m\b\.?", r"\1m", plain)
    plain = re.sub(r"^(?:12(?::00)? )?noon\b", "12:00 pm", plain)
    if plain.startswith(("midnight", "12 midnight", "12:00 midnight")):
        raise ValidationError(
            _("Which day does midnight belong to? Write 00:00 and the day that begins then."), code="question"
        )
    found = _CLOCK.fullmatch(plain) if len(text) <= LONGEST else None
    if found is None:
        raise ValidationError(_("We cannot read this time. Write it like 7:45 am or 15:30."))
    abbreviation = found[5].upper() if found[5] else None
    if abbreviation and abbreviation not in _NAMES:
        raise ValidationError(
            _("We do not know the time zone %(name)s. Leave it out or write one such as EST or PDT."),
            params={"name": abbreviation},
        )
    return _time(found), abbreviation


def _time(found: re.Match[str]) -> datetime.time:
    hour, minute, second = (int(number or 0) for number in found.group(1, 2, 3))
    half = found[4]
    # "07:45" comes from a clock of 24 hours and is exact. A lone "3:30" is nearly always after school.
    if half is None and (found[2] is None or (len(found[1]) == 1 and 1 <= hour < 7)):
        raise ValidationError(
            _("Is this in the morning or in the afternoon? Write am or pm after it."), code="question"
        )
    if half and not 1 <= hour <= 12:
        raise ValidationError(_("With am or pm the hour goes from 1 to 12. Correct the hour or leave am and pm out."))
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour == 24 and minute == second == 0:
        raise ValidationError(_("Write 00:00 and the next day for 24:00."))
    if hour > 23 or minute > 59 or second > 59:
        raise ValidationError(_("There is no such time. Write it like 7:45 am or 15:30."))
    return datetime.time(hour, minute, second)


def _both(day: datetime.date, clock: datetime.time, zone: str) -> tuple[datetime.datetime, datetime.datetime]:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("Use a year from %(first)d to %(last)d."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    shown = datetime.datetime.combine(day, clock.replace(tzinfo=None), tzinfo=_zone(zone))
    return shown.replace(fold=0), shown.replace(fold=1)


@lru_cache(maxsize=512)
def _known_zone(key: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _zone(key: str) -> ZoneInfo:
    # A key becomes a path on disk, so anything but a plain name is refused before it is looked for.
    known = _known_zone(key) if len(key) <= LONGEST and _ZONE.fullmatch(key) else None
    if known is None:
        raise ValidationError(_("We do not know this time zone. Write one such as America/Chicago."))
    return known


def _hands(moment: datetime.datetime) -> str:
    return moment.strftime("%H:%M")
