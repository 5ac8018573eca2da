"""A file that somebody gives as a picture is told from its first bytes and its headers, and refused with what to do."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from manyplaces.core.picturekinds import LARGEST_FILE, MOST_PIXELS, Found, kind_of, look
from manyplaces.core.picturerefusals import Refusal, Refused
from tests.core.uploads import astronaut, saved

# What becomes of every file of the corpus of bad pictures, by its headers alone.
CORPUS = {
    "bomb_30000x30000.png": Refusal.TOO_MANY_PIXELS,
    "bomb_header_only_60000x60000.png": Refusal.TOO_MANY_PIXELS,
    "cmyk.jpg": Found("JPEG", 320, 240),
    "gif_400_frames.gif": Refusal.MOVING,
    "gps.avif": Found("AVIF", 320, 240),
    "gps.heic": Found("HEIF", 320, 240),
    "gps.jpg": Found("JPEG", 320, 240),
    "gps.png": Found("PNG", 320, 240),
    "gps.tif": Refusal.OTHER_KIND,
    "gps.webp": Found("WEBP", 320, 240),
    "gps_iptc.jpg": Found("JPEG", 320, 240),
    "half.jpg": Refusal.CUT_OFF,
    "html_named.jpg": Refusal.NO_PICTURE,
    "magic_only.jpg": Refusal.CUT_OFF,
    "one_byte.jpg": Refusal.NO_PICTURE,
    **{f"orient_{number}.jpg": Found("JPEG", 320, 240) for number in range(1, 9)},
    "polyglot_gif_js.gif": Refusal.MOVING,
    "progressive.jpg": Found("JPEG", 320, 240),
    "sixteen_bit.png": Found("PNG", 50, 50),
    "sliver.png": Found("PNG", 1, 9000),
    "svg_named.png": Refusal.DRAWING,
    "svg_script.svg": Refusal.DRAWING,
    "svg_xxe.svg": Refusal.DRAWING,
    "zero.jpg": Refusal.EMPTY,
    "zip_tail.jpg": Refusal.TWO_IN_ONE,
    # Its headers are honest; the darkroom refuses it.
    "ztxt_bomb_60MB.png": Found("PNG", 8, 8),
}


def looked(content: bytes) -> Found | Refusal:
    """What the headers of a file say."""
    try:
        return look(content)
    except Refused as refused:
        return refused.reason


def png(width: int, height: int, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG of this size that has nothing in it, with chunks before its end."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*one) for one in more) + chunk(b"IEND", b"")


def brands(major: bytes, *others: bytes) -> bytes:
    """The first box of a file of that kind."""
    content = major + b"\0\0\0\0" + b"".join(others)
    return struct.pack(">I", 8 + len(content)) + b"ftyp" + content


def test_each_bad_picture_of_the_corpus_is_what_it_is(shared: Path) -> None:
    folder = shared / "corpora/images/made"
    assert {file.name: looked(file.read_bytes()) for file in sorted(folder.iterdir())} == CORPUS


def test_fifty_megapixels_as_a_phone_takes_them_are_taken_and_fifty_one_are_not() -> None:
    assert looked(png(8192, 6144)) == Found("PNG", 8192, 6144)
    assert (8192 * 6144, looked(png(8192, 6145)), looked(png(8500, 6000))) == (
        MOST_PIXELS,
        Refusal.TOO_MANY_PIXELS,
        Refusal.TOO_MANY_PIXELS,
    )
    jpeg = bytearray(saved(Image.new("RGB", (8, 8)), "JPEG"))
    place = jpeg.index(b"\xff\xc0") + 5
    jpeg[place : place + 4] = struct.pack(">HH", 6000, 8500)
    assert looked(bytes(jpeg)) == Refusal.TOO_MANY_PIXELS
    webp = bytearray(saved(Image.new("RGB", (8, 8)), "WEBP", lossless=True))
    webp[21:25] = ((16383 << 14) | 16383).to_bytes(4, "little")
    assert looked(bytes(webp)) == Refusal.TOO_MANY_PIXELS


def test_more_than_fifty_million_bytes_are_too_many() -> None:
    photo = saved(astronaut(), "JPEG")
    assert looked(photo + bytes(LARGEST_FILE - len(photo))) == Found("JPEG", 512, 512)
    assert looked(photo + bytes(LARGEST_FILE - len(photo) + 1)) == Refusal.TOO_MANY_BYTES


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (brands(b"heic", b"mif1", b"heic"), "HEIF"),
        (brands(b"heix", b"mif1"), "HEIF"),
        (brands(b"mif1", b"heic", b"miaf"), "HEIF"),
        (brands(b"avif", b"mif1", b"miaf"), "AVIF"),
        (brands(b"mif1", b"avif"), "AVIF"),
        (brands(b"avis", b"avif"), Refusal.MOVING),
        (brands(b"hevc", b"heic"), Refusal.MOVING),
        (brands(b"msf1", b"heic"), Refusal.MOVING),
        (brands(b"isom", b"mp41"), Refusal.VIDEO),
        (brands(b"qt  "), Refusal.VIDEO),
        (brands(b"crx "), Refusal.OTHER_KIND),
        (b"RIFF\0\0\0\0AVI LIST", Refusal.VIDEO),
        (b"BM\x36\0\0\0", Refusal.OTHER_KIND),
        (b"II*\0\x08\0\0\0", Refusal.OTHER_KIND),
        (b"\xff\x0a\0\0", Refusal.OTHER_KIND),
        (b"%PDF-1.7\n", Refusal.NO_PICTURE),
        (b"\xef\xbb\xbf \n<!-- Otto --><SVG xmlns='http://www.w3.org/2000/svg'>", Refusal.DRAWING),
        (b"<!DOCTYPE html><html><svg></svg></html>", Refusal.NO_PICTURE),
        (b"", Refusal.EMPTY),
    ],
)
def test_the_first_bytes_tell_what_is_taken(beginning: bytes, kind: str) -> None:
    try:
        assert kind_of(beginning) == kind
    except Refused as refused:
        assert refused.reason == kind


def test_what_moves_is_told_by_its_headers() -> None:
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "blue")]
    whole = {"save_all": True, "append_images": frames[1:], "duration": 100}
    assert looked(saved(frames[0], "PNG", **whole)) == Refusal.MOVING
    assert looked(saved(frames[0], "WEBP", **whole)) == Refusal.MOVING
    assert looked(saved(frames[0], "AVIF", **whole)) == Refusal.MOVING


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_picture_that_ends_too_early_is_known_wherever_it_was_cut(kind: str) -> None:
    whole = saved(astronaut(), kind)
    assert looked(whole) == Found(kind, 512, 512)
    cut = {looked(whole[: len(whole) * share // 100]) for share in (3, 20, 50, 90, 99)}
    assert cut == {Refusal.CUT_OFF}


def test_what_a_phone_writes_behind_its_pictures_is_no_harm() -> None:
    # A short film after the picture, and notes of the maker's.
    film = brands(b"mp42") + struct.pack(">I4s", 8, b"free")
    for kind in ("JPEG", "AVIF"):
        content = saved(astronaut(), kind)
        assert looked(content + (film if kind == "JPEG" else b"SEFHe\0\0\0\1\0\0\0SEFT")) == Found(kind, 512, 512)


def test_a_picture_that_is_a_page_as_well_is_refused() -> None:
    hidden = saved(astronaut(), "JPEG", comment=b"<script>alert(1)</script>")
    assert looked(hidden) == Refusal.TWO_IN_ONE


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xe0\0\x01" + bytes(40),
        b"\xff\xd8\xff\xe0\0\x04\0\0\0\0\0\0" + bytes(40),
        b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\0\0\0\0",
        png(0, 10),
        b"RIFF\x20\0\0\0WEBPVP9 " + bytes(40),
        brands(b"heic") + struct.pack(">I4s", 4, b"meta") + bytes(20),
        brands(b"heic"),
    ],
)
def test_headers_that_say_nonsense_are_refused_as_damaged(content: bytes) -> None:
    assert looked(content) == Refusal.DAMAGED


def test_every_refusal_says_what_to_do() -> None:
    assert [reason for reason in Refusal if "hoose" not in str(reason.label)] == []
    assert str(Refused(Refusal.VIDEO)) == (
        "This is a video. Choose a photo, or take a screenshot of one moment and choose that."
    )
