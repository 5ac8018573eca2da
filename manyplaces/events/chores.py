"""What the clock and the worker start in this room."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.events.operations import carry_out_news, mark_unreported, tell_called_off
from manyplaces.mail.tasks import Running, every, job
from manyplaces.people.operations import due

CLOCK = Actor("clock", "clock")
# So many events' hosts are told in one transaction.
AT_ONCE = 50


@every("events.mark_unreported", minutes=15)
def unreported() -> int:
    """Note what took place, or not, without anybody saying so."""
    return mark_unreported(timezone.now(), by=CLOCK)


@every("events.tell_agreed", minutes=1)
def tell_agreed() -> int:
    """Write the very many letters that a second coordinator agreed to."""
    agreed = due("events.tell_hosts")
    for proposal in agreed:
        carry_out_news(proposal, by=CLOCK)
    return len(agreed)


@job("events.tell_hosts")
def tell_hosts(payload: dict[str, Any], running: Running) -> None:
    """Owe the hosts of what was cancelled or postponed their letters."""
    numbers = payload["events"]
    for begin in range(0, len(numbers), AT_ONCE):
        tell_called_off(numbers[begin : begin + AT_ONCE], by=running.by)
        running.tell(min(begin + AT_ONCE, len(numbers)), len(numbers))
