"""The keys that seal what attendees left are destroyed once nothing lies under them, and the files are swept clean."""

from __future__ import annotations

import datetime
import time
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.safes import destroy_safe, is_whole, safes
from manyplaces.journal.operations import record
from manyplaces.rsvps.models import Purge, Safe
from manyplaces.rsvps.operations.forgetting import note

# So long a safe stays after it was closed: who found it open has long ended what he writes.
CLOSED_FOR = datetime.timedelta(minutes=50)
# Into the safes of a closed record nobody writes any more.
FROZEN = Q(action__frozen_at__isnull=False)
# A larger file is not written anew by itself: whoever writes would wait for too long. What was deleted lies in no page
# of it all the same, for `secure_delete` puts zeros there.
MOST_REWRITTEN = 500_000_000
# A checkpoint waits for readers; it is tried so often, half a second apart.
MOST_CHECKPOINTS, FEW_CHECKPOINTS = 20, 3


def sealed_in(name: str) -> int:
    """Return how many rows, of whichever table, are sealed in a safe."""
    return sum(
        model._default_manager.filter(**{field.name: name}).count()
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and (field.name == "safe" or field.name.endswith("_safe"))
    )


@transaction.atomic
def close_safes(day: datetime.date, now: datetime.datetime, *, by: Actor) -> int:
    """Close every safe in which nothing lies any more: what is left from now on goes into another; returns how many."""
    closed = 0
    old = Q(made_on__lt=day) | FROZEN
    rows = Safe.objects.select_for_update(of=("self",)).filter(old, closed_at=None)
    for safe in rows.order_by("pk"):
        if not sealed_in(safe.name):
            safe.closed_at = now
            safe.full_clean(exclude=("action",), validate_constraints=False)
            safe.save(update_fields=["closed_at"])
            record(by, "safe.closed", safe, before={}, unseen=True)
            closed += 1
    return closed


@transaction.atomic
def destroy_closed_safes(day: datetime.date, now: datetime.datetime, *, by: Actor) -> int:
    """Destroy the keys of safes that were closed an hour ago and are empty; copies of the database cannot be read then.

    The file goes before the row says so: whoever is interrupted finds it gone, and says it the next time.
    """
    gone = 0
    due = Safe.objects.select_for_update(of=("self",)).filter(
        Q(closed_at__lte=now - CLOSED_FOR) | FROZEN & ~Q(closed_at=None), destroyed_at=None
    )
    for safe in due.select_related("action").order_by("pk"):
        if sealed_in(safe.name):
            continue
        destroy_safe(safe.name)
        safe.destroyed_at = now
        safe.full_clean(exclude=("action",), validate_constraints=False)
        safe.save(update_fields=["destroyed_at"])
        note(safe.action, "", Purge.What.SAFES, 1, day, by=by)
        record(by, "safe.destroyed", safe, before={}, unseen=True)
        gone += 1
    return gone


@transaction.atomic
def give_up_lost_safes(*, by: Actor) -> int:
    """Note of safes whose keys are not here that they are destroyed, as after a backup was put back; returns how many.

    What was sealed in them is noise; what is left from now on goes into new ones.
    """
    now, given_up = timezone.now(), 0
    for safe in Safe.objects.select_for_update(of=("self",)).filter(destroyed_at=None).order_by("pk"):
        if not is_whole(safe.name):
            safe.closed_at, safe.destroyed_at = safe.closed_at or now, now
            safe.full_clean(exclude=("action",), validate_constraints=False)
            safe.save(update_fields=["closed_at", "destroyed_at"])
            record(by, "safe.destroyed", safe, before={}, unseen=True)
            given_up += 1
    return given_up


def lost_safes() -> list[str]:
    """Return the names of key files that no row knows, and of files that should be destroyed, in their order."""
    kept = set(Safe.objects.filter(destroyed_at=None).values_list("name", flat=True))
    return [name for name in safes() if name not in kept]


def checkpoint() -> bool:
    """Let the database's files forget what was deleted; returns whether they did. Outside of any transaction.

    SQLite: the write-ahead log, which still holds old pages, is written back and cut to nothing.
    PostgreSQL: dead rows are freed, to be written over.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(f"VACUUM {', '.join(_tables())}")
            return True
        return _cut_log(cursor, MOST_CHECKPOINTS)


def checkpoint_in_passing() -> bool:
    """Do the same on SQLite alone, without making anybody wait who reads or writes: where they do, it is not done."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=0")
        try:
            return _cut_log(cursor, FEW_CHECKPOINTS)
        finally:
            cursor.execute(f"PRAGMA busy_timeout={1000 * connection.settings_dict['OPTIONS']['timeout']}")


def _cut_log(cursor: Any, tries: int) -> bool:
    for _try in range(tries):
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not cursor.fetchone()[0]:
            return True
        time.sleep(0.5)
    return False


def rewrite() -> None:
    """Write the database's files anew, so that no free page holds anything; others wait. Outside of any transaction.

    SQLite: all of it, up to 500 MB. PostgreSQL: the tables in which something is destroyed.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            if cursor.fetchone()[0] > MOST_REWRITTEN:
                return
        cursor.execute("VACUUM" if connection.vendor == "sqlite" else f"VACUUM FULL {', '.join(_tables())}")
    checkpoint()


def _tables() -> list[str]:
    names = ["mail_letter", "events_host", "lists_listrow", "people_givencontact"]
    room = apps.get_app_config("rsvps").get_models(include_auto_created=True)
    names += [model._meta.db_table for model in room]
    return [connection.ops.quote_name(name) for name in names]
