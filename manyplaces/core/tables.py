"""Tables in and out: comma-separated text read row by row with bounded memory, and written so that nothing in it runs.

A written cell that a spreadsheet could take for a formula gets an apostrophe in front; a cell whose blanks at the ends
would be lost stands between two. Reading takes off exactly what writing put there, so what was written is what is read.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from django.utils.translation import gettext

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    _Sink = SupportsWrite[bytes] | io.TextIOBase

CELL_LIMIT = 1_000_000  # characters in one cell
ROW_LIMIT = 4_000_000  # characters in one row, so that a file of one endless row cannot fill the memory

# What spreadsheets run (Excel, LibreOffice, Sheets), the full-width and small forms of the same signs, and the minus.
_RUNS = "=+\\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20\uff5c\uff05\ufe66\ufe62\ufe63\ufe6b\ufe6a\u2212"
# What a spreadsheet may skip on its way to such a sign: blanks, controls, invisible signs, quotes and apostrophes.
_SKIPPED = "\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"
# A plain negative number runs nothing. One in another dress (+5, -007) would lose it in a spreadsheet: that is text.
_PLAIN_NUMBER = r"-(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?\Z"
_could_run = re.compile(f"(?!{_PLAIN_NUMBER})[{_SKIPPED}\"'\uff02\uff07]*[{_RUNS}]").match
_NOT_WRITABLE = re.compile("[\x00\ud800-\udfff]")
_QUOTED = re.compile('"[^"]*(?:"|$)')


class Unreadable(Exception):
    """The file cannot be read as a table; `sentence` says why and what to do, `line` where (None: the whole file)."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.line = sentence, line


class Row(NamedTuple):
    """One row below the header, which starts on `line` (from 1) of the file.

    `cells` has every column of the header, "" where the row is too short; `problem` is a sentence if the row does not
    fit the header, else ""; `offset` counts the bytes of the source read up to and with this row.
    """

    line: int
    cells: dict[str, str]
    problem: str = ""
    offset: int = 0


def neutral(text: str) -> str:
    """Return the text as it may stand in a cell: inert in every spreadsheet, and `original` gives it back exactly."""
    if text[:1].isalnum() and text[-1:].isalnum():
        return text  # Most cells, and they need no further look.
    if _could_run(text):
        return "'" + text
    if _loses_blanks(text):
        return f"'{text}'"
    return text


def original(cell: str) -> str:
    """Return the text that `neutral` made this cell from; a cell it never touches comes back as it is."""
    if cell[:1] == "'" and _could_run(cell):
        return cell[1:]
    if cell[:1] == "'" == cell[1:][-1:] and _loses_blanks(cell):
        return cell[1:-1]
    return cell


def read_rows(source: Path | BinaryIO) -> Iterator[Row]:
    """Yield the rows of a table in UTF-8, one at a time; for a progress bar compare `Row.offset` with the file's size.

    Cells are separated by commas, or by semicolons or tabs if the header has no comma. Blanks around a cell are cut
    off unless `neutral` protected them; column names become small letters. Rows without any content are passed over.
    A stream is read from where it stands and stays open. Raises Unreadable as soon as the fault is reached: the rows
    before it have been given by then, so who needs all or nothing reads to the end first.
    """
    try:
        opened = source.open("rb") if isinstance(source, Path) else nullcontext(source)
    except OSError as fault:
        sentence = gettext('The file "%(name)s" cannot be opened. Check its name, and that you may read it.')
        raise Unreadable(sentence % {"name": source.name}) from fault
    with opened as stream:
        yield from _rows(stream)


def write_rows(out: _Sink, header: Sequence[str], rows: Iterable[Sequence[object] | Mapping[str, object]]) -> None:
    r"""Write a header and its rows as comma-separated text in UTF-8, lines ended by "\n".

    A row is a sequence as long as the header (else ValueError), or a mapping of which the header's columns are taken.
    Text goes through `neutral`; numbers stay numbers, None is an empty cell, True and False are "yes" and "no", and
    the rest (dates) is written as its `str`. What UTF-8 or a table cannot hold (half a character, NUL) becomes U+FFFD.
    `out` takes bytes; a text stream does too, if it writes UTF-8.
    """
    writer = csv.writer(_LineSink(out), lineterminator="\r\n")
    writer.writerow([_cell(name) for name in header])
    for row in rows:
        values = [row.get(name) for name in header] if isinstance(row, Mapping) else row
        writer.writerow([_cell(value) for _, value in zip(header, values, strict=True)])


def _loses_blanks(text: str) -> bool:
    # Looking through apostrophes at the ends keeps `neutral` and `original` exact for texts that have their own there.
    bare = text.strip("'")
    return bare != bare.strip()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return neutral(value if value.isprintable() else _NOT_WRITABLE.sub("\ufffd", value))
    if value is None or isinstance(value, bool):
        return {None: "", True: "yes", False: "no"}[value]
    if isinstance(value, int | float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return _cell(str(value))


class _LineSink:
    r"""Takes rows that the writer ended by "\r\n", which makes it quote both signs inside cells; ends them by "\n"."""

    def __init__(self, out: _Sink) -> None:
        self._out = out

    def write(self, row: str) -> None:
        line = row[:-2] + "\n"
        self._out.write(line) if isinstance(self._out, io.TextIOBase) else self._out.write(line.encode())


@dataclass(slots=True)
class _Reached:
    """How far the reading has come, in lines and bytes; where the row started, and the characters it may still have."""

    line: int = 0
    start: int = 1
    offset: int = 0
    room: int = ROW_LIMIT


def _lines(text: io.TextIOWrapper, reached: _Reached) -> Iterator[str]:
    """Yield the lines of a stream, each checked to be text; bytes that are not UTF-8 arrive as half characters."""
    while line := text.readline(reached.room + 1):
        reached.line += 1
        reached.room -= len(line)
        if reached.line == 1:
            _refuse_other_kinds(line)
        if "\0" in line:
            raise _fault(gettext("Line %(line)d holds a NUL sign, so this is not a CSV file."), reached.line)
        try:
            reached.offset += len(line) if line.isascii() else len(line.encode())
        except UnicodeEncodeError as fault:
            sentence = gettext("Line %(line)d is not in UTF-8, so its letters would come out wrong.")
            raise _fault(sentence, reached.line) from fault
        if reached.room < 0:
            raise _fault(gettext("The row at line %(line)d is longer than 4 MB."), reached.start, quotes=True)
        yield line


def _fault(sentence: str, line: int | None = None, *, quotes: bool = False) -> Unreadable:
    save = gettext('Open the file in a spreadsheet program and save it as "CSV UTF-8".')
    check = gettext('Check that every quotation mark (") that opens a cell is closed, and doubled inside a cell.')
    return Unreadable(f"{sentence} {check if quotes else save}" % {"line": line}, line)


def _refuse_other_kinds(line: str) -> None:
    if line.startswith(("PK\x03\x04", "PK\x05\x06", "\udcd0\udccf\x11", "%PDF")):
        raise _fault(gettext("This is an Excel file, a ZIP archive or a PDF, not a CSV file."))
    if line.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        raise _fault(gettext("This file is in UTF-16, not in UTF-8."))
    if line.lstrip("\ufeff \t").startswith("<"):
        raise _fault(gettext("This is a web page or an XML file, not a CSV file."))


def _rows(stream: BinaryIO) -> Iterator[Row]:
    csv.field_size_limit(CELL_LIMIT)
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogateescape", newline="")
    lines = _lines(text, reached := _Reached())
    try:
        first = next((line for line in lines if line.strip("\ufeff,; \t\r\n")), "").lstrip("\ufeff")
        _refuse_other_kinds(first)
        delimiter = next((sign for sign in ",;\t" if sign in _QUOTED.sub("", first)), ",")
        reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter, skipinitialspace=True, strict=True)
        reached.start = reached.line
        names = _names(_next(reader, reached.start) or [], reached.start)
        while True:
            reached.start, reached.room = reached.line + 1, ROW_LIMIT
            if (told := _next(reader, reached.start)) is None:
                return
            if any(told):
                yield _row(names, told, reached)
    finally:
        text.detach()  # A wrapper that is thrown away would close the caller's stream.


def _next(reader: Iterator[list[str]], line: int) -> list[str] | None:
    try:
        return _told(found) if (found := next(reader, None)) is not None else None
    except csv.Error as fault:
        if "end of data" in str(fault):
            sentence = gettext("A cell of the row at line %(line)d opens a quotation mark that is never closed.")
        elif "field limit" in str(fault):
            sentence = gettext("A cell of the row at line %(line)d is longer than 1 MB.")
        else:
            sentence = gettext("A cell of the row at line %(line)d goes on after its closing quotation mark.")
        raise _fault(sentence, line, quotes=True) from fault


def _names(told: list[str], line: int) -> list[str]:
    names = [name.lower() for name in told]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Unreadable(gettext("The file is empty. The first line must name the columns."))
    if "" in names or not any(sign.isalpha() for sign in "".join(names)):
        raise Unreadable(gettext("The first line must name every column. Write a name above each."), line)
    if doubled := [name for name, times in Counter(names).items() if times > 1]:
        sentence = gettext('The column "%(name)s" is there twice. Rename one of them, or take it out.')
        raise Unreadable(sentence % {"name": doubled[0]}, line)
    return names


def _row(names: list[str], told: list[str], reached: _Reached) -> Row:
    problem = ""
    if len(told) < len(names) or any(told[len(names) :]):
        problem = gettext(
            "This row has %(cells)d cells, and the header names %(columns)d columns. "
            'Add what is missing, or put a cell that holds a comma between quotation marks (").'
        ) % {"cells": len(told), "columns": len(names)}
        told += [""] * (len(names) - len(told))
    return Row(reached.start, dict(zip(names, told, strict=False)), problem, reached.offset)


def _told(found: list[str]) -> list[str]:
    """Return what cells say: a protected text to the letter, any other without the blanks around it."""
    if "'" not in "".join(found):  # Most rows: one look at the whole is many times faster than one at each cell.
        return list(map(str.strip, found))
    return [cell.strip() if (text := original(cell)) is cell else text for cell in found]
