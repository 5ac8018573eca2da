"""What is asked of the registry: schools found as somebody types, whole lists of names matched, a town's clock."""

from __future__ import annotations

from manyplaces.places.queries.finding import FoundSchool, find_schools
from manyplaces.places.queries.lists import Match, match_schools
from manyplaces.places.queries.zones import zone_for

__all__ = ["FoundSchool", "Match", "find_schools", "match_schools", "zone_for"]
