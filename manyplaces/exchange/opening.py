"""A file that is about to be imported: read once to its end, so that an unusable one is refused at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from manyplaces.core.tables import Unreadable, read_rows
from manyplaces.exchange.columns import COLUMNS, Kind
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.reports import Progress

EVERY = 5_000  # rows between two words about the progress


@dataclass(frozen=True)
class Opened:
    """A table that can be read to its end: its size in bytes, its rows, and the columns that are not used."""

    path: Path
    size: int
    rows: int
    unused: list[str]


def open_table(kind: Kind, path: Path, mapping: ColumnMapping, tell: Callable[[Progress], None]) -> Opened:
    """Read a file to its end; raises Unreadable if it is no table, or not one of this kind."""
    if path.is_dir():
        raise Unreadable(_("“%s” is a folder. Give the name of a file.") % path.name)
    if not path.exists():
        raise Unreadable(_("There is no file “%s”. Check its name and folder.") % path)
    size, count = path.stat().st_size, 0
    names: list[str] = []
    for row in read_rows(path):
        if not count:
            names = list(row.cells)
            _require_columns(kind, mapping, names)
        count += 1
        if not count % EVERY:
            tell(Progress("checking", row.offset, size))
    return Opened(path, size, count, mapping.unused(kind, names))


def _require_columns(kind: Kind, mapping: ColumnMapping, names: list[str]) -> None:
    missing = mapping.missing(kind, names)
    if not missing:
        return
    other = next((other for other in COLUMNS if other != kind and not ColumnMapping().missing(other, names)), None)
    sentence = _("This is not a file of %(kind)s: it lacks %(missing)s. Its columns are %(found)s.") + " "
    if other:
        sentence += _("It looks like a file of %(other)s.")
    else:
        sentence += _("If they have other names, say so in a mapping file (--mapping; docs/exchange.md).")
    words = {"kind": kind, "missing": ", ".join(missing), "found": ", ".join(names)[:400], "other": other}
    raise Unreadable(sentence % words)
