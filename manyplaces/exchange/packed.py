"""A table on disk as governments publish it: maybe packed by gzip, maybe in the letters of Windows; tables in a ZIP."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, BinaryIO, cast

from django.utils.translation import gettext as _

from manyplaces.core.carried import LARGEST_PRINT, Read
from manyplaces.core.shelves import NAME, Missing
from manyplaces.core.tables import ROW_LIMIT, Row, Unreadable, read_rows
from manyplaces.exchange.columns import PICTURES

PACKED = b"\x1f\x8b"
# A record with more bytes than this in its tables was made to fill the disk; its pictures are read one by one.
LARGEST = 4_000_000_000


class Packed:
    """A table that can be read more than once: `size` of the file in bytes, and how many of them are `reached`."""

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise Unreadable(_("“%s” is a folder. Give the name of a file.") % path.name)
        try:
            with path.open("rb") as file:
                self.is_packed = file.read(2) == PACKED
        except FileNotFoundError:
            raise Unreadable(_("There is no file “%s”. Check its name and folder.") % path) from None
        except OSError:
            sentence = _("The file “%s” cannot be opened. Check that you may read it.")
            raise Unreadable(sentence % path.name) from None
        self.path, self.size, self.reached = path, path.stat().st_size, 0

    def rows(self) -> Iterator[Row]:
        """Yield the rows from the first; raises Unreadable where the table or its packing is broken."""
        with self.path.open("rb") as file:
            plain = cast(IO[bytes], gzip.GzipFile(fileobj=file)) if self.is_packed else file
            lines = io.BufferedReader(cast(io.RawIOBase, _Lines(plain)))
            try:
                for row in read_rows(cast(BinaryIO, lines)):
                    self.reached = file.tell()
                    yield row
            except (EOFError, zlib.error, gzip.BadGzipFile):
                raise Unreadable(_("This packed file is damaged or was cut off. Download it again.")) from None


class _Lines(io.RawIOBase):
    """A stream in UTF-8 made from one in which some lines are in the letters of Windows (or Latin-1)."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._rest = source, b""

    def readable(self) -> bool:
        return True

    def readinto(self, room: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = _utf8(self._source.read(65_536) + self._source.readline(ROW_LIMIT))
        part, self._rest = self._rest[: len(room)], self._rest[len(room) :]
        room[: len(part)] = part
        return len(part)


def _utf8(lines: bytes) -> bytes:
    """Whole lines in UTF-8; each that is not is taken as Windows has it."""
    try:
        lines.decode()
    except UnicodeDecodeError:
        return b"".join(_line(line) for line in lines.splitlines(keepends=True))
    return lines


def _line(line: bytes) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace").encode()
    return line


@contextmanager
def unpacked(path: Path, names: Sequence[str]) -> Iterator[list[Path]]:
    """Give the tables of these names that a ZIP holds, in this order, as files until the end of the `with`.

    Raises Unreadable for what is no such ZIP, or holds more than a record can be.
    """
    try:
        with zipfile.ZipFile(path) as opened, TemporaryDirectory(prefix="manyplaces-") as folder:
            held = {entry.filename: entry for entry in opened.infolist()}
            tables = {name: entry for name, entry in held.items() if name in names}
            if not tables or any(not _is_picture(name) for name in set(held) - set(tables)):
                sentence = _("“%(name)s” is no exported record. It is to hold %(tables)s, pictures and nothing else.")
                raise Unreadable(sentence % {"name": path.name, "tables": ", ".join(names)})
            if sum(entry.file_size for entry in tables.values()) > LARGEST:
                raise Unreadable(_("“%s” holds more than a record can be.") % path.name)
            yield [Path(opened.extract(tables[name], folder)) for name in names if name in tables]
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error) as fault:
        sentence = _("“%(name)s” cannot be read as a ZIP (%(fault)s).")
        raise Unreadable(sentence % {"name": path.name, "fault": fault}) from fault


@contextmanager
def pictures_in(path: Path) -> Iterator[Read]:
    """Give, until the end of the `with`, how the pictures of a ZIP are read that `unpacked` has looked at."""
    with zipfile.ZipFile(path) as opened:

        def read(name: str) -> bytes:
            try:
                with opened.open(f"{PICTURES}/{name}") as file:
                    return file.read(LARGEST_PRINT + 1)
            except (KeyError, zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError):
                raise Missing(name) from None

        yield read


def _is_picture(name: str) -> bool:
    folder, _slash, file = name.rpartition("/")
    return folder == PICTURES and NAME.fullmatch(file) is not None
