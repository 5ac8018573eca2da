"""The command `manyplaces unlock`: opening a site that was closed."""

from __future__ import annotations

import click

from manyplaces.cli.ready import make_ready, operator, or_end


@click.command()
def command() -> None:
    """Open a site that was closed with `manyplaces lockdown`.

    Letters and jobs that waited go on. Everybody has to sign in anew.
    """
    make_ready(even_when_locked=True)
    from manyplaces.core.lockdown import end_closing, is_closing
    from manyplaces.people.operations import unlock

    was_closed = or_end(lambda: unlock(by=operator())) or is_closing()
    end_closing()
    click.echo("The site is open again; letters and jobs go on." if was_closed else "The site was not closed.")
