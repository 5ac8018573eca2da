"""Prepared pictures that come from another installation: looked at to the last byte, never opened, put on our shelf."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.core.picturekinds import Found, look
from manyplaces.core.picturerefusals import Refused
from manyplaces.core.prints import SIZES, file_name
from manyplaces.core.refusals import NotNow
from manyplaces.core.shelves import Missing, Unreachable, shelf
from manyplaces.core.tokens import new_key

# Gives the bytes of a file by its name, of a larger one at least one more than this; raises Missing.
Read = Callable[[str], bytes]
LARGEST_PRINT = 8_000_000
KEY = re.compile(r"[a-z0-9]{10,40}")
KINDS = {"jpg": "JPEG", "webp": "WEBP"}
# What the darkroom writes into a JPEG before the picture: JFIF, tables, size. No place for words, positions, previews.
JPEG_PARTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDD}
JFIF = b"\0\x10JFIF\0"
# The picture itself up to the end of the file; another part would begin with another sign behind the byte FF.
JPEG_SCAN = re.compile(rb"(?>[^\xff]++|\xff[\x00\xd0-\xd7])*+\xff\xd9", re.DOTALL)


@dataclass(frozen=True)
class Carried:
    """A picture in its three sizes as somebody else prepared it: its key, the SHA-256 of each size, how to read them.

    Without `keeps` everything is looked at and nothing put anywhere.
    """

    key: str
    digests: Mapping[str, str]
    read: Read
    keeps: bool = True

    def take(self) -> dict[str, Found]:
        """Put the three files on the shelf; returns their pixels by size.

        Raises ValidationError, naming the file, for one that is missing, is not the one that the digest says, or is
        not such as our own darkroom writes; NotNow where the shelf cannot take them.
        """
        if not KEY.fullmatch(self.key):
            raise ValidationError(_("“%s” is no name of a picture.") % self.key[:60])
        files = {size: self._read(size) for size in SIZES}
        found = {size: self._looked_at(size, content) for size, content in files.items()}
        large = found["large"]
        for size, one in found.items():
            if not _is_scaled(large, one, SIZES[size][0]):
                raise self._refused(size)
        if self.keeps:
            self._put(files)
        return found

    def _read(self, size: str) -> bytes:
        name = file_name(self.key, size)
        try:
            content = self.read(name)
        except Missing:
            sentence = _("The file “%s” is missing or damaged. It belongs into the folder “pictures” beside the table.")
            raise ValidationError(sentence % name) from None
        if len(content) > LARGEST_PRINT:
            raise self._refused(size)
        if hashlib.sha256(content).hexdigest() != self.digests.get(size, "").strip().lower():
            raise ValidationError(_("“%s” is not the file that this row speaks of: its SHA-256 is another.") % name)
        return content

    def _looked_at(self, size: str, content: bytes) -> Found:
        side, ending, _how = SIZES[size]
        try:
            found = look(content)
        except Refused:
            raise self._refused(size) from None
        is_bare = _is_bare_jpeg(content) if ending == "jpg" else _is_bare_webp(content)
        if found.kind != KINDS[ending] or not is_bare or max(found.width, found.height) > side:
            raise self._refused(size)
        return found

    def _refused(self, size: str) -> ValidationError:
        sentence = _("“%s” is not such a picture as Manyplaces prepares, so it is not taken.")
        return ValidationError(sentence % file_name(self.key, size))

    def _put(self, files: Mapping[str, bytes]) -> None:
        """Put the files where pictures lie; what is put there and belongs to no row an hour later is swept away."""
        folder = Path(settings.MEDIA_FOLDER) / "darkroom" / new_key(24)
        try:
            folder.mkdir(parents=True, mode=0o700)
            for size, content in files.items():
                file = folder / file_name(self.key, size)
                file.write_bytes(content)
                shelf().put(file)
        except (OSError, Unreachable) as fault:
            raise NotNow(_("The pictures cannot be kept at the moment (%s). Try again later.") % fault) from fault
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def beside(table: Path) -> Read:
    """Return how files are read that lie in the folder “pictures” beside a table."""

    def read(name: str) -> bytes:
        try:
            with (table.parent / "pictures" / name).open("rb") as file:
                return file.read(LARGEST_PRINT + 1)
        except OSError:
            raise Missing(name) from None

    return read


def _is_scaled(large: Found, one: Found, side: int) -> bool:
    """Tell whether a size has the shape of the large one, within the pixel by which both were rounded."""
    scale = min(1.0, side / max(large.width, large.height))
    return all(abs(whole * scale - part) <= 1 for whole, part in ((large.width, one.width), (large.height, one.height)))


def _is_bare_jpeg(content: bytes) -> bool:
    place = 2
    while content[place : place + 1] == b"\xff":
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker == 0xDA:
            return JPEG_SCAN.fullmatch(content, place + 2 + length) is not None
        if marker not in JPEG_PARTS or (marker == 0xE0 and content[place + 2 : place + 9] != JFIF):
            return False
        place += 2 + length
    return False


def _is_bare_webp(content: bytes) -> bool:
    """Tell whether a file is one picture without transparency, and nothing before or behind it."""
    whole, length = (int.from_bytes(content[place : place + 4], "little") for place in (4, 16))
    is_picture = content[12:16] == b"VP8 " and content[23:26] == b"\x9d\x01\x2a" and not content[20] & 1
    return is_picture and whole + 8 == len(content) == 20 + length + length % 2
