"""The card shown when a page is shared: a picture of 1200 by 630 pixels with title, date, one number and the dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

from manyplaces.front.drawings.map import LAND, Dot, circles
from manyplaces.places.geometry import HEIGHT, WIDTH, outlines, rings

SIZE = (1200, 630)
PAPER = "#fbfaf7"
INK = "#1d1b18"
SOFT = "#5f5a52"
MARGIN = 56
COLUMN = 500  # width of the text at the left; the map takes the right
MAP_CORNER = (572, 122)
MAP_SCALE = 0.63
FINER = 2  # the map is drawn at this multiple and shrunk, which smooths the edges
COLOURS = 48

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def share_card(
    dots: Sequence[Dot],
    *,
    title: str,
    when: str,
    number: str,
    caption: str,
    colour: str,
    font_path: Path | None,
    text_font_path: Path | None = None,
    site_name: str = "Manyplaces",
) -> bytes:
    """PNG of the card. `colour` is written `#rrggbb`; `font_path` is the bold cut, `text_font_path` that of the small
    lines (the bold one where missing); without a font Pillow's own is taken. Text that is too long becomes smaller,
    and is cut with an ellipsis where even the smallest size does not hold it.
    """
    card = Image.new("RGB", SIZE, PAPER)
    card.paste(_map(dots, colour), MAP_CORNER)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, SIZE[0], 13), fill=colour)
    small = text_font_path or font_path
    _write(pen, 52, site_name, Style(font_path, 30, 18, 1, colour))
    bottom = _write(pen, 116, title, Style(font_path, 66, 28, 4, INK))
    _write(pen, bottom + 14, when, Style(small, 34, 20, 2, SOFT))
    bottom = _write(pen, 424, number, Style(font_path, 112, 40, 1, colour))
    _write(pen, bottom + 4, caption, Style(small, 32, 18, 2, INK))
    out = BytesIO()
    card.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _map(dots: Sequence[Dot], colour: str) -> Image.Image:
    """The states with the dots; cancelled ones are grey, planned ones hollow."""
    picture = _states().copy()
    pen = ImageDraw.Draw(picture)
    scale = MAP_SCALE * FINER
    for circle in circles(dots):
        radius = max(circle.radius, 3.8) * scale
        fill, edge = {"planned": (PAPER, colour), "cancelled": (SOFT, PAPER)}.get(circle.phase, (colour, PAPER))
        width = FINER if circle.phase == "planned" else 1
        pen.circle((circle.x * scale, circle.y * scale), radius, fill=fill, outline=edge, width=width)
    return picture.reduce(FINER)


@cache
def _states() -> Image.Image:
    """The states without dots at the finer size, drawn once in a process."""
    scale = MAP_SCALE * FINER
    picture = Image.new("RGB", (round(WIDTH * scale), round(HEIGHT * scale)), PAPER)
    pen = ImageDraw.Draw(picture)
    for state in outlines():
        for ring in rings(state):
            line = [(x * scale, y * scale) for x, y in ring]
            pen.polygon(line, fill=LAND)
            pen.line([*line, line[0]], fill=PAPER, width=FINER, joint="curve")
    return picture


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: its font, the range of its size in pixels, its number of lines at most, and its colour."""

    font_path: Path | None
    largest: int
    smallest: int
    lines: int
    colour: str


def _write(pen: ImageDraw.ImageDraw, y: float, text: str, style: Style) -> float:
    """Write text from `y` down in the largest size that fits the column in so many lines; return where it ends."""
    if style.font_path is None:
        # Pillow's own font has no letters with accents and would draw boxes in their place.
        text = "".join(letter for letter in normalize("NFKD", text) if letter.isascii())
    for size in range(style.largest, style.smallest - 1, -2):
        font = _font(style.font_path, size)
        lines = _wrapped(text, font)
        if len(lines) <= style.lines and all(font.getlength(line) <= COLUMN for line in lines):
            break
    else:
        lines = [_cut(line, font) for line in lines]
        if len(lines) > style.lines:
            lines = [*lines[: style.lines - 1], _cut(" ".join(lines[style.lines - 1 :]), font)]
    for line in lines:
        pen.text((MARGIN, y), line, font=font, fill=style.colour)
        y += size * 1.14
    return y


def _wrapped(text: str, font: Font) -> list[str]:
    """Lines filled word by word."""
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= COLUMN:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(line: str, font: Font) -> str:
    """The line, or as much of its beginning as fits the column before an ellipsis."""
    if font.getlength(line) <= COLUMN:
        return line
    length = len(line)
    while length and font.getlength(f"{line[:length].rstrip()}…") > COLUMN:
        length -= 1
    return f"{line[:length].rstrip()}…"


@cache
def _font(path: Path | None, size: int) -> Font:
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)
