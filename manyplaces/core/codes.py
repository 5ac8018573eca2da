"""An address as a QR code, for paper and screens."""

from __future__ import annotations

from itertools import groupby

import segno

# White around the code, in modules, without which many telephones do not find it.
QUIET = 4
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
    '<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{path}"/></svg>\n'
)


def qr_svg(address: str) -> str:
    """Return the code in SVG: black on white, square, of so many units as it has modules with the quiet zone.

    A quarter of it may be torn off or dirty (level Q). Raises ValueError for an address that no code holds.
    """
    rows = segno.make_qr(address, error="q", boost_error=False).matrix
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
    )
    return SVG.format(size=len(rows) + 2 * QUIET, path=path)


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Return where the dark modules of a row begin that lie side by side, and how many they are."""
    found, x = [], 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            found.append((x, length))
        x += length
    return found
