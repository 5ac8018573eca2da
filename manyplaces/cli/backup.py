"""The command `manyplaces backup`: the whole installation as one file, made while the site goes on."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from manyplaces.cli.archives import Bar, ending_cleanly
from manyplaces.cli.ready import make_ready, or_end


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
def command(file: Path) -> None:
    """Write everything into FILE: all tables in one state, and the files of toolkits and pictures.

    The site goes on meanwhile. An older FILE stays until the new one is whole and on the disk. With - it goes to
    standard output, for a pipe that encrypts it.

    The keys are not in it: keep copies of keys/contacts.key and keys/secret.key somewhere else (docs/keeping.md).

    \b
    Examples:
      manyplaces backup /backups/manyplaces.backup
      manyplaces backup - | age -r age1... > /backups/manyplaces.backup.age
    """
    make_ready(even_when_locked=True)
    from manyplaces.exchange.backup.making import make_backup, write_backup

    began = time.monotonic()
    with ending_cleanly(), Bar() as bar:
        if str(file) == "-":
            made = or_end(lambda: make_backup(sys.stdout.buffer, bar.show))
            sys.stdout.buffer.flush()
        else:
            made = or_end(lambda: write_backup(file.absolute(), bar.show))
    rows = sum(table["rows"] for table in made["tables"].values())
    files = sum(name.startswith("media/") for name in made["files"])
    click.echo(f"{rows:,} rows and {files:,} files, in {time.monotonic() - began:,.0f} s.", err=True)
