"""What is near a position: the nearest first, what is called off apart, what is over not at all."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.events.queries import density
from manyplaces.events.queries.near import REACH, Nearby, Point, Wish, near
from manyplaces.places.geometry import great_circle
from manyplaces.places.models import City
from tests.events.calling import october

pytestmark = pytest.mark.django_db
HOME = Point(43.04, -87.91)
MILE = 1 / 69.09


@pytest.fixture
def action() -> Action:
    density.forget()
    return october()


def at(action: Action, key: str, miles: float, **facts: Any) -> Event:
    """An event so many miles north of home."""
    city, _ = City.objects.get_or_create(
        state="WI", slug=f"c-{key}", defaults={"name": key, "folded": key, "zone": "America/Chicago"}
    )
    city.lat, city.lon = facts.pop("lat", HOME.lat + miles * MILE), facts.pop("lon", HOME.lon)
    city.save()
    event = Event(
        **{
            "key": key, "action": action, "city": city, "zone": city.zone, "phase": "committed",
            "date_edtf": action.date_edtf, **facts,
        }
    )  # fmt: skip
    event.settle_date()
    event.save()
    return event


def keys(found: Nearby) -> list[str]:
    return [one.event.key for one in found.events]


def test_the_nearest_stands_first_with_its_distance(action: Action) -> None:
    for key, miles in (("far", 49.5), ("here", 0), ("beyond", 50.5), ("close", 3)):
        at(action, key, miles)
    found = near(action, HOME)
    assert keys(found) == ["here", "close", "far"]
    assert [round(one.miles, 1) for one in found.events] == [0, 3, 49.5]
    assert not found.is_far and not found.has_more


def test_twenty_at_a_time(action: Action) -> None:
    for number in range(45):
        at(action, f"e-{number:02}", number / 2)
    pages = [near(action, HOME, skip=skip) for skip in (0, 20, 40)]
    assert [key for page in pages for key in keys(page)] == [f"e-{number:02}" for number in range(45)]
    assert [page.has_more for page in pages] == [True, True, False]
    exact = near(action, HOME, skip=25)
    assert (len(exact.events), exact.has_more) == (20, False)


def test_where_nothing_is_within_reach_the_nearest_few_are_told(action: Action) -> None:
    for key, miles in (("c", 300), ("a", 120), ("d", 400), ("b", 140), ("off", 60)):
        at(action, key, miles, phase="cancelled" if key == "off" else "committed")
    found = near(action, HOME)
    assert (keys(found), found.is_far) == (["a", "b"], True)
    assert near(action, HOME, Wish(tactic="rally")) == Nearby([], [], is_far=True)


@pytest.mark.parametrize(("miles", "lat", "lon"), [(700, None, None), (0, 21.3, -157.86), (0, 64.84, -147.72)])
def test_and_however_far_they_are(action: Action, miles: float, lat: float | None, lon: float | None) -> None:
    at(action, "only", miles, **({"lat": lat, "lon": lon} if lat else {}))
    found = near(action, HOME)
    assert (keys(found), found.is_far) == (["only"], True)
    assert found.events[0].miles > 690


def test_the_box_goes_round_the_world(action: Action) -> None:
    at(action, "attu", 0, lat=52.9, lon=173.0)
    at(action, "west", 0, lat=52.0, lon=-179.9)
    at(action, "east", 0, lat=52.0, lon=179.9)
    assert keys(near(action, Point(52.0, 179.8))) == ["east", "west"]
    assert keys(near(action, Point(52.0, -179.8))) == ["west", "east"]
    # At the pole every direction is south.
    assert keys(near(action, Point(90.0, 0.0)))[0] == "attu"


def test_what_is_called_off_stands_apart_and_is_never_the_nearest(action: Action) -> None:
    day = action.date_from
    assert day is not None
    past, later = (day - datetime.timedelta(days=99)).isoformat(), (day + datetime.timedelta(days=9)).isoformat()
    at(action, "held-on", 5)
    at(action, "cancelled", 1, phase="cancelled")
    at(action, "moved", 2, phase="postponed", date_edtf=past, moved_to=later)
    at(action, "over", 3, phase="postponed", date_edtf=past, moved_to=past)
    found = near(action, HOME)
    assert keys(found) == ["held-on"]
    assert [one.event.key for one in found.called_off] == ["cancelled", "moved"]
    assert near(action, HOME, skip=20).called_off == []


def test_a_hurricane_hides_nothing_of_what_takes_place(action: Action) -> None:
    past = (datetime.date.today() - datetime.timedelta(days=1)).isoformat()
    for number in range(40):
        gone = {"phase": "postponed", "moved_to": past} if number % 2 else {"phase": "cancelled"}
        at(action, f"off-{number:02}", number / 10, **gone)
    for number in range(25):
        at(action, f"on-{number:02}", 5 + number / 10)
    found = near(action, HOME)
    assert (keys(found), found.has_more) == ([f"on-{number:02}" for number in range(20)], True)
    assert [one.event.key for one in found.called_off] == [f"off-{number:02}" for number in range(0, 10, 2)]
    assert keys(near(action, HOME, skip=20)) == [f"on-{number:02}" for number in range(20, 25)]


def test_what_is_over_is_left_out_until_everything_is(action: Action) -> None:
    today = datetime.date.today()
    yesterday = (today - datetime.timedelta(days=1)).isoformat()
    at(action, "was", 1, date_edtf=yesterday)
    at(action, "today", 2, date_edtf=today.isoformat())
    at(action, "inherits", 3, date_edtf="")
    assert keys(near(action, HOME)) == ["today", "inherits"]
    past = october(slug="past", date_edtf=yesterday)
    at(past, "long-ago", 1, phase="held")
    assert keys(near(past, HOME)) == ["long-ago"]


def test_only_what_is_public_is_found(action: Action) -> None:
    at(action, "paused", 1, is_listed=False)
    at(october(slug="november"), "other", 1)
    at(action, "nowhere", 1, lat=None, lon=None)
    assert near(action, HOME) == Nearby([], [], is_far=True)


def test_somebody_may_look_for_something(action: Action) -> None:
    day = action.date_from
    assert day is not None
    other = day + datetime.timedelta(days=1)
    at(action, "walk", 1, spoken="en es", access="step-free toilet", tactic="walk-in")
    at(action, "inherits", 2, spoken="es", access="step-free", date_edtf="")
    at(action, "rally", 3, tactic="rally", spoken="ase", date_edtf=other.isoformat())
    at(action, "weekend", 4, tactic="rally", date_edtf=f"{day}/{other}")
    looked_for: dict[str, Wish] = {
        "walk inherits": Wish(tactic="walk-in"),
        "rally weekend": Wish(tactic="rally"),
        "walk inherits weekend": Wish(day=day),
        "rally": Wish(spoken="ase"),
        "walk inherits ": Wish(spoken="es"),
        "walk": Wish(access=("toilet", "step-free")),
        "": Wish(spoken="s"),
        "walk inherits  ": Wish(access=("step-free",), spoken="es"),
    }
    assert {words: keys(near(action, HOME, wish)) for words, wish in looked_for.items()} == {
        words: words.split() for words in looked_for
    }


def test_it_finds_what_sorting_everything_finds(action: Action) -> None:
    dice = random.Random(7)
    city = City.objects.create(state="WI", name="c", slug="c", folded="c", zone="America/Chicago")
    spots = [(dice.uniform(41.5, 44.5), dice.uniform(-90, -86)) for _ in range(1_500)]
    Event.every.bulk_create(
        Event(
            key=f"e-{number}", action=action, city=city, zone=city.zone, phase="committed", shown_lat=lat, shown_lon=lon
        )
        for number, (lat, lon) in enumerate(spots)
    )
    for _ in range(25):
        here = Point(dice.uniform(40.5, 45.5), dice.uniform(-91, -85))
        every = sorted((great_circle(here, spot), f"e-{number}") for number, spot in enumerate(spots))
        within = [key for far, key in every if far <= REACH]
        skip = dice.choice((0, 0, 20, 60))
        if within:
            assert keys(near(action, here, skip=skip)) == within[skip : skip + 20]
        else:
            assert keys(near(action, here)) == [key for _far, key in every[:3]]


def test_the_number_of_queries_does_not_grow_with_what_is_found(action: Action) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            near(action, HOME)
        return len(queries)

    at(action, "one", 1)
    first, one = asked(), asked()
    at(action, "two", 2)
    at(action, "three", 3)
    # Where they lie is counted once; then all within reach, and the events.
    assert (first, one, asked()) == (3, 2, 2)


def test_the_first_circle_is_as_wide_as_they_lie_close_together(action: Action) -> None:
    city = City.objects.create(state="WI", name="c", slug="c", folded="c", zone="America/Chicago")
    dice = random.Random(7)
    spots = [(HOME.lat + dice.uniform(-0.1, 0.1), HOME.lon + dice.uniform(-0.1, 0.1)) for _ in range(400)]
    spots += [(dice.uniform(45, 47), dice.uniform(-91, -89)) for _ in range(100)]
    Event.every.bulk_create(
        Event(key=f"e-{number}", action=action, city=city, zone=city.zone, shown_lat=lat, shown_lon=lon)
        for number, (lat, lon) in enumerate(spots)
    )
    close, apart = (density.likely_circle(action, at, 60) for at in (HOME, (46.0, -90.0)))
    assert 2 < close < 12 < 40 < apart < 100
    assert density.likely_circle(action, (30.0, -90.0), 60) == float("inf")
