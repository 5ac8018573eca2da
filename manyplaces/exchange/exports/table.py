"""What every export makes: a header, and rows that are read from the database while they are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from manyplaces.core.tables import write_rows
from manyplaces.exchange.columns import COLUMNS, Kind

# How many rows are fetched at once.
CHUNK = 500
IN_ORDER = ("action__date_from", "action__slug", "pk")


@dataclass(frozen=True)
class Table:
    """The columns of a table in their order, and its rows by column; a column that a row lacks is empty."""

    header: list[str]
    rows: Iterable[Mapping[str, object]]


def written(table: Table) -> bytes:
    """Return a table as the file in which it is given out."""
    out = BytesIO()
    write_rows(out, table.header, table.rows)
    return out.getvalue()


def header_with(kind: Kind, extras: Iterable[str]) -> list[str]:
    """Return the columns that the kind always has, and those of its extra ones that are named."""
    wanted = set(extras)
    columns = [column for column in COLUMNS[kind] if not column.import_only]
    return [column.name for column in columns if not column.extra or column.name in wanted]
