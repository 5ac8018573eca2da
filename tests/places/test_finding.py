"""Hana types the name of her school on her phone, and Carla pastes a list: the registry knows which is meant."""

from __future__ import annotations

import csv
import importlib.util
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.places.models import Place, School
from manyplaces.places.operations import find_or_add_city, find_or_add_place, learn_alias, place_of_school
from manyplaces.places.queries import find_schools, match_schools, zone_for
from manyplaces.places.rules import city_slug
from tests.places.lists import MILWAUKEE, bring, bring_states

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(tmp_path: Path) -> None:
    """Twelve schools."""
    bring(tmp_path, MILWAUKEE)


def first(q: str, **where: str) -> str:
    found = find_schools(q, **where)
    return found[0].school.name if found else ""


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("auer", "Auer Avenue Elementary"),
        ("auer av", "Auer Avenue Elementary"),
        ("AUER AVE SCHOOL", "Auer Avenue Elementary"),
        ("bayview milwaukee", "Bay View High"),
        ("bay veiw high", "Bay View High"),
        ("Rivverside", "Riverside University High"),
        ("53rd", "53rd Street Elementary"),
        ("fifty-third street", "53rd Street Elementary"),
        ("hamilton hs", "Hamilton High"),
        ("hamilton elem", "Hamilton Elementary"),
        ("saint francis", "St. Francis of the McKinley HS"),
        ("st francis", "St. Francis of the McKinley HS"),
        ("lincoln racine wi", "Lincoln High"),
        ("lincoln wisconsin", "Lincoln High"),
        ("espanola", "Española K-8"),
        ("Española k8", "Española K-8"),
        ("ps15", "PS 15 Patrick F Daly"),
        ("P.S. 15 brooklyn", "PS 15 Patrick F Daly"),
        ("kenosha school district", "Española K-8"),
    ],
)
def test_a_school_is_found_as_it_is_typed(registry: None, typed: str, name: str) -> None:
    assert first(typed) == name


@pytest.mark.parametrize(
    "typed", ["", " ", "b", "?!", "' OR 1=1 --", '"*', "NEAR(", "日本語学校", "\u0300" * 900, "x" * 9000]
)
def test_what_says_nothing_finds_nothing_and_breaks_nothing(registry: None, typed: str) -> None:
    assert find_schools(typed) == []


def test_a_state_narrows_and_a_city_goes_first(registry: None) -> None:
    assert [found.school.state for found in find_schools("ps", state="WI")] == []
    assert first("high", state="WI", city_slug="racine") == "Lincoln High"


def test_the_address_answers_at_most_ten_in_the_agreed_form_with_few_queries(registry: None, client: Any) -> None:
    with CaptureQueriesContext(connection) as one:
        answer = client.get("/places/find.json", {"q": "lincoln"})
    with CaptureQueriesContext(connection) as many:
        milwaukee = client.get("/places/find.json", {"q": "milwaukee"}).json()["places"]
    assert answer.json() == {
        "places": [
            {
                "number": "551236001622",
                "name": "Lincoln High",
                "city": "Racine",
                "state": "WI",
                "district": "Racine Unified School District",
                "level": "high",
                "grades": "9-12",
            }
        ]
    }
    assert len(milwaukee) == 8
    assert (len(one), len(many)) == (2, 2)
    assert client.get("/places/find.json").json() == {"places": []}
    assert client.post("/places/find.json", {"q": "lincoln"}).status_code == 405


def test_with_a_typing_error_there_are_five_queries_at_most(registry: None) -> None:
    find_schools("lincon")  # The first reads the vocabulary.
    with CaptureQueriesContext(connection) as queries:
        assert first("hamillton hihg milwauke") in ("Hamilton High", "Hamilton Elementary")
    assert len(queries) <= 5


def test_a_list_is_matched_surely_or_asked_about(registry: None) -> None:
    names = [
        "BAY VIEW HS",
        "Auer Avenue School",
        "Hamilton",
        "Riverside",
        "Lincoln High School",
        "Rufus King",
        "Hogwarts",
    ]
    with CaptureQueriesContext(connection) as queries:
        matches = match_schools(names, state="WI", city_slug="milwaukee")
    assert [(match.verdict, [school.name for school in match.suggestions[:1]]) for match in matches] == [
        ("certain", ["Bay View High"]),
        ("certain", ["Auer Avenue Elementary"]),
        ("unsure", ["Hamilton High"]),
        ("certain", ["Riverside University High"]),
        ("unsure", ["Lincoln High"]),
        ("unknown", []),
        ("unknown", []),
    ]
    assert len(queries) <= 5
    with CaptureQueriesContext(connection) as more:
        match_schools(names * 70, state="WI", city_slug="milwaukee")
    assert len(more) == len(queries)


def test_a_closed_school_is_never_taken_before_an_open_one(tmp_path: Path) -> None:
    double = MILWAUKEE.replace("King International", "Bay View High School")
    bring(tmp_path, double)
    School.objects.filter(number="550960001170").update(is_closed=True)
    match = match_schools(["Bay View High"], state="WI", city_slug="milwaukee")[0]
    assert (match.verdict, match.suggestions[0].number) == ("certain", "550960001202")
    assert [found.school.number for found in find_schools("bay view high")] == ["550960001202"]


def test_a_name_that_people_use_is_learned_and_may_move(registry: None, carla: Any, otto: Any) -> None:
    king = School.objects.get(number="550960001202")
    with pytest.raises(PermissionDenied):
        learn_alias(king, "Rufus", by=otto)
    with pytest.raises(ValidationError):
        learn_alias(king, " ?! ", by=carla)
    assert learn_alias(king, "Rufus", by=carla).outcome == "added"
    assert learn_alias(king, "rufus", by=carla).outcome == "unchanged"
    assert [(found.school.name, found.is_alias) for found in find_schools("rufus")] == [("King International", True)]
    assert match_schools(["RUFUS"], state="WI", city_slug="milwaukee")[0].school == king
    # It is looked up as a word with an error, too.
    assert first("rufsu") == "King International"
    learn_alias(School.objects.get(number="550960001170"), "Rufus", by=carla)
    assert first("rufus") == "Bay View High"
    assert School.objects.get(pk=king.pk).also == ""


def test_an_alias_outlives_the_next_list(registry: None, carla: Any, tmp_path: Path) -> None:
    learn_alias(School.objects.get(number="550960001202"), "Rufus", by=carla)
    bring(tmp_path, MILWAUKEE.replace("King International", "King International High"))
    assert first("rufus") == "King International High"


def test_a_school_becomes_the_place_that_the_record_has(registry: None, carla: Any) -> None:
    school = School.objects.get(number="550960001170")
    there = find_or_add_place("BAY VIEW HS", find_or_add_city("Milwaukee", "WI", by=carla), by=carla)
    spelling = place_of_school(school, by=carla)
    assert spelling.place == there.place
    assert Place.objects.get().registry_number == "550960001170"
    assert place_of_school(school, by=carla).place == there.place
    assert Place.objects.count() == 1


def test_two_schools_of_one_name_in_one_city_become_two_places(tmp_path: Path, carla: Any) -> None:
    bring(tmp_path, MILWAUKEE.replace("King International", "Bay View High School"))
    places = {place_of_school(school, by=carla).place for school in School.objects.filter(match_key="bay view high")}
    assert {place.registry_number for place in places} == {"550960001170", "550960001202"}


def test_the_clock_of_a_town_is_known_without_the_gazetteer(registry: None) -> None:
    assert zone_for("WI", "racine") == "America/Chicago"
    assert zone_for("NY", "brooklyn", School.objects.get(number="360008105837")) == "America/New_York"
    assert zone_for("FL", "nowhere") == "America/New_York"


def test_of_the_walkouts_of_two_states_the_sure_ones_are_right(tmp_path: Path, shared: Path) -> None:
    bring_states(tmp_path, shared, {"WI", "OR"})
    towns: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with (shared / "data/walkouts_2018_school_match.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["ncessch"] and row["state"] in ("WI", "OR"):
                towns[row["state"], city_slug(row["city"])].append(row)
    found = [
        (row["ncessch"], match)
        for (state, town), rows in towns.items()
        for row, match in zip(
            rows, match_schools([row["venue"] for row in rows], state=state, city_slug=town), strict=True
        )
    ]
    sure = [(number, match) for number, match in found if match.verdict == "certain"]
    assert len(found) > 50
    assert [
        (number, str(match.school)) for number, match in sure if match.school and match.school.number != number
    ] == []
    seen = [number for number, match in found if number in [school.number for school in match.suggestions[:2]]]
    assert (len(sure) / len(found) > 0.85, len(seen) / len(found) > 0.95) == (True, True)
    _typing_finds_nine_of_ten()


def _typing_finds_nine_of_ten() -> None:
    """The bench types; here with a small registry."""
    path = Path(__file__).resolve().parents[2] / "bench/queries.py"
    spec = importlib.util.spec_from_file_location("queries", path)
    assert spec
    assert spec.loader
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    dice = random.Random(7)
    schools = dice.sample(list(School.objects.order_by("number")), 150)
    hits = 0
    for school in schools:
        shown = [(hit.school.name, hit.school.city_name) for hit in find_schools(bench.typed(dice, school, error=True))]
        hits += (school.name, school.city_name) in shown
    assert hits / len(schools) > 0.9
