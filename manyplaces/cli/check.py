"""The command `manyplaces check`: settings in force, what would refuse a start, state of database and disk."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

import click

from manyplaces.config.environment import SETTINGS, Environment

SQLITE = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
POSTGRESQL = ("server_version", "synchronous_commit", "fsync", "full_page_writes")


@click.command()
def command() -> None:
    """Say which settings are in force and whether the installation is sound.

    Ends with 0 when a start would be safe and nothing is damaged, with 1 otherwise.
    """
    import django
    from django.conf import settings

    from manyplaces.config.refusals import refusals

    django.setup()
    environment: Environment = settings.ENVIRONMENT
    faults = refusals(environment)
    click.echo("Settings")
    for name, value in in_force(environment):
        click.echo(f"  {name:24} {value}")
    if not any("database does not answer" in fault for fault in faults):
        faults += database_faults()
    free = shutil.disk_usage(environment.data).free
    click.echo(f"Disk\n  free                     {free / 1e9:.1f} GB")
    for fault in faults:
        click.echo(f"Not sound: {fault}", err=True)
    click.echo("All is well." if not faults else f"{len(faults)} of these must be put right.", err=bool(faults))
    sys.exit(1 if faults else 0)


def in_force(environment: Environment) -> Iterator[tuple[str, str]]:
    """Yield each setting with the value it has now; the password of the database is left out."""
    for setting in SETTINGS:
        value = getattr(environment, setting.name.removeprefix("MANYPLACES_").lower())
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if setting.name == "DATABASE_URL":
            value = without_password(value) if value else f"SQLite in {environment.data}"
        yield setting.name, str(value)


def without_password(address: str) -> str:
    """Return a database address without what stands between the user's name and the host."""
    head, at, host = address.rpartition("@")
    scheme, slashes, user = head.partition("://")
    return f"{scheme}{slashes}{user.partition(':')[0]}{at}{host.partition('?')[0]}"


def database_faults() -> list[str]:
    """Print the database's settings as read back from a live connection, and return what is wrong with it."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from manyplaces.config.refusals import read_setting

    click.echo(f"Database ({connection.vendor})")
    is_sqlite = connection.vendor == "sqlite"
    for name in SQLITE if is_sqlite else POSTGRESQL:
        click.echo(f"  {name:24} {read_setting(f'PRAGMA {name}' if is_sqlite else f'SHOW {name}')}")
    faults = []
    integrity = read_setting("PRAGMA quick_check") if is_sqlite else "ok"
    if is_sqlite:
        click.echo(f"  {'integrity':24} {integrity}")
    if integrity != "ok":
        faults.append("the database file is damaged; stop the site and put back the last backup.")
    executor = MigrationExecutor(connection)
    pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    click.echo(f"  {'changes of tables to do':24} {pending}")
    if pending and executor.loader.applied_migrations:
        faults.append(f"{pending} changes of the tables have not been made; manyplaces up makes them.")
    return faults
