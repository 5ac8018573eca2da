"""What an earlier import of the very same file has settled, so that a repeated one need not ask about every row."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from manyplaces.core.generation import current_generation
from manyplaces.exchange.columns import Kind
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.models import Import

MOST_REFUSED = 1_000  # with more refused rows than this, every row is asked about again


@dataclass(frozen=True)
class Earlier:
    """The first `rows` rows of the file are in the record, but for those (counted from 0) that were refused."""

    rows: int = 0
    refused: frozenset[int] = frozenset()

    def settled(self, index: int) -> bool:
        """Tell whether the row is known to be in the record as the file has it."""
        return index < self.rows and index not in self.refused


def source_of(kind: Kind, path: Path, mapping: ColumnMapping) -> str:
    """Return what tells a file apart, together with the way it is read: the same source makes the same record."""
    try:
        code = version("manyplaces")
    except PackageNotFoundError:
        code = ""
    how = [code, kind, mapping.columns, mapping.fixed, sorted(mapping.empty), mapping.values, *mapping.actions]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(json.dumps(how, sort_keys=True, default=dict).encode())
    return digest.hexdigest()


def earlier_import(source: str, run: Import | None) -> Earlier:
    """Return what the last import of the source before `run` settled; nothing if the record has changed since."""
    others = Import.objects.filter(source=source).order_by("-number")
    last = (others.exclude(pk=run.pk) if run else others).first()
    if last is None or last.undone_at is not None or last.generation != current_generation():
        return Earlier()
    return Earlier(last.rows_done, frozenset(last.refused_rows))
