"""Whether an installation is whole: rows that hang on nothing, files that are not there, backups that are too old."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from manyplaces.cli.archives import Bar
from manyplaces.cli.ready import or_end

if TYPE_CHECKING:
    from manyplaces.config.environment import Environment
    from manyplaces.reports.models import Photo

# A nightly backup may be so old, in seconds, before somebody must look.
OLDEST = 26 * 3600
SHOWN = 20


def wholeness_faults(environment: Environment) -> list[str]:
    """Print how many files rows speak of and how old the last backup is; return what is missing or too old."""
    orphans, missing = list(_orphans()), list(_missing(environment))
    click.echo("Record")
    click.echo(f"  {'rows that hang on nothing':24} {len(orphans)}")
    click.echo(f"  {'files that are missing':24} {len(missing)}")
    found = [f"a row of {table} hangs on a row that is not there; put back the last backup." for table in orphans]
    found += [f"{file} is missing; put it back from the last backup." for file in missing]
    return [
        *found[:SHOWN],
        *([f"and {len(found) - SHOWN} more such."] if len(found) > SHOWN else []),
        *_old(environment),
    ]


def backup_faults(file: Path) -> list[str]:
    """Look a backup through and lay the record beside it; print how each table stands, and return what is strange."""
    from manyplaces.exchange.backup.comparing import compare
    from manyplaces.exchange.backup.shape import NoBackup

    try:
        with Bar() as bar:
            found = or_end(lambda: compare(file, bar.show))
    except NoBackup as fault:
        return [f"{fault}."]
    click.echo(f"{'The record beside it':28}{'alike':>11}{'changed':>11}{'gone':>11}{'new':>11}")
    for one in found:
        if one.alike or one.changed or one.gone or one.new:
            click.echo(f"  {one.table:26}{one.alike:>11,}{one.changed:>11,}{one.gone:>11,}{one.new:>11,}")
    return [
        f"rows of {one.table} that are otherwise than in the backup, though nothing tells that somebody changed them:"
        f" {', '.join(map(str, one.strange[:SHOWN]))}{' ...' if len(one.strange) > SHOWN else ''}"
        f" ({len(one.strange):,} in all)."
        for one in found
        if one.strange
    ]


def _orphans() -> Iterator[str]:
    """Yield the table of each row whose other row is gone; on PostgreSQL the database itself sees to that."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        yield from (str(row[0]) for row in cursor.fetchall())


def _missing(environment: Environment) -> Iterator[str]:
    from manyplaces.actions.models import MaterialVersion
    from manyplaces.core.safes import is_whole
    from manyplaces.core.shelves import shelf
    from manyplaces.reports.models import Photo
    from manyplaces.reports.rules.photos import HIDDEN
    from manyplaces.rsvps.models import Safe

    toolkit = environment.data / "media" / "toolkit"
    kept = MaterialVersion.objects.filter(file_deleted=False).exclude(stored_as="")
    for name in sorted(set(kept.values_list("stored_as", flat=True))):
        if not (toolkit / name).is_file():
            yield f"media/toolkit/{name}"
    # Those of what was taken down are in no backup, and are missing where one was put back.
    pictures = list(Photo.objects.exclude(picture="").exclude(state__in=HIDDEN))
    there = {name for name, _at in shelf().names()} if pictures else set()
    yield from (f"media/pictures/{name}" for photo in pictures for name in _names(photo) if name not in there)
    for safe in Safe.objects.filter(destroyed_at=None).order_by("pk"):
        if not is_whole(safe.name):
            yield f"the key {safe.name} of what attendees left"


def _names(photo: Photo) -> list[str]:
    return [file.name for file in photo.files]


def _old(environment: Environment) -> Iterator[str]:
    from manyplaces.exchange.backup.shape import nightly_backups

    folder: Path | None = environment.backups
    if folder is None:
        click.echo("  No backup is made by itself: set MANYPLACES_BACKUPS (docs/keeping.md).")
        return
    found = nightly_backups(folder)
    age = time.time() - found[-1].stat().st_mtime if found else None
    click.echo(f"  {'last backup':24} {'none' if age is None else f'{age / 3600:.0f} h old'}")
    if age is None or age > OLDEST:
        yield f"there is no backup of the last day in {folder}; see whether the worker runs, and its log."
