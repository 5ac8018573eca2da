"""The command `manyplaces undo-import`: an import of the last 24 hours is taken back."""

from __future__ import annotations

import click

from manyplaces.cli.ready import make_ready, or_end


@click.command()
@click.argument("number", type=click.IntRange(min=1), required=False)
def command(number: int | None) -> None:
    """Take back everything that import NUMBER did; without a number list the imports that can be undone.

    All of it is taken back or nothing: if something of it was changed since, it stays, and a sentence says so.

    \b
    Examples:
      manyplaces undo-import
      manyplaces undo-import 3
    """
    make_ready()
    if number is None:
        list_imports()
        return
    from manyplaces.core.actor import Actor
    from manyplaces.exchange.operations import undo_import

    taken_back = or_end(lambda: undo_import(number, by=Actor("command line", "command")))
    click.echo(f"Import {number} is undone: {taken_back:,} changes were taken back.")


def list_imports() -> None:
    """Print the imports that can still be undone, newest first."""
    from manyplaces.exchange.queries import undoable_imports

    found = undoable_imports()
    if not found:
        click.echo("There is no import of the last 24 hours.")
    for run in found:
        state = "" if run.finished else ", interrupted"
        click.echo(
            f"{run.number:>4}  {run.started:%Y-%m-%d %H:%M} UTC  {run.kind:8} {run.file_name}  "
            f"(created {run.created:,}, changed {run.changed:,}{state})"
        )
