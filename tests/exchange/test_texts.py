"""Texts of every kind, friendly and hostile, are kept as texts and go out so that nothing runs and nothing is lost."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from manyplaces.core.tables import neutral, read_rows
from manyplaces.core.words import clean_line, clean_text
from manyplaces.record.models import MediaHit
from tests.exchange.conftest import Import, exported, rows_of, say

pytestmark = pytest.mark.django_db

COLUMNS = ("id", "action_id", "outlet", "headline", "kind")


def texts(shared: Path) -> list[str]:
    """The strings, formulas, scripts and names of the corpora."""
    corpora = shared / "corpora"
    found: list[str] = json.loads((corpora / "csv_injection/cells.json").read_text())["cells"]
    found += json.loads((corpora / "strings/blns.json").read_text())
    for file in (*sorted((corpora / "xss").glob("*.txt")), corpora / "csv_injection/csv-payload.txt"):
        found += file.read_text("utf-8", "replace").splitlines()
    found += [name for name, _short in json.loads((corpora / "strings/names_good.json").read_text())["names"]]
    return list(dict.fromkeys(found))


def kept(text: str) -> str | None:
    """What a line of text is kept as; None where it is refused."""
    try:
        return clean_line(text, 500)
    except ValidationError:
        return None


def test_every_text_is_kept_and_goes_out_unchanged(action: str, take: Import, shared: Path, tmp_path: Path) -> None:
    every = [text for text in texts(shared) if max(text, default="a") < "\ud800" or max(text) > "\udfff"]
    rows = [(f"M{n}", "fall", "KPCC", text, "earned") for n, text in enumerate(every)]
    report = take("media", COLUMNS, rows)
    expected = {f"M{n}": kept(text) for n, text in enumerate(every)}
    refused = [key for key, text in expected.items() if text is None]
    assert report.counts["refused"] == len(refused)
    stored = dict(MediaHit.objects.values_list("key", "headline"))
    assert stored == {key: text for key, text in expected.items() if text is not None}
    assert len(stored) > 900

    out = exported("media")
    # As a spreadsheet reads it: nothing begins like a formula. As we read it: nothing is lost.
    cells = [cell for row in csv.reader(io.StringIO(out.decode(), newline="")) for cell in row]
    assert [cell for cell in cells if neutral(cell) != cell and not cell.startswith("'")] == []
    file = tmp_path / "again.csv"
    file.write_bytes(out)
    assert {row.cells["id"]: row.cells["headline"] for row in read_rows(file)} == stored
    assert take("media", file).counts == {"unchanged": len(stored)}
    assert exported("media") == out


def test_texts_of_several_lines_go_out_and_come_back(action: str, take: Import, shared: Path, tmp_path: Path) -> None:
    columns = ("what", "action_id", "key", "field", "value", "value_es")
    text = 'A “frame”, with "quotes";\nsecond line, =1+1\n\nthird'
    assert say(take("details", columns, [("action", "fall", "", "frame", text, "Línea\nsegunda")])) == []
    file = tmp_path / "again.csv"
    file.write_bytes(exported("details"))
    assert [(row["value"], row["value_es"]) for row in rows_of(file.read_bytes())] == [
        (clean_text(text), "Línea\nsegunda")
    ]
    assert take("details", file).counts == {"unchanged": 1}


def test_the_dialects_of_csv_are_read(action: str, take: Import, shared: Path) -> None:
    read = 0
    for file in sorted((shared / "corpora/csv/csvs").glob("*.csv")):
        names = list(next(read_rows(file)).cells)
        mapping = (
            f'[columns]\nheadline = "{names[-1]}"\ncity = ""\nstate = ""\n'
            f'[fixed]\nid = "{file.stem}"\naction_id = "fall"\noutlet = "x"\nkind = "earned"\n'
        )
        rows = list(read_rows(file))
        last = rows[-1].cells[names[-1]]
        broken = [(row.line, names[-1]) for row in rows if "\n" in row.cells[names[-1]]]
        report = take("media", file, mapping=mapping)
        assert [(line, column) for line, column, _ in say(report)] == broken
        if not broken:
            assert MediaHit.objects.get(key=file.stem).headline == last
        read += 1
    assert read >= 10
