"""The command `manyplaces lockdown`: closing the site to every change, at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

from manyplaces.cli.ready import make_ready, operator, or_end

MOST_TRIES = 15


@click.command()
def command() -> None:
    """Close the site to every change at once, because something has gone badly wrong.

    Ends every session and every code, stops letters, jobs and exports, and makes a new secret key. The public pages
    stay. Only national coordinators can still change something, after they have signed in anew. It is closed at once,
    while the site runs or not, also where the database is busy; `manyplaces unlock` opens it again.
    """
    import django

    django.setup()
    from django.conf import settings

    from manyplaces.config.keys import renew_secret_key
    from manyplaces.core.lockdown import begin_closing, end_closing

    begin_closing()
    make_ready(even_when_locked=True)
    from manyplaces.people.operations import lock_down

    ended = or_end(lambda: patiently(lambda: lock_down(by=operator())))
    renew_secret_key(settings.ENVIRONMENT.key_file, keep=False)
    end_closing()
    click.echo(f"The site is closed to every change. {ended} sessions were ended; letters, jobs and exports rest.")
    click.echo("National coordinators can sign in anew. When all is well again: manyplaces unlock")


def patiently(step: Callable[[], int]) -> int:
    """Do the step, and again where the database is busy, for several minutes; the site is closed already."""
    from django.db import OperationalError, connection

    for _ in range(MOST_TRIES):
        try:
            return step()
        except OperationalError:
            click.echo("Closed to everybody. The database is busy; sessions are ended as soon as it is free.", err=True)
            connection.close()
            time.sleep(1)
    return step()
