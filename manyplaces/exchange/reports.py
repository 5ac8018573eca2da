"""What an import tells: how far it is, what became of every row, and the file in which all of that is kept."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from manyplaces.core.tables import neutral
from manyplaces.exchange.columns import Kind

FIRST = 20  # so many refusals are kept for the screen
COLUMNS = ("line", "outcome", "what", "column", "sentence")

What = Literal["created", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row: where it stood, what it was, and for a refusal the file's own column and why."""

    line: int
    outcome: What
    what: str = ""
    column: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: how many bytes of the file were read in this stage, and how many there are."""

    stage: Literal["checking", "importing"]
    read: int
    size: int


@dataclass
class Report:
    """What an import did. Everything counted here is in the database, unless it was a dry run."""

    kind: Kind
    file_name: str
    dry_run: bool
    number: int | None = None
    rows: int = 0
    counts: Counter[What] = field(default_factory=Counter)
    refusals: list[Line] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    called: dict[str, str] = field(default_factory=dict)
    file: Path | None = None

    def add(self, lines: Iterable[Line], rows: int) -> None:
        """Count what became of rows."""
        self.rows += rows
        seen = set()
        for line in lines:
            if line.outcome == "refused" and len(self.refusals) < FIRST:
                self.refusals.append(line)
            # A row with several faults has several lines and is one row.
            if line.line not in seen:
                self.counts[line.outcome] += 1
            seen.add(line.line)


class ReportFile:
    """The report as a table on disk, a line for each row, written while the import runs."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self._out = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._out, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def add(self, lines: Iterable[Line]) -> None:
        """Write what became of rows that are committed; words from the file stand there as no spreadsheet runs them."""
        for line in lines:
            said = (neutral(text) for text in (line.what, line.column, line.sentence))
            self._writer.writerow((line.line, line.outcome, *said))
        self._out.flush()

    def close(self) -> None:
        """Close the file."""
        self._out.close()
