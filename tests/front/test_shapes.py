"""A program reads what Gil reads: every page as JSON, with what each number rests on."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.events.models import Event
from manyplaces.front.shapes import SHAPES, addresses
from manyplaces.people.queries import remembered
from manyplaces.places.models import City, Place
from tests.front.records import SOURCE, SmallRecord, pages_of

SITE = settings.SITE_URL
SCHOOL = "lincoln-high-school-milwaukee-wi"
PAGES = {
    "home": "/",
    "action": "/actions/oct2025/",
    "numbers": "/actions/oct2025/numbers/",
    "media": "/actions/oct2025/media/",
    "near": "/actions/oct2025/near/",
    "state": "/actions/oct2025/wi/",
    "city": "/actions/oct2025/wi/milwaukee/",
    "event": "/events/WI1/",
    "place": f"/places/{SCHOOL}/",
    "organisation": "/organisations/parents-united/",
    "record": "/about/data/",
    "coalition": "/about/coalition/",
    "search": "/search/?q=lincoln",
}


def json_of(path: str) -> str:
    """The address of the JSON of the page at `path`."""
    return addresses.form_of(SITE + path, "json").removeprefix(SITE)


def read(client: Client, path: str) -> Any:
    """The JSON of the page at `path`."""
    found = client.get(json_of(path))
    assert found.status_code == 200
    return found.json()


def every_url(shape: Any) -> list[str]:
    """Every address of our own site in a shape, at any depth, without its fragment."""
    if isinstance(shape, dict):
        return [url for value in shape.values() for url in every_url(value)]
    if isinstance(shape, list):
        return [url for value in shape for url in every_url(value)]
    return [shape.partition("#")[0]] if isinstance(shape, str) and shape.startswith(SITE) else []


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_every_page_says_what_it_is_and_where_it_stands(prefix: str, small_record: SmallRecord, client: Client) -> None:
    shapes = {name: read(client, prefix + path) for name, path in PAGES.items()}
    assert {name: (shape["page"], shape["language"], shape["url"]) for name, shape in shapes.items()} == {
        name: (name, prefix.strip("/") or "en", SITE + prefix + path) for name, path in PAGES.items()
    }


def test_every_address_in_a_page_leads_somewhere(small_record: SmallRecord, client: Client) -> None:
    paths = [prefix + path for path in PAGES.values() for prefix in ("", "/es")]
    urls = {url.removeprefix(SITE) for path in paths for url in every_url(read(client, path))}
    forms = {url for url in urls if url.partition("?")[0].endswith((".json", ".csv", ".ics", ".atom"))}
    pages = {json_of(url) for url in urls if url.partition("?")[0].endswith("/")}
    assert {url: client.get(url).status_code for url in forms | pages} == dict.fromkeys(forms | pages, 200)


@translation.override("en")
def test_the_addresses_are_those_of_the_router(small_record: SmallRecord) -> None:
    odd = "Ñandú:1.a-b_c"
    milwaukee = City.objects.get(name="Milwaukee")
    assert [url.removeprefix(SITE) for url in (
        addresses.home("en"), addresses.action("a", "en"), addresses.numbers("a", "en"), addresses.media("a", "en"),
        addresses.card("a", "en"), addresses.state("a", "WI", "en"), addresses.city("a", milwaukee, "en"),
        addresses.event(odd, "en"), addresses.place("p", "en"), addresses.organisation("o", "en"),
        addresses.record("en"), addresses.search("", "en"),
    )] == [
        reverse("front:home"), reverse("front:action", args=["a"]), reverse("front:numbers", args=["a"]),
        reverse("front:media", args=["a"]), reverse("front:card", args=["a"]), reverse("front:state", args=["a", "wi"]),
        reverse("front:city", args=["a", "wi", "milwaukee"]), reverse("front:event", args=[odd]),
        reverse("front:place", args=["p"]), reverse("front:organisation", args=["o"]), reverse("front:record"),
        reverse("front:search"),
    ]  # fmt: skip


def test_a_figure_keeps_the_words_the_range_and_the_way_to_its_claims(
    small_record: SmallRecord, client: Client
) -> None:
    schools, cities, people = read(client, "/")["past"][0]["figures"]
    assert schools == {
        "metric": "schools",
        "metric_words": "schools",
        "phase": "held",
        "low": 800,
        "high": 1000,
        "is_at_least": True,
        "is_at_most": False,
        "words": "800 to 1,000 or more",
        "claims": 2,
        "is_disputed": True,
        "link": f"{SITE}/actions/oct2025/numbers/#schools",
    }
    assert (cities["phase"], cities["words"], cities["is_at_least"]) == ("committed", "238", False)
    assert (people["low"], people["words"]) == (200, "“hundreds”")


def test_words_without_a_number_are_no_number(small_record: SmallRecord, client: Client) -> None:
    [figure] = read(client, "/actions/fall2025/")["figures"]
    assert (figure["low"], figure["high"], figure["words"]) == (None, None, "“dozens”")


def test_an_action_lists_every_state_and_city_with_its_counts(small_record: SmallRecord, client: Client) -> None:
    shape = read(client, "/actions/oct2025/")
    assert [
        (state["name"], city["name"], city["events"], city["phases"], city["url"])
        for state in shape["states"]
        for city in state["cities"]
    ] == [
        ("Florida", "Miami", 1, {"cancelled": 1}, f"{SITE}/actions/oct2025/fl/miami/"),
        ("Puerto Rico", "Mayagüez", 1, {"held": 1}, f"{SITE}/actions/oct2025/pr/mayaguez/"),
        ("Wisconsin", "Milwaukee", 2, {"held": 2}, f"{SITE}/actions/oct2025/wi/milwaukee/"),
    ]
    counts = shape["counts"]
    assert (counts["events"], counts["schools"], counts["summaries"]) == ({"cancelled": 1, "held": 2}, {"held": 1}, 1)
    assert set(counts["computed"]) == {"events", "cities", "schools", "groups", "summaries", "turnout"}
    assert [(part["id"], [event["id"] for event in part["events"]]) for part in shape["parts"]] == [
        ("kick-off", ["WI1"]),
        ("local", ["PR1", "FL1"]),
    ]


def test_a_search_in_the_page_is_answered_too(small_record: SmallRecord, client: Client) -> None:
    shape = client.get("/actions/oct2025.json?q=lincoln").json()
    assert [event["id"] for event in shape["search"]["events"]] == ["WI1"]
    assert read(client, "/actions/oct2025/")["search"] is None


def test_the_numbers_keep_what_is_narrower_and_what_is_our_own_apart(small_record: SmallRecord, client: Client) -> None:
    shape = read(client, "/actions/oct2025/numbers/")
    [schools] = [group for group in shape["metrics"] if group["metric"] == "schools"]
    assert [
        (
            phase["phase"],
            [claim["words"] for claim in phase["claims"]],
            [(claim["words"], claim["only"]) for claim in phase["narrower_claims"]],
            phase["own_count"],
        )
        for phase in schools["phases"]
    ] == [("committed", [], [("2,000", "NEA")], None), ("held", ["over 800", "1,000+"], [], 1)]
    [turnout] = shape["turnouts"]
    assert (turnout["event"]["url"], turnout["low"], turnout["claimant"]) == (f"{SITE}/events/WI1/", 62, "Hana")
    assert [(claim["city"]["name"], claim["high"]) for claim in shape["cities"]] == [("Milwaukee", 70)]
    assert shape["claim_count"] == 7


def test_an_event_says_when_where_and_who(small_record: SmallRecord, client: Client) -> None:
    event = read(client, "/events/WI1/")["event"]
    assert event["name"] == "Walk-in: Lincoln High School, Milwaukee, WI"
    assert event["starts_at"] == "2025-10-08T07:30:00-05:00"
    assert event["location"] == {
        "venue": "Lincoln High School",
        "locality": "Milwaukee",
        "region": "WI",
        "country": "US",
        "location": {"latitude": 43.0412, "longitude": -87.9201, "accuracy": "Rooftop"},
    }
    assert [host["url"] for host in event["hosts"]] == [f"{SITE}/organisations/parents-united/"]
    assert event["sources"] == [SOURCE, "https://example.org/photos"]
    assert [claim["claimant"] for claim in event["turnout"]] == ["Hana"]
    assert event["part"]["id"] == "kick-off"


def test_an_event_without_a_day_has_that_of_its_action(small_record: SmallRecord, client: Client) -> None:
    event = read(client, "/events/WI3/")["event"]
    assert (event["date"]["edtf"], event["date_is_own"], event["starts_at"]) == ("2025-23", False, None)
    assert (event["tactic"], event["tactic_words"]) == ("other", "sing-along")


def test_spanish_texts_stand_where_they_exist(small_record: SmallRecord, client: Client) -> None:
    shape = read(client, "/es/actions/oct2025/")
    assert shape["action"]["name"] == "Entradas juntas por nuestras escuelas"
    assert shape["action"]["date"]["words"] == "8-10 de octubre de 2025"
    assert [part["name"] for part in shape["parts"]] == ["Arranque en Milwaukee", "Local actions"]


def test_an_open_side_of_a_date_is_unknown(small_record: SmallRecord, client: Client, nia: Any) -> None:
    call_action(Action(slug="since", name="Since", kind="season", date_edtf="2016-01/.."), by=nia)
    date = read(client, "/actions/since/")["action"]["date"]
    assert (date["earliest"], date["latest"]) == ("2016-01-01", None)


def test_copies_stand_under_their_story(small_record: SmallRecord, client: Client) -> None:
    shape = read(client, "/actions/oct2025/media/")
    assert [(story["id"], [copy["id"] for copy in story["copies"]]) for story in shape["stories"]] == [
        ("M3", []),
        ("M1", ["M2"]),
        ("M4", []),
    ]
    assert (shape["story_count"], shape["copy_count"]) == (3, 1)
    assert [story["headline_is_described"] for story in shape["stories"]] == [True, False, False]


def test_a_place_goes_through_the_years_under_every_spelling(small_record: SmallRecord, client: Client) -> None:
    shape = read(client, PAGES["place"])
    assert (shape["place"]["registry_number"], shape["place"]["other_spellings"]) == ("550960001234", ["Lincoln HS"])
    assert [(action["id"], [event["id"] for event in action["events"]]) for action in shape["actions"]] == [
        ("oct2025", ["WI1"]),
        ("fall2025", ["WI3"]),
    ]


def test_the_record_says_what_it_holds_and_lacks(small_record: SmallRecord, client: Client) -> None:
    shape = read(client, "/es/about/data/")
    assert (shape["counts"]["events"], shape["counts"]["claims"], shape["counts"]["media"]) == (6, 7, 5)
    assert shape["notes"] == [{"id": "lacking", "heading": "Lo que falta", "text": "Aquí no se guardan fotos."}]
    assert {action["id"]: action["events"] for action in shape["actions"]} == {"oct2025": 4, "fall2025": 2}


def test_json_asks_the_database_nothing_that_the_page_did_not(small_record: SmallRecord) -> None:
    for name, page in pages_of(small_record).items():
        with remembered(), CaptureQueriesContext(connection) as queries:
            SHAPES[name](page, "es")
        assert (name, [query["sql"] for query in queries]) == (name, [])
    assert list(SHAPES) == list(PAGES)


def test_otto_finds_no_page_of_what_does_not_exist(small_record: SmallRecord, client: Client) -> None:
    asked = ["/actions/none.json", "/actions/oct2025/tx.json", "/actions/oct2025/fl/milwaukee.json", "/events/X.ics"]
    asked += ["/events/WI1.atom/", "/actions/oct2025/numbers.ics", "/places/none.json"]
    assert {path: client.get(path).status_code for path in asked} == dict.fromkeys(asked, 404)
    assert (Event.objects.count(), Place.objects.count()) == (6, 4)
