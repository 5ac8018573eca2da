"""Gil put an event into his calendar once: what moves, is put off or cancelled follows there, at the right moment."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar, Component

from manyplaces.actions.models import Action, Part
from manyplaces.actions.operations import call_action, describe_action, set_part
from manyplaces.events.models import Event
from manyplaces.events.operations import describe_event, list_event
from manyplaces.events.operations.phases import cancel_events, move_events, postpone_events
from manyplaces.places.operations import find_or_add_city

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 10, 8)


class Days:
    """A clock that somebody turns on, an hour at a time."""

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self.traveller, self.now = traveller, datetime.datetime(2026, 9, 1, 12, tzinfo=datetime.UTC)

    def passes(self) -> None:
        self.now += datetime.timedelta(hours=1)
        self.traveller.move_to(self.now, tick=False)


@pytest.fixture
def hour() -> Iterator[Days]:
    with time_machine.travel(datetime.datetime(2026, 9, 1, 12, tzinfo=datetime.UTC), tick=False) as traveller:
        yield Days(traveller)


@pytest.fixture
def october(hour: Days, nia: Any) -> Action:
    call_action(Action(slug="oct2026", name="Walk-Ins", kind="day", tactic="walk-in", date_edtf="2026-10-08"), by=nia)
    return Action.objects.get(slug="oct2026")


def lists(by: Any, **facts: Any) -> Event:
    """An event in Milwaukee, or what changed in it."""
    city = find_or_add_city("Milwaukee", "WI", by=by)
    given = {"key": "WI1", "city": city, "phase": "planned", "venue": "Lincoln High School", **facts}
    return list_event(Event(action=Action.objects.get(slug="oct2026"), **given), by=by).row


def read(path: str) -> Component:
    return Calendar.from_ical(Client().get(path).content)


def entry(path: str = "/events/WI1.ics", key: str = "WI1") -> Any:
    """The one entry with this id, in a calendar that has no other with it."""
    (found,) = (one for one in read(path).walk("VEVENT") if str(one["UID"]).partition("@")[0] == key)
    return found


def told(one: Any) -> tuple[Any, str, int]:
    """When it is, how it stands and how often it was changed."""
    return one["DTSTART"].dt, str(one["STATUS"]), int(one["SEQUENCE"])


def at(hours: int, minutes: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(DAY, datetime.time(hours, minutes), ZoneInfo("America/Chicago"))


def test_an_entry_keeps_its_id_and_rises_with_everything_that_happens_to_it(
    october: Action, hour: Days, nia: Any
) -> None:
    event = lists(nia, date_edtf="2026-10-08", time_local=datetime.time(7, 30))
    first = entry()
    steps = [told(first)]
    ids, stamps = {str(first["UID"])}, [first["LAST-MODIFIED"].dt]

    def follows() -> None:
        one = entry("/actions/oct2026.ics")
        steps.append(told(one))
        ids.add(str(one["UID"]))
        stamps.append(one["LAST-MODIFIED"].dt)
        assert one["DTSTAMP"].dt == one["LAST-MODIFIED"].dt == hour.now
        # In a calendar of one event, a city, a state and in either language it is the same.
        for path in ("/events/WI1.ics", "/actions/oct2026/wi.ics", "/es/actions/oct2026/wi/milwaukee.ics"):
            assert (told(entry(path)), entry(path)["UID"]) == (told(one), one["UID"])

    hour.passes()
    lists(nia, date_edtf="2026-10-08", time_local=datetime.time(8, 15))
    follows()
    hour.passes()
    postpone_events([event], reason="Snow", moved_to="2026-10-15", by=nia)
    follows()
    hour.passes()
    move_events([event], by=nia)
    follows()
    hour.passes()
    cancel_events([event], reason="More snow", by=nia)
    follows()
    moved = at(8, 15) + datetime.timedelta(days=7)
    assert steps == [
        (at(7, 30), "TENTATIVE", 0),
        (at(8, 15), "TENTATIVE", 1),
        (datetime.date(2026, 10, 15), "TENTATIVE", 2),
        (moved, "CONFIRMED", 3),
        (moved, "CANCELLED", 4),
    ]
    assert (len(ids), stamps) == (1, sorted(set(stamps)))
    assert "More snow" in entry()["DESCRIPTION"]


def test_an_event_follows_the_day_of_its_action(october: Action, hour: Days, nia: Any) -> None:
    lists(nia)
    assert told(entry()) == (DAY, "TENTATIVE", 0)
    hour.passes()
    october.date_edtf = "2026-10-09"
    call_action(october, by=nia)
    moved = entry()
    assert (told(moved), moved["LAST-MODIFIED"].dt) == ((datetime.date(2026, 10, 9), "TENTATIVE", 1), hour.now)
    # What stands on no calendar changes none.
    october.goal, october.frame = 500, "Together."
    describe_action(october, by=nia)
    assert told(entry()) == told(moved)
    # A day of its own does not make it look older than it was.
    hour.passes()
    lists(nia, date_edtf="2026-10-10")
    assert told(entry()) == (datetime.date(2026, 10, 10), "TENTATIVE", 2)


def test_the_action_itself_and_its_parts_follow_too(october: Action, hour: Days, nia: Any) -> None:
    def whole(key: str) -> tuple[Any, int]:
        one = entry("/actions/oct2026.ics", key)
        assert one["DTSTAMP"].dt == one["LAST-MODIFIED"].dt <= hour.now
        return one["DTSTART"].dt, int(one["SEQUENCE"])

    assert whole("actions/oct2026") == (DAY, 0)
    october.date_edtf = "2026-10-09"
    call_action(october, by=nia)
    assert whole("actions/oct2026") == (datetime.date(2026, 10, 9), 1)
    part = Part(action=october, slug="eve", name="The evening before", date_edtf="2026-10-08")
    set_part(part, by=nia)
    assert whole("actions/oct2026/eve") == (DAY, 1)
    part = Part(action=october, slug="eve", name="The evening before", date_edtf="2026-10-07")
    set_part(part, by=nia)
    assert whole("actions/oct2026/eve") == (datetime.date(2026, 10, 7), 2)


def test_an_entry_says_what_those_who_come_need_to_know(october: Action, nia: Any) -> None:
    event = lists(nia)
    said = {
        "spoken": "en es",
        "access": "step-free seats",
        "access_note": "Ramp on Knapp St",
        "safety": "Stay together",
    }
    Event.objects.filter(pk=event.pk).update(**said)

    def lines(path: str) -> list[str]:
        return [line for line in str(entry(path)["DESCRIPTION"]).split("\n") if ": " in line]

    assert lines("/events/WI1.ics") == [
        "Languages spoken: English, Spanish",
        "Accessibility: no steps, seats; Ramp on Knapp St",
        "About safety: Stay together",
    ]
    assert lines("/es/events/WI1.ics")[0] == "Idiomas que se hablan: inglés, español"
    # At a home: what was ticked, and no words that may name it.
    Event.objects.update(is_shielded=True, only_city=True)
    assert lines("/events/WI1.ics") == ["Languages spoken: English, Spanish", "Accessibility: no steps, seats"]
    Event.objects.update(only_city=False)
    assert lines("/events/WI1.ics") == []


def test_the_calendars_of_one_event_and_of_a_state_cost_the_same_for_any_number(october: Action, nia: Any) -> None:
    def asked() -> list[int]:
        found = []
        for path in ("/actions/oct2026/wi.ics", "/actions/oct2026/wi/milwaukee.ics", "/events/WI1.ics"):
            with CaptureQueriesContext(connection) as queries:
                read(path)
            found.append(len(queries))
        return found

    lists(nia)
    before = asked()
    for number in (2, 3):
        describe_event(lists(nia, key=f"WI{number}", venue=f"School {number}"), by=nia)
    assert asked() == before


def test_what_is_near_a_place_follows_whoever_asked_for_it(october: Action, hour: Days, nia: Any) -> None:
    # Milwaukee, and Kenosha half an hour south of it; Eau Claire is a day's trip away.
    for key, city in (("WI1", "Milwaukee"), ("WI2", "Kenosha"), ("WI3", "Eau Claire")):
        lists(nia, key=key, city=find_or_add_city(city, "WI", by=nia), venue="", date_edtf="2026-10-08")

    def near(path: str = "/actions/oct2026/near.ics?zip=53202") -> dict[str, tuple[Any, str, int]]:
        return {str(one["UID"]).partition("@")[0]: told(one) for one in read(path).walk("VEVENT")}

    assert near() == {"WI1": (DAY, "TENTATIVE", 0), "WI2": (DAY, "TENTATIVE", 0)}
    assert near("/actions/oct2026/near.ics?lat=43.04&lon=-87.91") == near(
        "/actions/oct2026/near.ics?city=Milwaukee, WI"
    )
    hour.passes()
    cancel_events([Event.objects.get(key="WI2")], reason="Snow", by=nia)
    lists(nia, key="WI1", date_edtf="2026-10-09", venue="")
    later = datetime.date(2026, 10, 9)
    assert near() == {"WI1": (later, "TENTATIVE", 1), "WI2": (DAY, "CANCELLED", 1)}
    assert near("/actions/oct2026/near.ics?zip=53202&day=2026-10-09") == {"WI1": (later, "TENTATIVE", 1)}
    calendar = read("/es/actions/oct2026/near.ics?zip=53202")
    # As it is on the wire: a comma in a text is written behind a backslash (RFC 5545, 3.3.11).
    assert str(calendar["X-WR-CALNAME"]) == r"Walk-Ins cerca de 53202 (Milwaukee\, WI)"
    page = Client().get("/actions/oct2026/near/?zip=53202").content.decode()
    (subscribed,) = re.findall(r'href="webcal://[^/]+([^"]*)"', page)
    assert near(subscribed) == near()
    answer = Client().get("/actions/oct2026/near.ics?zip=53202")
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize("query", ["", "?zip=00000", "?city=Nowhere", "?lat=91&lon=0", "?lat=nan&lon=nan"])
def test_nobody_subscribes_to_nowhere(query: str, october: Action) -> None:
    assert Client().get(f"/actions/oct2026/near.ics{query}").status_code == 404


def vectors(shared: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((shared / "corpora/time/us_zones_dst_leap.json").read_text())["vectors"]
    assert len(found) == 276
    return found


def timed(action: Action, city: Any, key: str, vector: dict[str, str], fold: int | None = None) -> Event:
    local = datetime.datetime.fromisoformat(vector["local"])
    made = Event(key=key, action=action, city=city, phase="planned", zone=vector["zone"], fold=fold)
    made.date_edtf, made.time_local = local.date().isoformat(), local.time()
    made.settle_date()
    made.clean()
    return made


def test_every_moment_in_every_zone_is_read_back_as_the_same_moment(october: Action, nia: Any, shared: Path) -> None:
    city, rows, utc, gaps = find_or_add_city("Milwaukee", "WI", by=nia), [], {}, 0
    for number, vector in enumerate(vectors(shared)):
        if vector["kind"] == "nonexistent":
            gaps += 1
            with pytest.raises(ValidationError):
                timed(october, city, "X", vector)
            continue
        for fold in (0, 1):
            rows.append(timed(october, city, f"E{number}-{fold}", vector, fold))
            utc[rows[-1].key] = datetime.datetime.fromisoformat(vector[f"utc_fold{fold}"])
    Event.objects.bulk_create(rows)
    assert (len(rows), gaps) == (520, 16)
    calendar = read("/actions/oct2026.ics")
    zones = {str(zone["TZID"]): zone.to_tz(lookup_tzid=False) for zone in calendar.walk("VTIMEZONE")}
    cities = ("Anchorage", "Phoenix", "Denver", "Chicago", "Indiana/Indianapolis", "New_York", "Puerto_Rico")
    assert {"Pacific/Honolulu", *(f"America/{name}" for name in cities)} - zones.keys() == set()
    by_name, by_rules = {}, {}
    for one in calendar.walk("VEVENT"):
        key, start = str(one["UID"]).partition("@")[0], one["DTSTART"]
        if key not in utc:
            continue
        by_name[key] = start.dt.astimezone(datetime.UTC)
        # A client that does not know the zone by its name works it out from the rules in the calendar.
        zone = zones.get(str(start.params.get("TZID", "")), datetime.UTC)
        by_rules[key] = start.dt.replace(tzinfo=zone).astimezone(datetime.UTC)
    assert by_name == utc
    assert {key: (moment, utc[key]) for key, moment in by_rules.items() if moment != utc[key]} == {}
