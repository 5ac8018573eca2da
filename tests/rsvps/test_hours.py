"""When reminders go, on every clock of the country, and across the changes of the clocks."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from manyplaces.rsvps.rules.hours import Reminder, Start, first_day, hours_of, is_time

ZONES = {
    "Honolulu": "Pacific/Honolulu",
    "Anchorage": "America/Anchorage",
    "Phoenix": "America/Phoenix",
    "Denver": "America/Denver",
    "Indianapolis": "America/Indiana/Indianapolis",
    "San Juan": "America/Puerto_Rico",
}


def utc(text: str) -> datetime.datetime:
    """A moment, such as "2026-10-31 22:00"."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC)


def begins(kind: str, start: Start) -> datetime.datetime | None:
    found = hours_of(kind, start)
    return found[0] if found else None


# The clocks go back on 1 November 2026 at two in the night, where they do so at all.
@pytest.mark.parametrize(
    ("town", "day", "evening", "early", "hour"),
    [
        ("Honolulu", "2026-11-02", "2026-11-02 04:00", "2026-11-02 15:50", "2026-11-02 16:20"),
        ("Anchorage", "2026-10-30", "2026-10-30 02:00", "2026-10-30 13:50", "2026-10-30 14:20"),
        ("Anchorage", "2026-11-02", "2026-11-02 03:00", "2026-11-02 14:50", "2026-11-02 15:20"),
        ("Phoenix", "2026-10-31", "2026-10-31 01:00", "2026-10-31 12:50", "2026-10-31 13:20"),
        ("Phoenix", "2026-11-02", "2026-11-02 01:00", "2026-11-02 12:50", "2026-11-02 13:20"),
        ("Denver", "2026-10-31", "2026-10-31 00:00", "2026-10-31 11:50", "2026-10-31 12:20"),
        ("Denver", "2026-11-01", "2026-11-01 00:00", "2026-11-01 12:50", "2026-11-01 13:20"),
        ("Denver", "2026-11-02", "2026-11-02 01:00", "2026-11-02 12:50", "2026-11-02 13:20"),
        ("Indianapolis", "2026-11-01", "2026-10-31 22:00", "2026-11-01 10:50", "2026-11-01 11:20"),
        ("Indianapolis", "2026-11-02", "2026-11-01 23:00", "2026-11-02 10:50", "2026-11-02 11:20"),
        ("San Juan", "2026-11-01", "2026-10-31 22:00", "2026-11-01 09:50", "2026-11-01 10:20"),
        ("San Juan", "2026-11-02", "2026-11-01 22:00", "2026-11-02 09:50", "2026-11-02 10:20"),
        # In spring: 14 March 2027.
        ("Denver", "2027-03-14", "2027-03-14 01:00", "2027-03-14 11:50", "2027-03-14 12:20"),
        ("Phoenix", "2027-03-14", "2027-03-14 01:00", "2027-03-14 12:50", "2027-03-14 13:20"),
    ],
)
def test_six_in_the_evening_is_six_where_the_event_is(town: str, day: str, evening: str, early: str, hour: str) -> None:
    start = Start(datetime.date.fromisoformat(day), datetime.time(7, 20), ZONES[town])
    found = [begins(kind, start) for kind in Reminder.values]
    assert found == [utc(evening), utc(early), utc(evening), utc(hour)]
    shown = utc(evening).astimezone(ZoneInfo(ZONES[town]))
    assert (shown.hour, shown.date()) == (18, start.day - datetime.timedelta(days=1))


def early(clock: str, day: str = "2026-12-05", zone: str = "America/Denver", fold: int = 0) -> Any:
    """When the early one is begun, on the clock of the place; None for never."""
    start = Start(datetime.date.fromisoformat(day), datetime.time.fromisoformat(clock) if clock else None, zone, fold)
    found = begins("early", start)
    return found.astimezone(ZoneInfo(zone)).strftime("%H:%M") if found else None


def test_nobody_is_woken_before_five_and_where_no_hour_is_known_it_is_six() -> None:
    assert [early(clock) for clock in ("07:20", "06:30", "06:00", "05:01", "05:00", "02:30", "13:00", "")] == [
        "05:50", "05:00", "05:00", "05:00", None, None, "11:30", "06:00",
    ]  # fmt: skip
    # In a night with two half past ones, and one without a half past two.
    assert (early("06:30", "2026-11-01"), early("01:30", "2026-11-01", fold=1)) == ("05:00", None)
    assert Start(datetime.date(2027, 3, 14), datetime.time(2, 30), "America/Denver").moment == utc("2027-03-14 09:30")


def test_an_hour_before_needs_an_hour() -> None:
    assert hours_of("host_hour", Start(datetime.date(2026, 12, 5), None, "America/Denver")) is None


def test_what_is_late_is_begun_while_it_is_of_use() -> None:
    start = Start(datetime.date(2026, 12, 5), datetime.time(7, 20), "America/Denver")
    cases = {"2026-12-05 00:59": 0, "2026-12-05 01:00": 1, "2026-12-05 06:59": 1, "2026-12-05 07:00": 0}
    assert {text: is_time("evening", start, utc(text)) for text in cases} == cases
    cases = {"2026-12-05 12:49": 0, "2026-12-05 12:50": 1, "2026-12-05 14:19": 1, "2026-12-05 14:20": 0}
    assert {text: is_time("early", start, utc(text)) for text in cases} == cases


def test_only_a_day_that_is_known_for_sure_has_an_evening_before() -> None:
    known = {"2026-12-05": 5, "2026-12-05/2026-12-07": 5, "2026-12": 0, "2026": 0, "2026-12-05~": 0, "2026-12-05?": 0}
    assert {text: (day.day if (day := first_day(text)) else 0) for text in [*known]} == known
