"""The command `manyplaces export`: a table of the record on standard output, or an archive of it as a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import cast

import click

from manyplaces.cli.archives import write_archive
from manyplaces.cli.ready import make_ready, or_end
from manyplaces.exchange.columns import KINDS, Kind

ARCHIVE = "archive"
CHOICES = (*KINDS, ARCHIVE)


@click.command()
@click.argument("kind", type=click.Choice(CHOICES), metavar="|".join(CHOICES))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--action", default="", metavar="ACTION_ID", help="Only what belongs to this action.")
def command(kind: Kind | str, file: Path | None, action: str) -> None:
    """Write a table of the record as CSV, in the columns that `manyplaces import` reads, or all pages as an archive.

    A table goes to standard output. An archive is one ZIP, FILE: the public pages in both languages with their
    pictures and data, which open from the disk without a server. An older FILE stays until the new one is whole.

    Spreadsheets show it without running anything in it: a cell that could be a formula gets an apostrophe in front,
    which the import takes off again.

    \b
    Examples:
      manyplaces export events > events.csv
      manyplaces export claims --action oct2016 > oct2016_claims.csv
      manyplaces export archive record.zip
      manyplaces export archive oct2016.zip --action oct2016
    """
    make_ready()
    if kind == ARCHIVE:
        if file is None:
            raise click.UsageError("Say into which file: manyplaces export archive FILE.zip")
        write_archive(file, action)
        return
    if file is not None:
        raise click.UsageError(f"A table goes to standard output: manyplaces export {kind} > {file}")
    from manyplaces.core.tables import write_rows
    from manyplaces.exchange.exports.everything import export

    table = or_end(lambda: export(cast("Kind", kind), action=action))
    try:
        write_rows(sys.stdout.buffer, table.header, table.rows)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read has seen enough, as with `| head`; nothing may be flushed into the closed pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
