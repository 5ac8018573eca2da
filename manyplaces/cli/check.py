"""The command `manyplaces check`: settings in force, what would refuse a start, state of database and disk."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from manyplaces.cli.archives import archive_faults
from manyplaces.cli.privacy import privacy_faults
from manyplaces.cli.whole import backup_faults, wholeness_faults
from manyplaces.config.environment import SETTINGS, Environment

if TYPE_CHECKING:
    from manyplaces.journal.queries import Anchor

SQLITE = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
POSTGRESQL = ("server_version", "synchronous_commit", "fsync", "full_page_writes")


@click.command()
@click.argument("what", type=click.Choice(["archive", "backup", "journal", "privacy", "rights"]), required=False)
@click.argument("file", type=click.Path(path_type=Path), required=False)
def command(what: str | None, file: Path | None) -> None:
    """Say which settings are in force and whether the installation is sound.

    With "journal": whether an entry of the journal was changed or removed. With "rights": who may do what. With
    "privacy": whether anything is stored that must not be, or longer than it may. With "archive FILE.zip": whether
    every file of an archive is as it was written and every link in it leads somewhere. With "backup FILE": whether that
    backup is whole, and how every row of the record stands beside it.
    Ends with 0 when a start would be safe and nothing is damaged, with 1 otherwise.
    """
    import django
    from django.conf import settings

    of_files = {"archive": archive_faults, "backup": backup_faults}
    if (file is None) == (what in of_files):
        raise click.UsageError("Only an archive or a backup is a file: manyplaces check archive FILE.zip")
    django.setup()
    environment: Environment = settings.ENVIRONMENT
    asked = {"journal": journal_faults, "privacy": privacy_faults, "rights": rights_faults}
    if file is not None:
        faults = of_files[str(what)](file)
    else:
        faults = asked[what](environment) if what else installation_faults(environment)
    for fault in faults:
        click.echo(f"Not sound: {fault}", err=True)
    click.echo("All is well." if not faults else f"{len(faults)} of these must be put right.", err=bool(faults))
    sys.exit(1 if faults else 0)


def installation_faults(environment: Environment) -> list[str]:
    """Print settings, database and disk, and return what would refuse a start or is damaged."""
    from manyplaces.config.refusals import refusals

    faults = refusals(environment)
    click.echo("Settings")
    for name, value in in_force(environment):
        click.echo(f"  {name:29} {value}")
    if not any("database does not answer" in fault for fault in faults):
        faults += database_faults()
        if not faults and _is_made():
            # What is damaged is not asked for more.
            faults += [*wholeness_faults(environment), *journal_faults(environment)]
        remarks(environment)
    free = shutil.disk_usage(environment.data).free
    click.echo(f"Disk\n  free                     {free / 1e9:.1f} GB")
    return faults


def _is_made() -> bool:
    from django.db import connection

    return "actions_action" in connection.introspection.table_names()


def remarks(environment: Environment) -> None:
    """Print what is no fault and yet easily forgotten."""
    from django.db import DatabaseError

    from manyplaces.core.lockdown import locked_since

    with suppress(DatabaseError):
        if since := locked_since():
            click.echo(f"  The site is closed to every change since {since:%Y-%m-%d %H:%M} UTC: manyplaces unlock")
    if environment.proxies == 0 and environment.url.startswith("https://"):
        click.echo(
            "  Nobody is stopped who sends very many forms: all visitors seem to come from this machine. Set"
            " MANYPLACES_PROXIES to the number of servers in front (docs/run.md)."
        )


def journal_faults(environment: Environment) -> list[str]:
    """Print where the chain of the journal stands, and return what was changed in it."""
    from manyplaces.journal.queries import soundness

    found = soundness(anchors(environment.data / "logs"))
    click.echo("Journal")
    click.echo(f"  {'entries':24} {found.entries}")
    click.echo(f"  {'of these chained':24} {found.chained}")
    click.echo(f"  {'last link':24} {found.head or 'none'}")
    return [f"the journal: {fault}" for fault in found.faults]


def anchors(folder: Path) -> Iterator[Anchor]:
    """Yield where the chain stood, as the logs have it; they lie outside of the database."""
    from manyplaces.journal.queries import Anchor

    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text("ascii", "replace").splitlines():
            if '"chain": "' in line:
                with suppress(ValueError, KeyError):
                    told = json.loads(line)
                    yield Anchor(int(told["number"]), str(told["chain"]), str(told["at"])[:10])


def rights_faults(environment: Environment) -> list[str]:
    """Print who has which right, and return what is dangerous about it."""
    from manyplaces.people.queries import nationals, people_with_rights

    click.echo("Rights (role, action, city, state; * is every one)")
    for person in people_with_rights():
        rights = "; ".join(
            str(grant) + (f" until {grant.until}" if grant.until else "") for grant in person.grants.all()
        )
        state = "closed" if person.disabled_at else f"last here {person.seen_on or 'never'}"
        click.echo(f"  {person.alias:24} {rights or 'none'} ({state})")
    found = nationals()
    bare = [person.alias for person in found if not person.passkeys.exists()]
    faults = [f"{alias} may do everything and has no passkey; make one on the page “Your account”." for alias in bare]
    if not found:
        faults.append("nobody is a national coordinator; manyplaces up prints a code with which one can be made.")
    return faults


def in_force(environment: Environment) -> Iterator[tuple[str, str]]:
    """Yield each setting with the value it has now; the password of the database is left out."""
    for setting in SETTINGS:
        value = _now(environment, setting.name)
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if setting.name == "DATABASE_URL":
            value = without_password(value) if value else f"SQLite in {environment.data}"
        yield setting.name, "empty" if value in ("", None) else str(value)


def _now(environment: Environment, name: str) -> Any:
    """Return what a setting is now; of the secret of the store for pictures only that there is one."""
    store = environment.pictures_store
    of_store = {
        "MANYPLACES_PICTURES_STORE": f"s3://{store.bucket}/{store.prefix}" if store else "",
        "MANYPLACES_PICTURES_ENDPOINT": store.endpoint if store else "",
        "MANYPLACES_PICTURES_REGION": store.region if store else "",
        "AWS_ACCESS_KEY_ID": store.key if store else "",
        "AWS_SECRET_ACCESS_KEY": "given" if store else "",
    }
    return of_store[name] if name in of_store else getattr(environment, name.removeprefix("MANYPLACES_").lower())


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
    integrity = read_setting("PRAGMA integrity_check") if is_sqlite else "ok"
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
