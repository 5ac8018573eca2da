"""Make manyplaces/places/counties.json, what the map draws when somebody looks closer, from npm's us-atlas.

    npm ci
    python tools/make_counties.py node_modules/us-atlas/counties-10m.json

For each state where its letters stand, its outline, finer than in outlines.json, the borders between its counties, and
the counties' names with their places; lines are SVG path data in canvas units. The source data are a work of the US
Census Bureau (public domain).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import make_outlines as outlines
from make_outlines import ROOT, STATES, Point, area, decode_arcs, path_data, rings_of, simplify

TOLERANCE = 0.3  # canvas units (about a kilometre) that a line may stand off the true one
SMALLEST_ISLAND = 0.4  # square canvas units
MOST_BYTES = 320_000
CODES = {english: code for code, (english, _) in STATES.items()}


def inner_borders(topology: dict[str, Any], arcs: list[list[Point] | None]) -> dict[str, list[list[Point]]]:
    """The borders between two counties of one state, by the first two figures of the counties' numbers."""
    states: dict[int, list[str]] = defaultdict(list)
    for county in topology["objects"]["counties"]["geometries"]:
        polygons = county["arcs"] if county["type"] == "MultiPolygon" else [county["arcs"]]
        for number in (number for polygon in polygons for ring in polygon for number in ring):
            states[number if number >= 0 else ~number].append(county["id"][:2])
    found: dict[str, list[list[Point]]] = defaultdict(list)
    for number, beside in states.items():
        arc = arcs[number]
        if len(beside) == 2 and len(set(beside)) == 1 and arc is not None:
            found[beside[0]].append(arc)
    return {state: joined(lines) for state, lines in found.items()}


def county_names(topology: dict[str, Any], arcs: list[list[Point] | None]) -> dict[str, list[tuple[str, int, int]]]:
    """The name of each county and where it is written, by the first two figures of the counties' numbers."""
    found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for county in topology["objects"]["counties"]["geometries"]:
        ring = max(rings_of(county, arcs), key=area, default=[])
        if len(ring) > 3 and area(ring):
            found[county["id"][:2]].append((county["properties"]["name"], *middle(ring)))
    return found


def joined(lines: list[list[Point]]) -> list[list[Point]]:
    """The same lines in fewer pieces: two whose ends meet become one, for each piece costs its first position."""
    rest, found = [list(line) for line in lines], []
    while rest:
        line = rest.pop()
        growing = True
        while growing:
            growing = False
            for other in rest:
                if other[0] == line[-1]:
                    line = line + other[1:]
                elif other[-1] == line[-1]:
                    line = line + other[-2::-1]
                else:
                    continue
                rest.remove(other)
                growing = True
                break
        found.append(line)
    return found


def open_path(lines: list[list[Point]]) -> str:
    """SVG path data of lines that do not close."""
    return "".join(path_data([[*line, line[0]]])[:-1] for line in lines)


def middle(ring: list[Point]) -> tuple[int, int]:
    """The centre of mass of a ring, where its name is written."""
    weights = [(a[0] * b[1] - b[0] * a[1], a[0] + b[0], a[1] + b[1]) for a, b in pairwise(ring)]
    whole = 3 * sum(weight for weight, _, _ in weights)
    across, down = (round(sum(weight * part[axis] for weight, *part in weights) / whole) for axis in (0, 1))
    return across, down


def main() -> None:
    """Read the topology named on the command line and write the file beside the outlines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topology", type=Path, help="counties-10m.json of the npm package us-atlas")
    topology = json.loads(parser.parse_args().topology.read_text(encoding="utf-8"))
    outlines.TOLERANCE = TOLERANCE
    arcs = [arc and simplify(arc) for arc in decode_arcs(topology)]
    borders = inner_borders(topology, arcs)
    names = county_names(topology, arcs)
    made: dict[str, dict[str, Any]] = {}
    for geometry in topology["objects"]["states"]["geometries"]:
        code = CODES.get(geometry["properties"]["name"])
        if code is None:
            continue
        rings = sorted(rings_of(geometry, arcs), key=area, reverse=True)
        kept = [ring for ring in rings if ring is rings[0] or area(ring) >= SMALLEST_ISLAND]
        made[code] = {
            "at": middle(rings[0]),
            "outline": path_data(kept),
            "counties": open_path(borders.get(geometry["id"], [])),
            "names": names.get(geometry["id"], []),
        }
    rows = [f'"{code}": {json.dumps(state, ensure_ascii=False)}' for code, state in sorted(made.items())]
    text = "{\n" + ",\n".join(rows) + "\n}\n"
    if len(made) != len(STATES) or len(text) > MOST_BYTES:
        raise SystemExit(f"{len(made)} states in {len(text)} letters: expected {len(STATES)} in {MOST_BYTES} at most.")
    (ROOT / "manyplaces" / "places" / "counties.json").write_text(text, encoding="utf-8")
    print(f"{len(made)} states, {len(text)} bytes")


if __name__ == "__main__":
    main()
