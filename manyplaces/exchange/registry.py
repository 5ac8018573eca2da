"""A list of schools read into the registry: which columns it has, how a row becomes a school, what is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import sentences
from manyplaces.core.tables import Row, Unreadable
from manyplaces.exchange.packed import Packed
from manyplaces.exchange.reports import FIRST, Line, Progress, ReportFile
from manyplaces.places.models import School, SchoolList
from manyplaces.places.operations import Incoming, Taken, import_schools
from manyplaces.places.rules import readable

BATCH = 2_000  # rows in one transaction, in which nobody else writes: about a third of a second
EVERY = 5_000  # rows between two words about the progress of checking

# What the columns are called, by the field they fill, the best first: in our own lists, in NCES's directory of schools
# and its EDGE geocodes, and in HIFLD.
NAMES: dict[str, tuple[str, ...]] = {
    "number": ("ncessch", "ncesid", "registry_number"),
    "name": ("school_name", "sch_name", "name"),
    "district": ("district", "lea_name"),
    "street": ("street", "lstreet1", "address"),
    "city_name": ("city", "lcity", "mcity"),
    "county": ("county", "nmcnty"),
    "state": ("state", "lstate", "st", "mstate"),
    "zipcode": ("zip", "lzip", "mzip"),
    "level": ("level", "level_"),
    "low": ("grade_low", "gslo", "st_grade"),
    "high": ("grade_high", "gshi", "end_grade"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "longitude"),
    "status": ("sy_status_text", "sy_status", "status"),
    "source": ("latlon_source",),
}
NOTHING = {
    "", "na", "n/a", "not applicable", "not reported", "not available", "missing", "m", "n", "-", "–", "-1", "-2", "-9",
    "-999",
}  # fmt: skip
IN_CAPITALS = ("name", "district", "street", "city_name", "county")
# The words and the codes of NCES for schools that nobody goes to now.
NOT_OPEN = {"closed", "inactive", "future", "2", "6", "7"}
LEVELS = {
    "prekindergarten": "elementary", "elementary": "elementary", "primary": "elementary", "middle": "middle",
    "high": "high", "secondary": "high", "k12": "k12", "adult education": "other", "ungraded": "other",
    "other": "other",
}  # fmt: skip
ROUGH = "zip_city_centroid"


@dataclass
class SchoolReport:
    """What an import of schools did: the row that stands for it, the first refusals, and the file with every row."""

    listed: SchoolList
    file: Path
    refusals: list[Line] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def import_school_file(path: Path, *, dry_run: bool, by: Actor, tell: Callable[[Progress], None]) -> SchoolReport:
    """Read a list of schools into the registry; raises Unreadable before anything is done if the file is none."""
    source = Packed(path)
    columns, unused, length = _checked(source, tell)
    folder: Path = settings.ENVIRONMENT.data / "reports"
    file = ReportFile(folder / ("schools-dry-run.csv" if dry_run else "schools.csv"))
    refusals: list[Line] = []

    def told(taken: Iterable[Taken]) -> None:
        lines = [line for row in taken for line in _lines(row, columns)]
        refusals.extend(line for line in lines if line.outcome == "refused")
        del refusals[FIRST:]
        file.add(lines)

    # A file of positions alone says nothing about which schools there are.
    closes = {"name", "city_name", "state"} <= columns.keys()
    try:
        batches = _batches(source, columns, lambda read: tell(Progress("importing", read, length)))
        listed = import_schools(batches, file_name=path.name, by=by, told=told, closes=closes, dry_run=dry_run)
    finally:
        file.close()
    return SchoolReport(listed, file.path, refusals, unused)


def _checked(source: Packed, tell: Callable[[Progress], None]) -> tuple[dict[str, str], list[str], int]:
    """Read the file to its end: its column for each field, the columns that are not used, and its length in bytes."""
    names: list[str] = []
    length = 0
    for count, row in enumerate(source.rows()):
        names = names or list(row.cells)
        length = row.offset
        if not count % EVERY:
            tell(Progress("checking", source.reached, source.size))
    columns = {
        field: next(name for name in known if name in names) for field, known in NAMES.items() if {*known} & {*names}
    }
    if not length:
        raise Unreadable(_("There is no school in this file. Below the names of the columns must be a row for each."))
    if "number" not in columns or not {"name", "lat", "county", "status"} & columns.keys():
        raise Unreadable(
            _("This is not a list of schools: it lacks %(missing)s. Its columns are %(found)s. See docs/exchange.md.")
            % {"missing": "NCESSCH" if "number" not in columns else "SCH_NAME", "found": ", ".join(names)[:400]}
        )
    used = set(columns.values())
    return columns, [name for name in names if name not in used], length


def _batches(source: Packed, columns: dict[str, str], reached: Callable[[int], None]) -> Iterator[list[Incoming]]:
    rows = source.rows()
    while batch := list(islice(rows, BATCH)):
        yield [_incoming(row, columns) for row in batch]
        reached(batch[-1].offset)


def _incoming(row: Row, columns: dict[str, str]) -> Incoming:
    """One row as a school that is not saved yet; empty where the list says nothing."""
    told = {field: _said(row.cells[name]) for field, name in columns.items()}
    said = {name: told.get(name, "") for name in NAMES}
    for name in IN_CAPITALS:
        said[name] = readable(said[name])
    low, high = _grade(said["low"]), _grade(said["high"])
    number, lat, lon = said["number"], _degrees(said["lat"]), _degrees(said["lon"])
    school = School(
        # Spreadsheets take the zero off the front of a number.
        number=number.zfill(12) if number.isdecimal() and len(number) == 11 else number[:40],
        name=said["name"],
        district=said["district"],
        street=said["street"],
        city_name=said["city_name"],
        county=said["county"],
        state=said["state"].upper(),
        zipcode=said["zipcode"][:10],
        level=_level(said["level"], low, high),
        grades=low if low == high else f"{low}-{high}" if low and high else "",
        lat=lat,
        lon=lon,
        is_closed=said["status"].lower() in NOT_OPEN,
    )
    return Incoming(row.line, school, is_rough=said["source"] == ROUGH, problem=row.problem)


def _said(cell: str) -> str:
    return "" if cell.lower() in NOTHING else cell


def _degrees(cell: str) -> float | None:
    """A position as the list has it; what is no number is refused by the field, as 999 degrees."""
    try:
        degrees = float(cell) if cell else None
    except ValueError:
        return 999.0
    return degrees if degrees is None else round(degrees, 6) if isfinite(degrees) else 999.0


def _grade(cell: str) -> str:
    """A grade as people say it: 1 to 12, K, PK; empty for what is none ("UG")."""
    grade = (
        cell.upper().lstrip("0").removesuffix("G") if cell.upper() in ("KG", "TK") or cell.isdecimal() else cell.upper()
    )
    return grade if grade in ("PK", "K", "TK") or (grade.isdecimal() and 1 <= int(grade[:3]) <= 13) else ""


def _level(said: str, low: str, high: str) -> str:
    """The level, of which NCES has more names than people; a school from kindergarten to the end is "k12"."""
    level = LEVELS.get(said.lower(), "other" if said else "")
    return "k12" if level in ("other", "") and low in ("PK", "K", "1") and high == "12" else level


def _lines(row: Taken, columns: dict[str, str]) -> list[Line]:
    """What the report says of a row: one line, or for a refused one a line for each fault."""
    if row.refusal is None:
        return [Line(row.line, row.outcome, row.number)]
    return [
        Line(row.line, "refused", row.number, columns.get(name, ""), sentence)
        for name, sentence in sentences(row.refusal)
    ]
