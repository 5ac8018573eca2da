"""Hana says when her walk-in starts by the clock of her school, and every clock in the country agrees on the moment."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from manyplaces.core.localtimes import fold_for, is_twice, read_clock, resolve

CLOCK = datetime.time
NOV_1, MAR_14, NOV_17 = datetime.date(2026, 11, 1), datetime.date(2027, 3, 14), datetime.date(2026, 11, 17)
NEW_YORK = "America/New_York"
WINTER_NAME = {"EDT": "EST", "CDT": "CST", "MDT": "MST", "PDT": "PST", "AKDT": "AKST", "HDT": "HST"}


def refusal_of(call: Any, *arguments: Any) -> tuple[str | None, str]:
    with pytest.raises(ValidationError) as refusal:
        call(*arguments)
    return refusal.value.code, refusal.value.messages[0]


@pytest.fixture(scope="module")
def vectors(shared: Path) -> list[dict[str, str]]:
    found = json.loads((shared / "corpora" / "time" / "us_zones_dst_leap.json").read_text())["vectors"]
    assert len(found) == 276
    return list(found)


def of_kind(vectors: list[dict[str, str]], kind: str) -> list[tuple[dict[str, str], datetime.date, datetime.time]]:
    return [
        (vector, local.date(), local.time())
        for vector in vectors
        if vector["kind"] == kind and (local := datetime.datetime.fromisoformat(vector["local"]))
    ]


def moment(found: datetime.datetime) -> tuple[str, str, str | None]:
    return found.astimezone(datetime.UTC).isoformat(), str(found.utcoffset()), found.tzname()


def test_a_plain_time_is_one_moment_in_every_american_zone(vectors: list[dict[str, str]]) -> None:
    plain = of_kind(vectors, "normal")
    found = [[moment(resolve(day, clock, v["zone"], fold)) for fold in (None, 0, 1)] for v, day, clock in plain]
    assert found == [[(v["utc_fold0"], v["offset_fold0"], v["abbr"])] * 3 for v, _day, _clock in plain]
    assert len(plain) == 244


def test_a_time_shown_twice_is_asked_for_and_chosen(vectors: list[dict[str, str]]) -> None:
    twice = of_kind(vectors, "ambiguous")
    asked = [refusal_of(resolve, day, clock, v["zone"], None) for v, day, clock in twice]
    assert asked == [
        (
            "question",
            f"On {day} the clocks in {v['zone']} show this time twice. Which one is it: {clock:%H:%M} {v['abbr']} or "
            f"{clock:%H:%M} {WINTER_NAME[v['abbr']]}?",
        )
        for v, day, clock in twice
    ]
    chosen = [[moment(resolve(day, clock, v["zone"], fold))[0] for fold in (0, 1)] for v, day, clock in twice]
    assert chosen == [[v["utc_fold0"], v["utc_fold1"]] for v, _day, _clock in twice]
    named = [
        [fold_for(day, clock, v["zone"], name) for name in (v["abbr"], WINTER_NAME[v["abbr"]], None)]
        for v, day, clock in twice
    ]
    assert named == [[0, 1, None]] * 16


def test_a_time_that_clocks_skip_is_refused_whatever_is_chosen(vectors: list[dict[str, str]]) -> None:
    skipped = of_kind(vectors, "nonexistent")
    refused = [{refusal_of(resolve, day, clock, v["zone"], fold) for fold in (None, 0, 1)} for v, day, clock in skipped]
    assert refused == [
        {
            (
                "no_such_time",
                f"On {day} the clocks in {v['zone']} go forward and skip {clock:%H:%M}. Choose a time such as 03:30.",
            )
        }
        for v, day, clock in skipped
    ]
    assert len(skipped) == 16


@pytest.mark.parametrize("zone", ["America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico"])
def test_where_clocks_stay_put_every_hour_is_there_once(zone: str) -> None:
    assert resolve(MAR_14, CLOCK(2, 30), zone).isoformat()[:16] == "2027-03-14T02:30"
    assert (resolve(NOV_1, CLOCK(1, 30), zone).fold, is_twice(NOV_1, CLOCK(1, 30), zone)) == (0, False)


@pytest.mark.parametrize(
    "zone",
    ["", "Narnia/Lamppost", "../../etc/passwd", "/etc/passwd", "America", "America/../UTC", "A" * 99, "UTC\x00", "é"],
)
def test_an_unknown_zone_is_refused_before_any_file_is_opened(zone: str) -> None:
    assert refusal_of(resolve, NOV_1, CLOCK(1, 30), zone) == (
        None,
        "We do not know this time zone. Write one such as America/Chicago.",
    )


@pytest.mark.parametrize("day", [datetime.date.min, datetime.date.max])
def test_days_at_the_end_of_the_calendar_are_refused(day: datetime.date) -> None:
    assert refusal_of(resolve, day, CLOCK(12), "Pacific/Guam") == (None, "Use a year from 1900 to 2200.")


@pytest.mark.parametrize(
    ("text", "clock", "abbreviation"),
    [
        ("07:45", CLOCK(7, 45), None),
        ("7:45", CLOCK(7, 45), None),
        ("7:45 am", CLOCK(7, 45), None),
        ("7:45am", CLOCK(7, 45), None),
        (" 7:45  P.M. ", CLOCK(19, 45), None),
        ("7 a. m.", CLOCK(7), None),
        ("01:30 EDT", CLOCK(1, 30), "EDT"),
        ("1:30 am est", CLOCK(1, 30), "EST"),
        ("9 am CT", CLOCK(9), "CT"),
        ("10:00 ChST", CLOCK(10), "CHST"),
        ("12 am", CLOCK(0), None),
        ("12:30 pm", CLOCK(12, 30), None),
        ("noon", CLOCK(12), None),
        ("12 noon", CLOCK(12), None),
        ("00:00", CLOCK(0), None),
        ("23:59:59", CLOCK(23, 59, 59), None),
        ("03:30", CLOCK(3, 30), None),
        ("15:30", CLOCK(15, 30), None),
    ],
)
def test_a_clock_is_read_as_people_write_it(text: str, clock: datetime.time, abbreviation: str | None) -> None:
    assert read_clock(text) == (clock, abbreviation)


HALF = ("question", "Is this in the morning or in the afternoon? Write am or pm after it.")
NOT_READ = (None, "We cannot read this time. Write it like 7:45 am or 15:30.")
NO_TIME = (None, "There is no such time. Write it like 7:45 am or 15:30.")
TWELVE = (None, "With am or pm the hour goes from 1 to 12. Correct the hour or leave am and pm out.")
MIDNIGHT = ("question", "Which day does midnight belong to? Write 00:00 and the day that begins then.")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("3:30", HALF),
        ("7", HALF),
        ("12", HALF),
        ("midnight", MIDNIGHT),
        ("12 midnight", MIDNIGHT),
        ("13 pm", TWELVE),
        ("0:30 am", TWELVE),
        ("25:00", NO_TIME),
        ("07:60", NO_TIME),
        ("24:00", (None, "Write 00:00 and the next day for 24:00.")),
        ("07:45 XYZ", (None, "We do not know the time zone XYZ. Leave it out or write one such as EST or PDT.")),
        ("", NOT_READ),
        ("first bell", NOT_READ),
        ("7:45 am 8:00", NOT_READ),
        ("٠٧:٤٥", NOT_READ),
        ("07:45" + " " * 40 + "am", NOT_READ),
    ],
)
def test_a_clock_that_says_too_little_is_asked_about(text: str, refused: tuple[str | None, str]) -> None:
    assert refusal_of(read_clock, text) == refused


def test_an_abbreviation_must_be_shown_by_clocks_of_that_place_and_day() -> None:
    assert [fold_for(NOV_17, CLOCK(7, 45), NEW_YORK, name) for name in (None, "EST", "ET")] == [None, None, None]
    assert fold_for(NOV_1, CLOCK(1, 30), NEW_YORK, "ET") is None
    assert fold_for(NOV_17, CLOCK(7, 45), "Pacific/Guam", "CHST") is None
    assert [refusal_of(fold_for, NOV_17, CLOCK(7, 45), NEW_YORK, name) for name in ("EDT", "PST", "CT", "UTC")] == [
        (None, f"On that day the clocks in {NEW_YORK} show EST, not {name}. Correct the time or leave {name} out.")
        for name in ("EDT", "PST", "CT", "UTC")
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,2}(:[0-9]{2})? ?([ap]m)?( [A-Z]{2,4})?", fullmatch=True))
def test_any_text_is_a_clock_or_refused(text: str) -> None:
    try:
        clock, _abbreviation = read_clock(text)
    except ValidationError as refusal:
        assert len(refusal.messages) == 1
    else:
        assert read_clock(clock.isoformat()) == (clock, None)


@settings(max_examples=200, deadline=None)
@given(st.dates(), st.times(), st.sampled_from([NEW_YORK, "America/Adak", "Pacific/Guam", "UTC", "x"]) | st.text())
def test_any_day_and_clock_is_a_moment_or_refused(day: datetime.date, clock: datetime.time, zone: str) -> None:
    try:
        found = resolve(day, clock, zone)
    except ValidationError as refusal:
        assert len(refusal.messages) == 1
    else:
        again = found.astimezone(datetime.UTC).astimezone(found.tzinfo)
        assert (again.date(), again.time()) == (day, clock)


@pytest.mark.parametrize("piece", ["1:", "12 ", "a.m.", " ", "noon ", "E"])
def test_a_text_of_100000_characters_costs_nothing(piece: str) -> None:
    huge = (piece * 100_000)[:100_000]
    started = time.perf_counter()
    assert refusal_of(read_clock, huge) == NOT_READ
    assert refusal_of(resolve, NOV_1, CLOCK(1), huge)[0] is None
    assert time.perf_counter() - started < 0.05
