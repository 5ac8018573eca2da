"""The letters about what is other than attendees were told: written in pieces, once for each of them."""

from __future__ import annotations

from functools import cache

from django.db import transaction
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.mail.letters import Written
from manyplaces.mail.models import Letter
from manyplaces.rsvps.letters.news import merged
from manyplaces.rsvps.letters.news import news as news_letter
from manyplaces.rsvps.letters.texts import text
from manyplaces.rsvps.models import News, Rsvp
from manyplaces.rsvps.operations.pieces import PIECE, owe_piece
from manyplaces.rsvps.operations.seating import locked_crowds
from manyplaces.rsvps.operations.telling import ONE_DAY
from manyplaces.rsvps.operations.writing import letter_to, text_to
from manyplaces.rsvps.queries import instead_of
from manyplaces.rsvps.queries.telling import reachable, told_events
from manyplaces.rsvps.rules import State
from manyplaces.rsvps.rules.news import Facts, Kind, Sent, changes, kind_of, known_by


def write_news(number: int, *, by: Actor) -> tuple[int, bool]:
    """Write the next piece of the letters about one change; returns how many it was, and whether that was the last.

    Nothing is written once something newer is to be told. Nobody is told twice: a letter's key is the reader's own for
    the change; and who surely never heard of anything else is not told that all is as before.
    """
    row = News.objects.get(pk=number)
    event = told_events().filter(pk=row.event_id).first()
    if row.state != News.State.OWED or event is None:
        return 0, True
    rows = list(reachable(event.pk).filter(pk__gt=row.reached).order_by("pk")[:PIECE])
    letters = _letters(row, event, rows)
    with transaction.atomic():
        return len(rows), _keep_piece(row, letters, rows, by=by)


def _keep_piece(row: News, letters: list[Letter | None], rows: list[Rsvp], *, by: Actor) -> bool:
    # In this order whoever notes something newer locks them too.
    locked_crowds([row.event_id])
    stored = News.objects.select_for_update().get(pk=row.pk)
    if stored.state != News.State.OWED:
        return True
    is_last = len(rows) < PIECE
    stored.written += owe_piece(letters, rows, mail="", texts="wants_text_news")
    stored.reached = rows[-1].pk if rows else stored.reached
    if is_last:
        stored.state, stored.total = News.State.TOLD, stored.written
    stored.full_clean(exclude=["event"], validate_unique=False)
    stored.save()
    return is_last


def _letters(row: News, event: Event, rows: list[Rsvp]) -> list[Letter | None]:
    before, facts = Facts.read(row.before), Facts.read(row.now)
    kind, new = kind_of(before, facts), changes(before, facts)
    into = instead_of(event) if kind == Kind.MERGED else None
    # The other may be off the pages by now; then nothing is certain.
    kind = Kind.PAUSED if kind == Kind.MERGED and into is None else kind
    # What was put off before without a new day was to be on the day that it still has.
    day = before.day or event.date_text
    spared = _spared(row)

    @cache
    def draft(language: str, knows_where: bool) -> Written:
        if into is not None:
            return merged(event, into, language)
        return news_letter(kind, event, language, new=new, before=day, knows_where=knows_where)

    @cache
    def texts(language: str) -> Written:
        return text(kind, event, language, before=day)

    letters = []
    for rsvp in rows:
        key = f"news:{row.event_id}:{rsvp.uid}:{row.pk}"
        if rsvp.is_textable and rsvp.wants_text_news and f"{rsvp.uid}:text" not in spared:
            letters.append(text_to(rsvp, event, kind, texts(rsvp.language), key=f"{key}:text"))
        if rsvp.is_reachable and rsvp.uid not in spared:
            written = draft(rsvp.language, rsvp.state == State.COMING)
            # Before all that reminds: due since yesterday.
            letters.append(letter_to(rsvp, event, kind, written, key=key, due=timezone.now() - ONE_DAY))
    return letters


def _spared(row: News) -> set[str]:
    """Return the uids of who surely still goes by what is true now, as the letters that said otherwise were stopped.

    Of who is texted ":text" stands behind it.
    """
    befores = {
        number: Facts.read(before).digest
        for number, before in News.objects.filter(event=row.event_id).values_list("pk", "before")
    }
    now = Facts.read(row.now).digest
    if now not in befores.values():
        return set()
    prefix = f"news:{row.event_id}:"
    found: dict[str, list[Sent]] = {}
    letters = Letter.objects.filter(key__gte=prefix, key__lt=prefix[:-1] + ";")
    for key, state, error in letters.values_list("key", "state", "error"):
        _news, _event, uid, number, *way = key.split(":")
        is_stopped = state == Letter.State.STOPPED and error == Letter.Error.LATE
        found.setdefault(":".join([uid, *way]), []).append(Sent(int(number), state == Letter.State.SENT, is_stopped))
    return {uid for uid, sent in found.items() if known_by(sent, befores) == now}
