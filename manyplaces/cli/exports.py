"""The command `manyplaces export`: a table of the record on standard output, or an archive of it as a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from manyplaces.cli.archives import write_archive
from manyplaces.cli.ready import make_ready, or_end
from manyplaces.exchange.columns import KINDS, Kind

if TYPE_CHECKING:
    from manyplaces.exchange.exports.table import Table

# Beside the tables of the record: events as others count them; all tables in one file; all pages in one file.
CROWDS, RECORD, ARCHIVE = "crowds", "record", "archive"
CHOICES = (*KINDS, CROWDS, RECORD, ARCHIVE)


@click.command()
@click.argument("kind", type=click.Choice(CHOICES), metavar="|".join(CHOICES))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--action", default="", metavar="ACTION_ID", help="Only what belongs to this action.")
def command(kind: str, file: Path | None, action: str) -> None:
    """Write a table of the record as CSV, in the columns that `manyplaces import` reads, or all tables or all pages.

    A table goes to standard output; “crowds” are the events that were held, in the columns of the Crowd Counting
    Consortium. A record is one ZIP, FILE, of all tables: `manyplaces import record FILE` makes the same record of it
    in an empty installation. An archive is one ZIP, FILE: the public pages in both languages with their pictures and
    data, which open from the disk without a server. An older FILE stays until the new one is whole.

    Spreadsheets show it without running anything in it: a cell that could be a formula gets an apostrophe in front,
    which the import takes off again.

    \b
    Examples:
      manyplaces export events > events.csv
      manyplaces export claims --action oct2016 > oct2016_claims.csv
      manyplaces export crowds > crowds.csv
      manyplaces export record record.zip
      manyplaces export archive pages.zip
      manyplaces export archive oct2016.zip --action oct2016
    """
    make_ready()
    if kind in (RECORD, ARCHIVE):
        if file is None:
            raise click.UsageError(f"Say into which file: manyplaces export {kind} FILE.zip")
        (write_archive if kind == ARCHIVE else write_whole)(file, action)
        return
    if file is not None:
        raise click.UsageError(f"A table goes to standard output: manyplaces export {kind} > {file}")
    write_table(kind, action)


def write_whole(file: Path, action: str) -> None:
    """Write all tables into one file, and say how large it is."""
    from manyplaces.exchange.exports.whole import write_record

    size = or_end(lambda: write_record(file, action=action))
    click.echo(f"{size / 1e6:,.1f} MB: {file}")


def write_table(kind: str, action: str) -> None:
    """Write a table to standard output."""
    from manyplaces.core.tables import write_rows
    from manyplaces.exchange.exports.everything import export, export_crowds

    def asked() -> Table:
        return export_crowds(action=action) if kind == CROWDS else export(cast("Kind", kind), action=action)

    table = or_end(asked)
    try:
        write_rows(sys.stdout.buffer, table.header, table.rows)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read has seen enough, as with `| head`; nothing may be flushed into the closed pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
