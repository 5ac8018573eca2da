"""Dates as exact as they are known: Extended Date/Time Format (levels 0 and 1), the days that bound it, its words."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Precision = Literal["year", "season", "month", "day", "interval"]

LONGEST = 40
FIRST_YEAR, LAST_YEAR = 1900, 2200
WINTER = 24
_POINT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?%]?)")

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_SEASONS = {
    "en": {21: "spring", 22: "summer", 23: "fall", 24: "winter"},
    "es": {21: "primavera", 22: "verano", 23: "otoño", 24: "invierno"},
}
_MARKS = {
    "en": {"": "", "~": "about ", "?": "possibly ", "%": "possibly about "},
    "es": {"": "", "~": "hacia ", "?": "quizá ", "%": "quizá hacia "},
}
# In Spanish "hacia" cannot stand before "del 28 de abril al 4 de mayo", so spans have their own words.
_SPAN_MARKS = {
    "en": _MARKS["en"],
    "es": {"": "", "~": "aproximadamente ", "?": "quizá ", "%": "quizá aproximadamente "},
}


@dataclass(frozen=True)
class FuzzyDate:
    """A date in EDTF with its strict bounds: `~`, `?` and `%` set a flag and never widen earliest or latest.

    An open beginning is 1900-01-01 and an open end 2200-12-31. Winter runs from December to the end of February.
    """

    text: str
    earliest: datetime.date
    latest: datetime.date
    approximate: bool
    uncertain: bool
    precision: Precision


@dataclass(frozen=True)
class _Point:
    """One end of a date; `part` is a month (1 to 12) or a season (21 to 24), 0 where only the year is known."""

    year: int
    part: int
    day: int
    mark: str
    earliest: datetime.date
    latest: datetime.date

    @property
    def precision(self) -> Precision:
        if self.day:
            return "day"
        if self.part > 12:
            return "season"
        return "month" if self.part else "year"

    @property
    def span(self) -> tuple[datetime.date, datetime.date]:
        return self.earliest, self.latest


_Ends = tuple[_Point | None, _Point | None]


def read(text: str) -> FuzzyDate:
    """Return the date of an EDTF text such as `2016-02-17~`, `2017-23` or `2014-05-13/2014-05-17`.

    Blanks around the text are dropped. Raises ValidationError, with a sentence that says what to do, for everything
    else: other years than 1900 to 2200, times, level 2 of EDTF, days that are in no calendar.
    """
    return _parse(_trimmed(text))[0]


def words(text: str, language: str = "en") -> str:
    """Return the date as people say it in English or Spanish: "Fall 2017", "otoño de 2017". Blank text stays blank."""
    return _say(text, language, years=True)


def short_words(text: str, language: str = "en") -> str:
    """Return `words` without the year, for a page that names it already; it stays where a date means little without."""
    return _say(text, language, years=False)


def _trimmed(text: str) -> str:
    # The length is looked at before anything is kept or searched, so a huge text costs nothing.
    trimmed = text.strip()
    if not trimmed:
        raise ValidationError(_("Write a date, for example 2026-11-17, 2026-11 or 2026."))
    if len(trimmed) > LONGEST:
        raise ValidationError(
            _("This is too long for a date. Use at most %(most)d characters, for example 2026-11-17/2026-11-20."),
            params={"most": LONGEST},
        )
    return trimmed


@lru_cache(maxsize=4096)
def _parse(text: str) -> tuple[FuzzyDate, _Ends]:
    if "/" not in text:
        point = _point(text)
        return _fuzzy(text, point.span, point.mark, point.precision), (point, point)
    first, _slash, last = text.partition("/")
    if not first or not last:
        raise ValidationError(_("Write two dots where the date has no end, for example 2016-01/.."))
    start = None if first == ".." else _point(first)
    end = None if last == ".." else _point(last)
    if start is None and end is None:
        raise ValidationError(_("Write at least one date: the first day, the last day, or both."))
    earliest = start.earliest if start else datetime.date(FIRST_YEAR, 1, 1)
    latest = end.latest if end else datetime.date(LAST_YEAR, 12, 31)
    if latest < earliest:
        raise ValidationError(_("The end comes before the beginning. Write the earlier date first."))
    marks = "".join(point.mark for point in (start, end) if point)
    return _fuzzy(text, (earliest, latest), marks, "interval"), (start, end)


def _fuzzy(text: str, span: tuple[datetime.date, datetime.date], marks: str, precision: Precision) -> FuzzyDate:
    vague, doubtful = any(mark in "~%" for mark in marks), any(mark in "?%" for mark in marks)
    return FuzzyDate(text, *span, approximate=vague, uncertain=doubtful, precision=precision)


def _point(text: str) -> _Point:
    found = _POINT.fullmatch(text)
    if found is None:
        if re.search(r"[0-9][Tt: ][0-9]", text):
            raise ValidationError(_("Leave the time out of the date. Write the time in its own field."))
        raise ValidationError(
            _("We cannot read this date. Write 2026-11-17, 2026-11 or 2026, or 2026-23 for fall. Add ~ for “about”.")
        )
    year, part, day = (int(number or 0) for number in found.group(1, 2, 3))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(
            _("Use a year from %(first)d to %(last)d."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    _require_calendar(year, part, day, found)
    return _Point(year, part, day, found[4], *_bounds(year, part, day))


def _require_calendar(year: int, part: int, day: int, found: re.Match[str]) -> None:
    # The edtf package lets February 29 of any year pass, and takes 25 to 41 for the seasons of level 2.
    if found[2] is not None and not (1 <= part <= 12 or 21 <= part <= WINTER):
        raise ValidationError(
            _("There is no month %(month)s. Use 01 to 12, or 21 spring, 22 summer, 23 fall, 24 winter."),
            params={"month": found[2]},
        )
    if found[3] is not None and not (part <= 12 and 1 <= day <= calendar.monthrange(year, part)[1]):
        raise ValidationError(_("There is no such day in the calendar. Check the month and the day."))


def _bounds(year: int, part: int, day: int) -> tuple[datetime.date, datetime.date]:
    if part > 12:
        return _season(year, part)
    end = day or calendar.monthrange(year, part or 12)[1]
    return datetime.date(year, part or 1, day or 1), datetime.date(year, part or 12, end)


def _season(year: int, season: int) -> tuple[datetime.date, datetime.date]:
    import edtf  # Here, for its grammar is half a second of every start.

    known = edtf.parse_edtf(f"{year}-{season}")
    # EDTF leaves winter to the reader and the package ends it with December; people mean the winter that begins.
    winter = datetime.date(year + 1, 3, 1) - datetime.timedelta(days=1) if season == WINTER else None
    return datetime.date(*known.lower_strict()[:3]), winter or datetime.date(*known.upper_strict()[:3])


def _say(text: str, language: str, *, years: bool) -> str:
    if not text.strip():
        return ""
    start, end = _parse(_trimmed(text))[1]
    tongue = "es" if language.lower().startswith("es") else "en"
    if start is None or end is None:
        # "Since January" without its year would be understood as the last one.
        said = _say_open(start, end, tongue)
    elif start.mark == end.mark and start.span == end.span:
        article = _article(start, tongue) if start.mark else ""
        said = _MARKS[tongue][start.mark] + article + _plain(start, tongue, years)
    else:
        said = _say_span(start, end, tongue, years)
    starts_with_season = start and start.precision == "season" and said.startswith(_SEASONS["en"][start.part])
    return said[0].upper() + said[1:] if starts_with_season else said


def _say_open(start: _Point | None, end: _Point | None, tongue: str) -> str:
    since, until = {"en": ("since ", "until "), "es": ("desde ", "hasta ")}[tongue]
    return "".join(
        lead + _SPAN_MARKS[tongue][point.mark] + _article(point, tongue) + _plain(point, tongue, years=True)
        for lead, point in ((since, start), (until, end))
        if point
    )


def _say_span(start: _Point, end: _Point, tongue: str, years: bool) -> str:
    same_year = start.year == end.year and start.part and end.part and WINTER not in (start.part, end.part)
    late = years or not same_year
    early = late if start.mark != end.mark else not same_year
    first, last = _plain(start, tongue, early), _plain(end, tongue, late)
    marks = _SPAN_MARKS[tongue]
    if start.mark != end.mark:
        first, last = (marks[p.mark] + _article(p, tongue) + said for p, said in ((start, first), (end, last)))
        return f"{first} to {last}" if tongue == "en" else f"desde {first} hasta {last}"
    if start.day and end.day and (start.year, start.part) == (end.year, end.part):
        return marks[start.mark] + _plain(end, tongue, years, days=f"{start.day}-{end.day}")
    if tongue == "en":
        return f"{marks[start.mark]}{first} to {last}"
    said = f"de {_article(start, tongue)}{first} a {_article(end, tongue)}{last}"
    return marks[start.mark] + said.replace("de el ", "del ", 1).replace(" a el ", " al ", 1)


def _plain(point: _Point, tongue: str, years: bool, days: str = "") -> str:
    year = str(point.year)
    if not point.part:
        return year
    if point.precision == "season":
        name = _SEASONS[tongue][point.part]
        if point.part == WINTER:
            following = point.year + 1
            year += f"-{following % 100:02d}" if following % 100 else f"-{following}"
    else:
        name = _MONTHS[tongue].split()[point.part - 1]
    days = days or str(point.day or "")
    if tongue == "en":
        named = f"{name} {days}" if days else name
        return named + ((", " if days else " ") + year if years else "")
    named = f"{days} de {name}" if days else name
    return f"{named} de {year}" if years else named


def _article(point: _Point, tongue: str) -> str:
    if tongue == "en" or point.precision in ("month", "year"):
        return ""
    return "la " if point.part == 21 and not point.day else "el "
