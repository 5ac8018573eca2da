"""Chaining the journal: each entry is bound to all before it, so that nobody can change or remove one unseen."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from manyplaces.core.actor import Actor
from manyplaces.journal.models import Entry, Link
from manyplaces.journal.rules import link_of

BATCH = 500
# An entry may become visible later than one with a higher number; how much later is looked for.
LATE = 100_000

logger = logging.getLogger("manyplaces.journal")


def chain_entries(*, by: Actor) -> int:
    """Bind every entry that is not in the chain yet to its end; returns how many. The clock does it every minute.

    Writers of entries never wait for each other this way. Where the chain stands is told to the log, which lies outside
    of the database: whoever makes a whole new chain there is found out by it.
    """
    chained = 0
    while batch := _waiting():
        with transaction.atomic():
            # Whoever chains holds the first link; two at once, on an empty chain, would both want place 1.
            Link.objects.select_for_update().filter(place=1).first()
            made = _bound(batch)
            Link.objects.bulk_create(made)
        chained += len(made)
        if made:
            told = {"number": made[-1].place, "chain": made[-1].digest}
            logger.info("The journal was chained.", extra=told)
    return chained


def _waiting() -> list[int]:
    newest = Link.objects.aggregate(newest=Max("entry"))["newest"] or 0
    unbound = Entry.objects.filter(~Exists(Link.objects.filter(entry=OuterRef("pk"))), pk__gt=newest - LATE)
    return list(unbound.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _bound(batch: list[int]) -> list[Link]:
    # Somebody else may have bound some of them before we held the first link.
    known = set(Link.objects.filter(entry__in=batch).values_list("entry", flat=True))
    last = Link.objects.order_by("-place").first()
    place, digest = (last.place, last.digest) if last else (0, "")
    made = []
    for entry in Entry.objects.filter(pk__in=set(batch) - known).order_by("pk"):
        place, digest = place + 1, link_of(digest, entry.content())
        made.append(Link(place=place, entry=entry.pk, digest=digest))
    return made
