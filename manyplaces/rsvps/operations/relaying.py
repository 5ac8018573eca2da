"""A host writes to those who come, and they answer: through us, so that neither sees the address of the other."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line
from manyplaces.events.models import Event, Host
from manyplaces.events.operations.holding import held, require_hold
from manyplaces.events.rules.hosting import last_use
from manyplaces.journal.operations import record
from manyplaces.mail.ledger import stop_untrue
from manyplaces.mail.letters import Written
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import owe_letters
from manyplaces.people.rules import Role, require
from manyplaces.rsvps.letters import relaying as letters
from manyplaces.rsvps.models import Message, Rsvp, Safe
from manyplaces.rsvps.operations.safes import safe_for
from manyplaces.rsvps.operations.writing import letter_to_host, without_hour
from manyplaces.rsvps.queries.messages import may_answer, recipients, unsent, waits_for_review
from manyplaces.rsvps.rules import first_name
from manyplaces.rsvps.rules.messages import (
    LONGEST_ANSWER,
    LONGEST_MESSAGE,
    OPEN,
    STOPPABLE_FOR,
    Stage,
    read_message,
    require_in_limits,
)


@transaction.atomic
def write_message(host: Host, text: str, *, by: Actor) -> Message:
    """Let a host write to everybody who comes and wants to hear from him; all hosts get a copy at once.

    It goes out after 15 minutes, in which it can be stopped; of a new host only when a reviewer has looked. The same
    text once more is the same message. Raises NotNow beyond what is allowed and where nobody would get it.
    """
    commitment = held(host.commitment_id, by)
    event = _event(commitment.event_id)
    if host.proved_at is None or event is None:
        raise PermissionDenied
    hosts = reachable_hosts(event)
    read = read_message(text, LONGEST_MESSAGE, [one.email for one in hosts])
    earlier = list(Message.objects.filter(event=event))
    for message in earlier:
        if message.stage in OPEN and message.text == read:
            return message
    if not event.is_listed:
        raise NotNow(_("Your event is not on the pages now, so nobody can be written to."))
    require_in_limits([(message.stage, message.made_at) for message in earlier], timezone.now())
    if not recipients(event.pk).exists():
        raise NotNow(_("Nobody who is coming has ticked that you may write."))
    waits = waits_for_review(host, read)
    now = timezone.now()
    message = Message(event=event, host=host, stage=Stage.REVIEW if waits else Stage.DUE, made_at=now)
    message.not_before = now + STOPPABLE_FOR
    message.put_in(read, safe_for(event.action_id, Safe.Kind.CONTACTS, by=by))
    keep_message(message, "message.added", by=by)
    _owe_hosts(
        message,
        event,
        "host_copy",
        lambda host: letters.host_copy(event, host.language, read, waits_for_review=waits),
    )
    return message


@transaction.atomic
def stop_message(message: Message, *, by: Actor) -> Message:
    """Stop a message, also while it goes out: what has not left never leaves. For its hosts and coordinators."""
    stored = locked_message(message.uid)
    require_hold(stored.event.commitment, by)
    owed = unsent(stored)
    if stored.stage not in OPEN and not (stored.stage == Stage.SENT and owed.exists()):
        raise NotNow(_("This has gone out or was stopped already."))
    stop_untrue(owed)
    stored.stage = Stage.STOPPED
    return keep_message(stored, "message.stopped", by=by)


@transaction.atomic
def approve_message(message: Message, *, version: int, by: Actor) -> Message:
    """Let the message of a new host go out, not before its 15 minutes are over."""
    stored = _to_decide(message, version, by)
    stored.stage, stored.decided_by = Stage.DUE, by.name[:80]
    return keep_message(stored, "message.approved", by=by)


@transaction.atomic
def decline_message(message: Message, *, version: int, reason: str, by: Actor) -> Message:
    """Do not let the message of a new host go out; all hosts are told, as all have a copy, and read the reason."""
    stored = _to_decide(message, version, by)
    stored.stage, stored.decided_by, stored.reason = Stage.DECLINED, by.name[:80], clean_line(reason, 500)
    keep_message(stored, "message.declined", by=by)
    event = _event(stored.event_id)
    if event is not None:
        _owe_hosts(
            stored,
            event,
            "message_declined",
            lambda host: letters.message_declined(event, host.language, stored.text, stored.reason),
        )
    return stored


def _to_decide(message: Message, version: int, by: Actor) -> Message:
    stored = locked_message(message.uid)
    event = stored.event
    area = {"action": event.action.slug, "state": event.city.state, "city": event.city.slug}
    require(by, Role.REVIEWER, Role.COORDINATOR, **area)
    if stored.stage != Stage.REVIEW or stored.version != version:
        raise NotNow(_("Somebody else was first, or its host has stopped it. Look at the list as it is now."))
    return stored


@transaction.atomic
def answer_host(uid: str, text: str, *, by: Actor) -> int:
    """Send the hosts what somebody who comes answers, without his address; returns how many hosts get it.

    Signed with the first name that he left, if any. Raises NotNow where there is nothing to answer to, after the
    third answer, and where no host is reached. The same words sent twice are one answer. Nothing of it is recorded, as
    with everything that attendees do.
    """
    row = Rsvp.objects.select_for_update(of=("self",)).get(uid=uid)
    mark = salted_hmac("manyplaces.rsvps.answer", f"{uid} {text}", algorithm="sha256").hexdigest()[:16]
    if before := Letter.objects.filter(key__startswith=f"answer:{uid}:{mark}:").count():
        return before
    event = _event(row.event_id)
    if event is None or not may_answer(row):
        raise NotNow(_("The host has not written, or you have answered three times already."))
    hosts = reachable_hosts(event) if event.is_listed else []
    if not hosts:
        raise NotNow(_("The host cannot be reached any more."))
    read = read_message(text, LONGEST_ANSWER, [row.opened("email")])
    name, owed = first_name(row.opened("name")), []
    for host in hosts:
        draft, key = letters.answer(event, host.language, read, name), f"answer:{row.uid}:{mark}:{host.uid}:1"
        owed.append(without_hour(letter_to_host(host, event, "answer", draft, key=key, secret=True, safe=row.safe)))
    owe_letters(owed)
    return len(hosts)


def _owe_hosts(message: Message, event: Event, kind: str, write: Callable[[Host], Written]) -> None:
    """Owe all hosts a letter about a message, so that none acts behind the back of the others."""
    kept = {"until": last_use(event.commitment.day, timezone.now()), "secret": True, "safe": message.safe}
    keys = {host: f"{kind}:{host.uid}:{message.uid}" for host in reachable_hosts(event)}
    owe_letters([letter_to_host(host, event, kind, write(host), key=key, **kept) for host, key in keys.items()])


def reachable_hosts(event: Event) -> list[Host]:
    """Return the hosts of an event who have shown that they read our letters."""
    hosts = Host.objects.filter(commitment__event=event).exclude(proved_at=None).exclude(email_hash="")
    return list(hosts.order_by("pk"))


@transaction.atomic(savepoint=False)
def keep_message(message: Message, verb: str, *, by: Actor) -> Message:
    """Save what was done to a message; validate and record it. Others are built on it."""
    before: dict[str, object] | None = {} if message.pk else None
    message.version += 1
    message.full_clean(exclude=("event", "host"), validate_unique=False, validate_constraints=False)
    message.save()
    record(by, verb, message, before=before, unseen=True)
    return message


def locked_message(uid: str) -> Message:
    """Return a message with its event, locked until the transaction ends."""
    rows = Message.objects.select_for_update(of=("self",)).select_related("event__action", "event__city")
    return rows.get(uid=uid)


def _event(number: int | None) -> Event | None:
    if number is None:
        return None
    return Event.every.select_related("action", "city", "spelling__place", "commitment").filter(pk=number).first()
