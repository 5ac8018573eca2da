"""What a file that was given as a picture is, told from its own headers in plain Python: nothing is decoded here."""

from __future__ import annotations

import mmap
import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from manyplaces.core.picturerefusals import Refusal, Refused

LARGEST_FILE = 50_000_000
# 8192 × 6144, as phones with “50 megapixels” take them.
MOST_PIXELS = 50_331_648
# More parts than these has no picture that anybody took.
MOST_PARTS = 100_000
# By so many first bytes a kind is told; an archive has its table among so many last ones.
BEGINNING, ARCHIVE_END = 4096, 65_557
Content = bytes | mmap.mmap

TAKEN = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
# TIFF and with it most raw pictures, BMP, Photoshop, icons, JPEG XL, JPEG 2000, JPEG XR, QOI, Fuji's and Canon's raw.
OTHER_MAGIC = (
    *(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", b"8BPS", b"\0\0\1\0", b"\xff\x0a", b"II\xbc"),
    *(b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ", b"qoif", b"FUJIFILM", b"II\x1a\0"),
)
# What the first word of a file with boxes says: one picture, many in a row, or a kind that we do not take.
STILLS = {b"heic", b"heix", b"heim", b"heis"}
SEQUENCES = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"avis"}
OTHER_BRANDS = {b"crx ", b"jpeg", b"jpgs", b"mif1", b"mif2", b"j2ki"}
# What no camera writes into the head of a picture, and what makes a program take it for something else.
HIDDEN = re.compile(rb"<script|<html|<!doctype|<\?php|<svg|%PDF-", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """What the headers say: the kind by the decoder's name for it, and the pixels as they are stored."""

    kind: str
    width: int
    height: int


def look(content: Content) -> Found:
    """Return what a whole file is; raises Refused, also where a picture is cut off, too large or not what it seems."""
    if not len(content):
        raise Refused(Refusal.EMPTY)
    if len(content) > LARGEST_FILE:
        raise Refused(Refusal.TOO_MANY_BYTES)
    kind = kind_of(content[:BEGINNING])
    try:
        width, height = _SIZES[kind](content)
    except (struct.error, IndexError):
        raise Refused(Refusal.CUT_OFF) from None
    if not width or not height:
        raise Refused(Refusal.DAMAGED)
    if width * height > MOST_PIXELS:
        raise Refused(Refusal.TOO_MANY_PIXELS)
    if HIDDEN.search(content[:BEGINNING]) or _has_archive(content):
        raise Refused(Refusal.TWO_IN_ONE)
    return Found(kind, width, height)


def kind_of(beginning: bytes) -> str:
    """Return JPEG, PNG, WEBP, HEIF or AVIF from the first bytes, of which 4,096 are enough; raises Refused."""
    if not beginning:
        raise Refused(Refusal.EMPTY)
    for magic, kind in TAKEN.items():
        if beginning.startswith(magic):
            return kind
    if beginning[:4] == b"RIFF" and beginning[8:12] == b"WEBP":
        return "WEBP"
    if beginning[4:8] == b"ftyp":
        return _kind_by_brands(beginning)
    raise Refused(_other_kind(beginning))


def _kind_by_brands(beginning: bytes) -> str:
    end = min(int.from_bytes(beginning[:4], "big"), len(beginning))
    major, *others = (beginning[place : place + 4] for place in (8, *range(16, end - 3, 4)))
    if major in SEQUENCES:
        raise Refused(Refusal.MOVING)
    if major == b"avif" or (major == b"mif1" and b"avif" in others):
        return "AVIF"
    if major in STILLS or (major == b"mif1" and STILLS & set(others)):
        return "HEIF"
    raise Refused(Refusal.OTHER_KIND if major in OTHER_BRANDS else Refusal.VIDEO)


def _other_kind(beginning: bytes) -> Refusal:
    if beginning.startswith(b"GIF8"):
        return Refusal.MOVING
    if beginning.startswith(b"\x1a\x45\xdf\xa3") or (beginning[:4] == b"RIFF" and beginning[8:12] == b"AVI "):
        return Refusal.VIDEO
    if beginning.startswith(OTHER_MAGIC):
        return Refusal.OTHER_KIND
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<") and b"<svg" in text and b"<html" not in text:
        return Refusal.DRAWING
    return Refusal.NO_PICTURE


def _has_archive(content: Content) -> bool:
    """Tell whether a ZIP archive ends where the file ends, so that some programs would open it as one."""
    tail = content[-ARCHIVE_END:]
    place = tail.rfind(b"PK\x05\x06")
    return place >= 0 and len(tail) >= place + 22 + int.from_bytes(tail[place + 20 : place + 22], "little")


def _jpeg_size(content: Content) -> tuple[int, int]:
    place, size = 2, (0, 0)
    for _part in range(MOST_PARTS):
        # Bytes of FF may stand before a marker.
        while content[place] == 0xFF:
            place += 1
        marker, length = struct.unpack_from(">BH", content, place)
        if content[place - 1] != 0xFF or length < 2:
            break
        if marker == 0xDA:
            # The thumbnail of a camera has an end of its own, but before this.
            if content.find(b"\xff\xd9", place) < 0:
                raise Refused(Refusal.CUT_OFF)
            return size
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, place + 4)
            size = (width, height)
        place += 1 + length
    raise Refused(Refusal.DAMAGED)


def _png_size(content: Content) -> tuple[int, int]:
    place, size = 8, (0, 0)
    for number in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", content, place)
        if (number == 0) != (name == b"IHDR"):
            break
        if name == b"IHDR":
            size = struct.unpack_from(">II", content, place + 8)
        if name == b"acTL":
            raise Refused(Refusal.MOVING)
        place += 12 + length
        if name == b"IEND":
            if place > len(content):
                raise Refused(Refusal.CUT_OFF)
            return size
    raise Refused(Refusal.DAMAGED)


def _webp_size(content: Content) -> tuple[int, int]:
    length, name = struct.unpack_from("<I4x4s", content, 4)
    if 8 + length > len(content):
        raise Refused(Refusal.CUT_OFF)
    if name == b"VP8X":
        if content[20] & 2:
            raise Refused(Refusal.MOVING)
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if name == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", content, 26)
    return (width & 0x3FFF, height & 0x3FFF) if name == b"VP8 " else (0, 0)


def _boxes(content: Content, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, beginning and end of what is in each box of ISO/IEC 14496-12; raises Refused where one is cut off."""
    for _part in range(MOST_PARTS):
        if place >= end:
            return
        length, name = struct.unpack_from(">I4s", content, place)
        head = 8
        if length == 1:
            length, head = struct.unpack_from(">Q", content, place + 8)[0], 16
        length = length or end - place
        if length < head:
            raise Refused(Refusal.DAMAGED)
        if place + length > end:
            raise Refused(Refusal.CUT_OFF)
        yield name, place + head, place + length
        place += length
    raise Refused(Refusal.DAMAGED)


def _heif_size(content: Content) -> tuple[int, int]:
    """The largest of the sizes in a file: that of the picture, as its tiles, thumbnails and depths are smaller."""
    sizes = [(0, 0)]
    outer: list[tuple[bytes, int, int]] = []
    try:
        outer.extend(_boxes(content, 0, len(content)))
    except (Refused, struct.error):
        # Some phones write notes of their own behind the picture.
        if not {b"meta", b"mdat"} <= {name for name, _begin, _end in outer}:
            raise
    if any(name == b"moov" for name, _begin, _end in outer):
        raise Refused(Refusal.MOVING)
    for place in _inside(content, outer, b"meta", b"iprp", b"ipco", b"ispe"):
        sizes.append(struct.unpack_from(">II", content, place + 4))
    return max(sizes, key=lambda size: size[0] * size[1])


def _inside(content: Content, boxes: Iterable[tuple[bytes, int, int]], *path: bytes) -> Iterator[int]:
    """Where the contents of boxes begin that lie in others of these names."""
    for name, begin, end in boxes:
        if name == path[0] and len(path) == 1:
            yield begin
        elif name == path[0]:
            # One of them has a version before its first inner box.
            yield from _inside(content, _boxes(content, begin + 4 * (name == b"meta"), end), *path[1:])


_SIZES: dict[str, Callable[[Content], tuple[int, int]]] = {
    "JPEG": _jpeg_size,
    "PNG": _png_size,
    "WEBP": _webp_size,
    "HEIF": _heif_size,
    "AVIF": _heif_size,
}
