"""Steps that need a second coordinator's yes, or time in which they can be stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import keep, record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import Person, Proposal
from manyplaces.people.queries import nationals
from manyplaces.people.rules import ALONE_AFTER, NEVER_ALONE, Role, require


@transaction.atomic
def propose(kind: str, payload: dict[str, Any], *, by: Actor, wait_hours: int = 0) -> Proposal:
    """Propose a step, and owe every national coordinator word of it at once; for national coordinators.

    `payload` holds what the step needs and under "en" and "es" what it is in a sentence, without private names. It is
    carried out once another national coordinator has agreed and `wait_hours` are over; or after 24 hours, where there
    is only one. Raises NotNow where the same is waiting already.
    """
    require(by, Role.NATIONAL)
    waiting = Proposal.objects.filter(kind=kind, stopped_at=None, carried_out_at=None)
    if any(one.payload == payload for one in waiting):
        raise NotNow(_("This is proposed already and waits for a second coordinator."))
    now = timezone.now()
    proposer = Person.objects.filter(pk=by.person).first()
    row = Proposal(kind=kind, payload=payload, made_at=now, wait_until=now + timedelta(hours=wait_hours))
    row.proposed_by, row.proposed_name = proposer, by.name
    proposal = keep(row, None, fields=(), by=by, unseen=True).row
    told = nationals()
    for person in told:
        letter = letters.proposed(person, proposal, alone=len(told) < 2)
        key = f"proposed:{proposal.uid}:{person.uid}"
        owe_letter(
            "people.proposed", person.email, letter, language=person.language, key=key, by=by, about=proposal.uid
        )
    return proposal


@transaction.atomic
def second(proposal: Proposal, *, by: Actor) -> Proposal:
    """Agree to what another coordinator proposed; raises PermissionDenied for who proposed it, NotNow when settled."""
    require(by, Role.NATIONAL)
    row = _open(proposal)
    if by.person in (row.proposed_by_id, row.payload.get("person_id")) or by.person == 0:
        raise PermissionDenied(
            _("Another national coordinator has to agree: not who proposed it, nor whom it is about.")
        )
    if row.seconded_at is not None:
        return row
    row.seconded_by_id, row.seconded_name, row.seconded_at = by.person, by.name, timezone.now()
    row.full_clean(exclude=["proposed_by", "seconded_by"], validate_unique=False)
    row.save()
    record(by, "proposal.seconded", row, before={}, unseen=True)
    return row


@transaction.atomic
def stop(proposal: Proposal, *, by: Actor) -> Proposal:
    """Stop what is proposed, for good; any national coordinator may, and the person it is about."""
    row = _open(proposal)
    if by.person == 0 or by.person != row.payload.get("person_id"):
        require(by, Role.NATIONAL)
    row.stopped_at, row.stopped_name = timezone.now(), by.name
    row.full_clean(exclude=["proposed_by", "seconded_by"], validate_unique=False)
    row.save()
    record(by, "proposal.stopped", row, before={}, unseen=True)
    return row


def due(kind: str) -> list[Proposal]:
    """Return the proposals of a kind that may be carried out now; two queries."""
    now = timezone.now()
    waiting = Proposal.objects.filter(kind=kind, stopped_at=None, carried_out_at=None, wait_until__lte=now)
    is_alone = kind not in NEVER_ALONE and len(nationals()) < 2
    return [
        one
        for one in waiting.order_by("pk")
        if one.seconded_at is not None or (is_alone and one.made_at <= now - ALONE_AFTER)
    ]


@transaction.atomic
def carried_out(proposal: Proposal, *, by: Actor) -> Proposal:
    """Note that what was proposed has been done; in the transaction of doing it. Raises NotNow when settled."""
    row = _open(proposal)
    row.carried_out_at = timezone.now()
    row.full_clean(exclude=["proposed_by", "seconded_by"], validate_unique=False)
    row.save()
    record(by, "proposal.carried-out", row, before={}, unseen=True)
    return row


def _open(proposal: Proposal) -> Proposal:
    row = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not row.is_open:
        raise NotNow(_("This was stopped or carried out already."))
    return row
