"""One letter or text to somebody who comes, sealed in his safe, and one letter to a host; none of them is owed yet."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from manyplaces.core.sealing import Unopenable
from manyplaces.events.models import Event, Host
from manyplaces.events.rules.hosting import list_of
from manyplaces.mail.letters import Written
from manyplaces.mail.models import TEXTS, Letter
from manyplaces.mail.operations import new_letter
from manyplaces.mail.rules import day_of
from manyplaces.rsvps.letters import addressed
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.queries.telling import start_of
from manyplaces.rsvps.rules import LIST
from manyplaces.rsvps.rules.links import LETTER, link_of, short_link_of

# A text that nobody has sent by then is of no use any more.
OF_USE = datetime.timedelta(days=2)


def letter_to(rsvp: Rsvp, event: Event, kind: str, draft: Written, *, key: str, **further: Any) -> Letter | None:
    """Return a letter to an attendee from a draft of `letters`, not owed yet; None where what he left was destroyed.

    `key` is its own among letters and texts; `further` is for `mail.operations.new_letter`, such as `until`.
    """
    try:
        return new_letter(
            f"rsvps.{kind}",
            rsvp.opened("email"),
            addressed(draft, link_of(rsvp.uid, LETTER)),
            language=rsvp.language,
            key=key,
            about=event.key,
            unsubscribe=LIST,
            secret=True,
            safe=rsvp.safe,
            **further,
        )
    except Unopenable:
        return None


def text_to(rsvp: Rsvp, event: Event, kind: str, draft: Written, *, key: str) -> Letter | None:
    """Return a text to an attendee, as `letter_to` does a letter."""
    now, begins = timezone.now(), start_of(event)
    made = Letter(kind=f"rsvps.{kind}", channel=Letter.Channel.TEXT, zone=event.zone, about=event.key, key=key)
    made.safe, made.language, made.unsubscribe, made.is_secret = rsvp.safe, rsvp.language, TEXTS, True
    made.made_at = made.next_try_at = now
    made.until = now + OF_USE
    if begins is not None and now < begins.ends:
        made.until = min(begins.ends, made.until)
    try:
        made.put_in(rsvp.opened("phone"), asdict(addressed(draft, short_link_of(rsvp.uid))))
    except Unopenable:
        return None
    return made


def without_hour(letter: Letter) -> Letter:
    """Return a letter that tells by its day alone when it was written and is due.

    It is owed because somebody has just said something; when that was is nobody's business, also while it waits.
    """
    letter.made_at = letter.next_try_at = day_of(letter.made_at)
    return letter


def letter_to_host(host: Host, event: Event, kind: str, draft: Written, *, key: str, **further: Any) -> Letter:
    """Return a letter about an event to its host, not owed yet; `further` as with `letter_to`."""
    return new_letter(
        f"rsvps.{kind}",
        host.email,
        draft,
        language=host.language,
        key=key,
        about=event.key,
        unsubscribe=list_of(host.proved_at),
        **further,
    )
