"""The flat map of the United States: names of the states, their outlines, and where a position lies on the canvas.

The canvas is 960 by 600 units, x to the right and y down. The lower 48 states lie in Albers' equal-area conic
projection (Snyder, "Map Projections: A Working Manual", 1987, pages 98-103); Alaska, Hawaii and Puerto Rico lie in
insets with projections of their own.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_KM_IN_A_DEGREE = 111.2
EARTH_KM = 6371.0
WIDTH = 960
HEIGHT = 600

# code -> (name in English, name in Spanish); Spanish as the Diccionario panhispánico de dudas writes them.
STATES: dict[str, tuple[str, str]] = {
    "AL": ("Alabama", "Alabama"),
    "AK": ("Alaska", "Alaska"),
    "AZ": ("Arizona", "Arizona"),
    "AR": ("Arkansas", "Arkansas"),
    "CA": ("California", "California"),
    "CO": ("Colorado", "Colorado"),
    "CT": ("Connecticut", "Connecticut"),
    "DE": ("Delaware", "Delaware"),
    "DC": ("District of Columbia", "Distrito de Columbia"),
    "FL": ("Florida", "Florida"),
    "GA": ("Georgia", "Georgia"),
    "HI": ("Hawaii", "Hawái"),
    "ID": ("Idaho", "Idaho"),
    "IL": ("Illinois", "Illinois"),
    "IN": ("Indiana", "Indiana"),
    "IA": ("Iowa", "Iowa"),
    "KS": ("Kansas", "Kansas"),
    "KY": ("Kentucky", "Kentucky"),
    "LA": ("Louisiana", "Luisiana"),
    "ME": ("Maine", "Maine"),
    "MD": ("Maryland", "Maryland"),
    "MA": ("Massachusetts", "Massachusetts"),
    "MI": ("Michigan", "Míchigan"),
    "MN": ("Minnesota", "Minnesota"),
    "MS": ("Mississippi", "Misisipi"),
    "MO": ("Missouri", "Misuri"),
    "MT": ("Montana", "Montana"),
    "NE": ("Nebraska", "Nebraska"),
    "NV": ("Nevada", "Nevada"),
    "NH": ("New Hampshire", "Nuevo Hampshire"),
    "NJ": ("New Jersey", "Nueva Jersey"),
    "NM": ("New Mexico", "Nuevo México"),
    "NY": ("New York", "Nueva York"),
    "NC": ("North Carolina", "Carolina del Norte"),
    "ND": ("North Dakota", "Dakota del Norte"),
    "OH": ("Ohio", "Ohio"),
    "OK": ("Oklahoma", "Oklahoma"),
    "OR": ("Oregon", "Oregón"),
    "PA": ("Pennsylvania", "Pensilvania"),
    "PR": ("Puerto Rico", "Puerto Rico"),
    "RI": ("Rhode Island", "Rhode Island"),
    "SC": ("South Carolina", "Carolina del Sur"),
    "SD": ("South Dakota", "Dakota del Sur"),
    "TN": ("Tennessee", "Tennessee"),
    "TX": ("Texas", "Texas"),
    "UT": ("Utah", "Utah"),
    "VT": ("Vermont", "Vermont"),
    "VA": ("Virginia", "Virginia"),
    "WA": ("Washington", "Washington"),
    "WV": ("West Virginia", "Virginia Occidental"),
    "WI": ("Wisconsin", "Wisconsin"),
    "WY": ("Wyoming", "Wyoming"),
}

Point = tuple[float, float]


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far two positions (latitude, longitude) lie from each other; exact enough within a state."""
    east = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(one[0] - other[0], east) * _KM_IN_A_DEGREE


def great_circle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return how far two positions (latitude, longitude) lie from each other in kilometres, wherever they lie."""
    north, east = math.radians(other[0] - one[0]) / 2, math.radians(other[1] - one[1]) / 2
    across = math.cos(math.radians(one[0])) * math.cos(math.radians(other[0])) * math.sin(east) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, math.sin(north) ** 2 + across)))


@dataclass(frozen=True)
class Albers:
    """One equal-area conic projection: angles in degrees, `scale` in canvas units a radian, its middle at (x, y)."""

    parallels: tuple[float, float]
    middle: Point  # latitude, longitude
    scale: float
    x: float
    y: float

    def project(self, lat: float, lon: float) -> Point:
        """Canvas position of a position in degrees."""
        first, second = (math.sin(math.radians(parallel)) for parallel in self.parallels)
        cone = (first + second) / 2
        constant = 1 + first * second

        def radius(latitude: float) -> float:
            return math.sqrt(constant - 2 * cone * math.sin(math.radians(latitude))) / cone

        # The Aleutian islands reach over the 180th meridian, so the difference is taken the short way round.
        turn = (lon - self.middle[1] + 180) % 360 - 180
        angle = cone * math.radians(turn)
        far = radius(lat)
        return (
            self.x + self.scale * far * math.sin(angle),
            self.y - self.scale * (radius(self.middle[0]) - far * math.cos(angle)),
        )


_LOWER_48 = Albers((29.5, 45.5), (38.5, -96.6), 1265, 487, 299)
_ALASKA = Albers((55, 65), (64.0, -152.0), 410, 155, 505)
_HAWAII = Albers((8, 18), (20.6, -157.4), 1265, 318, 552)
# Puerto Rico would be 36 units wide on the scale of the mainland; it is drawn larger so that its towns come apart.
_PUERTO_RICO = Albers((8, 18), (18.2, -66.35), 2200, 898, 552)


# South, north, west and east of the drawn regions, in degrees, and how each is drawn.
_REGIONS = (
    (51.0, 71.6, -180.0, -129.9, _ALASKA),
    (51.0, 71.6, 172.0, 180.0, _ALASKA),
    (18.5, 22.6, -160.7, -154.5, _HAWAII),
    (17.7, 18.7, -67.5, -65.15, _PUERTO_RICO),
    (24.3, 49.6, -124.9, -66.8, _LOWER_48),
)


def project(lat: float, lon: float) -> Point | None:
    """Canvas position (x, y) of a position in degrees; None for what lies outside the four drawn regions.

    The regions are boxes of latitude and longitude, so a place just over a land border is still drawn.
    """
    for south, north, west, east, drawn in _REGIONS:
        if south <= lat <= north and west <= lon <= east:
            return drawn.project(lat, lon)
    return None


def regions() -> list[list[float]]:
    """The drawn regions for a script that projects by itself: the box, then `parallels`, `middle`, `scale`, x and y."""
    return [[*box, *drawn.parallels, *drawn.middle, drawn.scale, drawn.x, drawn.y] for *box, drawn in _REGIONS]


@cache
def outlines() -> dict[str, str]:
    """SVG path data of every state by its code, in canvas units; made by tools/make_outlines.py."""
    text = (Path(__file__).parent / "outlines.json").read_text(encoding="utf-8")
    paths: dict[str, str] = json.loads(text)
    return paths


def counties() -> dict[str, Any]:
    """A finer outline of every state by its code, with its counties; made by tools/make_counties.py."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "counties.json").read_text(encoding="utf-8"))
    return found


@cache
def rings(state: str) -> tuple[tuple[Point, ...], ...]:
    """The closed lines of one state's outline as points, for drawing without SVG."""
    return tuple(_points(ring) for ring in outlines()[state].split("Z") if ring)


def _points(ring: str) -> tuple[Point, ...]:
    """Points of one ring written as `Mx,y` and relative steps, the only form the outlines are written in."""
    numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", ring)]
    x, y = numbers[0], numbers[1]
    points = [(x, y)]
    for across, down in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + across, y + down
        points.append((x, y))
    return tuple(points)


_OWN = {"AK": _ALASKA, "HI": _HAWAII, "PR": _PUERTO_RICO}


def is_near(state: str, lat: float, lon: float, *, within: float = 60.0) -> bool:
    """Tell whether a position in degrees lies in a state, or at most so many kilometres outside its outline."""
    drawn = _OWN.get(state, _LOWER_48)
    spot = drawn.project(lat, lon)
    reach = within * drawn.scale / EARTH_KM
    return any(_is_inside(spot, ring) or _distance(spot, ring) <= reach for ring in rings(state))


def _is_inside(spot: Point, ring: tuple[Point, ...]) -> bool:
    """Whether a line to the right of the spot meets the ring an odd number of times."""
    x, y = spot
    crossed = 0
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        crossed += (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax
    return crossed % 2 == 1


def _distance(spot: Point, ring: tuple[Point, ...]) -> float:
    """How far the spot is from the nearest part of the ring, in canvas units."""
    return min(_from_part(spot, start, end) for start, end in zip(ring, (*ring[1:], ring[0]), strict=True))


def _from_part(spot: Point, start: Point, end: Point) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    along = ((spot[0] - start[0]) * across + (spot[1] - start[1]) * down) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return math.hypot(spot[0] - start[0] - along * across, spot[1] - start[1] - along * down)
