"""Somebody says that he comes: one function for all doors, which takes many at once as easily as one.

None of it goes into the journal: it is kept for ever, and when who said that he comes is nobody's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.sealing import lookup
from manyplaces.events.models import Event
from manyplaces.mail.letters import Written
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import owe_letters
from manyplaces.rsvps import letters
from manyplaces.rsvps.models import Rsvp, Safe
from manyplaces.rsvps.operations.safes import safe_for
from manyplaces.rsvps.operations.seating import add_to, keep_crowds, locked_crowds
from manyplaces.rsvps.operations.texting import texts_to_confirm
from manyplaces.rsvps.operations.writing import letter_to, without_hour
from manyplaces.rsvps.rules import LETTERS_WITHIN, MOST_LETTERS, GuestContact, State


@dataclass(frozen=True)
class Ask:
    """What somebody sent: the unsaved row, what he left of himself, the number of the action, the key of the event."""

    rsvp: Rsvp
    contact: GuestContact
    action: int
    key: str
    # The organisations to which he gives his contact, by row number.
    shares: tuple[int, ...] = ()


@transaction.atomic
def take_rsvps(asks: Sequence[Ask], *, by: Actor) -> list[Rsvp]:
    """Keep what many have sent, in one transaction, all or none; returns the stored rows in their order.

    A row whose uid is known is the same form once more and changes nothing; raises NotNow where something else is in
    it. A number alone is counted at once, also where room is limited, and no place is kept for it. Who leaves an
    address is counted, and has a place kept or waits for one, when he has confirmed it; he is owed a letter.
    """
    uids = [ask.rsvp.uid for ask in asks]
    stored = {row.uid: row for row in Rsvp.objects.filter(uid__in=uids)}
    _require_same(asks, stored)
    new: dict[str, Ask] = {ask.rsvp.uid: ask for ask in reversed(asks) if ask.rsvp.uid not in stored}
    fresh = [new[uid] for uid in dict.fromkeys(uids) if uid in new]
    if fresh:
        _seal(fresh, by=by)
        _count(fresh)
        for ask in fresh:
            # Where many were refused together and each is tried by itself, the row must not keep the number it had.
            ask.rsvp.pk = None
            ask.rsvp.full_clean(exclude=("event", "uid"), validate_unique=False, validate_constraints=False)
        Rsvp.objects.bulk_create([ask.rsvp for ask in fresh], batch_size=200)
        through = Rsvp.shares.through
        through.objects.bulk_create(
            through(rsvp_id=ask.rsvp.pk, organisation_id=number) for ask in fresh for number in ask.shares
        )
        _owe_confirmations(fresh, by=by)
    return [stored.get(uid) or new[uid].rsvp for uid in uids]


def _require_same(asks: Sequence[Ask], stored: dict[str, Rsvp]) -> None:
    """Refuse a form that was sent in the same moment with something else in it; otherwise the door has said so."""
    digests = {uid: row.body_digest for uid, row in stored.items()}
    for ask in asks:
        if digests.setdefault(ask.rsvp.uid, ask.rsvp.body_digest) != ask.rsvp.body_digest:
            raise NotNow(_("This form was sent before with something else in it. To send another, press again."))


def _seal(asks: Sequence[Ask], *, by: Actor) -> None:
    found: dict[tuple[int, Safe.Kind], str] = {}

    def safe(action: int, kind: Safe.Kind, needed: str) -> str:
        if needed and (action, kind) not in found:
            found[action, kind] = safe_for(action, kind, by=by)
        return found.get((action, kind), "")

    for ask in asks:
        contact = ask.contact
        if not contact.is_empty:
            contacts = safe(ask.action, Safe.Kind.CONTACTS, contact.name or contact.email or contact.phone)
            ask.rsvp.put_in(contact, contacts, safe(ask.action, Safe.Kind.NEEDS, contact.needs))


def _count(asks: Sequence[Ask]) -> None:
    """Count those of whom nothing is to be proved, under the lock of the events' counts; no place is kept for them."""
    counted = [ask.rsvp for ask in asks if not ask.contact.is_to_be_proved]
    for ask in asks:
        if ask.contact.is_to_be_proved:
            ask.rsvp.state = State.UNCONFIRMED
    crowds = locked_crowds({rsvp.event_id for rsvp in counted})
    for rsvp in counted:
        add_to(crowds[rsvp.event_id], rsvp.state, rsvp.people)
    keep_crowds(crowds.values())


def _owe_confirmations(asks: Sequence[Ask], *, by: Actor) -> None:
    """Owe everybody who left an address the letter that asks him whether it is his: one for each event and day."""
    wanting = [ask for ask in asks if ask.contact.is_to_be_proved]
    if not wanting:
        return
    numbers = {ask.rsvp.event_id for ask in wanting}
    events = Event.every.select_related("action", "city", "spelling__place").in_bulk(numbers)
    drafts: dict[tuple[int, str], Written] = {}
    owed: list[Letter | None] = []
    for ask in wanting:
        if not ask.contact.email:
            continue
        rsvp, event = ask.rsvp, events[ask.rsvp.event_id]
        if not throttle.take(lookup(ask.contact.email, "letters"), "rsvps", MOST_LETTERS, LETTERS_WITHIN):
            # Whoever it is that somebody wants to be written to, he is left in peace, whatever action it is of.
            continue
        about = (event.pk, rsvp.language)
        if about not in drafts:
            drafts[about] = letters.confirm(event, rsvp.language)
        key = f"confirm:{rsvp.email_hash}:{event.pk}:{timezone.localdate()}"
        owed.append(letter_to(rsvp, event, "confirm", drafts[about], key=key))
    texted = [(ask.rsvp, events[ask.rsvp.event_id], ask.contact.phone) for ask in wanting if ask.contact.phone]
    owed += texts_to_confirm(texted)
    owe_letters([without_hour(letter) for letter in owed if letter is not None])
