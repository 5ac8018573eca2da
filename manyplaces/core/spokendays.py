"""Days as volunteers type them, in English or Spanish, found in a folded text and turned into EDTF or a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as warn
from django.utils.translation import gettext_lazy as _

from manyplaces.core import daypatterns as patterns
from manyplaces.core import fuzzydates

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Days:
    """What was found: EDTF or None, the text that is left over for the clock, and what the reader should check."""

    edtf: str | None
    rest: str
    warning: str = ""


@dataclass
class _Search:
    """The text still to be read, and the day from which a missing year is counted."""

    today: date
    text: str
    taken: list[str] = field(default_factory=list)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Cut the first hit out of the text and return it."""
        found = pattern.search(self.text)
        if found:
            self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}".strip()
        return found


def ask(sentence: _StrPromise, **values: str) -> ValidationError:
    """Return the refusal whose sentence is a question, for the caller to raise."""
    return ValidationError(sentence, code="question", params=values or None)


def day_of(edtf: str | None) -> date | None:
    """Return the day of an EDTF text without marks, None for a month, a season, a year or a span."""
    return date.fromisoformat(edtf) if edtf and re.fullmatch(r"\d{4}-\d\d-\d\d", edtf) else None


def find_days(text: str, today: date) -> Days:
    """Return the days named in a text of small letters without accents; edtf is None where it names none.

    A day without a year is the next one, as long as it is at most half a year ahead. Raises ValidationError for days
    that are in no calendar, and with code "question" for days that can be understood in two ways.
    """
    search = _Search(today, text)
    week, part = search.take(patterns.WEEK), search.take(patterns.PART)
    vague = bool(search.take(patterns.ABOUT)) | bool(search.take(patterns.THEREABOUTS))
    edtf, warning = _whole_days(search)
    if week:
        edtf, warning = _week(edtf)
    elif edtf is None or part:
        if edtf is not None:
            raise ask(_("Is this part of a day or of a month? Write the day and the time, such as November 17, 8 am."))
        edtf = _longer(search)
    if edtf is None and (vague or part):
        raise ask(_("Which date is this about? Write the month and the year."))
    return Days(f"{edtf}~" if edtf and (vague or part) and "/" not in edtf else edtf, search.text, warning)


def _whole_days(search: _Search) -> tuple[str | None, str]:
    if near := search.take(patterns.NEAR_DAY):
        day = search.today + timedelta(days=patterns.NEAR[near[1]])
        said = {"day": near[1], "date": _words(day.isoformat())}
        return day.isoformat(), warn("We read “%(day)s” as %(date)s. Please check it.") % said
    for pattern, reader in (
        (patterns.YEAR_FIRST, _year_first),
        (patterns.MONTH_SLASH_YEAR, _month_slash_year),
        (patterns.NUMBERS, _numbers),
        (patterns.MONTH_FIRST, _month_first),
        (patterns.DAY_FIRST, _day_first),
    ):
        if found := search.take(pattern):
            return reader(found, search.today), ""
    return None, ""


def _year_first(found: re.Match[str], today: date) -> str:
    first = _iso(*found.group(1, 2, 3))
    return _span(first, _iso(*found.group(4, 5, 6))) if found[4] else first.isoformat()


def _month_slash_year(found: re.Match[str], today: date) -> str:
    return _fuzzy(f"{found[2]}-{int(found[1]):02d}")


def _month_first(found: re.Match[str], today: date) -> str:
    month, day, year, last_month, last_day, last_year = found.groups()
    return _named((day, month, year), (last_day, last_month, last_year), today)


def _day_first(found: re.Match[str], today: date) -> str:
    day, month, year, last_day, last_month, last_year = found.groups()
    if last_day is None:
        return _named((day, last_month, last_year), (None, None, None), today)
    return _named((day, month or last_month, year), (last_day, last_month, last_year), today)


def _longer(search: _Search) -> str | None:
    if found := search.take(patterns.MONTH_SPAN):
        month, year, last_month, last_year = found.groups()
        if last_year is None:
            raise ask(_("Which year is it? Write the year after the month, such as November 2026."))
        first, last = (
            f"{year or last_year}-{patterns.MONTHS[month]:02d}",
            f"{last_year}-{patterns.MONTHS[last_month]:02d}",
        )
        return _fuzzy(f"{first}/{last}")
    if found := search.take(patterns.SEASON):
        return _season(found)
    if found := search.take(patterns.MONTH_ALONE):
        if found[2] is None:
            raise ask(_("Which year is it? Write the year after the month, such as November 2026."))
        return _fuzzy(f"{found[2]}-{patterns.MONTHS[found[1]]:02d}")
    whole = patterns.YEAR_ALONE.fullmatch(search.text)
    if whole:
        search.text = ""
        return _fuzzy(whole[1])
    return None


def _season(found: re.Match[str]) -> str:
    season, year, following = patterns.SEASONS[found[1]], found[2], found[3]
    if year is None:
        raise ask(_("Which year is it? Write the year after the season, such as Fall 2026."))
    if season != fuzzydates.WINTER and following is None:
        return _fuzzy(f"{year}-{season}")
    if following is None:
        raise ask(
            _("Which winter is it? Write both years: Winter %(before)s-%(year)s or Winter %(year)s-%(after)s."),
            before=str(int(year) - 1),
            year=year,
            after=str(int(year) + 1),
        )
    if season != fuzzydates.WINTER or not str(int(year) + 1).endswith(following):
        raise ask(_("Which year is it? Write one season and one year, such as Fall 2026 or Winter 2026-27."))
    return _fuzzy(f"{year}-{season}")


def _numbers(found: re.Match[str], today: date) -> str:
    first, dotted = int(found[1]), found[4] == "."
    second, year = int(found[2] or found[5]), found[3] or found[6]
    if year is not None and len(year) == 2:
        # Three short numbers are a date only where one reading alone is in the calendar.
        third = int(year)
        readings = ((third, first, second), (third, second, first), (first, second, third))
        known = {day for y, m, d in readings if (day := _possible(2000 + y, m, d))}
        if len(known) != 1:
            raise ask(_("Which day, month and year is this? Write it like March 4, 2027."))
        return known.pop().isoformat()
    month_first = first <= 12 and (not dotted or second > 12)
    if not month_first:
        raise ask(_("Which is the day and which is the month? Write the month as a word, such as March 4, 2027."))
    return (_iso(year, str(first), str(second)) if year else _next(first, second, today)).isoformat()


def _named(first: tuple[str, str, str | None], last: tuple[str | None, str | None, str | None], today: date) -> str:
    day, month, year = int(re.sub(r"\D", "", first[0])), patterns.MONTHS[first[1]], first[2]
    if last[0] is None:
        return (_iso(year, str(month), str(day)) if year else _next(month, day, today)).isoformat()
    last_day, last_month = int(re.sub(r"\D", "", last[0])), patterns.MONTHS[last[1] or first[1]]
    known = year or last[2]
    if known is None:
        start = _next(month, day, today)
        turns = (last_month, last_day) < (month, day) and last_month != month
        return _span(start, _iso(str(start.year + turns), str(last_month), str(last_day)))
    return _span(_iso(known, str(month), str(day)), _iso(last[2] or known, str(last_month), str(last_day)))


def _next(month: int, day: int, today: date) -> date:
    coming = [found for year in (today.year, today.year + 1) if (found := _possible(year, month, day))]
    ahead = [found for found in coming if timedelta(0) <= found - today <= timedelta(days=183)]
    if not ahead:
        if not _possible(2000, month, day):
            raise ValidationError(_("There is no such day in the calendar. Check the month and the day."))
        raise ask(_("Which year is it? Write the year after the day, such as November 17, 2026."))
    return ahead[0]


def _week(edtf: str | None) -> tuple[str, str]:
    day = day_of(edtf)
    if day is None or day.weekday() > 4:
        raise ask(_("Which days are in that week? Write the first and the last day, such as November 16-20, 2026."))
    monday = day - timedelta(days=day.weekday())
    edtf = _span(monday, monday + timedelta(days=4))
    # Only a week named by its Monday says plainly where it begins.
    check = warn("We read this as %(days)s. Please check it.") % {"days": _words(edtf)}
    return edtf, "" if day == monday else check


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(year: str, month: str, day: str) -> date:
    return fuzzydates.read(f"{year}-{int(month):02d}-{int(day):02d}").earliest


def _span(first: date, last: date) -> str:
    return _fuzzy(f"{first.isoformat()}/{last.isoformat()}")


def _fuzzy(edtf: str) -> str:
    return fuzzydates.read(edtf).text


def _words(edtf: str) -> str:
    return fuzzydates.words(edtf, get_language() or "en")
