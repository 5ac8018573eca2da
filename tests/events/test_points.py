"""Where an event is shown never lags behind what everybody may know of where it is."""

from __future__ import annotations

import datetime
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor, Grant
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import (
    approve,
    change_commitment,
    commit_site,
    describe_event,
    list_event,
    shield_event,
    undo_review,
    unshield_event,
)
from manyplaces.events.rules import Covers
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.operations import import_file, undo_import
from manyplaces.places.models import City, Place
from manyplaces.places.operations import change_place, find_or_add_city
from tests.events.calling import HANA, october, school, wish

pytestmark = pytest.mark.django_db
NIA = Actor("Nia", "page", grants=(Grant("national"),))
HOST = Actor("Hana", "link")
CITY = (43.0, -88.0)


@pytest.fixture
def action() -> Action:
    return october()


@pytest.fixture
def milwaukee() -> City:
    city = City(state="WI", name="Milwaukee", slug="milwaukee", folded="milwaukee", zone="America/Chicago")
    city.lat, city.lon = CITY
    city.save()
    return city


def points() -> dict[str, tuple[float | None, float | None]]:
    """Where every event is shown, after it was compared with what its place and city say."""
    rows = Event.every.select_related("city", "spelling__place")
    found = {event.key: (event.shown_lat, event.shown_lon) for event in rows}
    assert found == {event.key: event.public_point for event in rows}
    return found


def listed(action: Action, city: City, key: str = "e-1", venue: str = "Auer Avenue School") -> Event:
    event = Event(key=key, action=action, city=city, venue=venue, phase="committed", date_edtf=action.date_edtf)
    return list_event(event, by=NIA).row


def test_an_event_is_shown_in_its_city_until_its_place_has_a_position(action: Action, milwaukee: City) -> None:
    listed(action, milwaukee)
    assert points() == {"e-1": CITY}


def test_a_city_that_nobody_can_place_shows_it_nowhere(action: Action) -> None:
    city = find_or_add_city("Nowhere at all", "WI", by=NIA)
    listed(action, city)
    assert points() == {"e-1": (None, None)}


def test_a_row_about_several_places_or_a_city_is_shown_in_the_city(action: Action, milwaukee: City) -> None:
    event = listed(action, milwaukee)
    place = Place.objects.get()
    Place.objects.filter(pk=place.pk).update(lat=43.1, lon=-87.9)
    event.covers = Covers.SEVERAL
    describe_event(event, by=NIA)
    listed(action, milwaukee, key="e-2", venue="City tally: close to 200 schools")
    assert points() == {"e-1": CITY, "e-2": CITY}


def test_hiding_takes_the_place_away_and_showing_brings_it_back(action: Action, milwaukee: City) -> None:
    row = commit_site(wish(action, school()), contact=HANA, by=HOST)
    approve(row, version=row.version, by=NIA)
    at = points()
    assert list(at.values()) == [(42.999, -87.949)]
    event = Event.objects.get()
    shield_event(event, by=NIA)
    assert points() == {event.key: CITY}
    unshield_event(event, by=NIA)
    assert points() == at


def test_who_meets_at_home_is_shown_in_the_city(action: Action, milwaukee: City) -> None:
    row = commit_site(wish(action, lat=43.05, lon=-87.95, only_city=True), contact=HANA, by=HOST)
    approve(row, version=row.version, by=NIA)
    assert list(points().values()) == [CITY]


def test_a_moved_pin_moves_all_events_of_the_place_and_an_undo_takes_them_back(action: Action, milwaukee: City) -> None:
    row = commit_site(wish(action, lat=43.05, lon=-87.95), contact=HANA, by=HOST)
    approve(row, version=row.version, by=NIA)
    other = october(slug="november")
    listed(other, milwaukee, venue="Humboldt Park")
    assert set(points().values()) == {(43.05, -87.95)}
    row.refresh_from_db()
    wanted = Commitment.objects.get(pk=row.pk)
    wanted.lat, wanted.lon = 43.06, -87.96
    changed = change_commitment(wanted, version=wanted.version, by=replace(HOST, holds=wanted.key))
    assert set(points().values()) == {(43.05, -87.95)}
    approve(changed, version=changed.version, by=replace(NIA, errand="moving"))
    assert set(points().values()) == {(43.06, -87.96)}
    undo_review("moving", by=NIA)
    assert set(points().values()) == {(43.05, -87.95)}


def test_a_table_that_moves_or_joins_places_moves_their_events_and_its_undo_too(
    action: Action, milwaukee: City, tmp_path: Path
) -> None:
    listed(action, milwaukee)
    listed(action, milwaukee, key="e-2", venue="Parkside")
    before = points()
    file = tmp_path / "details.csv"
    lines = ("lat,43.1", "lon,-87.9", "alias,Parkside")
    rows = [f'place,"Auer Avenue School, Milwaukee, WI",{line}\n' for line in lines]
    file.write_text("what,key,field,value\n" + "".join(rows))
    report = import_file("details", file, ColumnMapping(), dry_run=False, by=NIA, tell=lambda _: None)
    assert report.refusals == []
    assert points() == {"e-1": (43.1, -87.9), "e-2": (43.1, -87.9)}
    assert report.number is not None
    undo_import(report.number, by=NIA)
    assert points() == before


def test_a_school_that_gets_its_position_brings_it_to_what_stands_there(action: Action, milwaukee: City) -> None:
    listed(action, milwaukee, venue="Grant Elementary")
    assert points() == {"e-1": CITY}
    row = commit_site(wish(october(slug="november"), school()), contact=HANA, by=HOST)
    approve(row, version=row.version, by=NIA)
    assert set(points().values()) == {(42.999, -87.949)}


def test_a_lagging_row_is_found_by_this_test(action: Action, milwaukee: City) -> None:
    listed(action, milwaukee)
    place = Place.objects.get()
    place.lat, place.lon = 43.1, -87.9
    # Without the call that whoever moves a place owes the events.
    change_place(place, by=NIA)
    with pytest.raises(AssertionError):
        points()


def test_the_migration_writes_what_the_rule_says(action: Action, milwaukee: City) -> None:
    for number in range(6):
        listed(action, milwaukee, key=f"e-{number}", venue=f"School {number}")
    places = list(Place.objects.order_by("pk"))
    for place in places[:5]:
        Place.objects.filter(pk=place.pk).update(lat=43.0 + place.pk / 1000, lon=-87.9)
    Place.objects.filter(pk=places[4].pk).update(lon=None)
    Event.every.filter(key="e-1").update(is_shielded=True)
    Event.every.filter(key="e-2").update(covers=Covers.SEVERAL)
    Event.every.filter(key="e-3").update(only_city=True, is_listed=False)
    Event.every.update(shown_lat=None, shown_lon=1.0)
    with CaptureQueriesContext(connection) as asked:
        import_module("manyplaces.events.migrations.0010_shown_points").settle_points(apps, None)
    assert len(asked) == 2
    at = points()
    assert at["e-0"] == (43.0 + places[0].pk / 1000, -87.9)
    assert {at[f"e-{number}"] for number in range(1, 6)} == {CITY}


def test_the_day_does_not_matter(action: Action, milwaukee: City) -> None:
    event = listed(action, milwaukee)
    event.phase, event.date_edtf = "held", (datetime.date.today() - datetime.timedelta(days=9)).isoformat()
    list_event(event, by=NIA)
    assert points() == {"e-1": CITY}
