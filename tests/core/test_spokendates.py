"""Volunteers type dates as they say them: Carla and Hana get a value, a warning or a question, never a silent guess."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from manyplaces.core.spokendates import Spoken, read_spoken

TODAY = datetime.date(2026, 10, 20)
CLOCK = datetime.time
NEW_YORK = "America/New_York"


def say(text: str, zone: str = NEW_YORK) -> Spoken:
    return read_spoken(text, today=TODAY, zone=zone)


def asked(text: str, zone: str = NEW_YORK) -> tuple[str | None, str]:
    """Return the code and the sentence of the refusal."""
    with pytest.raises(ValidationError) as refusal:
        say(text, zone)
    return refusal.value.code, refusal.value.messages[0]


WHICH_DAY = "Which day is it, and what time? Write it like November 17, 2026 at 7:45 am."
NO_DAY = "There is no such day in the calendar. Check the month and the day."
WHICH_FIRST = "Which is the day and which is the month? Write the month as a word, such as March 4, 2027."
WHICH_YEAR = "Which year is it? Write the year after the day, such as November 17, 2026."
WHICH_WEEK = "Which week is it? Write the day and the month too, such as Friday, November 20."
MIDNIGHT = "Which day does this midnight belong to? Write 00:00 and the day that begins then."
NOT_READ = "We cannot read this. Write it like November 17, 2026 at 7:45 am."
HALF = "Is this in the morning or in the afternoon? Write am or pm after it."
BOTH_HALVES = "Does it end before it begins? Write am or pm after both times, such as 11 am - 1 pm."
TWICE = f"On 2026-11-01 the clocks in {NEW_YORK} show this time twice. Which one is it: 01:30 EDT or 01:30 EST?"
SKIPPED = f"On 2027-03-14 the clocks in {NEW_YORK} go forward and skip 02:30. Choose a time such as 03:30."

CORPUS: dict[str, Spoken | tuple[str | None, str]] = {
    "Tuesday, Nov 17th @ 7:45am": Spoken("2026-11-17", CLOCK(7, 45)),
    "Sat 11/21 noon": Spoken("2026-11-21", CLOCK(12)),
    "12:00 AM Nov 21 2026": Spoken("2026-11-21", CLOCK(0)),
    "12 midnight Friday": ("question", MIDNIGHT),
    "2/29/2027": (None, NO_DAY),
    "2/29/2028 8am": Spoken("2028-02-29", CLOCK(8)),
    "13/02/2026": ("question", WHICH_FIRST),
    "03/04/27": ("question", "Which day, month and year is this? Write it like March 4, 2027."),
    "early March 2027": Spoken("2027-03~"),
    "Spring 2014": Spoken("2014-21"),
    "2014": Spoken("2014"),
    "circa 2015": Spoken("2015~"),
    "week of Nov 16": Spoken("2026-11-16/2026-11-20"),
    "Nov 17-19": Spoken("2026-11-17/2026-11-19"),
    "first bell": ("question", WHICH_DAY),
    "TBD": Spoken(None, warning="There is no date yet. Add it as soon as you know it."),
    # The list leaves the value open because it depends on the day it is at the event; here that day is known.
    "tomorrow": Spoken("2026-10-21", warning="We read “tomorrow” as October 21, 2026. Please check it."),
    "11/1/2026 1:30am": ("question", TWICE),
    "3/14/2027 2:30am": ("no_such_time", SKIPPED),
    "24:00 2026-11-17": Spoken("2026-11-18", CLOCK(0)),
    "2026-11-17T12:45:00Z": Spoken("2026-11-17", CLOCK(12, 45), utc=True),
    "0000-00-00": (None, "Use a year from 1900 to 2200."),
    "9999-12-31": (None, "Use a year from 1900 to 2200."),
    "1970-01-01": Spoken(
        None,
        warning="1970-01-01 is long ago. Check the year and write the date again.",
    ),
    "17 de noviembre a las 7:45": Spoken("2026-11-17", CLOCK(7, 45)),
    "٢٠٢٦-١١-١٧": Spoken("2026-11-17"),
    "7:45 - 8:15 am": Spoken(None, CLOCK(7, 45), CLOCK(8, 15)),
    "11am-1pm": Spoken(None, CLOCK(11), CLOCK(13)),
    "10pm-1am": Spoken(None, CLOCK(22), CLOCK(1), ends_next_day=True),
}


def written(spoken: Spoken) -> str | None:
    """Put a value the way the list of shared cases writes it."""
    if spoken.time is None:
        return spoken.edtf
    if spoken.until is not None:
        return f"{spoken.time:%H:%M}/{'+1 ' if spoken.ends_next_day else ''}{spoken.until:%H:%M}"
    return f"{spoken.edtf}T{spoken.time:%H:%M}{'Z' if spoken.utc else ''}"


def test_every_shared_case_is_a_value_or_a_question_as_listed(shared: Path) -> None:
    cases = json.loads((shared / "corpora" / "time" / "fuzzy_dates.json").read_text(encoding="utf-8"))["cases"]
    assert [case["in"] for case in cases] == list(CORPUS)
    assert len(cases) == 29
    for case in cases:
        expected = CORPUS[case["in"]]
        # In Phoenix clocks stay put, so the two nights of the list have a value there.
        zone = "America/Phoenix" if case["in"] == "11/1/2026 1:30am" else NEW_YORK
        if isinstance(expected, Spoken):
            assert say(case["in"]) == expected
        else:
            assert asked(case["in"]) == expected
        if case["want"] is not None:
            assert written(say(case["in"], zone)) == case["want"]


@pytest.mark.parametrize("zone", ["America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico"])
def test_where_clocks_stay_put_no_night_is_asked_about(zone: str) -> None:
    assert say("11/1/2026 1:30am", zone) == Spoken("2026-11-01", CLOCK(1, 30))
    assert say("3/14/2027 2:30am", zone) == Spoken("2027-03-14", CLOCK(2, 30))


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("11/1/2026 1:30am EDT", Spoken("2026-11-01", CLOCK(1, 30), fold=0)),
        ("11/1/2026 1:30am EST", Spoken("2026-11-01", CLOCK(1, 30), fold=1)),
        ("12:30am-1:30am EST 11/1/2026", Spoken("2026-11-01", CLOCK(0, 30), CLOCK(1, 30), fold=1)),
        ("1:15 - 1:45 am EST 11/1/2026", Spoken("2026-11-01", CLOCK(1, 15), CLOCK(1, 45), fold=1)),
        ("Nov 17 12:45 UTC", Spoken("2026-11-17", CLOCK(12, 45), utc=True)),
        ("Nov 17 - 7:45 am", Spoken("2026-11-17", CLOCK(7, 45))),
        ("7:45 a.m. on Tuesday, Nov. 17", Spoken("2026-11-17", CLOCK(7, 45))),
        ("2026-11-17 24:00", Spoken("2026-11-18", CLOCK(0))),
        ("2026/11/17 08:00", Spoken("2026-11-17", CLOCK(8))),
        ("11/21/26", Spoken("2026-11-21")),
        ("Nov 17, 2026 from 7 to 9 am", Spoken("2026-11-17", CLOCK(7), CLOCK(9))),
        ("Nov 17 8 – 9:30 p.m.", Spoken("2026-11-17", CLOCK(20), CLOCK(21, 30))),
        ("Nov 17 10pm-midnight", Spoken("2026-11-17", CLOCK(22), CLOCK(0), ends_next_day=True)),
        ("Nov 17-19 8am", Spoken("2026-11-17/2026-11-19", CLOCK(8))),
        ("Tue Nov 17 - Thu Nov 19", Spoken("2026-11-17/2026-11-19")),
        ("Dec 30 - Jan 2", Spoken("2026-12-30/2027-01-02")),
        ("del 17 al 19 de noviembre de 2026", Spoken("2026-11-17/2026-11-19")),
        ("el martes 17 de noviembre a las 3 de la tarde", Spoken("2026-11-17", CLOCK(15))),
        ("otoño de 2017", Spoken("2017-23")),
        ("a principios de marzo de 2027", Spoken("2027-03~")),
        ("hacia noviembre de 2014", Spoken("2014-11~")),
        ("about fall 2017", Spoken("2017-23~")),
        ("2016-02-17 or thereabouts", Spoken("2016-02-17~")),
        ("April to May 2014", Spoken("2014-04/2014-05")),
        ("Winter 2014-15", Spoken("2014-24")),
        ("11/2014", Spoken("2014-11")),
        ("2016-01/..", Spoken("2016-01/..")),
        ("2014-05-13/2014-05-17", Spoken("2014-05-13/2014-05-17")),
    ],
)
def test_other_ways_of_saying_it_are_understood(text: str, spoken: Spoken) -> None:
    assert say(text) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("hoy", Spoken("2026-10-20", warning="We read “hoy” as October 20, 2026. Please check it.")),
        (
            "week of November 20, 2014",
            Spoken("2014-11-17/2014-11-21", warning="We read this as November 17-21, 2014. Please check it."),
        ),
        ("Nov 17 first bell", Spoken("2026-11-17", warning="Add the time of day as soon as you know it.")),
        ("por definir", Spoken(None, warning="There is no date yet. Add it as soon as you know it.")),
    ],
)
def test_what_was_worked_out_or_left_open_is_pointed_at(text: str, spoken: Spoken) -> None:
    assert say(text) == spoken


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Which day is it? Write it like November 17, 2026 at 7:45 am."),
        ("May 1", WHICH_YEAR),
        ("Feb 29", WHICH_YEAR),
        ("Nov", "Which year is it? Write the year after the month, such as November 2026."),
        ("Fall", "Which year is it? Write the year after the season, such as Fall 2026."),
        ("Winter 2014", "Which winter is it? Write both years: Winter 2013-2014 or Winter 2014-2015."),
        ("winter 2014-16", "Which year is it? Write one season and one year, such as Fall 2026 or Winter 2026-27."),
        ("Friday", WHICH_WEEK),
        ("next Friday 3pm", WHICH_WEEK),
        ("Mon Nov 17", "2026-11-17 is another day of the week. Which day is it?"),
        ("Tue November 2026", "Which day is it? Write one day, such as Tuesday, November 17, 2026."),
        ("Nov 17 midnight", MIDNIGHT),
        ("24:00", MIDNIGHT),
        ("Nov 17 3:30", HALF),
        ("Nov 17 at 7", HALF),
        ("11-1pm", BOTH_HALVES),
        ("10pm - 9pm", BOTH_HALVES),
        ("7:45am - 8:15", "Is the end in the morning or in the afternoon? Write am or pm after both times."),
        ("3.4.2027", WHICH_FIRST),
        (
            "week of Nov 15",
            "Which days are in that week? Write the first and the last day, such as November 16-20, 2026.",
        ),
        ("early 11/17", "Is this part of a day or of a month? Write the day and the time, such as November 17, 8 am."),
        ("about", "Which date is this about? Write the month and the year."),
        ("7:45 EST", "Which day is it? Write the day before the time."),
        ("12:30am-1:30am 11/1/2026", TWICE),
    ],
)
def test_what_can_mean_two_things_is_asked(text: str, sentence: str) -> None:
    assert asked(text) == ("question", sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hello", NOT_READ),
        ("Nov 17 or Nov 18", NOT_READ),
        ("Nov 5-7 am", NOT_READ),
        ("about 7:45am Nov 17", NOT_READ),
        ("Nov 31", NO_DAY),
        ("Nov 19-17", "The end comes before the beginning. Write the earlier date first."),
        ("2035", "This is more than 5 years ahead. Check the year."),
        (
            "2026-11-17T08:00:00-05:00",
            "Leave out the offset after the time. Write the time that clocks show at the place.",
        ),
        (
            "Nov 17 7:45 PST",
            f"On that day the clocks in {NEW_YORK} show EST, not PST. Correct the time or leave PST out.",
        ),
        ("x" * 101, "This is too long for a date. Write only the day and the time."),
    ],
)
def test_what_cannot_be_is_refused(text: str, sentence: str) -> None:
    assert asked(text) == (None, sentence)


PHRASES = (
    "Tuesday martes Nov 17th 17 31 @ at a las 7:45am 7:45 24:00 noon midnight - to al / 11/17 2/29 2026 2027 9999 0000 "
    "13/02/2026 2026-11-17 early circa week of Spring Winter otoño de mañana tomorrow EST UTC TBD ٢٠٢٦ pm"
)
PIECES = st.sampled_from(PHRASES.split())
ANY_TEXT = st.lists(PIECES, max_size=7).map(" ".join) | st.text(max_size=120)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
@example("week of 2200-12-31")
@example("24:00 2200-12-31")
@example("99/99/99")
@example("ﷺ" * 100)
def test_any_text_gives_a_value_or_one_sentence(text: str) -> None:
    try:
        spoken = say(text)
    except ValidationError as refusal:
        assert len(refusal.messages) == 1
    else:
        assert spoken.edtf or spoken.time or spoken.warning


@pytest.mark.parametrize("piece", ["1-", "Nov 1 ", "1/1/", "de ", "17 de ", "2026-11-17 ", "7:45 - ", "tbd", " ", "?"])
def test_long_texts_cost_nothing(piece: str) -> None:
    huge, longest = (piece * 100_000)[:100_000], (piece * 100)[:100]
    started = time.perf_counter()
    assert asked(huge) == (None, "This is too long for a date. Write only the day and the time.")
    try:
        say(longest)
    except ValidationError as refusal:
        assert len(refusal.messages) == 1
    assert time.perf_counter() - started < 0.05
