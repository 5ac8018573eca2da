"""Where a position comes to lie on the flat map, which Nia looks at and prints."""

import csv
import math
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest

from manyplaces.places.geometry import HEIGHT, STATES, WIDTH, Point, outlines, project, rings

MIDDLES = {  # A city well inside each state, in degrees.
    "WI": (44.5, -89.6), "TX": (31.0, -99.0), "CA": (36.7, -119.8), "ME": (45.3, -69.0), "FL": (28.0, -81.7),
    "WA": (47.4, -120.5), "DC": (38.905, -77.02), "RI": (41.75, -71.55), "AK": (64.8, -147.7), "HI": (19.6, -155.5),
    "PR": (18.2, -66.5),
}  # fmt: skip


def inside(point: Point, ring: Iterable[Point]) -> bool:
    """Even-odd rule: a ray to the right crosses the closed line an odd number of times."""
    x, y = point
    line = list(ring)
    crossings = [
        (ax, ay, bx, by) for (ax, ay), (bx, by) in pairwise([*line, line[0]]) if (ay > y) != (by > y)
    ]  # fmt: skip
    return sum(x < ax + (y - ay) / (by - ay) * (bx - ax) for ax, ay, bx, by in crossings) % 2 == 1


def states_at(point: Point) -> list[str]:
    return [state for state in STATES if any(inside(point, ring) for ring in rings(state))]


def box(state: str) -> tuple[float, float, float, float]:
    points = [point for ring in rings(state) for point in ring]
    return (
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    )


def test_fifty_states_the_district_and_puerto_rico_have_two_names_and_an_outline() -> None:
    assert len(STATES) == 52
    assert sorted(outlines()) == sorted(STATES)
    assert STATES["NC"] == ("North Carolina", "Carolina del Norte")
    assert STATES["PR"] == ("Puerto Rico", "Puerto Rico")
    assert STATES["DC"] == ("District of Columbia", "Distrito de Columbia")


@pytest.mark.parametrize("state", sorted(MIDDLES))
def test_a_place_in_a_state_lies_in_the_outline_of_that_state_alone(state: str) -> None:
    point = project(*MIDDLES[state])
    assert point is not None
    assert states_at(point) == [state]


def test_no_outline_leaves_the_canvas_and_the_insets_touch_nothing() -> None:
    boxes = {state: box(state) for state in STATES}
    outside = [
        s for s, (left, top, right, bottom) in boxes.items() if left < 0 or top < 0 or right > WIDTH or bottom > HEIGHT
    ]
    assert outside == []
    for inset in ("AK", "HI", "PR"):
        corners = [point for ring in rings(inset) for point in ring]
        assert {state for point in corners for state in states_at(point)} - {inset} == set()
    assert boxes["PR"][0] > boxes["FL"][2]
    assert boxes["PR"][1] > 500
    assert boxes["AK"][2] < boxes["HI"][0] + 20


def test_equal_areas_on_the_ground_are_equal_on_the_canvas() -> None:
    """Colorado and Wyoming are near enough boxes of latitude and longitude to know their areas from a formula."""

    def drawn(state: str) -> float:
        line = [*rings(state)[0], rings(state)[0][0]]
        return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(line))) / 2

    def true(south: float, north: float, degrees: float) -> float:
        return math.radians(degrees) * (math.sin(math.radians(north)) - math.sin(math.radians(south)))

    ground = true(37, 41, 7.008) / true(41, 45, 7.001)
    assert drawn("CO") / drawn("WY") == pytest.approx(ground, rel=0.01)


def test_the_aleutian_islands_do_not_fly_over_the_date_line() -> None:
    west, east = project(52.9, 173.2), project(51.9, -176.6)
    assert west is not None
    assert east is not None
    assert 0 <= west[0] < east[0] < 200


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(48.85, 2.35), (0.0, 0.0), (13.45, 144.75), (18.34, -64.93), (-14.3, -170.7), (19.43, -99.13), (51.05, -114.07)],
    ids=["Paris", "nowhere", "Guam", "St. Thomas", "Pago Pago", "Mexico City", "Calgary"],
)
def test_what_lies_outside_the_map_has_no_place_on_it(lat: float, lon: float) -> None:
    assert project(lat, lon) is None


def test_nearly_all_walkouts_lie_on_land_of_their_own_state(shared: Path) -> None:
    with (shared / "data/walkouts_2018.csv").open(encoding="utf-8", newline="") as lines:
        spots = {(row["state"], float(row["lat"]), float(row["lon"])) for row in csv.DictReader(lines) if row["lat"]}
    drawn = [(state, project(lat, lon)) for state, lat, lon in sorted(spots)]
    assert [state for state, point in drawn if point is None] == []
    own = [state for state, point in drawn if point and state in states_at(point)]
    assert len(own) / len(drawn) > 0.95  # The rest lie on a coast or border that the drawing smooths.


def test_neighbours_share_their_border_to_the_last_point() -> None:
    wyoming = {point for ring in rings("WY") for point in ring}
    colorado = {point for ring in rings("CO") for point in ring}
    shared_points = {(round(x, 1), round(y, 1)) for x, y in wyoming} & {(round(x, 1), round(y, 1)) for x, y in colorado}
    assert len(shared_points) >= 2


def test_the_file_of_outlines_stays_small() -> None:
    assert (Path(__file__).parents[2] / "manyplaces/places/outlines.json").stat().st_size <= 30_000
