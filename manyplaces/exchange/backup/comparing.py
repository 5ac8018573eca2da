"""The record beside one of its backups, row by row: SQLite keeps no checksums, and what rots in a text shows here."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from manyplaces.core.refusals import NotNow
from manyplaces.exchange.backup.making import held, stored_models
from manyplaces.exchange.backup.reading import Begin, begin_of, look_through, members
from manyplaces.exchange.backup.shape import MEMBER, Progress, Table, fields_of, line_of
from manyplaces.journal.models import Entry

Tell = Callable[[Progress], None]
ENTRIES = "journal.entry"
# How a row refuses to be read: no text, no day, no number any more.
UNREADABLE = (DatabaseError, ValueError, TypeError, ArithmeticError)
# What the site changes as it goes along, without a word in the journal: that such a row is otherwise says nothing.
MOVING = frozenset(
    {
        *("core.generation", "exchange.import", "lists.columnmemory", "lists.listrow", "lists.sitelist"),
        *("mail.job", "mail.letter", "mail.slot", "people.contactexport", "people.passkey", "people.person"),
        *("people.recoverycode", "record.linkwatch", "record.tallypoint", "reports.photo"),
        *("rsvps.crowd", "rsvps.look", "rsvps.news", "rsvps.pastcrowd", "rsvps.purge", "rsvps.round", "rsvps.safe"),
    }
)


@dataclass
class Beside:
    """How the rows of a table stand beside the backup; `strange` has the keys of those that should be alike."""

    table: str
    alike: int = 0
    changed: int = 0
    gone: int = 0
    new: int = 0
    strange: list[Any] = field(default_factory=list)


def compare(file: Path, tell: Tell = lambda _progress: None) -> list[Beside]:
    """Compare every row of the record with the backup; returns how each table of the backup stands.

    A row is strange that is otherwise than in the backup, though neither its version nor the journal tells that
    somebody has changed it since; of tables in MOVING nobody can say so. Raises NoBackup for a damaged file, and
    NotNow where the tables have changed since it was made.
    """
    look_through(file, tell)
    begin = begin_of(file)
    if set(begin.migrations) != set(MigrationExecutor(connection).loader.applied_migrations):
        raise NotNow(_("The tables have changed since this backup was made. Make a new one, and compare with that."))
    known = {model._meta.label_lower: model for model in stored_models()}
    with held():
        comparing = _Comparing(begin, known, _told_since(file), tell)
        for name, content in members(file):
            if found := MEMBER.fullmatch(name):
                comparing.take(found[1], gzip.decompress(content).decode())
        return comparing.end()


def _told_since(file: Path) -> set[tuple[str, int]]:
    """Return what the journal has told about since the backup: kinds of rows with their keys."""
    last = 0
    for name, content in members(file):
        found = MEMBER.fullmatch(name)
        if found and found[1] == ENTRIES:
            table = Table.of(Entry)
            place = _place(table, Entry)
            last = int(json.loads(gzip.decompress(content).decode().rstrip("\n").split("\n")[-1])[place])
    return set(Entry.objects.filter(pk__gt=last).values_list("subject_kind", "subject_id"))


def _place(table: Table, model: type[models.Model], column: str = "") -> int:
    """Return where in a line the key stands, or the column; -1 where there is none."""
    names = [name for name, _kind in table.columns]
    wanted = column or str(model._meta.pk.column)
    return names.index(wanted) if wanted in names else -1


class _Comparing:
    def __init__(
        self, begin: Begin, known: dict[str, type[models.Model]], told: set[tuple[str, int]], tell: Tell
    ) -> None:
        self.begin, self.known, self.told, self.tell = begin, known, told, tell
        self.found: dict[str, Beside] = {name: Beside(name) for name in begin.tables if name in known}
        # Up to which key each table was looked at.
        self.last: dict[str, Any] = {}

    def take(self, name: str, content: str) -> None:
        """Compare the rows of one member, which come in the order of their keys."""
        model, table, beside = self.known[name], self.begin.tables[name], self.found[name]
        key = _place(table, model)
        before = {cells[key]: (cells, line) for line in content.split("\n") if line for cells in [json.loads(line)]}
        last = next(reversed(before), None)
        for pk, line in self._readable(model, table, last):
            old = before.pop(pk, None)
            if old is None:
                beside.new += 1
            elif old[1] == line:
                beside.alike += 1
            else:
                beside.changed += 1
                if not line or self._is_strange(name, pk, old[0], json.loads(line)):
                    beside.strange.append(pk)
        beside.gone += len(before)
        self.last[name] = last
        self.tell(Progress("rows", min(self._seen(), self.begin.rows), self.begin.rows))

    def end(self) -> list[Beside]:
        """Count what came after the last row of each table."""
        for name, beside in self.found.items():
            model = self.known[name]
            rows = model._base_manager.all()
            beside.new += (rows.filter(pk__gt=self.last[name]) if name in self.last else rows).count()
        return list(self.found.values())

    def _seen(self) -> int:
        return sum(beside.alike + beside.changed + beside.gone for beside in self.found.values())

    def _readable(self, model: type[models.Model], table: Table, last: Any) -> list[tuple[Any, str]]:
        """Return what `_now` yields, with an empty line for a row that cannot be read any more."""
        after = self.last.get(table.name)
        try:
            return list(self._now(model, table, after, last))
        except UNREADABLE:
            keys = model._base_manager.filter(pk__lte=last).order_by("pk")
            keys = keys if after is None else keys.filter(pk__gt=after)
            return [(pk, self._line(model, table, pk)) for pk in keys.values_list("pk", flat=True)]

    def _line(self, model: type[models.Model], table: Table, pk: Any) -> str:
        names = [field.attname for field in fields_of(model)]
        try:
            return line_of(model._base_manager.filter(pk=pk).values_list(*names)[0], table.kinds)
        except UNREADABLE:
            return ""

    def _now(self, model: type[models.Model], table: Table, after: Any, last: Any) -> Iterator[tuple[Any, str]]:
        """Yield key and line of each row as it is now, of those after the one key up to the other."""
        names = [field.attname for field in fields_of(model)]
        key = _place(table, model)
        rows = model._base_manager.filter(pk__lte=last).order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)
        for row in rows.values_list(*names).iterator():
            yield row[key], line_of(row, table.kinds)

    def _is_strange(self, name: str, pk: Any, before: list[Any], now: list[Any]) -> bool:
        version = _place(self.begin.tables[name], self.known[name], "version")
        is_newer = version >= 0 and now[version] > before[version]
        return name not in MOVING and not is_newer and (name, pk) not in self.told
