"""The letters of a host's message: begun when it is due, written a piece at a time, until somebody stops it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.rules.hosting import last_use
from manyplaces.mail.models import Letter
from manyplaces.mail.tasks import start
from manyplaces.people.models import Proposal
from manyplaces.people.operations import carried_out, due, propose
from manyplaces.rsvps.letters import facts_of, relaying
from manyplaces.rsvps.models import Message, Rsvp
from manyplaces.rsvps.operations.pieces import PIECE, owe_piece
from manyplaces.rsvps.operations.relaying import keep_message, locked_message
from manyplaces.rsvps.operations.seating import locked_crowds
from manyplaces.rsvps.operations.writing import letter_to
from manyplaces.rsvps.queries.messages import recipients
from manyplaces.rsvps.rules.messages import MOST_LETTERS, Stage

JOB = "rsvps.write_to_guests"


@transaction.atomic
def begin_messages(now: datetime.datetime, *, by: Actor) -> int:
    """Begin what is due, and what a coordinator agreed to; returns how many messages were begun or settled."""
    uids = list(
        Message.objects.filter(stage=Stage.DUE, not_before__lte=now).order_by("pk").values_list("uid", flat=True)
    )
    for uid in uids:
        _begin(locked_message(uid), by=by)
    agreed = due(JOB)
    for proposal in agreed:
        carried_out(proposal, by=by)
        message = locked_message(proposal.payload["message"])
        if message.stage == Stage.SECOND:
            _send(message, by=by)
    return len(uids) + len(agreed) + _settle_refused(by=by)


def _begin(message: Message, *, by: Actor) -> None:
    if message.stage != Stage.DUE:
        return
    if not _is_still_right(message):
        message.stage = Stage.STOPPED
        keep_message(message, "message.stopped", by=by)
    elif (many := recipients(message.event_id).count()) > MOST_LETTERS:
        _propose(message, many, by=by)
        message.stage = Stage.SECOND
        keep_message(message, "message.asked", by=by)
    else:
        _send(message, by=by)


def _is_still_right(message: Message) -> bool:
    """Tell whether who wrote it is host still, and the event on the pages."""
    host = message.host
    return host is not None and bool(host.email_hash) and message.event.is_listed and bool(message.text)


def _send(message: Message, *, by: Actor) -> None:
    message.stage = Stage.SENDING if _is_still_right(message) else Stage.STOPPED
    keep_message(message, "message.begun" if message.stage == Stage.SENDING else "message.stopped", by=by)
    if message.stage == Stage.SENDING:
        start(JOB, {"message": message.uid}, by=by, about=message.event.key)


def _propose(message: Message, many: int, *, by: Actor) -> None:
    payload: dict[str, Any] = {"message": message.uid}
    for language in ("en", "es"):
        with translation.override(language):
            said = _("Let a host write to %(letters)s people who come to %(place)s. The text stands on the desk.")
            told = {"letters": f"{many:,}", "place": facts_of(message.event, language)["place"]}
            payload[language] = said % told
    propose(JOB, payload, by=by)


def _settle_refused(*, by: Actor) -> int:
    """Stop what was proposed and is not waiting any more: a coordinator said no, or nobody anything in time."""
    rows = Message.objects.filter(stage=Stage.SECOND).values_list("uid", flat=True)
    uids = list(rows)
    if not uids:
        return 0
    waiting = {one.payload.get("message") for one in Proposal.objects.waiting().filter(kind=JOB)}
    refused = [uid for uid in uids if uid not in waiting]
    for uid in refused:
        message = locked_message(uid)
        message.stage = Stage.STOPPED
        keep_message(message, "message.stopped", by=by)
    return len(refused)


def write_some(uid: str, *, by: Actor) -> tuple[int, bool]:
    """Write the next piece of the letters of a message; returns how many are written by now, and whether more comes.

    Whoever has withdrawn or taken his tick away since gets none. What is written already is never written again.
    """
    message = Message.objects.get(uid=uid)
    rows = list(recipients(message.event_id).filter(pk__gt=message.reached).order_by("pk")[:PIECE])
    letters = _letters(message, rows)
    with transaction.atomic():
        return _keep_piece(message, letters, rows, by=by)


def _letters(message: Message, rows: Sequence[Rsvp]) -> list[Letter | None]:
    event = Event.every.select_related("action", "city", "spelling__place").get(pk=message.event_id)
    until = last_use(event.meant[1], timezone.now()) if event.meant[1] else None
    words = message.text
    draft = cache(lambda language: relaying.from_host(event, language, words))
    return [
        letter_to(
            row,
            event,
            "from_host",
            draft(row.language),
            key=f"from_host:{row.email_hash}:{event.pk}:{message.uid}",
            until=until,
        )
        for row in rows
        if words
    ]


def _keep_piece(message: Message, letters: list[Letter | None], rows: Sequence[Rsvp], *, by: Actor) -> tuple[int, bool]:
    locked_crowds([message.event_id])
    stored = locked_message(message.uid)
    if stored.stage != Stage.SENDING:
        return stored.letters, False
    stored.letters += owe_piece(letters, rows, mail="wants_host")
    if rows and stored.text:
        stored.reached = rows[-1].pk
        stored.full_clean(exclude=("event", "host"), validate_unique=False, validate_constraints=False)
        stored.save(update_fields=["reached", "letters"])
        return stored.letters, True
    stored.stage = Stage.SENT
    keep_message(stored, "message.carried-out", by=by)
    return stored.letters, False
