"""How close together the events of an action lie: a guess from a coarse grid, so that one search is wide enough."""

from __future__ import annotations

import time
from math import cos, pi, radians, sqrt
from typing import Any, NamedTuple

from django.db.models import Count, F
from django.db.models.functions import Round

from manyplaces.actions.models import Action
from manyplaces.events.models import Event

# Cells are about nine kilometres high: a town fills few of them, and its fields none.
CELLS_IN_A_DEGREE = 12
KM_IN_A_DEGREE = 111.19
KM_IN_A_CELL = KM_IN_A_DEGREE / CELLS_IN_A_DEGREE
# A grid is as old as this at most, and counts what is not public too: it chooses how far is looked, never what is told.
SECONDS = 600.0
MOST_ACTIONS = 8
# In kilometres and cells.
NARROWEST, FURTHEST = 1.0, 12


class _Grid(NamedTuple):
    counted_at: float
    cells: dict[tuple[int, int], int]


_grids: dict[int, _Grid] = {}


def forget() -> None:
    """Forget all grids."""
    _grids.clear()


def likely_circle(action: Action, at: tuple[float, float], wanted: int) -> float:
    """Return the radius in kilometres of a circle that probably holds so many events; infinite where few are near.

    One query for each action every ten minutes in each process; its answer is kept in memory.
    """
    cells = _cells_of(action)
    row, column = round(at[0] * CELLS_IN_A_DEGREE), round(at[1] * CELLS_IN_A_DEGREE)
    across = max(cos(radians(at[0])), 0.1)
    found = 0
    for ring in range(FURTHEST + 1):
        around = range(-ring, ring + 1)
        for north in around:
            # Only the rim is new.
            rim = around if abs(north) == ring else (-ring, ring)
            found += sum(cells.get((row + north, column + east), 0) for east in rim)
        if found >= wanted:
            area = (len(around) * KM_IN_A_CELL) ** 2 * across
            return max(sqrt(wanted * area / found / pi), NARROWEST)
    return float("inf")


def _cells_of(action: Action) -> dict[tuple[int, int], int]:
    now = time.monotonic()
    grid = _grids.get(action.pk)
    if grid is None or grid.counted_at + SECONDS < now:
        rows: Any = Event.every.filter(action=action, shown_lat__isnull=False, shown_lon__isnull=False).order_by()
        cell = {"row": Round(F("shown_lat") * CELLS_IN_A_DEGREE), "column": Round(F("shown_lon") * CELLS_IN_A_DEGREE)}
        counted = rows.values(**cell).annotate(many=Count("pk")).values_list("row", "column", "many")
        grid = _Grid(now, {(int(row), int(column)): many for row, column, many in counted})
        while len(_grids) >= MOST_ACTIONS:
            _grids.pop(next(iter(_grids)), None)
        _grids[action.pk] = grid
    return grid.cells
