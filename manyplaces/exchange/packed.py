"""A table on disk as governments publish it: maybe packed by gzip, maybe in the letters of Windows, not in UTF-8."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.utils.translation import gettext as _

from manyplaces.core.tables import ROW_LIMIT, Row, Unreadable, read_rows

PACKED = b"\x1f\x8b"


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
