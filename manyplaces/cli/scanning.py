"""What must not be stored, looked for in every column of every table and in every file of the data folder."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ADDRESS, AGENT, EMAIL = "a network address", "the name of a browser", "an e-mail address"
V4 = re.compile(rb"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
V6 = re.compile(rb"(?<![\w:.])[0-9a-fA-F]{3,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])")
BROWSER = re.compile(rb"Mozilla/\d|AppleWebKit/\d|Gecko/\d{8}|\bcurl/\d|python-requests/|okhttp/\d|Dalvik/\d|Opera/\d")
MAIL = re.compile(rb"[\w.+-]{2,64}@[A-Za-z0-9-]{2,63}(?:\.[A-Za-z0-9-]{2,63})*\.[A-Za-z]{2,24}")
# What stands before a number with four parts that is a version, and no address.
VERSION = re.compile(rb"(?:\bv|\bversions?\W{1,3}|/)$", re.I)
# So many bytes of a file at once, with so many of the piece before, so that nothing is cut in two unseen.
PIECE, OVERLAP = 1 << 20, 400
TOLD_EVERY = 2.0
# At most so many places are listed of one kind; the rest is counted.
MOST_PLACES = 20

Row = dict[str, bytes]


@dataclass
class Looked:
    """What was looked at, and where something was found that must not be there."""

    tables: int = 0
    rows: int = 0
    files: int = 0
    size: int = 0
    places: list[str] = field(default_factory=list)
    # What stands in public texts by right: in the bytes of the database it is no leftover.
    allowed: set[bytes] = field(default_factory=set)
    tell: Callable[[str], None] = lambda _line: None
    told: float = field(default_factory=time.monotonic)

    def progress(self) -> None:
        """Say from time to time how far it has come."""
        if time.monotonic() - self.told > TOLD_EVERY:
            self.told = time.monotonic()
            self.tell(f"  {self.tables:,} tables, {self.rows:,} rows, {self.files:,} files, {self.size / 1e6:,.0f} MB")


def found_in(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what in a text must not be stored, with its kind.

    No address of anybody are 127.x.x.x, 0.0.0.0 and ::1, which are this machine, and four numbers behind “v”,
    “version” or a slash that is not a link's. Times (12:30:45) and hexadecimal numbers are no IPv6 addresses.
    """
    if b"." in text:
        for one in V4.finditer(text):
            before = text[max(0, one.start() - 12) : one.start()]
            if _is_somebodys(one[0]) and (before.endswith(b"//") or not VERSION.search(before)):
                yield ADDRESS, one[0]
    if b":" in text:
        yield from ((ADDRESS, one[0]) for one in V6.finditer(text) if _is_somebodys(one[0].rstrip(b":")))
    yield from ((AGENT, one[0]) for one in BROWSER.finditer(text))
    if b"@" in text:
        yield from ((EMAIL, one[0].lower()) for one in MAIL.finditer(text))


def _is_somebodys(text: bytes) -> bool:
    try:
        found = ipaddress.ip_address(text.decode())
    except ValueError:
        return False
    return not (found.is_loopback or found.is_unspecified or found.is_multicast or str(found) == "255.255.255.255")


def scan_tables(looked: Looked, is_allowed: Callable[[str, str, Row, str, bytes], bool]) -> None:
    """Look into every column of every table; `is_allowed` is told table, column, row, kind and what was found."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
    for table in names:
        looked.tables += 1
        for row in _rows(table):
            looked.rows += 1
            for column, text in row.items():
                looked.size += len(text)
                kinds = set()
                for kind, hit in found_in(text):
                    if is_allowed(table, column, row, kind, hit):
                        looked.allowed.add(hit)
                    else:
                        kinds.add(kind)
                where = f"in the table {table}, column {column}, row {looked_id(row)}"
                looked.places += [f"{kind} {where}" for kind in sorted(kinds)]
            looked.progress()


def looked_id(row: Row) -> str:
    """Return by what a row is found again."""
    return next(iter(row.values()), b"").decode("utf-8", "replace")[:40]


def _rows(table: str) -> Iterator[Row]:
    from django.db import connection

    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 (a name of the catalogue)
        rows = cursor.fetchmany(500)
        # A server's cursor knows its columns once something was fetched.
        names = [column[0] for column in cursor.description or ()]
        while rows:
            for row in rows:
                yield {name: _bytes(value) for name, value in zip(names, row, strict=True)}
            rows = cursor.fetchmany(500)


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return b"" if value is None else str(value).encode("utf-8", "surrogatepass")


def scan_folder(looked: Looked, folder: Path, is_allowed: Callable[[Path, str, bytes], bool]) -> None:
    """Look into every file below a folder, the files of the database and its write-ahead log among them."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.is_symlink():
            continue
        looked.files += 1
        kinds = {kind for kind, hit in _hits(looked, file) if not is_allowed(file.relative_to(folder), kind, hit)}
        looked.places += [f"{kind} in the file {file}" for kind in sorted(kinds)]
        looked.progress()


def _hits(looked: Looked, file: Path) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as source:
        before = b""
        while piece := source.read(PIECE):
            looked.size += len(piece)
            yield from found_in(before + piece)
            before = piece[-OVERLAP:]
