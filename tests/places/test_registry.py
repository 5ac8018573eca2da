"""Nia brings in the national list of schools: as it comes from Washington, again a year later, and in spite of it."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from manyplaces.core.tables import Unreadable
from manyplaces.exchange.registry import import_school_file
from manyplaces.journal.models import Entry
from manyplaces.places.models import City, School
from manyplaces.places.operations import find_or_add_city, import_schools
from manyplaces.places.queries import find_schools
from manyplaces.places.rules import readable
from tests.places.lists import BY, HEADER, MILWAUKEE, bring

pytestmark = pytest.mark.django_db

ROW = "550960001170,{name},Milwaukee School District,{city},{state},9,12,high,43.05,-87.95\n"


def counts(report: Any) -> dict[str, int]:
    listed = report.listed
    return {
        name: many for name in ("added", "changed", "unchanged", "refused", "closed") if (many := getattr(listed, name))
    }


def test_a_list_is_told_in_one_entry_of_the_journal_and_raises_no_page(tmp_path: Path) -> None:
    report = bring(tmp_path, MILWAUKEE)
    assert counts(report) == {"added": 12}
    assert list(Entry.objects.values_list("verb", flat=True)) == ["schoollist.imported"]
    school = School.objects.get(number="550960001170")
    assert (school.name, school.city_slug, school.state, school.level, school.grades) == (
        "Bay View High",
        "milwaukee",
        "WI",
        "high",
        "9-12",
    )
    assert (school.county, school.zone, school.match_key) == ("Milwaukee County", "America/Chicago", "bay view high")


def test_the_same_list_again_changes_nothing(tmp_path: Path) -> None:
    bring(tmp_path, MILWAUKEE)
    assert counts(bring(tmp_path, MILWAUKEE)) == {"unchanged": 12}


def test_a_newer_list_corrects_what_it_has_and_closes_what_it_lacks_and_keeps_it(tmp_path: Path) -> None:
    bring(tmp_path, MILWAUKEE)
    newer = MILWAUKEE.replace("Hamilton Elementary", "Hamilton Primary")
    newer = "".join(line for line in newer.splitlines(keepends=True) if "King International" not in line)
    assert counts(bring(tmp_path, newer)) == {"changed": 1, "unchanged": 10, "closed": 1}
    assert School.objects.get(number="550960001202").is_closed
    assert [found.school.name for found in find_schools("king international")] == []
    assert next(found.school.name for found in find_schools("hamilton primary milwaukee")) == "Hamilton Primary"
    # A school that opens again is open again.
    assert counts(bring(tmp_path, MILWAUKEE)) == {"changed": 2, "unchanged": 10}
    assert not School.objects.filter(is_closed=True).exists()


def test_the_list_of_one_town_closes_no_school_of_the_state(tmp_path: Path) -> None:
    bring(tmp_path, MILWAUKEE)
    assert counts(bring(tmp_path, MILWAUKEE.splitlines()[1] + "\n")) == {"unchanged": 1}
    assert not School.objects.filter(is_closed=True).exists()


def test_a_refused_row_is_told_by_line_and_closes_no_school(tmp_path: Path) -> None:
    bring(tmp_path, MILWAUKEE)
    lines = MILWAUKEE.splitlines(keepends=True)
    lines[1] = ROW.format(name="Bay View High", city="", state="ZZ").replace("43.05", "forty")
    report = bring(tmp_path, "".join(lines))
    assert counts(report) == {"unchanged": 11, "refused": 1}
    assert {(line.line, line.column) for line in report.refusals} == {(3, "state")}
    told = list(csv.DictReader(report.file.read_text("utf-8").splitlines()))
    assert [row["outcome"] for row in told].count("refused") == 1
    assert not School.objects.get(number="550960001170").is_closed


@pytest.mark.parametrize("lat", ["north", "91", "nan", "-inf"])
def test_a_position_that_is_none_is_refused(tmp_path: Path, lat: str) -> None:
    row = ROW.format(name="Bay View", city="Milwaukee", state="WI").replace("43.05", lat)
    report = bring(tmp_path, row)
    assert counts(report) == {"refused": 1}
    assert [line.column for line in report.refusals] == ["lat"]


@pytest.mark.parametrize("name", ["x" * 200_000, "", "NA", "\u200b\u200b", "?!", "a\u202eb" + "c" * 250])
def test_a_name_that_is_none_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    report = bring(tmp_path, ROW.format(name=name, city="Milwaukee", state="WI"))
    assert counts(report) == {"refused": 1}
    assert [line.column for line in report.refusals] == ["school_name"]
    assert all(20 < len(line.sentence) < 200 for line in report.refusals)


def test_naughty_strings_are_taken_as_names_or_refused_and_break_nothing(tmp_path: Path, shared: Path) -> None:
    strings = [
        text for text in json.loads((shared / "corpora/strings/blns.json").read_text("utf-8")) if "\0" not in text
    ]
    file = tmp_path / "naughty.csv"
    with file.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER.split(","))
        for place, text in enumerate(strings):
            writer.writerow([f"5509{place:08}", text, text, text, "WI", text, text, text, "", ""])
    report = import_school_file(file, dry_run=False, by=BY, tell=lambda progress: None)
    assert sum(counts(report).values()) == len([text for text in strings])
    for text in strings:
        assert len(find_schools(text)) <= 10


def test_the_directory_of_washington_its_positions_and_a_file_in_the_letters_of_windows(tmp_path: Path) -> None:
    directory = (
        "SCHOOL_YEAR,ST,SCH_NAME,LEA_NAME,NCESSCH,LSTREET1,LCITY,LSTATE,LZIP,SY_STATUS_TEXT,LEVEL,GSLO,GSHI\n"
        "2024-2025,FL,MCKINLEY ELEM. SCHOOL OF THE ARTS,DADE,120039002988,1 MAIN ST,MIAMI LAKES,FL,33014,Open,"
        "Elementary,KG,05\n"
        "2024-2025,FL,PEÑA ADULT,DADE,120039002989,2 MAIN ST,MIAMI,FL,33014,Closed,Not applicable,UG,UG\n"
    )
    packed = tmp_path / "directory.csv.gz"
    packed.write_bytes(gzip.compress(directory.encode("latin-1"), mtime=0))
    report = import_school_file(packed, dry_run=False, by=BY, tell=lambda progress: None)
    assert counts(report) == {"added": 2}
    assert report.unused == ["school_year", "st"]
    places = "NCESSCH,NAME,NMCNTY,LAT,LON\n120039002988,,Miami-Dade County,25.91,-80.31\n"
    (tmp_path / "edge.csv").write_text(places, "utf-8")
    report = import_school_file(tmp_path / "edge.csv", dry_run=False, by=BY, tell=lambda progress: None)
    assert counts(report) == {"changed": 1}
    first, second = School.objects.order_by("number")
    assert (first.name, first.city_name, first.street, first.grades, first.zipcode) == (
        "McKinley Elem. School of the Arts",
        "Miami Lakes",
        "1 Main St",
        "K-5",
        "33014",
    )
    assert (first.lat, first.lon, first.county, first.is_closed) == (25.91, -80.31, "Miami-Dade County", False)
    assert (second.name, second.is_closed, second.grades, second.level) == ("Peña Adult", True, "", "")


def test_the_middle_of_a_town_does_not_replace_a_position(tmp_path: Path) -> None:
    bring(tmp_path, MILWAUKEE)
    rough = ROW.format(name="Bay View High", city="Milwaukee", state="WI").replace(
        "43.05,-87.95", "40,-80,zip_city_centroid"
    )
    bring(tmp_path, rough, header=HEADER + ",latlon_source")
    assert School.objects.get(number="550960001170").lat == 43.05


def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    assert counts(bring(tmp_path, MILWAUKEE, dry_run=True)) == {"added": 12}
    assert (School.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"name,city\nBay View,Milwaukee\n", "NCESSCH"),
        (b"ncessch,school_name\n", "no school"),
        (gzip.compress(b"ncessch,school_name\n" + b"5,x\n" * 9000, mtime=0)[:-9], "cut off"),
        (b"PK\x03\x04", "Excel"),
    ],
)
def test_a_file_that_is_no_list_is_refused_before_anything_is_done(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with pytest.raises(Unreadable) as refusal:
        import_school_file(file, dry_run=False, by=BY, tell=lambda progress: None)
    assert words in refusal.value.sentence


def test_only_nia_may_bring_in_a_list(nia: Any, carla: Any, otto: Any) -> None:
    for stranger in (carla, otto):
        with pytest.raises(PermissionDenied):
            import_schools([], file_name="schools.csv", by=stranger, told=lambda taken: None)
    assert import_schools([], file_name="schools.csv", by=nia, told=lambda taken: None).pk


def test_a_city_takes_its_place_and_clock_from_the_registry_and_an_old_one_its_county(tmp_path: Path, nia: Any) -> None:
    old = City.objects.create(state="WI", name="Racine", slug="racine", folded="racine", zone="America/Chicago")
    bring(tmp_path, MILWAUKEE)
    old.refresh_from_db()
    assert old.county == "Racine County"
    city = find_or_add_city("Milwaukee", "WI", by=nia)
    assert (city.lat, city.lon, city.zone, city.county) == (43.05, -87.95, "America/Chicago", "Milwaukee County")


@pytest.mark.parametrize(
    ("listed", "shown"),
    [
        ("MCKINLEY HS OF THE ARTS", "McKinley HS of the Arts"),
        ("O'BRIEN ELEMENTARY", "O'Brien Elementary"),
        ("P.S. 15 PATRICK F DALY", "P.S. 15 Patrick F Daly"),
        ("JOINT SCHOOL DISTRICT NO. 2", "Joint School District No. 2"),
        ("ST. LOUIS ISD", "St. Louis ISD"),
        ("Bay View HS", "Bay View HS"),
        ("ESCUELA DE LA COMUNIDAD", "Escuela de la Comunidad"),
        ("KIPP STEM III", "KIPP STEM III"),
    ],
)
def test_names_in_capitals_are_shown_as_people_write_them(listed: str, shown: str) -> None:
    assert readable(listed) == shown
