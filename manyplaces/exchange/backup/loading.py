"""Putting a backup back: tables made as they were, filled in one transaction, and brought to the state of today."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from manyplaces.core.refusals import NotNow
from manyplaces.exchange.backup.reading import Begin, members, read_begin
from manyplaces.exchange.backup.shape import BEGIN, MEMBER, Progress, Table, row_of

Tell = Callable[[Progress], None]
ASIDE, COMING = "media.before", "media.coming"


def require_readable(begin: Begin) -> None:
    """Raise NotNow where a later version made the backup, whose tables this one does not know."""
    known = set(MigrationExecutor(connection).loader.disk_migrations)
    if set(begin.migrations) - known:
        raise NotNow(
            _("This backup was made by version %(version)s, which is later than this one. Install that first.")
            % {"version": begin.version}
        )


def load(file: Path, data: Path, tell: Tell = lambda _progress: None) -> int:
    """Fill empty tables and the folder of files from a backup that was looked through; returns how many rows.

    Rows come in one transaction, files in a folder that takes its name after it.
    """
    shutil.rmtree(data / COMING, ignore_errors=True)
    rows = 0
    begin: Begin | None = None
    for name, content in members(file):
        if name == BEGIN:
            begin = read_begin(content)
            break
    if begin is None:
        return 0
    _migrate(begin.migrations)
    with transaction.atomic():
        _empty(begin)
        for name, content in members(file):
            if found := MEMBER.fullmatch(name):
                rows += _insert(begin.tables[found[1]], gzip.decompress(content))
                tell(Progress("rows", rows, begin.rows))
            elif name.startswith("media/"):
                _place(data / COMING, name, content)
    _migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    _settle()
    _move_in(data)
    return rows


def _migrate(targets: list[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection)
    leaves = _leaves(executor, targets)
    executor.migrate(leaves)


def _leaves(executor: MigrationExecutor, applied: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return of what was applied the last of each room."""
    wanted = set(applied)
    nodes = executor.loader.graph.node_map
    return [
        node
        for node in sorted(wanted)
        if node in nodes and not any(child.key[0] == node[0] and child.key in wanted for child in nodes[node].children)
    ]


def _empty(begin: Begin) -> None:
    """Take away what new tables begin with."""
    with connection.cursor() as cursor:
        for table in begin.tables.values():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table.stored_as)}")  # noqa: S608


def _insert(table: Table, content: bytes) -> int:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name, _kind in table.columns)
    marks = ", ".join(["%s"] * len(table.columns))
    on_sqlite, kinds = connection.vendor == "sqlite", table.kinds
    rows = [row_of(line, kinds, on_sqlite=on_sqlite) for line in content.decode().split("\n") if line]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quote(table.stored_as)} ({columns}) VALUES ({marks})", rows)  # noqa: S608
    return len(rows)


def _place(folder: Path, name: str, content: bytes) -> None:
    place = folder / name.removeprefix("media/")
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _settle() -> None:
    """Let numbers go on where they ended, and schools be found by their words."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM places_schoolwords")
            cursor.execute("INSERT INTO places_schoolwords (rowid, words) SELECT id, words FROM places_school")


def _move_in(data: Path) -> None:
    """Let the files of the backup take the place of those that lie there; what was there is gone afterwards."""
    media, coming, aside = data / "media", data / COMING, data / ASIDE
    coming.mkdir(exist_ok=True, mode=0o700)
    if media.exists():
        shutil.rmtree(aside, ignore_errors=True)
        media.rename(aside)
    coming.rename(media)
    shutil.rmtree(aside, ignore_errors=True)


def has_anything() -> bool:
    """Tell whether there is a record already: an action or an account."""
    found = set(connection.introspection.table_names())
    wanted = [apps.get_model(name) for name in ("actions.Action", "people.Person")]
    return any(model._meta.db_table in found and model._base_manager.exists() for model in wanted)


def drop_everything() -> None:
    """Drop all tables of the database, so that another record can take their place."""
    with connection.cursor() as cursor:
        names: list[Any] = connection.introspection.table_names(cursor)
        for name in names:
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(name)} CASCADE")
