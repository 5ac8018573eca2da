"""Make manyplaces/places/zips.txt and towns.txt, where ZIP codes and towns lie, from the PyPI package `zipcodes`.

    python tools/make_towns.py

The package itself keeps sixty megabytes in memory, which no web process should. A line of zips.txt is
`ZIP code|city|state|latitude|longitude`; one of towns.txt begins with the town's key instead (see `gazetteer.town_key`)
and ends with how many ZIP codes with delivery it has, by which larger towns come first. Both are sorted, so
that a line is found by halving.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import zipcodes

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from manyplaces.places import gazetteer  # noqa: E402
from manyplaces.places.geometry import STATES  # noqa: E402

LARGE = 20
# Their ZIP codes are known all the same: somebody may ask how far it is.
TERRITORIES = ("AS", "GU", "MP", "VI")
FOLDER = ROOT / "manyplaces" / "places"
# What people call a large town in Spanish, and English names that the post does not write.
ALSO = {
    ("Nueva York", "NY"): "New York",
    ("Nueva Orleans", "LA"): "New Orleans",
    ("Filadelfia", "PA"): "Philadelphia",
    ("New York City", "NY"): "New York",
    ("NYC", "NY"): "New York",
    ("Manhattan", "NY"): "Manhattan",
    ("Brooklyn", "NY"): "Brooklyn",
    ("Queens", "NY"): "Queens",
    ("Bronx", "NY"): "Bronx",
    ("The Bronx", "NY"): "Bronx",
    ("Staten Island", "NY"): "Staten Island",
    ("LA", "CA"): "Los Angeles",
}


def zip_lines(rows: list[dict[str, Any]]) -> list[str]:
    """A line for each ZIP code in a state or territory."""
    return sorted(
        f"{row['zip_code']}|{row['city']}|{row['state']}|{float(row['lat']):.3f}|{float(row['long']):.3f}"
        for row in rows
        if row["state"] in STATES or row["state"] in TERRITORIES
    )


def town_lines(rows: list[dict[str, Any]]) -> list[str]:
    """A line for each name of a town in a state, where the gazetteer has the middle of it."""
    # The post's own way to write a name wins over a further one of the same key.
    found: dict[tuple[str, str], str] = {}
    size: Counter[tuple[str, str]] = Counter()
    for names_of in (lambda row: [row["city"]], lambda row: row["acceptable_cities"]):
        for row in rows:
            for name in names_of(row) if row["state"] in STATES else ():
                place = (gazetteer.town_key(name), row["state"])
                found.setdefault(place, name)
                size[place] += row["zip_code_type"] == "STANDARD"
    for (name, state), meant in ALSO.items():
        found[gazetteer.town_key(name), state] = meant
        size[gazetteer.town_key(name), state] = max(size[gazetteer.town_key(meant), state], LARGE)
    lines = []
    for (key, state), name in found.items():
        spot = gazetteer.locate(name, state)
        if spot is not None:
            lines.append(f"{key}|{name}|{state}|{spot.lat:.3f}|{spot.lon:.3f}|{size[key, state]}")
    return sorted(lines)


def main() -> None:
    """Write both files."""
    rows: list[dict[str, Any]] = zipcodes.list_all()
    for name, lines in (("zips.txt", zip_lines(rows)), ("towns.txt", town_lines(rows))):
        (FOLDER / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
        print(f"{name}: {len(lines):,} lines, {(FOLDER / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
