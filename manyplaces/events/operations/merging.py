"""Two commitments for one place become one, with the hosts of both."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment
from manyplaces.events.operations.approving import unlist
from manyplaces.events.operations.deciding import locked, opened, settle
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.telling import tell_hosts
from manyplaces.events.rules import Review
from manyplaces.events.rules.hosting import MOST_HOSTS
from manyplaces.events.rules.steps import may_take
from manyplaces.journal.operations import record

ALIVE = (Review.WAITING, Review.ASKED, Review.APPROVED)


@transaction.atomic
def merge(commitment: Commitment, into: Commitment, *, version: int, by: Actor) -> Commitment:
    """Make one of two commitments for the same place: the hosts of the first become co-hosts of `into`.

    Only those who have used their link: whoever typed an address has no way into the event of somebody else. A host of
    both stays one. What was online of the first is taken off the pages. Raises NotNow where one event would have more
    hosts than one can have.
    """
    by = on_errand(by)
    stored, step = opened("merge", commitment.key, version, by)
    target = locked(into.key)
    if not may_take(step, by, target):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    if target.pk == stored.pk or target.action_id != stored.action_id or target.review not in ALIVE:
        raise NotNow(_("This cannot be merged with that one. Choose another that waits or is online."))
    _move_hosts(stored, target, by)
    if stored.event is not None:
        unlist(stored.event, by=by)
    settle(stored, step, merged_into=target, by=by)
    tell_hosts(target, "merged", letters.merged, by=by, proved_only=True)
    return stored


def _move_hosts(stored: Commitment, target: Commitment, by: Actor) -> None:
    known = list(target.hosts.exclude(email_hash="").values_list("email_hash", flat=True))
    proved = stored.hosts.select_for_update().exclude(proved_at=None).exclude(email_hash__in=[*known, ""])
    moving = list(proved.order_by("pk"))
    if moving and target.hosts.count() + len(moving) > MOST_HOSTS:
        raise NotNow(_("Together they would have more than four hosts. One of them has to leave first."))
    for host in moving:
        before = {"commitment_id": host.commitment_id, "is_first": host.is_first}
        host.commitment, host.is_first = target, False
        host.full_clean(exclude=("commitment", "replaces"), validate_unique=False)
        host.save(update_fields=["commitment", "is_first"])
        record(by, "host.moved", host, before=before, unseen=True)
    if moving:
        target.is_shared = True
        target.save(update_fields=["is_shared"])
