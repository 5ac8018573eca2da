"""Steps that need a second coordinator's yes, or time in which they can be stopped."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import keep, record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import Person, Proposal
from manyplaces.people.queries import nationals
from manyplaces.people.rules import (
    CLOSE_NATIONAL,
    GRANT_NATIONAL,
    NEVER_ALONE,
    OPEN_NATIONAL,
    RESET_PASSKEYS,
    WITHDRAW_NATIONAL,
    Role,
    has_role,
    require,
)

# What is proposed about somebody. The number tells people of one name apart.
WORDS = {
    GRANT_NATIONAL: gettext_lazy("Make the person with account %(number)d (%(alias)s) a national coordinator"),
    WITHDRAW_NATIONAL: gettext_lazy(
        "Take the role of a national coordinator from the person with account %(number)d (%(alias)s)"
    ),
    CLOSE_NATIONAL: gettext_lazy("Close the account %(number)d of a national coordinator (%(alias)s)"),
    OPEN_NATIONAL: gettext_lazy("Open the closed account %(number)d of a national coordinator (%(alias)s)"),
    RESET_PASSKEYS: gettext_lazy("Take away the lost passkeys of the person with account %(number)d (%(alias)s)"),
}


@transaction.atomic
def propose(
    kind: str, payload: dict[str, Any], *, by: Actor, wait_hours: int = 0, roles: Collection[str] = ()
) -> Proposal:
    """Propose a step, and owe every national coordinator word of it at once.

    For national coordinators, and for who has one of `roles` where the caller has seen that it reaches so far.
    `payload` holds what the step needs and under "en" and "es" what it is in a sentence, without private names. It is
    carried out once another national coordinator has agreed and `wait_hours` are over; or after 24 hours, where who
    proposes is the only one and its kind allows it. After 7 days it is dropped. Raises NotNow where the same is waiting
    already, and where nobody could agree to what one must never do alone.
    """
    if not roles or not has_role(by, *roles):
        require(by, Role.NATIONAL)
    if any(one.payload == payload for one in Proposal.objects.waiting().filter(kind=kind)):
        raise NotNow(_("This is proposed already and waits for a second coordinator."))
    told = nationals()
    if kind in NEVER_ALONE:
        _require_somebody_to_agree(told, payload, by)
    now = timezone.now()
    proposer = Person.objects.filter(pk=by.person).first()
    row = Proposal(kind=kind, payload=payload, made_at=now, wait_until=now + timedelta(hours=wait_hours))
    row.proposed_by, row.proposed_name, row.alone = proposer, by.name, told == [proposer]
    proposal = keep(row, None, fields=(), by=by, unseen=True).row
    for person in told:
        letter = letters.proposed(person, proposal)
        key = f"proposed:{proposal.uid}:{person.uid}"
        owe_letter(
            "people.proposed", person.email, letter, language=person.language, key=key, by=by, about=proposal.uid
        )
    return proposal


@transaction.atomic
def propose_about(kind: str, person: Person, *, by: Actor, wait_hours: int = 0, **further: object) -> Proposal:
    """Propose a step of `WORDS` about somebody, in both languages; raises what `propose` raises."""
    payload: dict[str, Any] = {"person_id": person.pk, **further}
    for language in ("en", "es"):
        with translation.override(language):
            payload[language] = str(WORDS[kind]) % {"number": person.pk, "alias": person.alias}
    return propose(kind, payload, by=by, wait_hours=wait_hours)


def require_another(person: Person) -> None:
    """Raise NotNow where this is the only national coordinator."""
    if nationals() == [person]:
        raise NotNow(_("This is the only national coordinator. Make somebody else one first."))


def _require_somebody_to_agree(told: list[Person], payload: dict[str, Any], by: Actor) -> None:
    if not {person.pk for person in told} - {by.person, payload.get("person_id")}:
        raise NotNow(
            _(
                "Another national coordinator has to agree to this, and there is none. Make somebody national "
                "coordinator first; or ask whoever keeps the server for a code of “manyplaces first-run”."
            )
        )


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
    """Return the proposals of a kind that may be carried out now; two queries.

    Without a second yes only what a single coordinator proposed who is single still.
    """
    now = timezone.now()
    is_alone = kind not in NEVER_ALONE and len(nationals()) < 2
    waiting = Proposal.objects.waiting().filter(kind=kind, wait_until__lte=now).order_by("pk")
    return [one for one in waiting if one.seconded_at or (one.alone and is_alone and one.alone_at <= now)]


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
        raise NotNow(_("This was stopped, carried out or dropped already."))
    return row
