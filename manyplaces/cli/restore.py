"""The command `manyplaces restore`: a backup becomes an installation, all of it or nothing that is served."""

from __future__ import annotations

import socket
import sys
import time
from pathlib import Path

import click

from manyplaces.cli.archives import Bar, ending_cleanly
from manyplaces.cli.ready import operator, or_end
from manyplaces.config.environment import Environment

ASIDE = ".before"


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--replace", is_flag=True, help="Put it in the place of the record that is there, which is lost.")
@click.option("--lose-contacts", is_flag=True, help="Go on although the keys of its contacts are not here.")
def command(file: Path, replace: bool, lose_contacts: bool) -> None:
    """Put the backup FILE back into the data folder and the database that are set.

    Every hash is compared before anything is done. Put the copies of keys/contacts.key and keys/secret.key into the
    data folder before. If it is interrupted, the site does not start: run it again. A backup of SQLite goes into
    PostgreSQL and the other way round.
    """
    import django
    from django.conf import settings

    django.setup()
    environment: Environment = settings.ENVIRONMENT
    from manyplaces.exchange.backup.reading import begin_of, look_through
    from manyplaces.exchange.backup.shape import NoBackup

    began = time.monotonic()
    environment.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with Bar() as bar:
            made = look_through(file, bar.show)
        begin = begin_of(file)
    except NoBackup as fault:
        sys.exit(f"Nothing was done: {fault}.")
    _require_quiet(environment)
    _require_room(environment, replace=replace)
    _require_keys(begin.keys, lose_contacts=lose_contacts)
    with ending_cleanly(), Bar() as bar:
        rows = or_end(lambda: _restored(file, environment, bar))
    wanted = sum(table["rows"] for table in made["tables"].values())
    if rows != wanted:
        sys.exit(f"{rows:,} rows of {wanted:,} came. Run the command again.")
    click.echo(f"The record of {begin.made_at} is back: {rows:,} rows, in {time.monotonic() - began:,.0f} s.")
    environment.restoring.unlink()


def _require_quiet(environment: Environment) -> None:
    with socket.socket() as knock:
        knock.settimeout(1)
        if knock.connect_ex(("127.0.0.1", environment.port)) == 0:
            sys.exit(f"Nothing was done: something is served on port {environment.port}. Stop the site first.")


def _require_room(environment: Environment, *, replace: bool) -> None:
    """End where a record would be lost that nobody gave up; what an interrupted restore has left is none."""
    from manyplaces.exchange.backup.loading import has_anything

    if not replace and not environment.restoring.exists() and has_anything():
        sys.exit("Nothing was done: there is a record here already. To lose it: manyplaces restore --replace FILE")


def _require_keys(keys: dict[str, str], *, lose_contacts: bool) -> None:
    from manyplaces.exchange.backup.making import fingerprints

    here = fingerprints()
    lost = [name for name, known in keys.items() if name.startswith("contacts") and here.get(name) != known]
    if lost and not lose_contacts:
        sys.exit(
            "Nothing was done: keys/contacts.key is not the one under which the contacts in this backup are sealed. Put"
            " your copy of it into the data folder. If it is lost: --lose-contacts, and manyplaces first-run after it."
        )
    if here["secret"] != keys.get("secret"):
        click.echo("keys/secret.key is another one: links in letters are dead, and everybody signs in again.", err=True)


def _restored(file: Path, environment: Environment, bar: Bar) -> int:
    from django.db import connection

    from manyplaces.exchange.backup.loading import drop_everything, load, require_readable
    from manyplaces.exchange.backup.reading import begin_of
    from manyplaces.rsvps.operations import give_up_lost_safes

    require_readable(begin_of(file))
    environment.restoring.touch(mode=0o600)
    if connection.vendor == "sqlite":
        connection.close()
        _aside(environment.data)
    else:
        drop_everything()
    rows = load(file, environment.data, bar.show)
    give_up_lost_safes(by=operator())
    for left in environment.data.glob(f"manyplaces.sqlite3*{ASIDE}"):
        left.unlink()
    return rows


def _aside(data: Path) -> None:
    """Move the database that is there aside. Of one that a restore has begun before nothing is kept."""
    is_begun_before = any(data.glob(f"manyplaces.sqlite3*{ASIDE}"))
    for ending in ("-wal", "-shm", ""):
        file = data / f"manyplaces.sqlite3{ending}"
        if file.exists() and is_begun_before:
            file.unlink()
        elif file.exists():
            file.rename(data / f"{file.name}{ASIDE}")
