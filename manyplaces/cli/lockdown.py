"""The command `manyplaces lockdown`: closing the site to every change, at once."""

from __future__ import annotations

import click

from manyplaces.cli.ready import make_ready, operator, or_end


@click.command()
def command() -> None:
    """Close the site to every change at once, because something has gone badly wrong.

    Ends every session and every code, stops letters, jobs and exports, and makes a new secret key. The public pages
    stay. Only national coordinators can still change something, after they have signed in anew. Takes a few seconds,
    while the site runs or not; `manyplaces unlock` opens it again.
    """
    from django.conf import settings

    from manyplaces.config.keys import renew_secret_key

    make_ready(even_when_locked=True)
    from manyplaces.people.operations import lock_down

    ended = or_end(lambda: lock_down(by=operator()))
    renew_secret_key(settings.ENVIRONMENT.key_file, keep=False)
    click.echo(f"The site is closed to every change. {ended} sessions were ended; letters, jobs and exports rest.")
    click.echo("National coordinators can sign in anew. When all is well again: manyplaces unlock")
