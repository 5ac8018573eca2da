"""From a school of the registry to the place in the record that it is."""

from __future__ import annotations

from django.db import transaction

from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.places.models import Place, PlaceName, School
from manyplaces.places.operations.known import change_place, find_or_add_city, find_or_add_place, name_place


@transaction.atomic
def place_of_school(school: School, *, by: Actor) -> PlaceName:
    """Return the place that a school of the registry is, under the school's name; it is added if it is not there yet.

    The place is the one with the school's registry number; else the one whose name in that city has the same key and
    no number of its own, which is given the number; else a new one, with number and position.
    """
    numbered = one(Place.objects.filter(registry_number=school.number).select_related("city"))
    if numbered:
        return _spelling(numbered, school, by)
    city = find_or_add_city(school.city_name, school.state, by=by, lat=school.lat, lon=school.lon)
    spelling = find_or_add_place(school.name, city, by=by)
    if spelling.place.registry_number:
        # Another school of the same name in the same city: the name alone does not say which one is meant.
        spelling = find_or_add_place(f"{school.name} ({school.number})", city, by=by)
    place = spelling.place
    place.registry_number, place.kind = school.number, Place.Kind.SCHOOL
    if place.lat is None or place.lon is None:
        place.lat, place.lon = school.lat, school.lon
    change_place(place, by=by)
    return spelling


def _spelling(place: Place, school: School, by: Actor) -> PlaceName:
    """A spelling of the place: the school's name where it is known there or free, else the place's own first one."""
    known = PlaceName.objects.filter(place=place).order_by("pk")
    spelling = known.filter(text=school.name).first() or known.first()
    return spelling or name_place(place, place.name, by=by).row
