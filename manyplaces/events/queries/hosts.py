"""Who holds a private link."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from manyplaces.core.models import one
from manyplaces.core.tokens import digest
from manyplaces.events.models import Host
from manyplaces.events.rules.hosting import FORMER_LINK, link_is_alive


def host_by_link(token: str) -> Host | None:
    """Return the host whose private link has this secret, as long as it works; with what his page tells. One query."""
    rows = Host.objects.select_related(
        "commitment__action", "commitment__school", "commitment__vouched_by", "commitment__event"
    )
    proof, day_ago = digest(token), timezone.now() - FORMER_LINK
    found = one(rows.filter(Q(link_digest=proof) | Q(former_digest=proof, link_made_at__gt=day_ago)))
    if found is None:
        return None
    is_frozen = found.commitment.action.is_frozen
    return found if link_is_alive(found.commitment.day, timezone.localdate(), is_frozen=is_frozen) else None
