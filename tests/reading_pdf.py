"""The text of a PDF as it was typeset here, page by page: what somebody reads, without its place on the page.

Only what our typesetter writes is understood: objects in the open, packed streams, fonts that say which letters their
glyphs stand for.
"""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\r?\n(.*?)\r?\nendobj", re.S)
# What stands between these is text; elsewhere the same signs are numbers of a drawing.
TEXT = re.compile(rb"\bBT\b(.*?)\nET\b", re.S)
GLYPHS = re.compile(rb"/(f\d+) [\d.]+ Tf|<([0-9a-fA-F]*)>|\(((?:\\.|[^\\()])*)\)|(T[jJ])\b", re.S)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
CHAR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, in the order in which it was written, with single blanks."""
    known = {int(match[1]): match[2] for match in OBJECT.finditer(pdf)}
    [tree] = [body for body in known.values() if re.search(rb"/Type ?/Pages\b", body)]
    kids = re.search(rb"/Kids ?\[(.*?)\]", tree, re.S)
    assert kids is not None
    numbers = [int(number) for number in re.findall(rb"(\d+) 0 R", kids[1])]
    return [" ".join(_text(known, known[number]).split()) for number in numbers]


def language_of(pdf: bytes) -> str:
    """The language that the whole document says it is in."""
    return re.findall(rb"/Lang ?\((\w\w)", pdf)[-1].decode()


def _text(known: dict[int, bytes], page: bytes) -> str:
    fonts = _fonts(known, page)
    reference = re.search(rb"/Contents (\d+) 0 R", page)
    assert reference is not None
    said, font, glyphs = [], b"", b""
    drawn = b"\n".join(TEXT.findall(_unpacked(known[int(reference[1])])))
    for name, in_hex, in_letters, shown in GLYPHS.findall(drawn):
        if name:
            font = name
        elif shown:
            said.append("".join(fonts[font].get(glyphs[place : place + 2], "") for place in range(0, len(glyphs), 2)))
            glyphs = b""
        else:
            glyphs += bytes.fromhex(in_hex.decode()) if in_hex else _literal(in_letters)
    return " ".join(said)


def _fonts(known: dict[int, bytes], page: bytes) -> dict[bytes, dict[bytes, str]]:
    place = re.search(rb"/Resources (\d+) 0 R", page)
    listed = re.search(rb"/Font ?<<(.*?)>>", known[int(place[1])] if place else page, re.S)
    found = {}
    for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", listed[1] if listed else b""):
        letters = re.search(rb"/ToUnicode (\d+) 0 R", known[int(number)])
        assert letters is not None
        found[name] = _letters(_unpacked(known[int(letters[1])]))
    return found


def _letters(table: bytes) -> dict[bytes, str]:
    """Which letters each glyph of a font stands for."""
    found = {}
    for kind, rows in re.findall(rb"beginbf(char|range)(.*?)endbf", table, re.S):
        pairs = [(one, one, said) for one, said in CHAR.findall(rows)] if kind == b"char" else RANGE.findall(rows)
        for first, last, said in pairs:
            letters = bytes.fromhex(said.decode()).decode("utf-16-be")
            for step in range(int(last, 16) - int(first, 16) + 1):
                glyph = (int(first, 16) + step).to_bytes(2, "big")
                found[glyph] = letters[:-1] + chr(ord(letters[-1]) + step)
    return found


def _unpacked(body: bytes) -> bytes:
    content = re.search(rb"stream\r?\n(.*)\r?\nendstream", body, re.S)
    assert content is not None
    return zlib.decompress(content[1]) if b"FlateDecode" in body[: content.start()] else content[1]


def _literal(text: bytes) -> bytes:
    def meant(match: re.Match[bytes]) -> bytes:
        sign = match[1]
        return bytes([int(sign, 8)]) if sign.isdigit() else ESCAPED.get(sign, sign)

    return re.sub(rb"\\([0-7]{1,3}|.)", meant, text, flags=re.S)
