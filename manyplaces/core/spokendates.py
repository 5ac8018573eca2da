"""Dates and times as volunteers type them: a value, a warning or a question, never a silent guess."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as warn
from django.utils.translation import gettext_lazy as _

from manyplaces.core import fuzzydates, localtimes
from manyplaces.core.spokendays import ask, day_of, find_days

LONGEST = 100
# A spreadsheet writes 1900, 1904 or 1970 for an empty cell; nothing in a record of actions is as old as that.
OLDEST_YEAR = 1990
YEARS_AROUND = 5
# Nobody ends a day of action more than this after it began, so a longer one is a slip of am and pm.
LONGEST_NIGHT = datetime.timedelta(hours=12)

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon lunes",
            "tuesday tues tue martes",
            "wednesday weds wed miercoles",
            "thursday thurs thur thu jueves",
            "friday fri viernes",
            "saturday sat sabado",
            "sunday sun domingo",
        )
    )
    for name in names.split()
}
_WEEKDAY = re.compile(rf"\b(?:(?:el|este|proximo|this|next|coming) )*({'|'.join(_WEEKDAYS)})\b")
_UNKNOWN = re.compile(
    r"tb[dac]|unknown|not (?:yet )?(?:known|decided|set)|to be (?:decided|determined|announced|confirmed)|\?+"
    r"|por (?:definir|confirmar|anunciar|decidir)|desconocid[oa]|n/a"
)
_EDTF = re.compile(r"[0-9]{4}(?:-[0-9]{2}){0,2}[~?%]?(?:/(?:\.\.|[0-9]{4}(?:-[0-9]{2}){0,2}[~?%]?)?)?")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,6})? ?(z|utc|gmt|[+-]\d\d:?\d\d)?")
_FILLER = re.compile(r"^(?:(?:at|on|by|from|del?|a las?|desde las?|the) |- )+|(?: (?:on|el|del?|the))+$")
_SCHOOL_TIMES = re.compile(
    r"(?:the )?(?:first bell|last bell|before school|after school|lunch|primera campana|antes de clases?"
    r"|despues de clases?)"
)
_ONE_CLOCK = r"(?:\d{1,2}(?::\d\d){0,2}(?: ?[ap]m)?|(?:12 )?(?:noon|midnight))"
_SPAN = re.compile(rf"({_ONE_CLOCK}) ?(?:-|to|until|till|hasta las?|a las?) ?({_ONE_CLOCK})(?: ([a-z]{{1,5}}))?")
_MIDNIGHT = re.compile(r"(?:12(?::00)? )?midnight|24:00(?::00)?")


@dataclass(frozen=True)
class Spoken:
    """What a text says. `edtf` is None where it names no day that can be kept: the warning then tells why.

    `time` and `until` are local to the zone, or UTC where `utc` is set; `ends_next_day` says that `until` is on the
    day after. `fold` is 0 or 1 where an abbreviation such as EST chose between two equal times of an autumn night.
    """

    edtf: str | None
    time: datetime.time | None = None
    until: datetime.time | None = None
    ends_next_day: bool = False
    utc: bool = False
    warning: str = ""
    fold: int | None = None


def read_spoken(text: str, *, today: datetime.date, zone: str) -> Spoken:
    """Return what "Tuesday, Nov 17th @ 7:45am", "early March 2027" or "17 de noviembre a las 7:45" says.

    `today` is the day it is in the zone of the event (an IANA name). Raises ValidationError: code "question" where
    the sentence asks what is missing or can be understood in two ways, any other code where the text is refused.
    """
    if len(text) > LONGEST:
        raise ValidationError(_("This is too long for a date. Write only the day and the time."))
    plain = plain_words(text)
    if not plain:
        raise ask(_("Which day is it? Write it like November 17, 2026 at 7:45 am."))
    if _UNKNOWN.fullmatch(plain):
        return Spoken(None, warning=warn("There is no date yet. Add it as soon as you know it."))
    if _EDTF.fullmatch(plain):
        return _within_campaign(Spoken(fuzzydates.read(plain).text), today)
    if stamp := _STAMP.fullmatch(plain):
        return _finished(_stamped(stamp), None, today, zone)
    weekdays = [_WEEKDAYS[name] for name in _WEEKDAY.findall(plain)]
    days = find_days(" ".join(_WEEKDAY.sub(" ", plain).split()), today)
    clocks = _FILLER.sub("", " ".join(days.rest.split()))
    spoken, abbreviation = _clocks(clocks, Spoken(days.edtf, warning=days.warning), bool(weekdays))
    _require_weekdays(weekdays, days.edtf)
    return _finished(spoken, abbreviation, today, zone)


def plain_words(text: str) -> str:
    """Return the text in small letters without accents, its clocks, dashes and parts of the day written in one way."""
    # Digits of every script become 0 to 9, dashes of every length a hyphen, and accents go.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower())
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain).replace("@", " at ")
    plain = re.sub(r"\b([ap])\. ?m\b\.?|(?<=\d)([ap])\b\.?", lambda half: (half[1] or half[2]) + "m", plain)
    plain = re.sub(r"(?<![\d.])\.(?!\.)|(?<=\d)\.(?= |$)|[,;()]", " ", plain)
    plain = re.sub(r"\b([1-9]|1[01])(:\d\d)? de la (?:manana|madrugada)\b", r"\1\2 am", " ".join(plain.split()))
    plain = re.sub(r"\b([1-8]|12)(:\d\d)? de la tarde\b|\b([6-9]|1[01])(:\d\d)? de la noche\b", _afternoon, plain)
    plain = re.sub(r"\b12(?::00)? de la noche\b|\bmedianoche\b", "midnight", plain)
    return re.sub(r"\b(?:del )?mediodia\b", "noon", plain)


def _afternoon(found: re.Match[str]) -> str:
    return f"{found[1] or found[3]}{found[2] or found[4] or ''} pm"


def _stamped(stamp: re.Match[str]) -> Spoken:
    day, clock, offset = fuzzydates.read(stamp[1]).earliest, stamp[2], stamp[3]
    if offset and offset[0] in "+-":
        raise ValidationError(_("Leave out the offset after the time. Write the time that clocks show at the place."))
    if _MIDNIGHT.fullmatch(clock):
        day, clock = day + datetime.timedelta(days=1), "00:00"
    return Spoken(day.isoformat(), localtimes.read_clock(clock)[0], utc=bool(offset))


def _clocks(text: str, spoken: Spoken, has_weekday: bool) -> tuple[Spoken, str | None]:
    if not text or _SCHOOL_TIMES.fullmatch(text):
        return _without_clock(bool(text), spoken, has_weekday), None
    if span := _SPAN.fullmatch(text):
        return _span(span, spoken)
    if _MIDNIGHT.fullmatch(text):
        day = day_of(spoken.edtf)
        if day is None or not text.startswith("24"):
            raise ask(_("Which day does this midnight belong to? Write 00:00 and the day that begins then."))
        return replace(spoken, edtf=(day + datetime.timedelta(days=1)).isoformat(), time=datetime.time(0)), None
    if not re.match(r"\d|noon", text):
        raise ValidationError(_("We cannot read this. Write it like November 17, 2026 at 7:45 am."))
    clock, abbreviation = localtimes.read_clock(text)
    return replace(spoken, time=clock), abbreviation


def _without_clock(has_words: bool, spoken: Spoken, has_weekday: bool) -> Spoken:
    if spoken.edtf is None and not has_weekday:
        raise ask(_("Which day is it, and what time? Write it like November 17, 2026 at 7:45 am."))
    note = warn("Add the time of day as soon as you know it.") if has_words else ""
    return replace(spoken, warning=" ".join(filter(None, (spoken.warning, note))))


def _span(span: re.Match[str], spoken: Spoken) -> tuple[Spoken, str | None]:
    first, last = span[1], span[2]
    halves = [re.search(r"[ap]m$|noon|midnight", clock) for clock in (first, last)]
    if halves[0] and not halves[1] and not re.match(r"0|1[3-9]|2", last):
        raise ask(_("Is the end in the morning or in the afternoon? Write am or pm after both times."))
    last_is_midnight = _MIDNIGHT.fullmatch(last) is not None
    if not halves[0] and halves[1] and halves[1][0] in ("am", "pm"):
        first += f" {halves[1][0]}"
    start, abbreviation = localtimes.read_clock(f"{first} {span[3] or ''}")
    end = datetime.time(0) if last_is_midnight else localtimes.read_clock(last)[0]
    overnight = end <= start
    length = datetime.datetime.combine(
        datetime.date.min + datetime.timedelta(days=overnight), end
    ) - datetime.datetime.combine(datetime.date.min, start)
    if overnight and ((not halves[0] and halves[1]) or length > LONGEST_NIGHT):
        raise ask(_("Does it end before it begins? Write am or pm after both times, such as 11 am - 1 pm."))
    return replace(spoken, time=start, until=end, ends_next_day=overnight), abbreviation


def _require_weekdays(weekdays: list[int], edtf: str | None) -> None:
    if weekdays and edtf is None:
        raise ask(_("Which week is it? Write the day and the month too, such as Friday, November 20."))
    ends = [day_of(end) for end in (edtf or "").split("/")]
    for weekday, day in zip(weekdays, ends, strict=False):
        if day is not None and day.weekday() != weekday:
            raise ask(_("%(day)s is another day of the week. Which day is it?"), day=day.isoformat())
    if len(weekdays) > len(ends) or None in ends[: len(weekdays)]:
        raise ask(_("Which day is it? Write one day, such as Tuesday, November 17, 2026."))


def _finished(spoken: Spoken, abbreviation: str | None, today: datetime.date, zone: str) -> Spoken:
    spoken = _within_campaign(spoken, today)
    if abbreviation in localtimes.UNIVERSAL:
        return replace(spoken, utc=True)
    first = day_of(spoken.edtf)
    if first is None or spoken.time is None or spoken.utc:
        if abbreviation and spoken.edtf is None:
            raise ask(_("Which day is it? Write the day before the time."))
        return spoken
    moments = [(first, spoken.time)]
    if spoken.until is not None:
        moments.append((first + datetime.timedelta(days=spoken.ends_next_day), spoken.until))
    fold = None
    for day, clock in moments:
        # In the night when clocks go back "12:30-1:30 am EST" is right, though at 12:30 they still show EDT.
        if (day, clock) == moments[-1] or localtimes.is_twice(day, clock, zone):
            fold = localtimes.fold_for(day, clock, zone, abbreviation)
        localtimes.resolve(day, clock, zone, fold)
    return replace(spoken, fold=fold)


def _within_campaign(spoken: Spoken, today: datetime.date) -> Spoken:
    if spoken.edtf is None:
        return spoken
    known = fuzzydates.read(spoken.edtf)
    if known.earliest.year > today.year + YEARS_AROUND:
        raise ValidationError(
            _("This is more than %(years)d years ahead. Check the year."), params={"years": YEARS_AROUND}
        )
    if known.latest.year < OLDEST_YEAR:
        note = warn("%(date)s is long ago. Check the year and write the date again.")
        return replace(
            spoken, edtf=None, time=None, until=None, ends_next_day=False, warning=note % {"date": known.text}
        )
    return spoken
