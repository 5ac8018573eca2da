"""What pages ask of the registry: schools found as somebody types, and whole lists of names matched."""

from __future__ import annotations

from manyplaces.places.queries.finding import FoundSchool, find_schools
from manyplaces.places.queries.lists import Match, match_schools

__all__ = ["FoundSchool", "Match", "find_schools", "match_schools"]
