"""What is done about people once it was agreed to, and giving up lost passkeys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.people.models import Person, Proposal, RoleGrant
from manyplaces.people.operations.accounts import close_account, open_account
from manyplaces.people.operations.proposals import carried_out, due, propose_about, stop
from manyplaces.people.operations.recovery import take_factors_away, tell_owner
from manyplaces.people.operations.rights import grant_role, withdraw_role
from manyplaces.people.rules import (
    CLOSE_NATIONAL,
    GRANT_NATIONAL,
    OPEN_NATIONAL,
    RESET_AFTER,
    RESET_PASSKEYS,
    WITHDRAW_NATIONAL,
    Role,
    require,
)


@transaction.atomic
def propose_reset(person: Person, *, by: Actor) -> Proposal:
    """Propose to take away the passkeys of somebody who lost them: another coordinator agrees, then 72 hours pass."""
    require(by, Role.NATIONAL)
    proposal = propose_about(RESET_PASSKEYS, person, by=by, wait_hours=round(RESET_AFTER / timedelta(hours=1)))
    tell_owner(person, "asked", proposal.uid, by=by)
    return proposal


@transaction.atomic
def carry_out_proposals(*, by: Actor) -> int:
    """Do what was agreed about people; returns how much. What is no longer possible is stopped; the clock does it."""
    done = 0
    for kind, carry_out in STEPS.items():
        for proposal in due(kind):
            try:
                with transaction.atomic():
                    carry_out(Person.objects.get(pk=proposal.payload["person_id"]), proposal, by)
                    carried_out(proposal, by=by)
            except (Person.DoesNotExist, RoleGrant.DoesNotExist, ValidationError, NotNow, ValueError, LookupError):
                stop(proposal, by=by)
            else:
                done += 1
    return done


def _give(person: Person, proposal: Proposal, by: Actor) -> None:
    until = proposal.payload["until"]
    grant = RoleGrant(person=person, role=Role.NATIONAL, action=proposal.payload["action"])
    grant.until = date.fromisoformat(until) if until else None
    grant_role(grant, by=by)


def _withdraw(person: Person, proposal: Proposal, by: Actor) -> None:
    withdraw_role(person.grants.get(pk=proposal.payload["grant"]), by=by)


STEPS: dict[str, Callable[[Person, Proposal, Actor], object]] = {
    GRANT_NATIONAL: _give,
    WITHDRAW_NATIONAL: _withdraw,
    CLOSE_NATIONAL: lambda person, _proposal, by: close_account(person, by=by),
    OPEN_NATIONAL: lambda person, _proposal, by: open_account(person, by=by),
    RESET_PASSKEYS: lambda person, _proposal, by: take_factors_away(person, by=by),
}
