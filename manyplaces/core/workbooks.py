"""Spreadsheet files (XLSX) read row by row as tables are, after a look at how much there is to unpack."""

from __future__ import annotations

import datetime
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from manyplaces.core.tables import Row, Unreadable

BEGINS = b"PK\x03\x04"
MOST_PARTS = 2_000
MOST_UNPACKED = 60_000_000
# Text packs about ten to one; what packs a hundred to one was made to fill a memory.
MOST_PACKED = 100
MOST_COLUMNS = 200
MOST_ROWS = 100_000


def read_workbook(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of the first sheet that has any, as `core.tables.read_rows` does; raises Unreadable.

    The header is the first row that is not empty. Dates come as 2016-10-06, times as 07:45, whole numbers without a
    point, formulas as the value that was last computed.
    """
    # Loaded where a file is read: a quarter of a second of every start would go into it otherwise.
    from openpyxl import load_workbook

    _require_bearable(stream)
    try:
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        yield from _rows(book)
    except Unreadable:
        raise
    except Exception as fault:
        # The library raises whatever it stumbles over in a broken file, down to KeyError.
        raise Unreadable(
            _("This spreadsheet is damaged. Open it in a spreadsheet program and save it again.")
        ) from fault


def _require_bearable(stream: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as fault:
        raise Unreadable(_("This is not a spreadsheet (XLSX). Save it anew, or as CSV UTF-8.")) from fault
    size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or size > MOST_UNPACKED or size > MOST_PACKED * max(packed, 10_000):
        raise Unreadable(_("This spreadsheet unpacks to more than it should. Save only the one sheet, as CSV UTF-8."))
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Unreadable(_("This is a ZIP archive, not a spreadsheet. Unpack it and give the file that is in it."))
    stream.seek(0)


def _rows(book: Any) -> Iterator[Row]:
    for sheet in book.worksheets:
        names: list[str] = []
        for line, values in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
            if line > MOST_ROWS:
                raise Unreadable(_("This spreadsheet has more than 100,000 rows. Give them in several files."), line)
            cells = [_text(value) for value in values]
            if not any(cells):
                continue
            if names:
                yield Row(line, dict(zip(names, cells, strict=False)))
            else:
                names = _names(cells, line)
        if names:
            return
    raise Unreadable(_("The file is empty. The first line must name the columns."))


def _names(cells: list[str], line: int) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    names = [" ".join(cell.lower().split()) or f"({number})" for number, cell in enumerate(cells, 1)]
    if doubled := [name for name, times in Counter(names).items() if times > 1]:
        sentence = _('The column "%(name)s" is there twice. Rename one of them, or take it out.')
        raise Unreadable(sentence % {"name": doubled[0]}, line)
    return names


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
