"""Tables in and out: what Hana's spreadsheet says is what is kept, and nothing that Otto types runs in Carla's."""

from __future__ import annotations

import contextlib
import datetime
import io
import itertools
import json
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from manyplaces.core.tables import Row, Unreadable, neutral, original, read_rows, write_rows

# One upstream slip of the dialect corpus: its expected values have another telephone number than its table.
SLIPS = {"location_coordinates": {"contact phone number": "2095257564"}}
tricky = st.text(alphabet=st.sampled_from(list("'\" \t\r\n=+-@|%;,a1.0\uff1d\u00a0\ufeff\u200b")), max_size=12)


def table(text: str | bytes) -> io.BytesIO:
    return io.BytesIO(text if isinstance(text, bytes) else text.encode())


def rows(text: str | bytes) -> list[dict[str, str]]:
    return [row.cells for row in read_rows(table(text))]


def refusal(text: str | bytes) -> tuple[int | None, str]:
    with pytest.raises(Unreadable) as caught:
        rows(text)
    assert str(caught.value) == caught.value.sentence
    return caught.value.line, caught.value.sentence


def there_and_back(*texts: object) -> list[str]:
    out = io.BytesIO()
    write_rows(out, ["key", "text"], [[number, text] for number, text in enumerate(texts)])
    return [row["text"] for row in rows(out.getvalue())]


def is_inert(cell: str) -> bool:
    """Say whether a spreadsheet shows the cell: judged from outside, by the first sign behind all that it may skip."""
    bare = cell.lstrip('"\uff02\uff07\u200b\ufeff\x00 \xa0\u3000\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029')
    return not bare or bare[0] not in "=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20\uff5c\uff05"


def hostile_cells(shared: Path) -> list[str]:
    made = json.loads((shared / "corpora/csv_injection/cells.json").read_text("utf-8"))
    gathered = (shared / "corpora/csv_injection/csv-payload.txt").read_text("utf-8").splitlines()
    naughty = json.loads((shared / "corpora/strings/blns.json").read_text("utf-8"))
    prefixed = [sign + rest for sign in made["prefixes_to_neutralise"] for rest in ("", "1+1", " 1", "cmd|' /C'!A0")]
    disguised = [skipped + cell for cell in prefixed for skipped in (" ", "'", '"', "''", "' \"", "\u00a0", "\u200b")]
    return [*made["cells"], *gathered, *naughty, *prefixed, *disguised]


def test_no_hostile_cell_runs_in_carlas_spreadsheet(shared: Path) -> None:
    cells = hostile_cells(shared)
    assert len(cells) > 900
    numbers = ["-1", "-1.00", "-0", "-0.0"]
    assert [cell for cell in cells if not is_inert(neutral(cell))] == numbers


def test_hostile_cells_come_back_to_the_letter(shared: Path) -> None:
    cells = [cell for cell in hostile_cells(shared) if "\0" not in cell]
    assert there_and_back(*cells) == cells


@given(st.text() | tricky)
@example("'=1")
@example("'' a'")
@example("'-5")
def test_original_undoes_neutral_for_every_text(text: str) -> None:
    assert original(neutral(text)) == text


@given(tricky)
def test_nothing_that_otto_can_type_runs(text: str) -> None:
    cell = neutral(text)
    assert is_inert(cell) or cell.lstrip("-").replace(".", "", 1).isdigit()


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | tricky, max_size=5))
def test_every_stored_text_survives_the_file(texts: list[str]) -> None:
    assert there_and_back(*texts) == texts


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1 704 555 0123", "'+1 704 555 0123"),
        ("'=1+1", "''=1+1"),
        ("-5", "-5"),
        ("-80.8431", "-80.8431"),
        ("+5", "'+5"),
        ("-007", "'-007"),
        ("2016-02-17", "2016-02-17"),
        ("Build Schools - Not Walls", "Build Schools - Not Walls"),
        ("'Reclaim Our Schools'", "'Reclaim Our Schools'"),
        ("", ""),
        (" two blanks ", "' two blanks '"),
        ("a line end\n", "'a line end\n'"),
    ],
)
def test_only_what_needs_it_is_protected(text: str, cell: str) -> None:
    assert (neutral(text), original(cell)) == (cell, text)


@pytest.mark.parametrize("number", range(12))
def test_every_dialect_is_read_as_its_author_meant(shared: Path, number: int) -> None:
    path = sorted((shared / "corpora/csv/csvs").glob("*.csv"))[number]
    wished = json.loads((shared / f"corpora/csv/json/{path.stem}.json").read_text("utf-8"))
    wished = [
        {name.lower(): value for name, value in row.items()} | SLIPS.get(path.stem, {})
        for row in (wished if isinstance(wished, list) else [wished])
    ]
    assert [row.cells for row in read_rows(path)] == wished


def test_the_record_itself_is_read_without_a_problem(shared: Path) -> None:
    found = {path.stem: list(read_rows(path)) for path in (shared / "data/aros").glob("*.csv")}
    counts = {"actions": 9, "claims": 65, "local_actions": 195, "media_hits": 58}
    assert {name: len(kept) for name, kept in found.items()} == counts
    assert [row for kept in found.values() for row in kept if row.problem] == []


def test_lines_and_bytes_are_those_of_the_file() -> None:
    first = '\ufeff\r\n City ,State\r\n"Peñasco,\r\nold town",NM\r\n'.encode()
    second = b"\r\n , \r\nAustin,TX"
    assert list(read_rows(table(first + second))) == [
        Row(3, {"city": "Peñasco,\r\nold town", "state": "NM"}, "", len(first)),
        Row(7, {"city": "Austin", "state": "TX"}, "", len(first + second)),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_spreadsheets_of_every_country_are_read(sign: str, end: str) -> None:
    text = f'city{sign}"host, or hosts"{sign}{end}Austin{sign} "Hana{sign} Gil"{sign}{end}'
    assert rows(text) == [{"city": "Austin", "host, or hosts": f"Hana{sign} Gil"}]
    assert rows(f"city{sign}state{end}") == []


def test_a_row_that_does_not_fit_is_told_and_the_next_is_read() -> None:
    found = list(read_rows(table("city,state,note\nAustin\nBoise,ID,a,b\nBoston,MA,c,\n")))
    sentence = (
        "This row has %d cells, and the header names 3 columns. "
        'Add what is missing, or put a cell that holds a comma between quotation marks (").'
    )
    assert [(row.line, list(row.cells.values()), row.problem) for row in found] == [
        (2, ["Austin", "", ""], sentence % 1),
        (3, ["Boise", "ID", "a"], sentence % 4),
        (4, ["Boston", "MA", "c"], ""),
    ]


def test_blanks_around_a_cell_go_unless_protected() -> None:
    assert rows("a,b,c\n  x\u00a0,' y ','Reclaim Our Schools' \n") == [
        {"a": "x", "b": " y ", "c": "'Reclaim Our Schools'"}
    ]


SAVE_AS = 'Open the file in a spreadsheet program and save it as "CSV UTF-8".'
QUOTES = 'Check that every quotation mark (") that opens a cell is closed, and doubled inside a cell.'
ZIPPED = (None, f"This is an Excel file, a ZIP archive or a PDF, not a CSV file. {SAVE_AS}")
MARKUP = (None, f"This is a web page or an XML file, not a CSV file. {SAVE_AS}")
UTF_16 = (None, f"This file is in UTF-16, not in UTF-8. {SAVE_AS}")
EMPTY = (None, "The file is empty. The first line must name the columns.")
NAMELESS = (1, "The first line must name every column. Write a name above each.")
DOUBLED = (1, 'The column "city" is there twice. Rename one of them, or take it out.')
WITH_NUL = (2, f"Line 2 holds a NUL sign, so this is not a CSV file. {SAVE_AS}")
LATIN = (3, f"Line 3 is not in UTF-8, so its letters would come out wrong. {SAVE_AS}")
OPEN = (2, f"A cell of the row at line 2 opens a quotation mark that is never closed. {QUOTES}")
GOES_ON = (3, f"A cell of the row at line 3 goes on after its closing quotation mark. {QUOTES}")
LONG_CELL = (2, f"A cell of the row at line 2 is longer than 1 MB. {QUOTES}")
LONG_ROW = (3, f"The row at line 3 is longer than 4 MB. {QUOTES}")
REFUSED: list[tuple[str | bytes, tuple[int | None, str]]] = [
    ("", EMPTY),
    ("\ufeff\n\n,,,\n", EMPTY),
    ("1,2\n3,4\n", NAMELESS),
    ("city,,state\n", NAMELESS),
    ("City,state,CITY \n", DOUBLED),
    (b"PK\x03\x04\x14\0\x06\0\xff", ZIPPED),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", ZIPPED),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", ZIPPED),
    ("\n <!DOCTYPE html>\n<p>", MARKUP),
    ("city,state\n".encode("utf-16"), UTF_16),
    (b"city\nAus\0tin\n", WITH_NUL),
    ("city,note\nAustin,\nPe\u00f1asco,\n".encode("latin-1"), LATIN),
    (b"city\nAustin\nPe\xc3", LATIN),
    ('city,note\nAustin,"a\nBoise,b\nBoston,c\n', OPEN),
    ('city,note\nAustin,a\nBoise,"b\nBoston,"c"\n', GOES_ON),
    ("city\n" + "x" * 1_000_001, LONG_CELL),
    ('city\n\n"\n' + '","\n' * 1_000_001, LONG_ROW),
]


@pytest.mark.parametrize(("text", "told"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_what_is_no_table_is_refused_with_a_way_out(text: str | bytes, told: tuple[int | None, str]) -> None:
    assert refusal(text) == told


def test_a_missing_file_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        list(read_rows(tmp_path / "hana.csv"))
    assert caught.value.sentence == 'The file "hana.csv" cannot be opened. Check its name, and that you may read it.'


def test_carlas_stream_stays_open_however_the_reading_ends() -> None:
    for text, take in (("city\nAustin\nBoise\n", 1), ("city\nAustin\n", 9), ("", 9)):
        stream = table(text)
        with contextlib.suppress(Unreadable):
            list(itertools.islice(read_rows(stream), take))
        assert not stream.closed


def test_a_long_table_is_read_without_being_held() -> None:
    lines = [f'LA{number},"Austin, old town",{"x" * 100}\n' for number in range(50_000)]
    content = table("key,city,note\n" + "".join(lines))
    tracemalloc.start()
    count = sum(1 for row in read_rows(content) if not row.problem)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (count, peak < 1_000_000) == (50_000, True)


def test_numbers_stay_numbers_and_the_rest_is_text() -> None:
    out, same_as_text = io.BytesIO(), io.StringIO()
    first = [-5, -80.5, Decimal("1E+3"), None, True, datetime.date(2016, 2, 17), "@hana", "a\rb"]
    for sink in (out, same_as_text):
        write_rows(sink, list("abcdefgh"), [first, {"b": "é, è", "h": 'said "no"'}])
    assert same_as_text.getvalue() == out.getvalue().decode()
    assert out.getvalue().decode() == (
        'a,b,c,d,e,f,g,h\n-5,-80.5,1000,,yes,2016-02-17,\'@hana,"a\rb"\n,"é, è",,,,,,"said ""no"""\n'
    )


def test_half_characters_and_nul_become_a_sign_that_says_so() -> None:
    assert there_and_back("a\ud800b", "\0", "=\udfff") == ["a\ufffdb", "\ufffd", "=\ufffd"]


def test_a_row_that_does_not_fit_its_header_is_not_written() -> None:
    with pytest.raises(ValueError, match="shorter"):
        write_rows(io.BytesIO(), ["city", "state"], [["Austin"]])
