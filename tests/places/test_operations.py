"""One school under many spellings is one place; two schools with like names stay two."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from manyplaces.core.refusals import sentences
from manyplaces.places.models import City, Place, PlaceName
from manyplaces.places.operations import change_place, find_or_add_city, find_or_add_place, name_place

pytestmark = pytest.mark.django_db


def test_a_city_knows_its_position_and_time_zone(carla: Any) -> None:
    city = find_or_add_city("Milwaukee", "wi", by=carla)
    assert (city.state, city.slug, city.zone) == ("WI", "milwaukee", "America/Chicago")
    assert (round(city.lat or 0), round(city.lon or 0)) == (43, -88)


def test_saint_louis_is_one_city_however_it_is_written(carla: Any) -> None:
    cities = {find_or_add_city(name, "MO", by=carla) for name in ("St. Louis", "Saint Louis", "ST LOUIS")}
    assert len(cities) == 1


def test_a_city_that_the_gazetteer_does_not_know_takes_the_position_given(carla: Any) -> None:
    city = find_or_add_city("Brigadoon Heights", "HI", by=carla, lat=21.3, lon=-157.8)
    assert (city.lat, city.lon, city.zone) == (21.3, -157.8, "Pacific/Honolulu")


@pytest.mark.parametrize(
    ("name", "state", "field"), [("Milwaukee", "ZZ", "state"), ("  ", "WI", "city"), ("?!", "WI", "city")]
)
def test_a_city_without_a_state_or_a_name_is_refused(carla: Any, name: str, state: str, field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        find_or_add_city(name, state, by=carla)
    assert [where for where, _ in sentences(refusal.value)] == [field]
    assert City.objects.count() == 0


def test_auer_avenue_is_one_school_with_and_without_the_word_school(carla: Any) -> None:
    city = find_or_add_city("Milwaukee", "WI", by=carla)
    first = find_or_add_place("Auer Avenue", city, by=carla)
    second = find_or_add_place("AUER AVENUE SCHOOL", city, by=carla)
    assert first.place == second.place
    assert Place.objects.get().key == "auer-avenue-milwaukee-wi"


def test_a_high_school_and_a_school_of_the_same_name_stay_two(carla: Any) -> None:
    city = find_or_add_city("Milwaukee", "WI", by=carla)
    names = ("Hamilton", "Hamilton High School")
    assert len({find_or_add_place(name, city, by=carla).place for name in names}) == 2


def test_the_same_name_in_two_cities_is_two_places(carla: Any) -> None:
    cities = [find_or_add_city(name, "WI", by=carla) for name in ("Milwaukee", "Racine")]
    assert len({find_or_add_place("Lincoln School", city, by=carla).place for city in cities}) == 2


def test_an_alias_takes_its_events_along(carla: Any) -> None:
    city = find_or_add_city("Milwaukee", "WI", by=carla)
    short = find_or_add_place("Auer", city, by=carla)
    school = find_or_add_place("Auer Avenue", city, by=carla).place
    assert name_place(school, "Auer", by=carla).outcome == "changed"
    assert PlaceName.objects.get(pk=short.pk).place == school
    assert name_place(school, "Auer", by=carla).outcome == "unchanged"


def test_a_registry_number_belongs_to_one_place(carla: Any) -> None:
    city = find_or_add_city("Milwaukee", "WI", by=carla)
    first, second = (find_or_add_place(name, city, by=carla).place for name in ("Grant", "Grantosa"))
    first.registry_number = "550960001132"
    change_place(first, by=carla)
    second.registry_number = "550960001132"
    with pytest.raises(ValidationError):
        change_place(second, by=carla)
    second.registry_number = "12"
    with pytest.raises(ValidationError):
        change_place(second, by=carla)
    assert Place.objects.get(name="Grantosa").registry_number is None
