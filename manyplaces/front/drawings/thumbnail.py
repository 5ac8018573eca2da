"""The small map beside an action in a list: where it was at a glance, a few kilobytes however many events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from manyplaces.front.drawings.map import Dot
from manyplaces.places.geometry import HEIGHT, WIDTH, project

CELL = 16  # canvas units; all dots in one cell of the grid are drawn as one
# The least number of events of each size, and how wide such a dot is in canvas units.
SIZES = ((30, 54), (8, 36), (3, 24), (1, 15))

SVG = Markup(
    '<svg class="small-map" aria-hidden="true" viewBox="0 0 {width} {height}">'
    '<image href="{background}" width="{width}" height="{height}"/>{dots}</svg>'
)


def small_map(dots: Sequence[Dot], background: str) -> Markup:
    """Return a decoration in SVG over the picture at the address `background`; the page says in words what it shows.

    Each dot is a line without length and with a round end, so that a cell costs ten bytes. Cancelled events are not
    drawn; the class `planned` is for cells where nothing was held.
    """
    held, planned = _cells(dots, "held"), _cells(dots, "planned")
    lines = _lines({cell: count for cell, count in planned.items() if cell not in held}, "planned")
    return SVG.format(width=WIDTH, height=HEIGHT, background=background, dots=lines + _lines(held, "held"))


def _cells(dots: Sequence[Dot], phase: str) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    for dot in dots:
        position = project(dot.lat, dot.lon) if dot.phase == phase else None
        if position is not None:
            found[int(position[0] // CELL), int(position[1] // CELL)] += dot.count
    return found


def _lines(cells: dict[tuple[int, int], int], name: str) -> Markup:
    paths: dict[int, list[str]] = {width: [] for _, width in SIZES}
    for (x, y), count in sorted(cells.items()):
        width = next(width for least, width in SIZES if count >= least)
        paths[width].append(f"M{x * CELL + CELL // 2},{y * CELL + CELL // 2}h0")
    drawn = (
        f'<path class="{name}" stroke-width="{width}" d="{"".join(found)}"/>' for width, found in paths.items() if found
    )
    return Markup("".join(drawn))  # noqa: S704 (numbers and our own class)
