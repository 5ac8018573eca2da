"""Rows taken in batches: each batch one transaction, each row a savepoint, and nothing told before it is committed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import NotNow, sentences
from manyplaces.core.tables import Row
from manyplaces.exchange.cells import Cells
from manyplaces.exchange.columns import COLUMNS, Kind, column_of
from manyplaces.exchange.earlier import Earlier
from manyplaces.exchange.imports import (
    actions,
    claims,
    closings,
    corrections,
    details,
    events,
    media,
    photos,
    recaps,
    reports,
)
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.reports import Line, What
from manyplaces.journal.operations import Gathering, Outcome

ROWS, SECONDS = 200, 0.5
SETTLED_ROWS = 20_000  # rows that are passed over cost next to nothing

Take = Callable[[Cells, Lookups, Actor], Taken]
TAKES: dict[Kind, Take] = {
    "actions": actions.take,
    "claims": claims.take,
    "events": events.take,
    "media": media.take,
    "details": details.take,
    "reports": reports.take,
    "photos": photos.take,
    "recaps": recaps.take,
    "closings": closings.take,
    "corrections": corrections.take,
}
# In a row of details either of two cells may be the empty one; its own module says what is missing.
_MAY_BE_EMPTY = {"key", "value"}
_OUTCOMES: dict[Outcome, What] = {"added": "created", "changed": "changed", "unchanged": "unchanged"}


@dataclass
class Batch:
    """Some rows that are committed together: what became of them, and how far into the file the last one reaches."""

    lines: list[Line] = field(default_factory=list)
    rows: int = 0
    asked: int = 0
    offset: int = 0
    refused: list[int] = field(default_factory=list)


@dataclass
class Intake:
    """Takes rows of one kind through one mapping, as somebody on an errand.

    Rows that an earlier import of the file settled count as unchanged without asking, as long as nobody else changes
    the record meanwhile: `alone` tells whether that held, `generation` is the number of the record after each batch.
    """

    kind: Kind
    mapping: ColumnMapping
    by: Actor
    lookups: Lookups
    earlier: Earlier = field(default_factory=Earlier)
    alone: bool = True
    generation: int = 0
    rows: int = 0

    def batches(self, rows: Iterator[Row], count: Callable[[Batch], None]) -> Iterator[Batch]:
        """Yield each batch after it was committed; `count` is called inside its transaction."""
        self.generation = current_generation()
        for first in rows:
            batch = Batch()
            with transaction.atomic():
                self._require_alone(self.generation)
                with Gathering() as gathering:
                    until = time.monotonic() + SECONDS
                    for row in chain([first], rows):
                        self._take_into(batch, row, gathering)
                        if batch.asked >= ROWS or batch.rows >= SETTLED_ROWS or time.monotonic() > until:
                            break
                self._require_alone(self.generation + bool(gathering.mark()))
                count(batch)
            yield batch

    def call_actions(self) -> dict[str, str]:
        """Call the actions of the mapping and tell what became of each; raises ValidationError if one is refused."""
        with transaction.atomic(), Gathering():
            called = [actions.call(cells, self.by) for cells in self.mapping.actions]
        return {taken.key: _OUTCOMES[taken.outcome] for taken in called}

    def _require_alone(self, expected: int) -> None:
        """Look whether somebody else changed the record; then every row is asked about again, this time and next."""
        self.generation = current_generation()
        if self.generation != expected:
            self.alone, self.earlier = False, Earlier()

    def _take_into(self, batch: Batch, row: Row, gathering: Gathering) -> None:
        index, self.rows = self.rows, self.rows + 1
        batch.rows, batch.offset = batch.rows + 1, row.offset
        cells = Cells(row.line, self.mapping.cells(self.kind, row.cells))
        if self.kind == "events":
            events.give_id(cells, self.lookups)
        if self.earlier.settled(index):
            batch.lines.append(Line(row.line, "unchanged"))
            return
        batch.asked += 1
        lines = [Line(row.line, "refused", sentence=row.problem)] if row.problem else self._take(cells, gathering)
        batch.lines += lines
        if lines[0].outcome == "refused":
            batch.refused.append(index)

    def _take(self, cells: Cells, gathering: Gathering) -> list[Line]:
        mark = gathering.mark()
        try:
            self._require_cells(cells)
            taken = self._taken(cells, gathering)
        except (ValidationError, PermissionDenied, NotNow) as refusal:
            gathering.drop(mark)
            self.lookups.forget()
            return self._refused(cells.line, refusal)
        return [Line(cells.line, _OUTCOMES[taken.outcome], taken.key, sentence=" ".join(cells.notes))]

    def _taken(self, cells: Cells, gathering: Gathering) -> Taken:
        """Take the row; what somebody else wrote at the same moment is found by a second try."""
        mark = gathering.mark()
        for attempt in (1, 2):
            try:
                with transaction.atomic():
                    return TAKES[self.kind](cells, self.lookups, self.by)
            except (IntegrityError, DataError):
                gathering.drop(mark)
                self.lookups.forget()
                if attempt == 2:
                    raise NotNow(_("The database does not take this row together with what is there.")) from None
        raise AssertionError  # unreachable: the second attempt returns or raises

    def _require_cells(self, cells: Cells) -> None:
        empty = {
            column.name: _("This is empty. It should say: %s") % column.meaning
            for column in COLUMNS[self.kind]
            if column.required
            and not cells.text(column.name)
            and not (self.kind == "details" and column.name in _MAY_BE_EMPTY)
        }
        if empty:
            raise ValidationError(empty)

    def _refused(self, line: int, refusal: Exception) -> list[Line]:
        found = []
        for name, sentence in sentences(refusal):
            column = column_of(self.kind, name)
            found.append(Line(line, "refused", "", self.mapping.theirs(column) or column, sentence))
        return found
