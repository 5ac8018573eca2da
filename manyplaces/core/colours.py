"""Colours as #rrggbb: whether they can be read on white, and the nearest that can."""

from __future__ import annotations

import colorsys
import re

LEAST_CONTRAST = 4.5
WRITTEN = re.compile(r"#[0-9a-f]{6}")


def is_colour(text: str) -> bool:
    """Tell whether a text is a colour as we keep it, in small letters."""
    return bool(WRITTEN.fullmatch(text))


def contrast_on_white(colour: str) -> float:
    """Return the contrast of #rrggbb on white, 1 to 21, as WCAG 2.2 defines it."""
    return 1.05 / (_luminance(*_parts(colour)) + 0.05)


def readable(colour: str) -> str:
    """Return the lightest colour of the same hue, not lighter than this one, that can be read on white."""
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(colour))
    while True:
        red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, max(light, 0.0), saturation))
        found = f"#{red:02x}{green:02x}{blue:02x}"
        if contrast_on_white(found) >= LEAST_CONTRAST:
            return found
        light -= 0.002


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _luminance(*parts: float) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
