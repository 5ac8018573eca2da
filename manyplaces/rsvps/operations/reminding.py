"""Reminders are begun when their hour comes, and written by the piece."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event, Host
from manyplaces.journal.operations import record
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import owe_letters
from manyplaces.mail.tasks import start
from manyplaces.rsvps.letters.reminding import host_reminder, reminder
from manyplaces.rsvps.letters.texts import text
from manyplaces.rsvps.models import News, Reminding, Round, Rsvp
from manyplaces.rsvps.operations.pieces import PIECE, owe_piece
from manyplaces.rsvps.operations.writing import letter_to, letter_to_host, text_to
from manyplaces.rsvps.queries.telling import STANDS, hosts_to_remind, open_events, start_of, wishing
from manyplaces.rsvps.rules.hours import TO_HOSTS, Reminder

JOB = "rsvps.remind"
KEPT = datetime.timedelta(days=30)


@transaction.atomic
def begin_reminders(
    kind: str, day: datetime.date, events: Sequence[int], *, now: datetime.datetime, by: Actor
) -> Round | None:
    """Begin the reminders of a kind for a day, of events given by row number; each is begun once, whoever begins it.

    Those that were stopped before they left, as they were not true then, are begun once more.
    """
    _take_up_again(kind, day, events)
    known = Reminding.objects.filter(kind=kind, day=day, event__in=events).values_list("event_id", flat=True)
    new = sorted({*events} - {*known})
    if not new:
        return None
    made = Round(kind=kind, day=day, made_at=now)
    made.save()
    rows = [Reminding(round=made, event_id=number, kind=kind, day=day) for number in new]
    Reminding.objects.bulk_create(rows, batch_size=500)
    wanted = hosts_to_remind(commitment__event__remindings__round=made)
    made.total = (wanted if kind in TO_HOSTS else wishing(kind, event__remindings__round=made)).count()
    made.full_clean()
    made.save()
    record(by, "round.begun", made, unseen=True)
    start(JOB, {"round": made.pk}, by=by, about=f"{kind} {day.isoformat()}")
    return made


def _take_up_again(kind: str, day: datetime.date, events: Sequence[int]) -> None:
    """Forget that reminders were begun where some were stopped; what has left keeps its key, and is not sent twice."""
    keys = Event.every.filter(pk__in=events).values("key")
    late = {"state": Letter.State.STOPPED, "error": Letter.Error.LATE}
    stopped = Letter.objects.filter(about__in=keys, kind=f"rsvps.{kind}", key__startswith=_key(kind, day), **late)
    again = set(stopped.values_list("about", flat=True))
    if again:
        Reminding.objects.filter(kind=kind, day=day, event__key__in=again).delete()
        stopped.delete()


def _key(kind: str, day: datetime.date, reader: str = "") -> str:
    """Return what makes sure that a reader, given by his uid, is reminded once."""
    return f"{kind}:{day.isoformat()}:{reader}:" if reader else f"{kind}:{day.isoformat()}:"


def write_reminders(number: int, *, now: datetime.datetime, by: Actor) -> tuple[int, int]:
    """Write the next piece of a round's letters; returns how many of how many are written, equal at the end.

    What was written before an interruption stays, and nobody is written to twice: a letter's key is the reader's own
    for the day. The letters are made before the transaction begins, so that nobody waits for that.
    """
    found = Round.objects.get(pk=number)
    rows = _next_rows(found)
    still = _still_true(found, rows, now)
    letters = _letters(found, rows, still)
    with transaction.atomic():
        # What does not take place now may do so again while there is time, and is then begun once more.
        untrue = {_event_of(row) for row in rows} - still.keys()
        Reminding.objects.filter(round=found, event__in=untrue).delete()
        return _keep_piece(found, letters, rows, now=now, by=by)


def _next_rows(found: Round) -> list[Rsvp | Host]:
    """Return the next piece, event by event, because a letter is written once for an event and a language."""
    if found.kind in TO_HOSTS:
        rows: QuerySet[Any] = hosts_to_remind(commitment__event__remindings__round=found)
        group = "commitment_id"
    else:
        rows, group = wishing(found.kind, event__remindings__round=found), "event_id"
    beyond = Q(**{f"{group}__gt": found.reached_group}) | Q(**{group: found.reached_group}, pk__gt=found.reached)
    return list(rows.filter(beyond, **{f"{group}__gte": found.reached_group}).order_by(group, "pk")[:PIECE])


def _keep_piece(
    found: Round, letters: list[Letter | None], rows: Sequence[Rsvp | Host], *, now: datetime.datetime, by: Actor
) -> tuple[int, int]:
    if found.kind in TO_HOSTS:
        owe_letters([letter for letter in letters if letter is not None])
    else:
        guests = [row for row in rows if isinstance(row, Rsvp)]
        owe_piece(letters, guests, mail=f"wants_{found.kind}", texts="wants_text_evening")
    found.written += max(len(rows), len(letters))
    is_last = len(rows) < PIECE
    if rows:
        found.reached_group, found.reached = _group_of(rows[-1]), rows[-1].pk
    if is_last:
        # Whoever withdrew meanwhile is owed nothing.
        found.total, found.ended_at = found.written, now
    found.full_clean()
    found.save()
    return found.written, max(found.total, found.written + (not is_last))


def _group_of(row: Rsvp | Host) -> int:
    return row.commitment_id if isinstance(row, Host) else row.event_id


def _event_of(row: Rsvp | Host) -> int:
    return (row.commitment.event_id or 0) if isinstance(row, Host) else row.event_id


def _still_true(found: Round, rows: Sequence[Rsvp | Host], now: datetime.datetime) -> dict[int, Event]:
    """Return the events of these readers (by row number) that still begin on the round's day, and not before now."""
    events = open_events().filter(STANDS).in_bulk({_event_of(row) for row in rows})
    begins = {number: start_of(event) for number, event in events.items()}
    return {
        number: events[number]
        for number, start in begins.items()
        if start is not None and start.day == found.day and now < start.ends
    }


def _letters(found: Round, rows: Sequence[Rsvp | Host], still: Mapping[int, Event]) -> list[Letter | None]:
    """Return the letters and texts to these readers, of what is still true of their events."""
    write = cache(host_reminder if found.kind in TO_HOSTS else reminder)
    write_text = cache(text)
    letters: list[Letter | None] = []
    for row in rows:
        event = still.get(_event_of(row))
        begins = start_of(event) if event is not None else None
        if event is None or begins is None:
            continue
        key, kind = _key(found.kind, found.day, row.uid), found.kind
        draft = write(kind, event, row.language)
        if isinstance(row, Host):
            letters.append(letter_to_host(row, event, kind, draft, key=key, until=begins.ends))
            continue
        if row.is_reachable and getattr(row, f"wants_{kind}"):
            letters.append(letter_to(row, event, kind, draft, key=key, until=begins.ends))
        if kind == Reminder.EVENING and row.is_textable and row.wants_text_evening:
            letters.append(text_to(row, event, kind, write_text(kind, event, row.language), key=f"{key}text"))
    return letters


@transaction.atomic
def forget_told(now: datetime.datetime, *, by: Actor) -> int:
    """Forget which reminders were begun and which changes were told a month ago; returns how many of both."""
    long_ago = now - KEPT
    rounds, _rows = Round.objects.filter(made_at__lt=long_ago).delete()
    settled = News.objects.filter(made_at__lt=long_ago).exclude(state__in=(News.State.OWED, News.State.HELD))
    news, _rows = settled.delete()
    return rounds + news
