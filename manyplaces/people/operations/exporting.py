"""That somebody took the journal out of the site."""

from __future__ import annotations

from django.db import transaction

from manyplaces.core.actor import Actor
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import record
from manyplaces.people.rules import Role, require


@transaction.atomic
def export_journal(*, by: Actor) -> None:
    """Note in the journal that it is taken out as a file; for national coordinators of the whole coalition."""
    require(by, Role.NATIONAL)
    last = Entry.objects.order_by("-pk").first()
    if last is not None:
        record(by, "entry.exported", last, before={}, unseen=True)
