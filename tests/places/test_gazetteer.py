"""Carla names the cities of her state as she writes them, and the map and the clock know where she means."""

import csv
import math
import statistics
from pathlib import Path

import pytest

from manyplaces.places.gazetteer import Spot, locate, state_zone
from manyplaces.places.geometry import STATES


def kilometres(spot: Spot, lat: float, lon: float) -> float:
    across = (spot.lon - lon) * math.cos(math.radians(lat))
    return 111.2 * math.hypot(spot.lat - lat, across)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_city_of_the_coalitions_own_record_is_known(shared: Path) -> None:
    cities = {(row["city"], row["state"]) for row in rows(shared / "data/aros/local_actions.csv")}
    assert [city for city in sorted(cities) if locate(*city) is None] == []


def test_98_of_100_cities_of_the_walkouts_are_known_and_lie_where_they_lay(shared: Path) -> None:
    listed = {(row["city"], row["state"]): row for row in rows(shared / "data/walkouts_2018.csv")}
    found = {city: spot for city in listed if (spot := locate(*city))}
    off = [kilometres(spot, float(listed[city]["lat"]), float(listed[city]["lon"])) for city, spot in found.items()]
    assert len(found) / len(listed) > 0.98
    assert statistics.median(off) < 3
    assert sum(distance > 30 for distance in off) <= 10  # Most of these are mistakes of the list, such as Exeter, ME.


@pytest.mark.parametrize(
    ("carla_writes", "state", "the_post_writes"),
    [
        ("St. Paul", "MN", "Saint Paul"),
        ("saint louis", "MO", "St. Louis"),
        ("Ft. Worth", "TX", "Fort Worth"),
        ("Mt. Vernon", "NY", "Mount Vernon"),
        ("LaCrosse", "WI", "La Crosse"),
        ("Milwaukee, WI", "WI", "Milwaukee"),
        ("City of Milwaukee", " wi", "Milwaukee"),
        ("Mayagüez", "PR", "Mayaguez"),
        ("O’Fallon", "MO", "O Fallon"),
        ("Washington, DC", "DC", "Washington"),
        ("Washington D.C.", "DC", "Washington"),
        ("District of Columbia", "DC", "Washington"),
        ("Kings County", "NY", "Brooklyn"),
        ("The Bronx", "NY", "Bronx"),
        ("Utqiaġvik", "AK", "Barrow"),
        ("Dade County", "FL", "Miami-Dade County"),
    ],
)
def test_one_place_in_two_spellings_is_one_place(carla_writes: str, state: str, the_post_writes: str) -> None:
    spot = locate(carla_writes, state)
    assert spot is not None
    assert spot == locate(the_post_writes, state.strip().upper())


@pytest.mark.parametrize(
    ("name", "state", "lat", "lon"),
    [
        ("Manhattan", "NY", 40.78, -73.97),
        ("Queens", "NY", 40.72, -73.82),
        ("Staten Island", "NY", 40.58, -74.15),
        ("Pulaski County", "AR", 34.77, -92.31),
        ("Lafayette Parish", "LA", 30.21, -92.06),
        ("St. Tammany Parish", "LA", 30.41, -89.95),
        ("Municipality of Anchorage", "AK", 61.17, -149.5),
        ("Canton Township", "MI", 42.31, -83.48),
        ("Kauai", "HI", 22.05, -159.5),
    ],
)
def test_counties_and_boroughs_lie_in_their_middle(name: str, state: str, lat: float, lon: float) -> None:
    spot = locate(name, state)
    assert spot is not None
    assert kilometres(spot, lat, lon) < 35


@pytest.mark.parametrize(
    ("city", "state", "zone"),
    [
        ("San Juan", "PR", "America/Puerto_Rico"),
        ("Honolulu", "HI", "Pacific/Honolulu"),
        ("Anchorage", "AK", "America/Anchorage"),
        ("Juneau", "AK", "America/Juneau"),
        ("Napakiak", "AK", "America/Anchorage"),  # The package holds the village's name in the place of its zone.
        ("Phoenix", "AZ", "America/Phoenix"),
        ("Window Rock", "AZ", "America/Denver"),  # The Navajo Nation moves its clocks, the rest of Arizona does not.
        ("Gary", "IN", "America/Chicago"),
        ("Evansville", "IN", "America/Chicago"),
        ("Indianapolis", "IN", "America/Indiana/Indianapolis"),
        ("Louisville", "KY", "America/Kentucky/Louisville"),
        ("Paducah", "KY", "America/Chicago"),
        ("Knoxville", "TN", "America/New_York"),
        ("Pensacola", "FL", "America/Chicago"),
        ("El Paso", "TX", "America/Denver"),
        ("Dickinson", "ND", "America/Denver"),
        ("Fargo", "ND", "America/Chicago"),
        ("Rapid City", "SD", "America/Denver"),
        ("Sioux Falls", "SD", "America/Chicago"),
        ("Boise", "ID", "America/Boise"),
        ("Coeur d'Alene", "ID", "America/Los_Angeles"),
        ("Detroit", "MI", "America/Detroit"),
    ],
)
def test_the_clock_of_a_city_is_its_own_and_not_its_states(city: str, state: str, zone: str) -> None:
    spot = locate(city, state)
    assert spot is not None
    assert spot.zone == zone


@pytest.mark.parametrize(
    ("city", "state"),
    [("Nowhere", "WI"), ("", "WI"), ("Paris", "FR"), ("Washington Township", "PA"), ("St. Thomas", "VI"), ("?", "")],
)
def test_what_is_unknown_or_could_be_anywhere_is_not_guessed(city: str, state: str) -> None:
    assert locate(city, state) is None


def test_every_state_has_a_principal_zone_and_no_other_code_has() -> None:
    assert [state for state in STATES if not state_zone(state)] == []
    assert state_zone("WI") == "America/Chicago"
    assert state_zone("FL") == "America/New_York"
    with pytest.raises(KeyError):
        state_zone("VI")
