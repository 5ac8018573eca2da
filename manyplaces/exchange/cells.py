"""One row's cells, and how their words become dates, times, numbers and choices; each fault named by its column."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.core import fuzzydates, localtimes
from manyplaces.core.spokendates import Spoken, read_spoken
from manyplaces.core.words import clean_line, fold

# In these columns the words "NA" and "N/A" can only mean that nothing is there; elsewhere they may be somebody's words.
_NEVER_WORDS = frozenset(
    (
        *("date_edtf", "time_local", "city", "state", "venue", "lat", "lon", "low", "high", "basis", "claimed_by"),
        *("attendance_text", "attendance_low", "attendance_high", "attendance_basis", "source_url", "source_urls"),
        *("media_link", "archived_link", "event_ids", "copy_of", "adults", "pupils", "written_at", "stated_at"),
    )
)
_WHOLE = re.compile(r"\d{1,15}|\d{1,3}(?:,\d{3}){1,4}")
_MIDNIGHT_UTC = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ]00:00(?::00(?:\.0{1,6})?)?(?: ?(?:[Zz]|UTC|GMT|[+-]00:?00))?")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*")


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row under our own column names; `notes` collects what the report must say beside the outcome."""

    line: int
    found: dict[str, str]
    notes: list[str] = field(default_factory=list)

    def text(self, column: str) -> str:
        """Return the cell's words; empty where it has none, or only NA in a column where that is no word."""
        words = self.found.get(column, "")
        return "" if words in ("NA", "N/A", "n/a") and column in _NEVER_WORDS else words

    def clean(self, column: str, longest: int) -> str:
        """Return the cell's words as one clean line; raises ValidationError where they are none, or too many."""
        try:
            return clean_line(self.text(column), longest)
        except ValidationError as refusal:
            raise ValidationError({column: refusal.messages}) from refusal

    def needed(self, column: str, sentence: str) -> str:
        """Return the cell's words; raises ValidationError with the sentence where it is empty."""
        words = self.text(column)
        if not words.strip():
            raise ValidationError({column: sentence})
        return words

    def whole(self, column: str) -> int | None:
        """Return a whole number from 0 up; None where the cell is empty."""
        words = self.text(column)
        if not words:
            return None
        if not _WHOLE.fullmatch(words):
            sentence = _(
                "“%s” is not a whole number. Write digits only, such as 200; words go into the text beside it."
            )
            raise ValidationError({column: sentence % words[:40]})
        return int(words.replace(",", ""))

    def degrees(self, column: str) -> float | None:
        """Return an angle in degrees; None where the cell is empty."""
        words = self.text(column)
        most = 90 if column == "lat" else 180
        if not words:
            return None
        found = float(words) if re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{1,12})?", words) else None
        if found is None or abs(found) > most:
            sentence = _("“%(words)s” is not a position. Write degrees such as 43.04, from -%(most)d to %(most)d.")
            raise ValidationError({column: sentence % {"words": words[:40], "most": most}})
        return found

    def choice(self, column: str, choices: Mapping[str, str], sentence: str) -> str:
        """Return what the words stand for among `choices` (folded words to value); refuses others by the sentence."""
        value = choices.get(fold(self.text(column)[:100]))
        if value is None:
            said = self.text(column)[:40]
            raise ValidationError({column: (_("“%s” is not known here.") % said + " " if said else "") + sentence})
        return value


@dataclass(frozen=True, slots=True)
class When:
    """A date as EDTF (empty: unknown), the local time with it, and which of two equal times is meant."""

    edtf: str = ""
    time: datetime.time | None = None
    fold: int | None = None


def read_when(cells: Cells, zone: str, column: str = "date_edtf") -> When:
    """Return what the date column says, in the zone of the place; raises ValidationError where it must be asked."""
    words = cells.text(column)
    if not words:
        return When()
    try:
        return When(fuzzydates.read(words).text)
    except ValidationError as refusal:
        # A date that a program wrote as a moment: at midnight nobody meant the evening before, on our side of the sea.
        midnight = _MIDNIGHT_UTC.fullmatch(words)
        if midnight:
            return When(fuzzydates.read(midnight[1]).text)
        if re.fullmatch(r"[\d~?%/.-]+", words) and re.match(r"\d{4}", words):
            raise ValidationError({column: refusal.messages}) from refusal
    try:
        return _spoken(cells, words, zone)
    except ValidationError as refusal:
        raise ValidationError({column: refusal.messages}) from refusal


def _spoken(cells: Cells, words: str, zone: str) -> When:
    digits = re.findall(r"\d+", words)
    if digits and not any(len(number) == 4 for number in digits) and not re.search(r"\d[/.-]\d+[/.-]\d", words):
        raise ValidationError(_("Which year is it? Write the year too, such as November 17, 2026."))
    today = datetime.datetime.now(ZoneInfo(zone)).date()
    spoken = read_spoken(words, today=today, zone=zone)
    if spoken.edtf is None:
        raise ValidationError(spoken.warning or _("Which day is it? Write it like November 17, 2026."))
    if spoken.warning:
        cells.notes.append(spoken.warning)
    return _local(spoken, zone)


def _local(spoken: Spoken, zone: str) -> When:
    if not spoken.utc or spoken.time is None or spoken.edtf is None:
        return When(spoken.edtf or "", spoken.time, spoken.fold)
    day = datetime.date.fromisoformat(spoken.edtf)
    moment = datetime.datetime.combine(day, spoken.time, datetime.UTC).astimezone(ZoneInfo(zone))
    twice = localtimes.is_twice(moment.date(), moment.time(), zone)
    return When(moment.date().isoformat(), moment.time(), moment.fold if twice else None)


def read_time(cells: Cells, when: When, zone: str, column: str = "time_local") -> When:
    """Return the date with the time of its own column, which must be one that clocks in the zone show on that day."""
    words = cells.text(column)
    if not words:
        return when
    try:
        clock, abbreviation = localtimes.read_clock(words)
        day = fuzzydates.read(when.edtf) if when.edtf else None
        if day is None or day.earliest != day.latest:
            return When(when.edtf, clock)
        which = localtimes.fold_for(day.earliest, clock, zone, abbreviation)
        localtimes.resolve(day.earliest, clock, zone, which)
    except ValidationError as refusal:
        raise ValidationError({column: refusal.messages}) from refusal
    return When(when.edtf, clock, which)


def read_moment(cells: Cells, column: str, zone: str) -> datetime.datetime | None:
    """Return the minute that a column names, by the clock of `zone` where it names none; None where it is empty."""
    words = cells.text(column).strip()
    if not words:
        return None
    try:
        moment = datetime.datetime.fromisoformat(words)
        if not _STAMP.fullmatch(words) or not fuzzydates.FIRST_YEAR < moment.year < fuzzydates.LAST_YEAR:
            raise ValueError
    except ValueError as wrong:
        sentence = _("“%s” is not a day and a time. Write them like 2026-10-06T09:12-05:00.") % words[:40]
        raise ValidationError({column: sentence}) from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def links_in(words: str) -> list[str]:
    """Return the links in a cell; a blank inside a link, which browsers allow, is written as browsers send it."""
    if not words.startswith(("http://", "https://")):
        return words.split()
    return ["%20".join(link.split()) for link in re.split(r"\s+(?=https?://)", words.strip())]
