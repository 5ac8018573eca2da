"""Gil moves the map of an action: its points arrive packed, in few bytes, and say nothing that he may not know."""

from __future__ import annotations

import csv
import gzip
import json
import random
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.front.assets import assets
from manyplaces.front.drawings.map import PHASES
from manyplaces.front.drawings.points import packed
from manyplaces.front.queries.points import STEPS, Spot, spots, step
from manyplaces.places.geometry import STATES, counties, project
from tests.front.records import SmallRecord

Point = tuple[int, int, str]


def unpacked(data: bytes) -> list[Point]:
    """The points as the script reads them: steps north and east, and how each is drawn."""
    at = 3

    def number() -> int:
        nonlocal at
        found = shift = 0
        while True:
            found |= (data[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 128:
                return found

    many, north, norths = number(), 0, []
    for _ in range(many):
        north += number()
        norths.append(north)
    columns = [data[at + many * column : at + many * (column + 1)] for column in range(3)]
    easts = [high << 16 | middle << 8 | low for high, middle, low in zip(*columns, strict=True)]
    at += 3 * many
    counts = [number() for _ in range(many)]
    places = [place for place, count in zip(zip(norths, easts, strict=True), counts, strict=True) for _ in range(count)]
    return [(*place, PHASES[phase]) for place, phase in zip(places, data[at:], strict=True)]


SPOTS = st.lists(st.builds(Spot, st.floats(-90, 90), st.floats(-180, 180), st.sampled_from(["held", "cancelled"])))


@given(SPOTS)
def test_what_was_packed_comes_out_again(found: list[Spot]) -> None:
    found.sort()
    data = packed(found)
    assert data[:3] == b"MP1"
    assert unpacked(data) == [(*step(spot.lat, spot.lon), spot.phase) for spot in found]


def test_a_point_is_drawn_where_it_is_to_some_metres() -> None:
    [(north, east, phase)] = unpacked(packed([Spot(43.0412, -87.9201, "committed")]))
    assert (north / STEPS - 90, east / STEPS - 180) == pytest.approx((43.0412, -87.9201), abs=0.00011)
    assert phase == "planned"


@pytest.mark.parametrize("apart", [0.0, 0.03], ids=["as the registry has them", "each at a place of its own"])
def test_ten_thousand_schools_with_outlines_and_script_are_under_sixty_kilobytes(shared: Path, apart: float) -> None:
    with gzip.open(shared / "data/schools_us_ccd2019.csv.gz", "rt", encoding="utf-8") as lines:
        schools = [(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(lines) if row["lat"]]
    dice = random.Random(4)
    chosen = [(lat + dice.gauss(0, apart), lon + dice.gauss(0, apart)) for lat, lon in dice.sample(schools, 10_000)]
    body = packed([Spot(lat, lon, "held") for lat, lon in sorted(chosen)])
    files = {asset.path: asset.body for asset in assets()}
    sizes = [
        len(brotli.compress(part, quality=5)) for part in (body, files["/static/map.js"], files["/static/states.svg"])
    ]
    assert (len(unpacked(body)), sum(sizes) < 60_000) == (10_000, True)


def test_every_state_has_its_counties_for_a_closer_look() -> None:
    found = counties()
    assert sorted(found) == sorted(STATES)
    [(x, y)] = [(x, y) for name, x, y in found["WI"]["names"] if name == "Milwaukee"]
    assert (x, y) == pytest.approx(project(43.04, -87.95), abs=4)
    served = {asset.path for asset in assets()}
    assert {f"/static/counties-{code.lower()}.json" for code in STATES} - served == set()


def part(client: Client, slug: str, number: int = 0, language: str = "") -> Any:
    """What the server says about some points."""
    return json.loads(client.get(f"{language}/actions/{slug}/points/{number}.json").content)["events"]


def test_points_and_their_words_are_in_one_order(client: Client, small_record: SmallRecord) -> None:
    answer = client.get("/actions/oct2025/points.bin")
    points, words = unpacked(answer.content), part(client, "oct2025")
    assert answer.headers["content-type"] == "application/x-manyplaces-points"
    assert [(north, east) for north, east, _ in points] == [tuple(event["at"]) for event in words]
    assert [(event["name"], event["city"]) for event in words] == [
        ("Escuela José de Diego", "Mayagüez, PR"),
        ("Booker T. Washington", "Miami, FL"),
        ("Lincoln High School", "Milwaukee, WI"),
        ("close to 70 schools", "Milwaukee, WI"),
    ]
    assert [phase for _, _, phase in points] == ["held", "cancelled", "held", "held"]
    assert part(client, "oct2025", 1) == []


def test_what_the_panel_says_is_in_the_language_of_the_page(client: Client, small_record: SmallRecord) -> None:
    def told(language: str) -> list[str]:
        found = next(event for event in part(client, "oct2025", language=language) if "/WI1/" in event["url"])
        return [found["when"], found["tactic"], found["phase_words"]]

    assert told("") == ["October 8, 2025, 7:30 a.m. CDT", "walk-in", "held"]
    assert told("/es")[0] == "8 de octubre de 2025, 7:30 a. m. CDT"


def test_what_may_not_be_seen_lies_in_its_city(client: Client, small_record: SmallRecord) -> None:
    event = Event.objects.get(key="WI1")
    event.save()
    before = {spot[:2] for spot in spots(Action.objects.get(slug="oct2025"))}
    assert (43.0412, -87.9201) in before
    event.is_shielded = True
    event.save()
    after = spots(Action.objects.get(slug="oct2025"))
    assert (43.0412, -87.9201) not in {spot[:2] for spot in after}
    assert len(after) == 4
    assert "Lincoln" not in json.dumps(part(client, "oct2025"))


@pytest.mark.parametrize("many", [1, 3])
def test_points_cost_a_fixed_number_of_queries(
    client: Client, small_record: SmallRecord, django_assert_num_queries: Any, many: int
) -> None:
    Event.objects.filter(action__slug="oct2025").exclude(key__in=["WI1", "PR1", "FL1"][:many]).delete()
    with django_assert_num_queries(2):
        client.get("/actions/oct2025/points.bin")
    with django_assert_num_queries(3):
        client.get("/actions/oct2025/points/0.json")
