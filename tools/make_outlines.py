"""Make manyplaces/places/outlines.json, the outlines of the states, from the Census topology in npm's us-atlas.

    npm ci
    python tools/make_outlines.py node_modules/us-atlas/states-10m.json

The topology stores every border once as an arc that both neighbours use. Simplifying the arcs instead of the finished
outlines keeps neighbours together without a gap. The source data are a work of the US Census Bureau (public domain).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from manyplaces.places.geometry import STATES, Point, project  # noqa: E402

TOLERANCE = 0.7  # canvas units a simplified line may stand off the true one
SMALLEST_ISLAND = 3.0  # square canvas units; a state's largest ring always stays
MOST_BYTES = 30_000


def decode_arcs(topology: dict[str, Any]) -> list[list[Point] | None]:
    """Arcs on the canvas, in the order of the file; None for an arc that leaves the drawn regions."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point] | None] = []
    for steps in topology["arcs"]:
        x = y = 0
        points: list[Point | None] = []
        for across, up in steps:
            x, y = x + across, y + up
            points.append(project(y * scale_y + bottom, x * scale_x + left))
        known = [point for point in points if point is not None]
        arcs.append(known if len(known) == len(points) else None)
    return arcs


def simplify(points: list[Point]) -> list[Point]:
    """Douglas and Peucker's simplification: both ends stay, and no dropped point lay farther off than the tolerance."""
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        start, end = spans.pop()
        between = range(start + 1, end)
        farthest, index = max(((_off(points[i], points[start], points[end]), i) for i in between), default=(0.0, 0))
        if farthest > TOLERANCE:
            keep.add(index)
            spans += [(start, index), (index, end)]
    return [points[i] for i in sorted(keep)]


def _off(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a stretch of line; a stretch without length, as in an island, is a point."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    along = 0.0
    if length:
        along = max(0.0, min(1.0, ((point[0] - start[0]) * across + (point[1] - start[1]) * down) / length))
    return math.dist(point, (start[0] + along * across, start[1] + along * down))


def rings_of(geometry: dict[str, Any], arcs: list[list[Point] | None]) -> Iterator[list[Point]]:
    """Closed rings of a state on the canvas; a negative arc number means the arc is walked backwards."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for ring in (ring for polygon in polygons for ring in polygon):
        parts = [arcs[number if number >= 0 else ~number] for number in ring]
        points: list[Point] = []
        for number, part in zip(ring, parts, strict=True):
            if part is None:
                break
            points += (part if number >= 0 else part[::-1])[1 if points else 0 :]
        else:
            yield points


def area(ring: list[Point]) -> float:
    """Area of a closed ring in square canvas units."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2


def path_data(rings: list[list[Point]]) -> str:
    """SVG path data with one decimal, the first point absolute and the rest as steps between rounded points."""
    text = ""
    for ring in rings:
        tenths = [(round(x * 10), round(y * 10)) for x, y in ring]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(tenths[:-1])]
        numbers = [number for step in steps if step != (0, 0) for number in step]
        text += f"M{tenths[0][0] / 10:g},{tenths[0][1] / 10:g}l{_run(numbers)}Z"
    return text


def _run(tenths: list[int]) -> str:
    """Numbers in the shortest form SVG reads: a minus parts them, and so does a second point; else a blank does."""
    text, pointed = "", True
    for number in tenths:
        short = f"{abs(number) / 10:g}"
        short = short[1:] if short.startswith("0.") else short
        if number < 0:
            text += "-"
        elif not (pointed and short.startswith(".")) and text:
            text += " "
        text, pointed = text + short, "." in short
    return text


def main() -> None:
    """Read the topology named on the command line and write the outlines beside the geometry."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("topology", type=Path, help="states-10m.json of the npm package us-atlas")
    topology = json.loads(parser.parse_args().topology.read_text(encoding="utf-8"))
    arcs = [arc and simplify(arc) for arc in decode_arcs(topology)]
    codes = {english: code for code, (english, _) in STATES.items()}
    paths: dict[str, str] = {}
    for geometry in topology["objects"]["states"]["geometries"]:
        code = codes.get(geometry["properties"]["name"])
        if code is None:
            continue  # Territories that the map does not draw.
        rings = sorted(rings_of(geometry, arcs), key=area, reverse=True)
        paths[code] = path_data([ring for ring in rings if ring is rings[0] or area(ring) >= SMALLEST_ISLAND])
    text = json.dumps(dict(sorted(paths.items())), indent=0) + "\n"
    if len(paths) != len(STATES) or len(text) > MOST_BYTES:
        raise SystemExit(f"{len(paths)} outlines in {len(text)} bytes: expected {len(STATES)} in {MOST_BYTES} at most.")
    (ROOT / "manyplaces" / "places" / "outlines.json").write_text(text, encoding="utf-8")
    print(f"{len(paths)} outlines, {len(text)} bytes")


if __name__ == "__main__":
    main()
