"""The command `manyplaces export`: a table of the record on standard output."""

from __future__ import annotations

import os
import sys

import click

from manyplaces.cli.ready import make_ready, or_end
from manyplaces.exchange.columns import KINDS, Kind


@click.command()
@click.argument("kind", type=click.Choice(KINDS), metavar="|".join(KINDS))
@click.option("--action", default="", metavar="ACTION_ID", help="Only what belongs to this action.")
def command(kind: Kind, action: str) -> None:
    """Write a table of the record as CSV, in the columns that `manyplaces import` reads.

    Spreadsheets show it without running anything in it: a cell that could be a formula gets an apostrophe in front,
    which the import takes off again.

    \b
    Examples:
      manyplaces export events > events.csv
      manyplaces export claims --action oct2016 > oct2016_claims.csv
    """
    make_ready()
    from manyplaces.core.tables import write_rows
    from manyplaces.exchange.exports.everything import export

    table = or_end(lambda: export(kind, action=action))
    try:
        write_rows(sys.stdout.buffer, table.header, table.rows)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read has seen enough, as with `| head`; nothing may be flushed into the closed pipe at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
