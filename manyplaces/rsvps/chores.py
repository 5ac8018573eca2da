"""What the clock and the worker start about who comes: forgetting, reminders at their hour, and what changed, told."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.tokens import new_key
from manyplaces.events.operations import commitments_to_forget, forget_hosts
from manyplaces.lists.operations import forget_contacts
from manyplaces.mail.operations import forget_settled
from manyplaces.mail.tasks import Running, every, job, start
from manyplaces.people import operations as people
from manyplaces.rsvps import operations
from manyplaces.rsvps.models import Message, News, Purge, Round
from manyplaces.rsvps.queries import events_with_room, wrong_counts
from manyplaces.rsvps.queries.messages import recipients
from manyplaces.rsvps.queries.telling import changed_events, due_events, stopped_reminders
from manyplaces.rsvps.rules.forgetting import Reading
from manyplaces.rsvps.rules.hours import Reminder

CLOCK = Actor("clock", "clock")
# So many events whose news is noted in one transaction; in a hurricane the first are told while the last are counted.
AT_ONCE = 200
# So many pieces of a round of reminders are written before others have their turn.
IN_A_ROW = 10
BOOT = Path("/proc/sys/kernel/random/boot_id")
# Where a system does not name its starts, each process has one of its own, and begins to look anew.
OWN_BOOT = new_key(16)


def reading() -> Reading:
    """Return what the clocks of this machine say."""
    known = BOOT.exists() and hasattr(time, "CLOCK_BOOTTIME")
    boot = BOOT.read_text("ascii").strip() if known else OWN_BOOT
    return Reading(timezone.now(), boot[:40], time.clock_gettime(time.CLOCK_BOOTTIME) if known else time.monotonic())


@every("rsvps.forget", minutes=20)
def forget() -> int:
    """Destroy what is due, once two looks at the clock have said so; returns how many rows that were."""
    return forget_due(reading())


def forget_due(at: Reading) -> int:
    """Look at the clock, and destroy what was due at this look and at the one an hour before.

    Returns how many rows of what attendees and hosts had left that were.
    """
    day = operations.look(at, by=CLOCK)
    if day is None:
        return 0
    gone = _to_its_end(lambda: operations.forget_unconfirmed(day, by=CLOCK))
    for event in operations.events_at_hand():
        gone += _to_its_end(lambda event=event: operations.forget_needs(event, day, by=CLOCK))  # type: ignore[misc]
        gone += _to_its_end(lambda event=event: operations.forget_answers(event, day, by=CLOCK))  # type: ignore[misc]
    gone += _to_its_end(lambda: operations.forget_orphans(by=CLOCK))
    gone += _forget_hosts(day)
    gone += operations.destroy_closed_safes(day, at.now, by=CLOCK)
    operations.close_safes(day, at.now, by=CLOCK)
    operations.drop_few(by=CLOCK)
    others = _forget_others(day)
    if gone or others:
        operations.checkpoint()
    return gone


def _forget_hosts(day: datetime.date) -> int:
    gone = 0
    for commitment in commitments_to_forget(day):
        many = forget_hosts(commitment, day, by=CLOCK)
        operations.note(commitment.action, commitment.state, Purge.What.HOSTS, many, day, by=CLOCK)
        gone += many
    return gone


def _forget_others(day: datetime.date) -> int:
    """Forget what else has had its time: no clock that is wrong for an hour shortens the time of any of it."""
    now = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    forget = (
        operations.forget_told,
        forget_settled,
        forget_contacts,
        people.forget_given_contacts,
        people.close_unused_accounts,
        people.delete_closed_accounts,
    )
    return sum(one(now, by=CLOCK) for one in forget)


def _to_its_end(piece: Callable[[], int]) -> int:
    """Do piece after piece until there is none left; returns how much that was."""
    gone = 0
    while many := piece():
        gone += many
    return gone


@every("rsvps.rewrite_files", minutes=7 * 24 * 60)
def rewrite_files() -> None:
    """Write the database anew once a week, so that no free page of it holds what was destroyed."""
    operations.rewrite()


@every("rsvps.sweep", minutes=1)
def sweep() -> bool:
    """Let the database's files forget within a minute what was withdrawn or taken back, where nobody waits for it."""
    return operations.checkpoint_in_passing()


@every("rsvps.sweep_at_night", minutes=1440)
def sweep_at_night() -> bool:
    """Let them forget it every night, whoever waits."""
    return operations.checkpoint()


class CountsDisagree(Exception):
    """The count of an event is not that of its answers; `manyplaces check privacy` says of which."""


@every("rsvps.check_counts", minutes=1440)
def check_counts() -> None:
    """Compare the counts of all events with their answers, every night."""
    if wrong_counts():
        raise CountsDisagree


@every("rsvps.tell_changes", minutes=1)
def tell_changes() -> int:
    """Find what is other than those who come were told, and begin to tell them; returns of how many events."""
    for proposal in people.due("rsvps.tell"):
        operations.tell_agreed_news(proposal, by=CLOCK)
    numbers = changed_events(timezone.now())
    found = 0
    for begin in range(0, len(numbers), AT_ONCE):
        found += len(operations.note_news(numbers[begin : begin + AT_ONCE], now=timezone.now(), by=CLOCK))
    return found


@every("rsvps.give_free_places", minutes=1)
def give_free_places() -> int:
    """Let those who wait move up where a host has found a larger room; returns how many answers did."""
    return sum(operations.give_free_places(event, by=CLOCK) for event in events_with_room())


@every("rsvps.remind", minutes=1)
def remind() -> int:
    """Begin the reminders whose hour has come; returns how many rounds. What is not true any more is stopped first."""
    operations.stop_untrue_reminders()
    rounds, stopped = 0, stopped_reminders(timezone.now())
    for kind in Reminder.values:
        now = timezone.now()
        for day, events in due_events(kind, now, stopped[kind]).items():
            rounds += operations.begin_reminders(kind, day, events, now=now, by=CLOCK) is not None
    return rounds


@job("rsvps.remind")
def write_round(payload: dict[str, Any], running: Running) -> None:
    """Write the reminders of a round to its end; what was written before an interruption stays."""
    if not Round.objects.filter(pk=payload["round"], ended_at=None).exists():
        return
    for _piece in range(IN_A_ROW):
        done, total = operations.write_reminders(payload["round"], now=timezone.now(), by=running.by)
        running.tell(done, total)
        if done >= total:
            return
    # The clock and other jobs come in between: what changed must be told while very many are reminded.
    start("rsvps.remind", payload, by=running.by, about=running.about)


@job("rsvps.tell")
def write_changes(payload: dict[str, Any], running: Running) -> None:
    """Write the letters about changes to their end; what was written before an interruption stays."""
    numbers = payload["news"]
    total = sum(News.objects.filter(pk__in=numbers).values_list("total", flat=True))
    done = 0
    for number in numbers:
        is_last = False
        while not is_last:
            many, is_last = operations.write_news(number, by=running.by)
            done += many
            running.tell(min(done, total), total)


@every("rsvps.begin_messages", minutes=1)
def begin_messages() -> int:
    """Begin the letters of what hosts wrote, once it has waited its time and nobody has stopped it."""
    return operations.begin_messages(timezone.now(), by=CLOCK)


@job("rsvps.write_to_guests")
def write_to_guests(payload: dict[str, Any], running: Running) -> None:
    """Owe those who come the letters of one message, a piece at a time."""
    message = Message.objects.get(uid=payload["message"])
    total, more = recipients(message.event_id).count(), True
    while more:
        done, more = operations.write_some(message.uid, by=running.by)
        running.tell(min(done, total), total)
