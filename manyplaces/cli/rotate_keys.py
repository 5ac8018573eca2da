"""The command `manyplaces rotate-keys`: new keys for contacts and sessions, while the site goes on."""

from __future__ import annotations

import time
from pathlib import Path

import click

from manyplaces.cli.ready import make_ready, operator, or_end

STEP = 10_000


@click.command()
@click.option(
    "--wait",
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for what was begun under the old key before that key is dropped.",
)
def command(wait: int) -> None:
    """Make new keys: seal every contact anew, drop the old key, and make a new secret key.

    The site goes on meanwhile. If it is interrupted, even by a power cut, nothing is lost: run it again for the rest.
    """
    from django.conf import settings

    from manyplaces.config.keys import renew_secret_key
    from manyplaces.core.sealing import add_key, drop_keys, open_keys, ring

    make_ready(even_when_locked=True)
    file = Path(settings.CONTACTS_KEY_FILE)
    ring()
    if len(open_keys(file)) > 1:
        click.echo("An earlier change of the keys was interrupted; it goes on.")
    else:
        or_end(lambda: add_key(file))
    done = or_end(_seal_all)
    # Whatever was sealed under the old key and written down since.
    while True:
        time.sleep(wait)
        late = or_end(_seal_all)
        done += late
        if not late:
            break
    drop_keys(file)
    renew_secret_key(settings.ENVIRONMENT.key_file, keep=True)
    click.echo(f"The keys are new: {done:,} rows were sealed anew, and the old key opens nothing any more.")
    click.echo(f"Copy {file} to where you keep it, apart from copies of the database.")


def _seal_all() -> int:
    from manyplaces.people.operations import seal_anew

    told = 0

    def tell(done: int) -> None:
        nonlocal told
        if done >= told + STEP:
            told = done
            click.echo(f"{done:,} rows are sealed anew.", err=True)

    return seal_anew(by=operator(), told=tell)
