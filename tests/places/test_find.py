"""A school is found as somebody types, with errors and hostile text, in few queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from manyplaces.core.actor import Actor
from manyplaces.places.models import School
from manyplaces.places.operations import Incoming, import_schools, learn_alias
from manyplaces.places.queries import find_schools, match_schools
from manyplaces.places.rules import city_slug

pytestmark = pytest.mark.django_db

ROWS = (
    ("550000000001", "Auer Avenue School", "Milwaukee", "WI"),
    ("550000000002", "Hamilton High School", "Milwaukee", "WI"),
    ("550000000003", "Hamilton Middle School", "Madison", "WI"),
    ("550000000004", "Saint Croix Central Elementary", "Hammond", "WI"),
    ("360000000001", "PS 15 Jackie Robinson", "New York", "NY"),
    ("360000000002", "PS 156 Waverly", "New York", "NY"),
    ("480000000001", "Peña Elementary", "Brownsville", "TX"),
    ("480000000002", "Lincoln Elementary", "Edinburg", "TX"),
    ("480000000003", "Lincoln Middle School", "Edinburg", "TX"),
)
HOSTILE = (
    '"', "'", "%", "_", "\\", "*", "a* OR b*", 'lincoln" OR "x', "NEAR(a b)", "words:lincoln", "lincoln:*",
    "a & b | !c", "'; DROP TABLE places_school; --", "\x00lincoln", "(((", "^", "-", "{}", "😀😀😀", "ﷺ" * 50,
    "a" * 10_000, "AND OR NOT",
)  # fmt: skip


@pytest.fixture
def schools() -> list[School]:
    """Nine schools of three states."""
    batch = [
        Incoming(line, School(number=number, name=name, city_name=city, state=state, lat=43.0, lon=-88.0))
        for line, (number, name, city, state) in enumerate(ROWS, 2)
    ]
    by = Actor("command line", "command")
    import_schools([batch], file_name="schools.csv", by=by, told=lambda taken: None)
    return list(School.objects.order_by("number"))


def first(q: str, **narrow: str) -> str:
    """The number of the school that is found first, or nothing."""
    found = find_schools(q, **narrow)  # type: ignore[arg-type]
    return found[0].school.number if found else ""


@pytest.mark.parametrize(
    ("q", "number"),
    [
        ("auer av", "550000000001"), ("hamilton milw", "550000000002"), ("hamilton madison", "550000000003"),
        ("st croix", "550000000004"), ("St. Croix", "550000000004"), ("ps 15", "360000000001"),
        ("p.s. 15", "360000000001"), ("pena", "480000000001"), ("Peña", "480000000001"),
        ("lincoln ms", "480000000003"), ("hamilton wisconsin high", "550000000002"),
        ("hamitlon high", "550000000002"), ("lincon edinburg elem", "480000000002"), ("jakie robinson", "360000000001"),
    ],
)  # fmt: skip
def test_the_school_that_is_meant_comes_first(schools: list[School], q: str, number: str) -> None:
    assert first(q) == number


def test_a_state_narrows_and_a_city_goes_first(schools: list[School]) -> None:
    assert {one.school.state for one in find_schools("lincoln", state="WI")} <= {"WI"}
    assert first("hamilton", state="WI", city_slug="madison") == "550000000003"
    assert first("hamilton", state="WI", city_slug="milwaukee") == "550000000002"


def test_a_closed_school_is_not_found(schools: list[School]) -> None:
    School.objects.filter(number="550000000001").update(is_closed=True)
    assert "550000000001" not in {one.school.number for one in find_schools("auer avenue")}


def test_a_name_that_people_use_is_found_and_told(schools: list[School], carla: Any) -> None:
    learn_alias(School.objects.get(number="550000000002"), "The Castle", by=carla)
    found = find_schools("the castle")
    assert (found[0].school.number, found[0].is_alias) == ("550000000002", True)


def test_the_answer_has_what_the_form_needs_and_nothing_else(schools: list[School], client: Client) -> None:
    answer = client.get("/places/find.json", {"q": "auer avenue", "state": "WI", "near": "Milwaukee"})
    assert answer.json()["places"][0] == {
        "number": "550000000001", "name": "Auer Avenue School", "city": "Milwaukee", "state": "WI", "district": "",
        "level": "", "grades": "",
    }  # fmt: skip
    assert client.get("/places/find.json").json() == {"places": []}
    assert client.get("/places/find.json", {"q": "a"}).json() == {"places": []}
    assert client.post("/places/find.json").status_code in (403, 405)


@pytest.mark.parametrize("q", HOSTILE)
def test_hostile_text_is_answered_like_any_other(schools: list[School], client: Client, q: str) -> None:
    for narrow in ({}, {"state": q, "near": q}):
        answer = client.get("/places/find.json", {"q": q, **narrow})
        assert answer.status_code == 200
        assert len(answer.json()["places"]) <= 10
    assert School.objects.count() == len(ROWS)


def test_a_search_takes_two_queries_and_five_where_an_error_is_put_right(
    schools: list[School], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2):
        find_schools("auer avenue")
    with django_assert_max_num_queries(6):
        find_schools("hamitlon hihg")


def test_a_list_of_names_is_matched_in_five_queries_and_never_with_a_closed_school(
    schools: list[School], django_assert_max_num_queries: Any
) -> None:
    names = ["Auer Ave. School", "Hamilton HS", "Hogwarts", "HAMILTON HIGH"]
    with django_assert_max_num_queries(6):
        matches = match_schools(names, state="WI", city_slug=city_slug("Milwaukee"))
    assert [match.name for match in matches] == names
    assert [match.school.number if match.school else "" for match in matches] == [
        "550000000001", "550000000002", "", "550000000002",
    ]  # fmt: skip
    assert [match.verdict for match in matches] == ["certain", "certain", "unknown", "certain"]
    School.objects.filter(number="550000000002").update(is_closed=True)
    assert match_schools(["Hamilton HS"], state="WI", city_slug="milwaukee")[0].verdict != "certain"
