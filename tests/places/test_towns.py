"""Gil types where he lives as people do, and the small files say where that is."""

from __future__ import annotations

import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest
import zipcodes

from manyplaces.places.geometry import kilometres
from manyplaces.places.queries.towns import town_of_zip, towns, zip_of


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Milwaukee, WI", ["Milwaukee, WI"]),
        ("milwaukee wi", ["Milwaukee, WI"]),
        ("Milwaukee, Wisconsin, USA", ["Milwaukee, WI"]),
        ("milwaukee", ["Milwaukee, WI", "Milwaukee, NC"]),
        ("St. Louis, MO", ["Saint Louis, MO"]),
        ("saint louis missouri", ["Saint Louis, MO"]),
        ("Kansas City KS", ["Kansas City, KS"]),
        ("New York", ["New York, NY"]),
        ("Nueva York, Nueva York", ["New York, NY"]),
        ("nyc", ["New York, NY"]),
        ("Washington D.C.", ["Washington, DC"]),
        ("Winston-Salem, north carolina", ["Winston Salem, NC"]),
        ("Mayagüez", ["Mayaguez, PR"]),
        ("Honolulu, Hawái", ["Honolulu, HI"]),
        ("Milwauk", ["Milwaukee, WI", "Milwaukee, NC", "Milwaukie, OR"]),
        ("Milwaukee, CA", []),
        ("Xqzzy", []),
        ("mi", []),
        ("", []),
        ("|", []),
        (",", []),
        ("WI", []),
    ],
)
def test_a_town_is_known_under_what_people_type(typed: str, found: list[str]) -> None:
    assert [town.label for town in towns(typed)] == found


def test_of_many_the_largest_come_first() -> None:
    found = towns("Springfield")
    assert ([town.state for town in found[:3]], len(found)) == (["MA", "IL", "MO"], 24)


@pytest.mark.parametrize(("text", "code"), [("53202", "53202"), (" 53202-1234 ", "53202"), ("532021234", "53202")])
def test_a_zip_code_may_have_four_more_digits(text: str, code: str) -> None:
    assert zip_of(text) == code


@pytest.mark.parametrize("text", ["", "5320", "53202-", "Milwaukee", "53202 WI", "٥٣٢٠٢"])
def test_everything_else_is_none(text: str) -> None:
    assert zip_of(text) == ""


def test_a_zip_code_says_where_it_is_and_whose() -> None:
    town = town_of_zip("53202")
    assert town is not None
    assert town.label == "53202 (Milwaukee, WI)"
    assert kilometres((town.lat, town.lon), (43.04, -87.90)) < 3


@pytest.mark.parametrize("code", ["00501", "99950"])
def test_the_first_and_the_last_line_are_found(code: str) -> None:
    assert town_of_zip(code) is not None


@pytest.mark.parametrize("code", ["00000", "99999", "5320", ""])
def test_what_is_no_zip_code_is_nowhere(code: str) -> None:
    assert town_of_zip(code) is None


def test_the_files_are_what_the_tool_makes_of_the_package(root: Path) -> None:
    spec = util.spec_from_file_location("make_towns", root / "tools/make_towns.py")
    assert spec is not None and spec.loader is not None
    tool = util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    rows = zipcodes.list_all()
    for name, lines in (("zips.txt", tool.zip_lines(rows)), ("towns.txt", tool.town_lines(rows))):
        assert (root / "manyplaces/places" / name).read_text("utf-8").splitlines() == lines


def test_looking_takes_no_memory_of_the_gazetteers(root: Path) -> None:
    asked = (
        "import resource; from manyplaces.places.queries import towns as t; "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "[t.town_of_zip(f'{code:05}') for code in range(501, 99951, 7)]; t.towns('Springfield'); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    program = f"import django; django.setup(); {asked}"
    told = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    # Kilobytes; the package would take sixty thousand.
    assert int(told.stdout) < 8_000
