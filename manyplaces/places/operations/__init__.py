"""Every change to cities, places and the registry of schools."""

from __future__ import annotations

from manyplaces.places.operations.aliases import forget_alias, learn_alias
from manyplaces.places.operations.known import (
    CITY_FIELDS,
    PLACE_FIELDS,
    change_city,
    change_place,
    find_or_add_city,
    find_or_add_place,
    name_place,
)
from manyplaces.places.operations.registry import Incoming, Taken, import_schools
from manyplaces.places.operations.schools import place_of_school

__all__ = [
    "CITY_FIELDS",
    "PLACE_FIELDS",
    "Incoming",
    "Taken",
    "change_city",
    "change_place",
    "find_or_add_city",
    "find_or_add_place",
    "forget_alias",
    "import_schools",
    "learn_alias",
    "name_place",
    "place_of_school",
]
