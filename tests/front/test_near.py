"""Gil looks for what is near him, by ZIP code, by city, by where he is; and leaves no trace of it."""

from __future__ import annotations

import datetime
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.events.queries import density
from manyplaces.places.models import City, Place, PlaceName
from tests.events.calling import october

pytestmark = pytest.mark.django_db
HERE = "/actions/october/near/"
MILWAUKEE = (43.0389, -87.9065)


@pytest.fixture
def action() -> Action:
    return october()


def at(action: Action, name: str, lat: float = MILWAUKEE[0], lon: float = MILWAUKEE[1], **facts: Any) -> Event:
    """An event at a place of its own in Milwaukee."""
    city, _ = City.objects.get_or_create(
        state="WI",
        slug="milwaukee",
        defaults={"name": "Milwaukee", "folded": "milwaukee", "zone": "America/Chicago", "lat": 43.05, "lon": -87.95},
    )
    place = Place.objects.create(key=name.lower(), name=name, kind="school", city=city, lat=lat, lon=lon)
    spelling = PlaceName.objects.create(place=place, city=city, text=name, folded=name.lower())
    event = Event(
        **{
            "key": name.lower(), "action": action, "city": city, "spelling": spelling, "venue": name,
            "zone": "America/Chicago", "phase": "committed", "date_edtf": action.date_edtf,
            "time_local": datetime.time(7, 45), **facts,
        }
    )  # fmt: skip
    event.settle_date()
    event.save()
    return event


def page(query: str, where: str = HERE) -> str:
    answer = Client().get(f"{where}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def plain(text: str) -> str:
    """The words of a page without its tags, one blank between them."""
    return " ".join(unescape(re.sub("<[^>]*>", "", text)).split())


def data(query: str) -> dict[str, Any]:
    found: dict[str, Any] = Client().get(f"/actions/october/near.json{query}").json()
    return found


def test_gil_gets_the_nearest_first_with_all_that_he_has_to_know(action: Action) -> None:
    at(action, "Far", lat=43.3, spoken="en es", access="step-free toilet", safety="Marshals wear vests. Stay calm.")
    at(action, "Close")
    words = plain(page("?zip=53202"))
    assert "Near 53202 (Milwaukee, WI)" in words
    assert "2 events within 50 miles, the nearest first." in words
    assert words.index("Close") < words.index("Far")
    for said in ("less than 1 mile", "17 miles", "7:45 a.m. C", "walk-in", "Milwaukee, WI"):
        assert said in words
    for said in ("Languages: English, Spanish", "Accessibility: no steps, accessible toilet", "Safety: Marshals wear"):
        assert said in words


def test_it_is_the_same_in_spanish(action: Action) -> None:
    at(action, "Close", spoken="es")
    words = plain(page("?zip=53202", where=f"/es{HERE}"))
    for said in ("Cerca de 53202 (Milwaukee, WI)", "1 acto a menos de 50 millas.", "Idiomas: español"):
        assert said in words


@pytest.mark.parametrize("query", ["?city=Milwaukee, WI", "?zip=milwaukee+wisconsin", "?lat=43.0412&lon=-87.9123"])
def test_a_city_and_a_position_do_as_well(action: Action, query: str) -> None:
    at(action, "Close")
    assert [event["id"] for event in data(query)["events"]] == ["close"]


def test_a_name_that_several_towns_have_is_a_choice(action: Action) -> None:
    words = page("?zip=Springfield")
    assert "Which one do you mean?" in words
    assert f'<a href="{HERE}?city=Springfield%2C%20IL#results">Springfield, Illinois</a>' in words
    assert data("?zip=milwaukee")["choices"][0]["query"] == {"city": "Milwaukee, WI"}


@pytest.mark.parametrize("typed", ["Xqzzy", "<script>alert(1)</script>", "%00", "'; --"])
def test_what_we_do_not_know_is_said_in_a_sentence(action: Action, typed: str) -> None:
    words = page(f"?zip={typed}")
    assert "We do not know where" in words
    assert "<script>alert" not in words
    assert data(f"?zip={typed}")["near"] is None


@pytest.mark.parametrize("typed", ["00000", "5320", "99999-1234"])
def test_who_mistypes_a_zip_code_is_told_to_look_at_the_number(action: Action, typed: str) -> None:
    words = page(f"?zip={typed}")
    assert f"We know no ZIP code {typed}." in words
    assert ("behind the city" in words, data(f"?zip={typed}")["near"]) == (False, None)


def test_whoever_looks_for_what_is_near_reads_the_weekday_and_of_what_was_put_off_the_new_day(action: Action) -> None:
    at(action, "Close")
    put_off = at(action, "Later")
    new = timezone.localdate() + datetime.timedelta(days=60)
    Event.objects.filter(pk=put_off.pk).update(phase="postponed", moved_to=new.isoformat())
    words = plain(page("?zip=53202"))
    day = datetime.date.fromisoformat(action.date_edtf)
    assert f"{day:%A}, {day:%B} {day.day}, {day.year}, 7:45 a.m. C" in words
    assert f"New day: {new:%A}, {new:%B} {new.day}, {new.year}. It was to be {day:%B} {day.day}, {day.year}." in words


@pytest.mark.parametrize("query", ["", "?zip=", "?lat=43.04", "?lat=91&lon=0", "?lat=nan&lon=inf", "?lat=x&lon=y"])
def test_who_says_nothing_is_asked(action: Action, query: str) -> None:
    assert "What is near you?" in page(query)


@pytest.mark.parametrize("query", ["&page=0", "&page=x", "&page=²", "&day=2026-02-30", "&tactic=x", "&spoken=xx"])
def test_nonsense_beside_it_is_left_out(action: Action, query: str) -> None:
    at(action, "Close")
    assert [event["id"] for event in data(f"?zip=53202{query}")["events"]] == ["close"]


def test_what_suits_him_is_chosen_without_any_script(action: Action) -> None:
    at(action, "Close", spoken="en", access="seats")
    at(action, "Far", lat=43.3, spoken="en es", access="step-free toilet")
    wish = "&spoken=es&access=step-free&access=toilet&tactic=walk-in&day=" + action.date_edtf
    words = page(f"?zip=53202{wish}")
    assert 'value="toilet" checked' in words and '<option value="es" selected>' in words
    assert [event["id"] for event in data(f"?zip=53202{wish}")["events"]] == ["far"]
    assert "Nothing suits what you chose above." in page("?zip=53202&spoken=ht")
    assert f'href="{HERE}?zip=53202#results"' in page("?zip=53202&spoken=ht")


def test_twenty_on_a_page_and_the_next_ones_keep_what_he_asked(action: Action) -> None:
    for number in range(23):
        at(action, f"School{number:02}", lat=43.04 + number / 200)
    first = page("?zip=53202&tactic=walk-in")
    assert "Events 1 to 20, the nearest first." in first
    assert f'href="{HERE}?zip=53202&amp;tactic=walk-in&amp;page=2#results"' in first
    second = page("?zip=53202&tactic=walk-in&page=2")
    assert '<ol class="list near" start="21">' in second and "Events 21 to 23" in second
    assert 'rel="next"' not in second
    following = data("?zip=53202")["next"]
    assert following.endswith("/actions/october/near.json?zip=53202&page=2")
    assert data("?zip=53202&page=2")["next"] is None
    assert "There is nothing more" in page("?zip=53202&page=9")


def test_where_nothing_is_near_he_is_told_the_nearest_and_may_start_one(action: Action) -> None:
    at(action, "Close")
    words = page("?zip=96813")
    assert "Nothing that we know of is within 50 miles of 96813 (Honolulu, HI). The nearest is 4," in words
    assert 'href="/actions/october/commit/">Start one where you live</a>' in words
    assert data("?zip=96813")["is_far"] is True
    chosen = page("?zip=96813&tactic=walk-in")
    assert "Nothing that suits what you chose is within 50 miles" in chosen and "Show everything again" in chosen


def test_an_action_that_takes_no_commitments_asks_for_none(action: Action) -> None:
    Action.objects.filter(pk=action.pk).update(opens_at=None)
    words = page("?zip=53202")
    assert "No place is public yet." in words
    assert "/actions/october/commit/" not in words


def test_what_is_called_off_is_told_apart(action: Action) -> None:
    at(action, "Close", phase="cancelled", reason="A storm is coming.", safety="Meet inside.")
    at(action, "Far", lat=43.3)
    words = plain(page("?zip=53202"))
    assert words.index("Far") < words.index("Called off near there") < words.index("A storm is coming.")
    assert "Meet inside." not in words
    found = data("?zip=53202")
    assert [[one["id"] for one in found[part]] for part in ("events", "called_off")] == [["far"], ["close"]]


def test_a_hidden_place_is_as_near_as_its_city_and_says_nothing_more(action: Action) -> None:
    words = {"access_note": "CANARY door", "safety": "CANARY street", "access": "step-free", "spoken": "es"}
    event = at(action, "CANARY", is_shielded=True, **words)
    found = data("?zip=53202")["events"]
    assert [(one["id"], one["location"]["location"]["latitude"], one["miles"]) for one in found] == [
        ("canary", 43.05, 2.7)
    ]
    for query in ("?zip=53202", "?lat=43.04&lon=-87.91"):
        shown = page(query) + Client().get(f"/actions/october/near.json{query}").content.decode()
        assert "CANARY" not in shown and "43.0389" not in shown
    # What is not told cannot be asked for either.
    assert data("?zip=53202&spoken=es")["events"] == data("?zip=53202&access=step-free")["events"] == []
    Event.every.filter(pk=event.pk).update(only_city=True)
    assert [one["id"] for one in data("?zip=53202&spoken=es")["events"]] == ["canary"]


def test_where_he_is_goes_no_further(action: Action) -> None:
    at(action, "Close")
    for where in (HERE, f"/es{HERE}", "/actions/october/near.json"):
        for query in ("?zip=53202", "?city=Milwaukee, WI", "?lat=43.04&lon=-87.91", "?zip=Xqzzy"):
            answer = Client().get(where + query)
            assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
            assert not answer.cookies
        assert "Cache-Control" not in Client().get(where)
    exact = "?lat=43.04123456&lon=-87.91234567"
    for shown in (page(exact), Client().get(f"/actions/october/near.json{exact}").content.decode()):
        assert "43.0412" not in shown and "87.9123" not in shown
    assert (data(exact)["near"]) == {"latitude": 43.04, "longitude": -87.91}
    assert 'name="robots" content="noindex"' in page("?zip=53202")
    assert 'name="robots"' not in page("")


def test_the_way_here_stands_on_the_first_page_and_on_the_actions(action: Action) -> None:
    at(action, "Close")
    for where in ("/", "/actions/october/", "/es/actions/october/"):
        assert f'action="{"/es" if "es" in where.split("/") else ""}{HERE}#results"' in page("", where=where)
    october(slug="past", date_edtf="2020-10-10")
    assert "find-near" not in page("", where="/actions/past/")


def test_the_number_of_queries_does_not_grow_with_what_is_found(action: Action) -> None:
    def asked(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(query)
        return len(queries)

    at(action, "One")
    # Where events lie is counted once in a while.
    density.forget()
    page("?zip=53202")
    one = asked("?zip=53202"), asked("?lat=43.04&lon=-87.91&spoken=es")
    for name in ("Two", "Three"):
        at(action, name, spoken="es")
    # The coalition, the action, what is within reach, the events.
    assert (one[0], asked("?zip=53202")) == (4, 4)
