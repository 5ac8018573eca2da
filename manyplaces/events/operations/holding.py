"""Who holds a commitment: whoever showed its private link, and the coordinators of its area."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.rules import Review
from manyplaces.journal.operations import record
from manyplaces.people.rules import Role, may

OPEN = (Review.WAITING, Review.ASKED, Review.APPROVED)


def require_hold(commitment: Commitment, actor: Actor) -> None:
    """Raise PermissionDenied unless the actor showed the commitment's private link or coordinates its area."""
    action, state, city = commitment.action.slug, commitment.state, commitment.city_slug
    if actor.holds != commitment.key and not may(actor, Role.COORDINATOR, action=action, state=state, city=city):
        raise PermissionDenied(_("You do not have the right to do this. Use the private link in your letter."))


def held(pk: int, actor: Actor) -> Commitment:
    """Return the commitment, locked until the end of the transaction, if the actor may act for its host."""
    found = Commitment.objects.select_for_update(of=("self",)).select_related("action", "vouched_by", "school")
    stored = found.get(pk=pk)
    require_hold(stored, actor)
    return stored


def require_state(stored: Commitment, states: Sequence[Review]) -> None:
    """Raise NotNow unless the commitment stands in one of these."""
    if stored.review not in states:
        sentence = _("This is not possible any more: %(state)s. Commit anew if your plans have changed.")
        raise NotNow(sentence % {"state": stored.get_review_display()})


@transaction.atomic(savepoint=False)
def keep_held(
    row: Commitment | Host | Event, verb: str, before: dict[str, object] | None, *, by: Actor, unseen: bool = True
) -> None:
    """Save what was done to a commitment, its host or its event; validate and record it. Others are built on it.

    `before` is what the journal may tell of what stood there, None for a new row: nothing that a host typed in words.
    """
    known = [field.name for field in row._meta.concrete_fields if field.is_relation]
    row.full_clean(exclude=known, validate_unique=False, validate_constraints=False)
    row.save()
    record(by, verb, row, before=before, unseen=unseen)
