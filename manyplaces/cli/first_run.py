"""The command `manyplaces first-run`: a code with which somebody becomes national coordinator in the browser."""

from __future__ import annotations

import click

from manyplaces.cli.ready import make_ready, or_end


@click.command()
def command() -> None:
    """Print a new code for the page /first-run/, with which somebody becomes national coordinator.

    For an installation that has none yet, and for one whose coordinators have lost every way in: whoever gives his old
    address there gets his account back and makes a new passkey. A code from before is worth nothing.
    """
    make_ready()
    click.echo(or_end(words_of_code))


def words_of_code() -> str:
    """Make a code and return the sentence that says where to type it."""
    from django.conf import settings

    from manyplaces.core.actor import Actor
    from manyplaces.people.operations import print_first_run_code

    code = print_first_run_code(by=Actor("first-run", "command"))
    where = f"{settings.SITE_URL.rstrip('/')}/first-run/"
    return f"To become national coordinator, open {where} and type this code (it works once, for 7 days): {code}"


def words_if_nobody() -> str:
    """Return these words where there is no national coordinator, on a line of their own; nothing where there is one."""
    from manyplaces.people.queries import nationals

    return "" if nationals() else f"\n{words_of_code()}"
