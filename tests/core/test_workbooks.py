"""Spreadsheet files: read as tables are, and refused with a sentence where they are no such thing or too much."""

from __future__ import annotations

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from manyplaces.core.tables import Unreadable
from manyplaces.core.workbooks import read_workbook


def sheet(*rows: list[Any]) -> io.BytesIO:
    """A spreadsheet with these rows."""
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    out.seek(0)
    return out


def test_rows_come_as_those_of_a_table() -> None:
    stream = sheet(
        [None, None],
        ["School", " City ", "Date", "Time", "NCES"],
        ["Auer Avenue", "Milwaukee", datetime.datetime(2016, 10, 6), datetime.time(7, 45), 550960001123.0],
        [None, None, None],
        ["Clemens", None, None, None, None],
    )
    assert [(row.line, row.cells) for row in read_workbook(stream)] == [
        (
            3,
            {
                "school": "Auer Avenue",
                "city": "Milwaukee",
                "date": "2016-10-06",
                "time": "07:45",
                "nces": "550960001123",
            },
        ),
        (5, {"school": "Clemens", "city": "", "date": "", "time": "", "nces": ""}),
    ]


def test_an_empty_one_is_refused() -> None:
    with pytest.raises(Unreadable, match="The file is empty"):
        list(read_workbook(sheet()))


def test_one_column_twice_is_refused() -> None:
    with pytest.raises(Unreadable, match="there twice"):
        list(read_workbook(sheet(["School", "school"], ["a", "b"])))


def packed(**parts: bytes) -> io.BytesIO:
    """A ZIP archive with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    out.seek(0)
    return out


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Unreadable, match="unpacks to more"):
        list(read_workbook(packed(xl__workbook=b"0" * 70_000_000)))


def test_another_archive_is_told_apart() -> None:
    with pytest.raises(Unreadable, match="ZIP archive, not a spreadsheet"):
        list(read_workbook(packed(photo=b"picture")))


def test_what_only_looks_like_one_is_refused(shared: Path) -> None:
    archives = sorted((shared / "corpora/zip").glob("*.zip"))
    assert archives != []
    for stream in (io.BytesIO(b"PK\x03\x04 nothing"), *(file.open("rb") for file in archives)):
        with stream, pytest.raises(Unreadable):
            list(read_workbook(stream))


def test_an_entity_that_grows_is_not_expanded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><book>&c;</book>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", bomb)
        archive.writestr("[Content_Types].xml", bomb)
    out.seek(0)
    with pytest.raises(Unreadable, match="damaged"):
        list(read_workbook(out))
