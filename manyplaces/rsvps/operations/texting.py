"""Text messages to attendees: owed like letters; and STOP, which ends all of them at once."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.contacts import read_phone
from manyplaces.core.safes import is_whole, lookup_in
from manyplaces.core.sealing import lookup, lookups
from manyplaces.events.models import Event
from manyplaces.mail.ledger import stop_unwanted
from manyplaces.mail.models import TEXTS, Letter, Suppression
from manyplaces.mail.operations import keep_wish
from manyplaces.rsvps.letters.texts import text
from manyplaces.rsvps.models import Rsvp, Safe
from manyplaces.rsvps.operations.writing import text_to
from manyplaces.rsvps.rules.texts import MOST_TEXTS, TEXTS_WITHIN

NO_PHONE = {
    "phone_sealed": b"",
    "phone_hash": "",
    "wants_text_evening": False,
    "wants_text_news": False,
}


def texts_to_confirm(wanting: Sequence[tuple[Rsvp, Event, str]]) -> list[Letter | None]:
    """Return the texts that ask whether a number (E.164, the last of each three) is somebody's: one an event and day.

    More than three a day go to no number, whoever it is that somebody wants to be texted; the row lapses.
    """
    day, drafts = timezone.localdate(), {}
    found: list[Letter | None] = []
    for rsvp, event, phone in wanting:
        if not throttle.take(lookup(phone, "phone"), "texts", MOST_TEXTS, TEXTS_WITHIN):
            continue
        about = (event.pk, rsvp.language)
        if about not in drafts:
            drafts[about] = text("confirm", event, rsvp.language)
        key = f"confirm:{rsvp.phone_hash}:{event.pk}:{day}"
        found.append(text_to(rsvp, event, "confirm", drafts[about], key=key))
    return found


@transaction.atomic
def stop_texts(typed: str, *, by: Actor) -> bool:
    """End all texts to a number for good: what is queued is stopped, and the number erased wherever it lies.

    Returns whether it was a number.
    """
    try:
        number = read_phone(typed)
    except ValidationError:
        return False
    if not number:
        return False
    if not Suppression.objects.filter(email_hash__in=lookups(number, "phone"), unsubscribe=TEXTS).exists():
        keep_wish(Suppression(email_hash=lookup(number, "phone"), unsubscribe=TEXTS), by=by)
    names = Safe.objects.filter(kind=Safe.Kind.CONTACTS, destroyed_at=None).values_list("name", flat=True)
    for name in names:
        if is_whole(name):
            _erase(name, lookup_in(name, number, "phone"))
    return True


def keys_with(hashed: str, event: int = 0) -> list[str]:
    """Return how keys of letters and texts begin that tell the hash of an address or number, about one event or all."""
    about = f"{event}:" if event else ""
    return [f"{kind}:{hashed}:{about}" for kind in ("confirm", "place_free", "from_host")]


def _erase(safe: str, hashed: str) -> None:
    stop_unwanted(Letter.objects.filter(channel=Letter.Channel.TEXT, safe=safe, to_hash=hashed))
    for beginning in keys_with(hashed):
        Letter.keyed(beginning).delete()
    rows = Rsvp.objects.filter(safe=safe, phone_hash=hashed)
    rows.filter(unproved="phone").update(unproved="")
    alone = rows.filter(name_sealed=b"", email_sealed=b"")
    alone.update(**NO_PHONE, safe="", version=F("version") + 1)
    rows.update(**NO_PHONE, version=F("version") + 1)


@transaction.atomic
def start_texts(typed: str, *, by: Actor) -> bool:
    """Let a number get texts again, should it be given anew; returns whether it had stopped them."""
    try:
        hashes = lookups(read_phone(typed), "phone")
    except ValidationError:
        return False
    gone, _rows = Suppression.objects.filter(email_hash__in=hashes, unsubscribe=TEXTS).delete()
    return bool(gone)
