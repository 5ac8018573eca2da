"""The letters about what is other than attendees were told: written in pieces, once for each of them."""

from __future__ import annotations

from functools import cache

from django.db import transaction
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.sealing import Unopenable
from manyplaces.events.models import Event
from manyplaces.mail.letters import Written
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import new_letter, owe_letters
from manyplaces.rsvps.letters import addressed
from manyplaces.rsvps.letters.news import news as news_letter
from manyplaces.rsvps.letters.texts import text
from manyplaces.rsvps.models import News, Rsvp
from manyplaces.rsvps.operations.reminding import PIECE, still_wanted
from manyplaces.rsvps.operations.telling import ONE_DAY
from manyplaces.rsvps.operations.texting import text_to
from manyplaces.rsvps.queries.telling import reachable, told_events
from manyplaces.rsvps.rules import LIST, State
from manyplaces.rsvps.rules.links import LETTER, link_of
from manyplaces.rsvps.rules.news import Facts, Sent, changes, kind_of, known_by


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


def _keep_piece(row: News, letters: list[Letter], rows: list[Rsvp], *, by: Actor) -> bool:
    letters = still_wanted(letters, rows, "", "wants_text_news")
    stored = News.objects.select_for_update().get(pk=row.pk)
    if stored.state != News.State.OWED:
        return True
    owe_letters(letters)
    is_last = len(rows) < PIECE
    stored.written += len(letters)
    stored.reached = rows[-1].pk if rows else stored.reached
    if is_last:
        stored.state, stored.total = News.State.TOLD, stored.written
    stored.full_clean(exclude=["event"], validate_unique=False)
    stored.save()
    return is_last


def _letters(row: News, event: Event, rows: list[Rsvp]) -> list[Letter]:
    before, facts = Facts.read(row.before), Facts.read(row.now)
    kind, new = kind_of(before, facts), changes(before, facts)
    spared = _spared(row)

    @cache
    def draft(language: str, knows_where: bool) -> Written:
        return news_letter(kind, event, language, new=new, before=before.day, knows_where=knows_where)

    @cache
    def texts(language: str) -> Written:
        return text(kind, event, language, before=before.day)

    letters = []
    for rsvp in rows:
        if rsvp.is_textable and rsvp.wants_text_news and f"{rsvp.uid}:text" not in spared:
            letters += _text(row, event, rsvp, texts(rsvp.language), kind.value)
        if not rsvp.is_reachable or rsvp.uid in spared:
            continue
        try:
            address, written = rsvp.opened("email"), draft(rsvp.language, rsvp.state == State.COMING)
        except Unopenable:
            # What he left was destroyed meanwhile.
            continue
        letters.append(_letter(row, event, rsvp, address, written, kind.value))
    return letters


def _letter(row: News, event: Event, rsvp: Rsvp, address: str, draft: Written, kind: str) -> Letter:
    return new_letter(
        f"rsvps.{kind}",
        address,
        addressed(draft, link_of(rsvp.uid, LETTER)),
        language=rsvp.language,
        key=f"news:{row.event_id}:{rsvp.uid}:{row.pk}",
        about=event.key,
        unsubscribe=LIST,
        secret=True,
        safe=rsvp.safe,
        # Before all that reminds: due since yesterday.
        due=timezone.now() - ONE_DAY,
    )


def _text(row: News, event: Event, rsvp: Rsvp, draft: Written, kind: str) -> list[Letter]:
    try:
        key = f"news:{row.event_id}:{rsvp.uid}:{row.pk}:text"
        return [text_to(rsvp, event, kind, draft, rsvp.opened("phone"), key=key)]
    except Unopenable:
        # What he left was destroyed meanwhile.
        return []


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
