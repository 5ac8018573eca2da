"""Ruth reads one school under two spellings, and the record knows it for one school, but never merges two."""

import csv
from pathlib import Path

import pytest

from manyplaces.places.matching import is_school, kind_of, school_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Auer Avenue", "Auer Avenue School"),
        ("Bay View HS", "Bay View High School"),
        ("Bradley Tech HS", "Bradley Technical High School"),
        ("Hamilton H.S.", "HAMILTON HIGH"),
        ("Fifty-Third Street", "53rd St. School"),
        ("Fifty-Third Street School", "53RD STREET"),
        ("107th Street Elementary", "One Hundred Seventh Street Elem"),
        ("20th Street Elementary", "Twentieth St. Elem. School"),
        ("Hialeah High School", "Hialeah Senior High"),
        ("Alexandria Jr./Sr. High School", "Alexandria Junior Senior High"),
        ("Martin Luther King Jr. MS", "Martin Luther King, Jr. Middle School"),
        ("Cesar Chavez EL", "César Chávez Elementary School"),
        ("St. Marcus School", "Saint Marcus"),
        ("Port St. Lucie HS", "Port Saint Lucie High School"),
        ("O'Connor Prep", "O’Connor Preparatory School"),
        ("School of Arts & Sciences", "The School of Arts and Sciences"),
        ("Lincoln K8", "Lincoln K-8 School"),
        ("Weeks Dr Elementary", "Weeks Drive Elementary"),
    ],
)
def test_spellings_of_one_school_share_their_key(one: str, other: str) -> None:
    assert school_key(one) == school_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hamilton High School", "Hamilton"),
        ("Audubon High School", "Audubon Middle School"),
        ("Clemens", "Clement"),
        ("Lincoln Junior High", "Lincoln High"),
        ("El Camino High", "Elementary Camino High"),
        ("Barton Elementary", "Barton High"),
        ("53rd Street", "54th Street"),
        ("PS 53", "PS 54"),
        ("Lincoln", "Lincoln Avenue"),
    ],
)
def test_two_schools_keep_two_keys(one: str, other: str) -> None:
    assert school_key(one) != school_key(other)


def test_the_key_of_a_key_is_itself_and_only_nothing_has_none(shared: Path) -> None:
    with (shared / "data/walkouts_2018_school_match.csv").open(encoding="utf-8", newline="") as lines:
        names = {row[column] for row in csv.DictReader(lines) for column in ("venue", "nces_name") if row[column]}
    keys = {school_key(name) for name in names}
    assert {key for key in keys if school_key(key) != key or not key} == set()
    assert school_key("School") == "school"
    assert school_key(" - ") == ""


def test_february_and_october_2016_meet_where_they_name_the_same_school(shared: Path) -> None:
    with (shared / "data/aros/local_actions.csv").open(encoding="utf-8", newline="") as lines:
        milwaukee = [row for row in csv.DictReader(lines) if row["city"] == "Milwaukee" and row["venue"]]
    february = {school_key(row["venue"]) for row in milwaukee if row["action_id"] == "feb2016"}
    october = {school_key(row["venue"]) for row in milwaukee if row["action_id"] == "oct2016"}
    assert sorted(february & october) == [
        "allen field",
        "bay view high",
        "bradley technical high",
        "clemens",
        "clement",
        "congress",
        "doerfler",
        "fairview",
        "fifty third street",
        "forest home",
    ]


def test_names_agree_with_the_registry_nineteen_times_in_twenty(shared: Path) -> None:
    with (shared / "data/walkouts_2018_school_match.csv").open(encoding="utf-8", newline="") as lines:
        pairs = [(row["venue"], row["nces_name"]) for row in csv.DictReader(lines) if row["nces_name"]]
    same = [pair for pair in pairs if school_key(pair[0]) == school_key(pair[1])]
    assert len(same) / len(pairs) > 0.95


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Solon Springs School", "school"),
        ("20th Street Elementary", "school"),
        ("Bay View HS", "school"),
        ("Golden Valley High", "school"),
        ("Barbee Montessori", "school"),
        ("Carson Academy", "school"),
        ("French Immersion", "school"),
        ("Riverside University High School", "school"),
        ("Stanton College Prep", "school"),
        ("Pope Elementary (closed 2013)", "school"),
        ("lincoln high school", "school"),
        ("Community High School", "school"),
        ("Miami Dade College", "college"),
        ("Morgan State University", "college"),
        ("Harvard Law School", "college"),
        ("University of Chicago School of Law", "college"),
        ("City Hall", "place"),
        ("School District HQ, 440 N Broad", "place"),
        ("School district office", "place"),
        ("US Dept of Education", "place"),
        ("elementary school, South LA", "place"),
        ("public high school (unnamed)", "place"),
        ("historic community school", "place"),
        ("nine schools", "place"),
        ("High Point", "place"),
        ("1200 School Street", "place"),
        ("", "place"),
    ],
)
def test_a_name_shows_what_kind_of_place_it_is(name: str, kind: str) -> None:
    assert kind_of(name) == kind
    assert is_school(name) is (kind == "school")
