"""Closing accounts and opening them again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.journal.operations import record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import Person, Proposal, RoleGrant
from manyplaces.people.operations.proposals import propose_about, require_another
from manyplaces.people.queries import nationals
from manyplaces.people.rules import (
    CLOSE_NATIONAL,
    DELETED_AFTER,
    OPEN_NATIONAL,
    UNUSED,
    Role,
    is_whole_national,
    needs_two,
    require,
)


@transaction.atomic
def close_account(person: Person, why: str = "coordinator", *, by: Actor) -> Proposal | None:
    """Let nobody sign in with an account, and end its sessions; for national coordinators. It can be opened again.

    That of another national coordinator is proposed: returns the proposal. Raises NotNow for the last one.
    """
    require(by, Role.NATIONAL)
    require_another(person)
    stored = Person.objects.select_for_update().get(pk=person.pk)
    if stored.disabled_at is not None:
        return None
    if person in nationals() and needs_two(by, person.pk):
        return propose_about(CLOSE_NATIONAL, person, by=by)
    _set_closed(stored, True, by)
    stored.sessions.all().delete()
    key = f"closed:{stored.uid}:{timezone.now().timestamp()}"
    deleted_on = (timezone.localdate() + DELETED_AFTER).isoformat()
    letter = letters.account_closed(stored, why, deleted_on)
    owe_letter("people.account_closed", stored.email, letter, language=stored.language, key=key, by=by)
    return None


@transaction.atomic
def open_account(person: Person, *, by: Actor) -> Proposal | None:
    """Let a person sign in again; for national coordinators.

    Whoever would be a national coordinator again with it is proposed, as when the role is given: returns the proposal.
    """
    require(by, Role.NATIONAL)
    stored = Person.objects.select_for_update().get(pk=person.pk)
    if stored.disabled_at is None:
        return None
    held = RoleGrant.objects.in_force(timezone.localdate()).filter(person=stored)
    if any(is_whole_national(grant.as_grant()) for grant in held) and needs_two(by, stored.pk):
        return propose_about(OPEN_NATIONAL, stored, by=by)
    _set_closed(stored, False, by)
    return None


def _set_closed(person: Person, is_closed: bool, by: Actor) -> None:
    person.disabled_at = timezone.now() if is_closed else None
    # Whoever is let in again counts as used, or the next morning would close the account anew.
    person.seen_on = person.seen_on if is_closed else timezone.localdate()
    person.full_clean(validate_unique=False, validate_constraints=False)
    person.save(update_fields=["disabled_at", "seen_on"])
    record(by, "person.closed" if is_closed else "person.opened", person, before={}, unseen=True)


@transaction.atomic
def close_unused_accounts(now: datetime, *, by: Actor) -> int:
    """Close every account that nobody used for 180 days; returns how many. Not the last national coordinator's."""
    oldest = timezone.localdate(now) - UNUSED
    unused = Person.objects.filter(disabled_at=None, made_on__lt=oldest).exclude(seen_on__gte=oldest)
    closed = 0
    for person in unused.order_by("pk"):
        if nationals() != [person]:
            close_account(person, "unused", by=by)
            closed += 1
    return closed
