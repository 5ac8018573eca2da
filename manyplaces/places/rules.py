"""When two spellings of a city are one city."""

from __future__ import annotations

from manyplaces.core.words import fold

_LONG = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}


def city_key(name: str) -> str:
    """Return what two spellings of one city share: "St. Louis" and "Saint Louis" have the same key; may be empty."""
    first, _, rest = fold(name).partition(" ")
    return f"{_LONG.get(first, first)} {rest}".strip() if rest else first
