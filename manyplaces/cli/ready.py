"""What every command needs that works with the record: Django, and tables in the state this version needs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from pathlib import Path

    from manyplaces.config.environment import Environment
    from manyplaces.core.actor import Actor

Result = TypeVar("Result")


def make_ready(*, even_when_locked: bool = False) -> None:
    """Set Django up, and bring the tables to the state this version needs; ends where the site is closed (lockdown)."""
    import django
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    if settings.ENVIRONMENT.restoring.exists():
        click.echo("A restore was interrupted. Run it again: manyplaces restore FILE", err=True)
        sys.exit(1)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        click.echo("Preparing the database.", err=True)
        prepare_tables(settings.ENVIRONMENT)
    from manyplaces.core.lockdown import locked_since

    since = locked_since()
    if since and not even_when_locked:
        click.echo(f"The site is closed since {since:%Y-%m-%d %H:%M} UTC. To open it: manyplaces unlock", err=True)
        sys.exit(1)


def prepare_tables(environment: Environment) -> None:
    """Bring the tables to the state that this version needs; of a record that is there a backup is made before.

    Each change is one transaction. Whoever is killed between two of them goes on at the next start, with the backup
    from before the first.
    """
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    from manyplaces.exchange.backup.shape import BEFORE_UPDATE

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        kept = environment.data / BEFORE_UPDATE
        if executor.loader.applied_migrations:
            _keep_before(environment, kept)
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except DatabaseError as fault:
            back = f" To go back: install the version of before, then manyplaces restore --replace {kept}"
            sys.exit(
                f"The tables could not be changed ({str(fault).strip()[:200]}). Nothing is lost: put that right and"
                f" start again.{back if kept.exists() else ''}"
            )
    environment.updating.unlink(missing_ok=True)


def _keep_before(environment: Environment, kept: Path) -> None:
    from manyplaces.exchange.backup.making import write_backup

    if environment.updating.exists() and kept.exists():
        click.echo(f"An update was interrupted; it goes on. The backup from before it is {kept}", err=True)
        return
    or_end(lambda: write_backup(kept))
    environment.updating.touch(mode=0o600)
    click.echo(f"Before the update a backup was made: {kept}", err=True)


def operator() -> Actor:
    """Return whoever runs the machine, as operations are told."""
    from manyplaces.core.actor import Actor

    return Actor("command line", "command")


def or_end(step: Callable[[], Result]) -> Result:
    """Do the step; where it is refused, end with its sentence: 2 for an unusable file, 1 for anything else."""
    from django.core.exceptions import PermissionDenied, ValidationError
    from django.db import OperationalError

    from manyplaces.core.refusals import NotNow, sentences
    from manyplaces.core.tables import Unreadable

    try:
        return step()
    except Unreadable as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(2)
    except (ValidationError, PermissionDenied, NotNow) as refusal:
        for _field, sentence in sentences(refusal):
            click.echo(sentence, err=True)
        sys.exit(1)
    except OperationalError as fault:
        click.echo(
            f"The database does not answer as it should ({str(fault).strip()}). Run the command again.", err=True
        )
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\nStopped. What was reported is kept; run the same command again for the rest.", err=True)
        sys.exit(130)
