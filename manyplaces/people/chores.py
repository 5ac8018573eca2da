"""What the clock starts: what was agreed is done, old codes are forgotten."""

from __future__ import annotations

from manyplaces.core.actor import Actor
from manyplaces.mail.tasks import every
from manyplaces.people.operations import (
    carry_out_proposals,
    forget_old_codes,
    ready_agreed_exports,
)

CLOCK = Actor("clock", "clock")


@every("people.carry_out", minutes=5)
def carry_out() -> int:
    """Do what two coordinators have agreed to, or one has let stand for its time."""
    return carry_out_proposals(by=CLOCK)


@every("people.ready_exports", minutes=1)
def ready_exports() -> int:
    """Let files of contacts be had that a second coordinator agreed to."""
    return ready_agreed_exports(by=CLOCK)


@every("people.forget_codes", minutes=60)
def forget_codes() -> int:
    """Delete codes and sessions that are over."""
    return forget_old_codes(by=CLOCK)
