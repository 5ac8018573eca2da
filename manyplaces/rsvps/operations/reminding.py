"""Reminders are begun when their hour comes, written in pieces, and stopped where nothing takes place any more."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from manyplaces.core.actor import Actor
from manyplaces.core.sealing import Unopenable
from manyplaces.events.models import Event, Host
from manyplaces.journal.operations import record
from manyplaces.mail.ledger import stop_untrue, stop_unwanted
from manyplaces.mail.letters import Written
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import new_letter, owe_letters
from manyplaces.mail.tasks import start
from manyplaces.rsvps.letters import addressed
from manyplaces.rsvps.letters.reminding import host_reminder, reminder
from manyplaces.rsvps.letters.texts import text
from manyplaces.rsvps.models import News, Reminding, Round, Rsvp
from manyplaces.rsvps.operations.seating import locked_crowds
from manyplaces.rsvps.operations.texting import text_to
from manyplaces.rsvps.queries.telling import STANDS, ends_of, hosts_to_remind, open_events, start_of, wishing
from manyplaces.rsvps.rules import LIST
from manyplaces.rsvps.rules.hours import TO_HOSTS, Reminder
from manyplaces.rsvps.rules.links import LETTER, link_of
from manyplaces.rsvps.rules.news import Kind

JOB = "rsvps.remind"
# So many letters are written in one transaction: a quarter of a second in which others who write wait.
PIECE = 500
KEPT = datetime.timedelta(days=30)
KINDS = [f"rsvps.{kind}" for kind in Reminder.values]
TOLD_BY_THE_CLOCK = [f"rsvps.{kind}" for kind in (*set(Reminder) - set(TO_HOSTS), *Kind)]
# From the number of an event and a language to the letter; None where nothing is to be said any more.
Drafts = Callable[[int, str], Written | None]


@transaction.atomic
def begin_reminders(
    kind: str, day: datetime.date, events: Sequence[int], *, now: datetime.datetime, by: Actor
) -> Round | None:
    """Begin the reminders of a kind for a day, of events given by row number; each is begun once, whoever begins it."""
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


def write_reminders(number: int, *, now: datetime.datetime, by: Actor) -> tuple[int, int]:
    """Write the next piece of a round's letters; returns how many of how many are written, equal at the end.

    What was written before an interruption stays, and nobody is written to twice: a letter's key is the reader's own
    for the day. The letters are made before the transaction begins, so that nobody waits for that.
    """
    found = Round.objects.get(pk=number)
    rows = _next_rows(found)
    letters = _letters(found, rows, now)
    with transaction.atomic():
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
    found: Round, letters: list[Letter], rows: Sequence[Rsvp | Host], *, now: datetime.datetime, by: Actor
) -> tuple[int, int]:
    guests = [row for row in rows if isinstance(row, Rsvp)]
    owe_letters(still_wanted(letters, guests, f"wants_{found.kind}", "wants_text_evening") if guests else letters)
    found.written += max(len(rows), len(letters))
    is_last = len(rows) < PIECE
    if rows:
        last = rows[-1]
        found.reached_group = last.commitment_id if isinstance(last, Host) else last.event_id
        found.reached = last.pk
    if is_last:
        # Whoever withdrew meanwhile is owed nothing.
        found.total, found.ended_at = found.written, now
    found.full_clean()
    found.save()
    return found.written, max(found.total, found.written + (not is_last))


def still_wanted(letters: Sequence[Letter], rows: Sequence[Rsvp], mail: str, texts: str) -> list[Letter]:
    """Return the letters that are wanted still, as they were made before a lock was held; within a transaction.

    `mail` and `texts` name the ticks that ask for them, empty for none. Whoever withdraws does so under the same lock:
    before this, or after it, and then stops what is owed to him.
    """
    locked_crowds({row.event_id for row in rows})
    wanted = set()
    for row in Rsvp.objects.filter(pk__in=[row.pk for row in rows]).annotate(key=F("event__key")):
        if row.is_reachable and (not mail or getattr(row, mail)):
            wanted.add((row.key, row.email_hash))
        if row.is_textable and getattr(row, texts):
            wanted.add((row.key, row.phone_hash))
    return [letter for letter in letters if (letter.about, letter.to_hash) in wanted]


def _letters(found: Round, rows: Sequence[Rsvp | Host], now: datetime.datetime) -> list[Letter]:
    numbers = {row.commitment.event_id if isinstance(row, Host) else row.event_id for row in rows}
    events = open_events().filter(STANDS).in_bulk([number for number in numbers if number])
    still = {number: event for number, event in events.items() if _is_true(event, found.day, now)}
    draft = host_reminder if found.kind in TO_HOSTS else reminder

    @cache
    def drafts(event: int, language: str) -> Written | None:
        return draft(found.kind, still[event], language) if event in still else None

    letters = [_letter(found, row, still, drafts) for row in rows if _wants_mail(found, row)]
    if found.kind == Reminder.EVENING:
        texts = cache(lambda event, language: text(found.kind, still[event], language))
        letters += [_text(found, row, still, texts) for row in rows if isinstance(row, Rsvp)]
    return [letter for letter in letters if letter is not None]


def _wants_mail(found: Round, row: Rsvp | Host) -> bool:
    return isinstance(row, Host) or (row.is_reachable and bool(getattr(row, f"wants_{found.kind}")))


def _text(found: Round, row: Rsvp, events: Mapping[int, Event], drafts: Callable[[int, str], Written]) -> Letter | None:
    event = events.get(row.event_id)
    if event is None or not (row.is_textable and row.wants_text_evening):
        return None
    key = f"{found.kind}:{found.day.isoformat()}:{row.uid}:text"
    try:
        return text_to(row, event, found.kind, drafts(event.pk, row.language), row.opened("phone"), key=key)
    except Unopenable:
        return None


def _is_true(event: Event, day: datetime.date, now: datetime.datetime) -> bool:
    """Tell whether an event still begins on the day of its reminder, and not before now."""
    begins = start_of(event)
    return begins is not None and begins.day == day and now < begins.ends


def _letter(found: Round, row: Rsvp | Host, events: Mapping[int, Event], drafts: Drafts) -> Letter | None:
    number = (row.commitment.event_id or 0) if isinstance(row, Host) else row.event_id
    draft = drafts(number, row.language)
    begins = start_of(events[number]) if draft is not None else None
    if draft is None or begins is None:
        return None
    key = f"{found.kind}:{found.day.isoformat()}:{row.uid}:"
    about = events[number].key
    until, kind = begins.ends, f"rsvps.{found.kind}"
    try:
        if isinstance(row, Host):
            return new_letter(kind, row.email, draft, language=row.language, key=key, about=about, until=until)
        return new_letter(
            kind,
            row.opened("email"),
            addressed(draft, link_of(row.uid, LETTER)),
            language=row.language,
            key=key,
            about=about,
            unsubscribe=LIST,
            secret=True,
            until=until,
            safe=row.safe,
        )
    except Unopenable:
        # What he left was destroyed meanwhile.
        return None


@transaction.atomic
def forget_told(now: datetime.datetime, *, by: Actor) -> int:
    """Forget which reminders were begun and which changes were told a month ago; returns how many of both."""
    long_ago = now - KEPT
    rounds, _rows = Round.objects.filter(made_at__lt=long_ago).delete()
    settled = News.objects.filter(made_at__lt=long_ago).exclude(state__in=(News.State.OWED, News.State.HELD))
    news, _rows = settled.delete()
    return rounds + news


def stop_untrue_reminders() -> int:
    """Stop reminders on their way of what does not take place any more, or then, or is not online; returns how many."""
    owed = Letter.objects.filter(state=Letter.State.OWED, kind__in=KINDS)
    said = set(owed.order_by().values_list("about", "until").distinct())
    ends = ends_of({about for about, _until in said})
    gone = {about for about, _until in said if about not in ends}
    stopped = stop_untrue(owed.filter(about__in=gone)) if gone else 0
    # A reminder is of use until what it reminds of begins: of another day or hour, it is not what it says any more.
    moved = [(about, until) for about, until in said if about in ends and until not in (None, ends[about])]
    return stopped + sum(stop_untrue(owed.filter(about=about, until=until)) for about, until in moved)


def stop_reminders_of(event: Event, *, reader: str = "") -> int:
    """Stop what attendees are still to be told of an event by the clock; or all to one (by the hash of his address)."""
    owed = Letter.objects.filter(about=event.key)
    if reader:
        # What could not be delivered too, or it might be sent again.
        return stop_unwanted(owed.filter(to_hash=reader, kind__startswith="rsvps."))
    # What a host has written to them, or that there is a place for one who waits, is as true as before.
    return stop_untrue(owed.filter(kind__in=TOLD_BY_THE_CLOCK))
