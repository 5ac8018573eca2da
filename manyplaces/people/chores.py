"""What the clock starts: what was agreed is done, unused accounts are closed, old codes forgotten."""

from __future__ import annotations

from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.mail.tasks import every
from manyplaces.people.operations import (
    carry_out_proposals,
    close_unused_accounts,
    delete_closed_accounts,
    forget_given_contacts,
    forget_old_codes,
    ready_agreed_exports,
)

CLOCK = Actor("clock", "clock")


@every("people.carry_out", minutes=5)
def carry_out() -> int:
    """Do what two coordinators have agreed to, or one has let stand for its time."""
    return carry_out_proposals(by=CLOCK)


@every("people.close_unused", minutes=24 * 60)
def close_unused() -> int:
    """Close the accounts that nobody used for 180 days."""
    return close_unused_accounts(by=CLOCK)


@every("people.ready_exports", minutes=1)
def ready_exports() -> int:
    """Let files of contacts be had that a second coordinator agreed to."""
    return ready_agreed_exports(by=CLOCK)


@every("people.forget_given_contacts", minutes=24 * 60)
def forget_contacts() -> int:
    """Delete contacts that were given to organisations 90 days ago."""
    return forget_given_contacts(timezone.now(), by=CLOCK)


@every("people.forget_codes", minutes=60)
def forget_codes() -> int:
    """Delete codes and sessions that are over."""
    return forget_old_codes(by=CLOCK)


@every("people.delete_closed", minutes=24 * 60)
def delete_closed() -> int:
    """Delete the accounts that have been closed for 90 days."""
    return delete_closed_accounts(by=CLOCK)
