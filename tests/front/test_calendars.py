"""Gil subscribes to an action and sees in his own calendar when it is, and what was cancelled."""

from __future__ import annotations

import datetime
import re
import warnings
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component
from icalendar import Event as Entry

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.events.models import Event
from manyplaces.events.operations import describe_event, list_event
from manyplaces.front.feeds import lines
from manyplaces.places.operations import find_or_add_city
from tests.front.records import SmallRecord

HOST = "127.0.0.1"
CHICAGO = ZoneInfo("America/Chicago")


def subscribe(client: Client, path: str) -> Component:
    """The calendar at `path` as a real client reads it, which must not complain."""
    found = client.get(path)
    assert (found.status_code, found["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calendar = Calendar.from_ical(found.content)
    assert [component.errors for component in calendar.walk()] == [[]] * len(list(calendar.walk()))
    return calendar


def entries(calendar: Component) -> dict[str, Any]:
    """The entries by the id before the host."""
    found = {str(entry["UID"]).removesuffix(f"@{HOST}"): entry for entry in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    return found


def days(entry: Any) -> tuple[datetime.date, datetime.date]:
    return entry["DTSTART"].dt, entry["DTEND"].dt


def test_an_action_has_its_parts_and_every_event(small_record: SmallRecord, client: Client) -> None:
    calendar = subscribe(client, "/actions/oct2025.ics")
    assert list(entries(calendar)) == [
        *("actions/oct2025/kick-off", "actions/oct2025/local"),
        *("WI1", "PR1", "FL1", "WI2"),
    ]
    assert str(calendar["X-WR-CALNAME"]) == "Walk-Ins for Öur Schools & <b>Yours</b>"
    assert calendar["REFRESH-INTERVAL"].dt == datetime.timedelta(hours=1)


def test_an_event_with_a_time_has_it_in_its_zone(small_record: SmallRecord, client: Client) -> None:
    entry = entries(subscribe(client, "/actions/oct2025.ics"))["WI1"]
    start = entry["DTSTART"]
    assert (start.dt, start.params["TZID"]) == (
        datetime.datetime(2025, 10, 8, 7, 30, tzinfo=CHICAGO),
        "America/Chicago",
    )
    assert str(entry["SUMMARY"]) == "Walk-in: Lincoln High School, Milwaukee, WI"
    assert str(entry["LOCATION"]) == "Lincoln High School, Milwaukee, WI"
    assert entry["GEO"].to_ical() == "43.0412;-87.9201"
    assert str(entry["URL"]) == f"{settings.SITE_URL}/events/WI1/"
    assert (str(entry["STATUS"]), entry["CATEGORIES"].to_ical()) == ("CONFIRMED", b"walk-in")
    assert str(entry["DESCRIPTION"]).split("\n\n") == [
        "Held. October 8, 2025",
        "Parents United; students",
        "About 10 °F; everybody came.",
        "Sources:\nhttps://example.org/recap\nhttps://example.org/photos",
    ]


def test_every_zone_that_is_spoken_of_is_explained_and_right(small_record: SmallRecord, client: Client) -> None:
    calendar = subscribe(client, "/actions/oct2025.ics")
    zones = {str(zone["TZID"]): zone.to_tz() for zone in calendar.walk("VTIMEZONE")}
    assert list(zones) == ["America/Chicago", "America/Puerto_Rico"]
    for month in range(1, 13):
        noon = datetime.datetime(2025, month, 15, 12)
        for name, zone in zones.items():
            assert noon.replace(tzinfo=zone).utcoffset() == noon.replace(tzinfo=ZoneInfo(name)).utcoffset()


def test_what_is_cancelled_stays_in_as_cancelled(small_record: SmallRecord, client: Client) -> None:
    entry = entries(subscribe(client, "/actions/oct2025/fl.ics"))["FL1"]
    assert str(entry["STATUS"]) == "CANCELLED"
    assert str(entry["SUMMARY"]) == "Cancelled: Walk-in: Booker T. Washington, Miami, FL"
    assert days(entry) == (datetime.date(2025, 10, 9), datetime.date(2025, 10, 10))
    assert "GEO" not in entry


def test_an_event_without_a_day_lasts_as_long_as_its_action(small_record: SmallRecord, client: Client) -> None:
    entry = entries(subscribe(client, "/actions/oct2025/wi/milwaukee.ics"))["WI2"]
    assert days(entry) == (datetime.date(2025, 10, 8), datetime.date(2025, 10, 11))


def test_an_event_of_a_season_is_left_out_and_the_calendar_says_so(small_record: SmallRecord, client: Client) -> None:
    calendar = subscribe(client, "/actions/fall2025.ics")
    assert list(entries(calendar)) == ["IL1"]
    assert "1 event whose day is not known is left out" in str(calendar["X-WR-CALDESC"])
    assert "left out" not in str(subscribe(client, "/actions/oct2025.ics")["X-WR-CALDESC"])


def test_the_second_of_two_equal_hours_is_told_in_utc(small_record: SmallRecord, client: Client) -> None:
    entry = entries(subscribe(client, "/events/IL1.ics"))["IL1"]
    assert entry["DTSTART"].dt == datetime.datetime(2025, 11, 2, 7, 30, tzinfo=datetime.UTC)
    assert (str(entry["STATUS"]), str(entry["SUMMARY"])) == ("TENTATIVE", "Postponed: Vigil: Daley Plaza, Chicago, IL")


@pytest.mark.parametrize(
    ("date", "clock", "expected"),
    [
        ("2025-11-02", (1, 30), datetime.datetime(2025, 11, 2, 6, 30, tzinfo=datetime.UTC)),
        ("2025-03-09", (3, 0), datetime.datetime(2025, 3, 9, 8, 0, tzinfo=datetime.UTC)),
        ("2025-10-08~", (7, 30), datetime.date(2025, 10, 8)),
        ("2025-10", None, datetime.date(2025, 10, 1)),
    ],
    ids=["first of two hours", "after the skipped hour", "about a day", "a month"],
)
def test_a_start_is_as_exact_as_it_is_known(
    date: str,
    clock: tuple[int, int] | None,
    expected: datetime.date,
    small_record: SmallRecord,
    client: Client,
    hana: Any,
) -> None:
    chicago = find_or_add_city("Chicago", "IL", by=hana)
    event = Event(key="IL2", action=small_record.season, city=chicago, phase="planned", date_edtf=date, fold=0)
    event.time_local = datetime.time(*clock) if clock else None
    list_event(event, by=hana)
    start = entries(subscribe(client, "/events/IL2.ics"))["IL2"]["DTSTART"].dt
    assert (start.astimezone(datetime.UTC) if isinstance(start, datetime.datetime) else start) == expected


def test_a_time_the_clocks_skip_on_the_actions_day_becomes_a_whole_day(
    small_record: SmallRecord, client: Client, hana: Any, nia: Any
) -> None:
    spring = call_action(Action(slug="spring", name="Spring", kind="day", date_edtf="2025-03-09"), by=nia).row
    chicago = find_or_add_city("Chicago", "IL", by=hana)
    listed = {"action": spring, "city": chicago, "phase": "planned"}
    list_event(Event(key="S1", time_local=datetime.time(2, 30), **listed), by=hana)
    list_event(Event(key="S2", time_local=datetime.time(7, 30), **listed), by=hana)
    found = entries(subscribe(client, "/actions/spring.ics"))
    assert days(found["S1"]) == (datetime.date(2025, 3, 9), datetime.date(2025, 3, 10))
    assert found["S2"]["DTSTART"].dt == datetime.datetime(2025, 3, 9, 7, 30, tzinfo=CHICAGO)
    assert days(found["actions/spring"]) == (datetime.date(2025, 3, 9), datetime.date(2025, 3, 10))


def test_spanish_calendars_have_spanish_texts_and_the_same_ids(small_record: SmallRecord, client: Client) -> None:
    calendar = subscribe(client, "/es/actions/oct2025.ics")
    assert str(calendar["X-WR-CALNAME"]) == "Entradas juntas por nuestras escuelas"
    entry = entries(calendar)["WI1"]
    assert str(entry["URL"]) == f"{settings.SITE_URL}/es/events/WI1/"
    assert str(entry["DESCRIPTION"]).split("\n\n")[:3] == [
        "Realizado. 8 de octubre de 2025",
        "Parents United; students",
        "Unos -12 °C; vino todo el mundo.",
    ]
    assert str(entries(calendar)["FL1"]["SUMMARY"]).startswith("Cancelado: ")


@pytest.mark.parametrize("path", ["/actions/oct2025.ics", "/actions/oct2025/wi.ics", "/events/WI1.ics"])
def test_an_unchanged_calendar_has_unchanged_bytes(path: str, small_record: SmallRecord, client: Client) -> None:
    assert client.get(path).content == client.get(path).content


def test_a_change_raises_the_stamp_of_its_entry_alone(small_record: SmallRecord, client: Client, carla: Any) -> None:
    before = entries(subscribe(client, "/actions/oct2025.ics"))
    moment = before["WI1"]["DTSTAMP"].dt + datetime.timedelta(minutes=5)
    event = Event.objects.get(key="WI1")
    event.note = "Everybody came back."
    with time_machine.travel(moment, tick=False):
        describe_event(event, by=carla)
    after = entries(subscribe(client, "/actions/oct2025.ics"))
    assert after["WI1"]["DTSTAMP"].dt == after["WI1"]["LAST-MODIFIED"].dt == moment
    assert {key: entry for key, entry in after.items() if key != "WI1"} == {
        key: entry for key, entry in before.items() if key != "WI1"
    }


def test_no_line_is_longer_than_a_calendar_allows(small_record: SmallRecord, client: Client) -> None:
    for path in ("/actions/oct2025.ics", "/es/actions/oct2025.ics", "/events/PR1.ics"):
        written = client.get(path).content
        assert max(map(len, written.split(b"\r\n"))) <= 75
        assert re.findall(rb"(?<!\r)\n|\r(?!\n)", written) == []


@given(st.text())
def test_any_text_comes_back_as_it_was(words: str) -> None:
    words = words.encode("utf-8", "ignore").decode()
    written = b"".join(map(lines.folded, ["BEGIN:VEVENT", f"SUMMARY:{lines.text(words)}", "END:VEVENT"]))
    assert all(len(line) <= 75 and line.decode() is not None for line in written.split(b"\r\n"))
    visible = re.sub("[\x00-\x08\x0b-\x1f\x7f]", "", words)
    assert str(Entry.from_ical(written)["SUMMARY"]) == visible


def test_a_calendar_costs_the_same_queries_for_any_number_of_events(
    small_record: SmallRecord, client: Client, hana: Any
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/actions/oct2025.ics")
        return len(queries)

    before = asked()
    chicago = find_or_add_city("Chicago", "IL", by=hana)
    for number in range(3):
        event = Event(
            key=f"IL1{number}", action=small_record.days, city=chicago, venue=f"School {number}", phase="held"
        )
        list_event(event, by=hana)
    assert asked() == before


def test_every_calendar_of_the_sample_is_read_without_a_complaint(sample_record: None, client: Client) -> None:
    told: dict[str, int] = {}
    for action in Action.objects.order_by("date_from"):
        found = entries(subscribe(client, f"/actions/{action.slug}.ics"))
        told[action.slug] = len([key for key in found if "/" not in key])
        assert set(found) == set(entries(subscribe(client, f"/es/actions/{action.slug}.ics")))
    # Nothing is left out: even of the season of 2017 each event has a day, or a month at most, of its own.
    assert told == {slug: Event.objects.filter(action__slug=slug).count() for slug in told}
    assert sum(told.values()) == 195
