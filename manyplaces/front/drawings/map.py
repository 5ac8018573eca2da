"""The map of an action in SVG: the states as a picture of their own, and one circle a small cell laid over it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup

from manyplaces.places.geometry import HEIGHT, WIDTH, outlines, project

LAND = "#e9e6df"
BORDER = "#ffffff"
CELL = 4  # canvas units; dots in one cell of the grid become one circle
SMALLEST = 2.5  # radius in canvas units
LARGEST = 22.0
ONE = 3.2  # the most that a circle of one may measure in radius, so that a small action is not drawn as a giant one
PHASES = ("held", "planned", "cancelled")  # the first wins where a cell holds as many of two


# These escape what is put into them.
MAP = Markup(
    '<svg class="dot-map" role="img" aria-labelledby="{prefix}-title {prefix}-description" '
    'viewBox="0 0 {width} {height}">'
    '<title id="{prefix}-title">{title}</title><desc id="{prefix}-description">{description}</desc>'
    '<image href="{background}" width="{width}" height="{height}"/>'
    '<g fill="currentColor" fill-opacity=".75" stroke="#fff" stroke-width=".6">{groups}</g></svg>'
)
GROUP = Markup('<g class="{}">{}</g>')
CIRCLE = '<circle cx="{}" cy="{}" r="{}"/>'  # Only numbers are put in, by the thousand, so nothing is escaped.
# So many circles of one size are one element: a browser lays out a path of a thousand circles as fast as one of them.
MANY = 8
LEGEND = Markup(
    '<svg class="dot-legend" aria-hidden="true" viewBox="0 0 {width} 48" width="{width}" height="48">'
    '<g fill="none" stroke="currentColor">{circles}</g><g font-size="14" fill="currentColor">{numbers}</g></svg>'
)
NUMBER = Markup('<text x="{}" y="29">{}</text>')


@dataclass(frozen=True, slots=True)
class Dot:
    """`count` events at a position in degrees, all in one of the phases `held`, `planned` or `cancelled`."""

    lat: float
    lon: float
    count: int
    phase: str


@dataclass(frozen=True, slots=True)
class Circle:
    """Events of one cell: its middle (weighted by their number) and radius in canvas units."""

    x: float
    y: float
    radius: float
    count: int
    phase: str


def outline_svg() -> str:
    """The states as one SVG file, the same for every map, so that a browser fetches it once."""
    states = "".join(f'<path id="{code}" d="{path}"/>' for code, path in outlines().items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<g fill="{LAND}" stroke="{BORDER}" stroke-linejoin="round">{states}</g></svg>\n'
    )


def dot_map(dots: Sequence[Dot], *, title: str, description: str, background: str, id_prefix: str = "map") -> Markup:
    """Inline SVG of the dots over the picture at the address `background`; each id begins with `id_prefix`.

    Each circle stands in a group whose class is the main phase of its cell; the style sheet colours the classes, and
    without one the circles take the colour of the text. Dots outside the drawn regions are left out.
    """
    # Runs of one phase share a group, which keeps the paint order of the radii and saves a class on each circle.
    groups = Markup().join(
        GROUP.format(phase, Markup("".join(_drawn(run))))  # noqa: S704 (numbers)
        for phase, run in groupby(circles(dots), key=lambda circle: circle.phase)
    )
    return MAP.format(
        prefix=id_prefix,
        title=title,
        description=description,
        background=background,
        width=WIDTH,
        height=HEIGHT,
        groups=groups,
    )


def circles(dots: Sequence[Dot]) -> list[Circle]:
    """The circles of the dots, the large ones first so that small ones are painted over them."""
    return list(_circles(tuple(dots)))


@lru_cache(maxsize=4)  # The map and its legend ask for the same circles, one after the other.
def _circles(dots: tuple[Dot, ...]) -> tuple[Circle, ...]:
    cells = _cells(dots)
    unit = _unit(max((sum(dot.count for _, _, dot in cell) for cell in cells), default=0))
    found = [_circle(cell, unit) for cell in cells]
    return tuple(sorted(found, key=lambda circle: (-circle.radius, PHASES.index(circle.phase), circle.y, circle.x)))


def legend_steps(dots: Sequence[Dot]) -> list[int]:
    """One to three round numbers, rising, that explain the size of the circles; none where there is no circle."""
    most = max((circle.count for circle in circles(dots)), default=0)
    if most <= 3:
        return list(range(1, most + 1))[-1:]
    top = max(step for step in _round_numbers(most) if step <= most)
    middle = min(_round_numbers(top), key=lambda step: abs(step / math.sqrt(top) - 1))
    return [1, middle, top] if top > 10 else [1, top]


def legend_svg(dots: Sequence[Dot]) -> Markup:
    """A small picture for the caption: circles of `legend_steps` on the scale of the map, with their numbers."""
    unit = _unit(max((circle.count for circle in circles(dots)), default=0))
    x, drawn, numbers = 1.0, Markup(), Markup()
    for step in legend_steps(dots):
        radius = _radius(step, unit)
        drawn += Markup(CIRCLE.format(_short(x + radius), 24, _short(radius)))  # noqa: S704 (numbers)
        x += 2 * radius + 5
        numbers += NUMBER.format(_short(x), f"{step:,}")
        x += 9 * len(f"{step:,}") + 14
    return LEGEND.format(width=round(x), circles=drawn, numbers=numbers)


def _cells(dots: Sequence[Dot]) -> list[list[tuple[float, float, Dot]]]:
    """Dots with their canvas positions, those of one cell of the grid together."""
    cells: dict[tuple[int, int], list[tuple[float, float, Dot]]] = defaultdict(list)
    for dot in dots:
        position = project(dot.lat, dot.lon)
        if position is not None and dot.count > 0:
            x, y = position
            cells[int(x // CELL), int(y // CELL)].append((x, y, dot))
    return list(cells.values())


def _circle(cell: list[tuple[float, float, Dot]], unit: float) -> Circle:
    total = sum(dot.count for _, _, dot in cell)
    phases: Counter[str] = Counter()
    for _, _, dot in cell:
        phases[dot.phase] += dot.count
    return Circle(
        x=round(sum(x * dot.count for x, _, dot in cell) / total, 1),
        y=round(sum(y * dot.count for _, y, dot in cell) / total, 1),
        radius=round(_radius(total, unit), 1),
        count=total,
        phase=max(PHASES, key=lambda phase: phases[phase]),
    )


def _unit(most: int) -> float:
    """Radius of a circle of one, such that the fullest cell does not pass the largest radius."""
    return min(ONE, LARGEST / math.sqrt(most)) if most else ONE


def _radius(count: int, unit: float) -> float:
    """Radius whose area is proportional to the number, but never too small to be seen."""
    return max(SMALLEST, unit * math.sqrt(count))


def _round_numbers(most: int) -> list[int]:
    """The numbers 1, 2 and 5 times the powers of ten, up to and a little beyond the number."""
    return [step * 10**power for power in range(len(str(most))) for step in (1, 2, 5)]


def _drawn(run: Iterable[Circle]) -> Iterator[str]:
    """Yield the elements of circles that follow each other."""
    for radius, same in groupby(run, key=lambda circle: circle.radius):
        alike = list(same)
        if len(alike) < MANY:
            yield from (CIRCLE.format(_short(one.x), _short(one.y), _short(radius)) for one in alike)
        else:
            r, across = _short(radius), _short(2 * radius)
            round_it = f"a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0"
            line = "".join(f"M{_short(one.x - radius)} {_short(one.y)}{round_it}" for one in alike)
            yield f'<path d="{line}"/>'


def _short(number: float) -> str:
    """A number with one decimal at most and no needless zero."""
    return f"{round(number, 1):g}"
