"""Rows taken in batches: each batch one transaction, each row a savepoint, and nothing told before it is committed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, sentences
from manyplaces.core.tables import Row
from manyplaces.exchange.cells import Cells
from manyplaces.exchange.columns import COLUMNS, Kind, column_of
from manyplaces.exchange.imports import actions, claims, details, events, media
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.reports import Line, What
from manyplaces.journal.operations import Gathering, Outcome

ROWS, SECONDS = 200, 0.5

Take = Callable[[Cells, Lookups, Actor], Taken]
TAKES: dict[Kind, Take] = {
    "actions": actions.take,
    "claims": claims.take,
    "events": events.take,
    "media": media.take,
    "details": details.take,
}
# In a row of details either of two cells may be the empty one; its own module says what is missing.
_MAY_BE_EMPTY = {"key", "value"}
_OUTCOMES: dict[Outcome, What] = {"added": "created", "changed": "changed", "unchanged": "unchanged"}


@dataclass
class Batch:
    """Some rows that are committed together: what became of them, and how far into the file the last one reaches."""

    lines: list[Line] = field(default_factory=list)
    rows: int = 0
    offset: int = 0


@dataclass(frozen=True)
class Intake:
    """Takes rows of one kind through one mapping, as somebody on an errand."""

    kind: Kind
    mapping: ColumnMapping
    by: Actor
    lookups: Lookups

    def batches(self, rows: Iterator[Row], count: Callable[[Batch], None]) -> Iterator[Batch]:
        """Yield each batch after it was committed; `count` is called inside its transaction."""
        for first in rows:
            batch = Batch()
            with transaction.atomic(), Gathering() as gathering:
                until = time.monotonic() + SECONDS
                self._take_into(batch, first, gathering)
                for row in islice(rows, ROWS - 1):
                    self._take_into(batch, row, gathering)
                    if time.monotonic() > until:
                        break
                count(batch)
            yield batch

    def call_actions(self) -> dict[str, str]:
        """Call the actions of the mapping; returns what became of each. Raises ValidationError for one that is refused."""
        with transaction.atomic(), Gathering():
            called = [actions.call(cells, self.by) for cells in self.mapping.actions]
        return {taken.key: _OUTCOMES[taken.outcome] for taken in called}

    def _take_into(self, batch: Batch, row: Row, gathering: Gathering) -> None:
        batch.lines += self._take(row, gathering)
        batch.rows += 1
        batch.offset = row.offset

    def _take(self, row: Row, gathering: Gathering) -> list[Line]:
        if row.problem:
            return [Line(row.line, "refused", sentence=row.problem)]
        cells = Cells(row.line, self.mapping.cells(self.kind, row.cells))
        mark = gathering.mark()
        try:
            self._require_cells(cells)
            taken = self._taken(cells, gathering)
        except (ValidationError, PermissionDenied, NotNow) as refusal:
            gathering.drop(mark)
            self.lookups.forget()
            return self._refused(row.line, refusal)
        return [Line(row.line, _OUTCOMES[taken.outcome], taken.key, sentence=" ".join(cells.notes))]

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
            if column.required and not cells.text(column.name) and not (self.kind == "details" and column.name in _MAY_BE_EMPTY)
        }
        if empty:
            raise ValidationError(empty)

    def _refused(self, line: int, refusal: Exception) -> list[Line]:
        found = []
        for name, sentence in sentences(refusal):
            column = column_of(self.kind, name)
            found.append(Line(line, "refused", "", self.mapping.theirs(column) or column, sentence))
        return found
