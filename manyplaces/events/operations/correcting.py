"""What a coordinator puts right in a host's place, who may have no link."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from manyplaces.actions.models import Demand
from manyplaces.core.actor import Actor
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.hosting import change_commitment
from manyplaces.events.operations.review import approve
from manyplaces.events.operations.telling import tell_hosts
from manyplaces.events.rules import Review
from manyplaces.people.rules import Role, require


@transaction.atomic
def correct_commitment(
    commitment: Commitment, *, version: int, demands: Sequence[Demand] | None = None, by: Actor
) -> Commitment:
    """Bring the stored commitment (of the same key) into line; what is online shows it at once: somebody has looked.

    What waits for its first look goes on waiting. Its hosts are told how it stands now, where their address is proved
    or came with a list. Raises what `change_commitment` raises.
    """
    known = Commitment.objects.select_related("action").get(key=commitment.key)
    require(by, Role.COORDINATOR, action=known.action.slug, state=known.state, city=known.city_slug)
    stored = change_commitment(commitment, version=version, demands=demands, by=by)
    if stored.version == version:
        return stored
    by = on_errand(by)
    if stored.event_id is not None and stored.review == Review.WAITING:
        approve(stored, version=stored.version, is_told=False, by=by)
        stored.refresh_from_db()
    tell_hosts(stored, "corrected", letters.corrected, by=by, proved_only=not stored.errand)
    return stored
