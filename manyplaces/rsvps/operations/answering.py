"""What somebody does by the link of his own: confirm, change, withdraw; and who moves up when he does."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import digest, new_token
from manyplaces.events.models import Event
from manyplaces.mail.ledger import stop_unwanted
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import owe_letters
from manyplaces.people.operations import give_contact, take_contact_back
from manyplaces.rsvps.letters import given
from manyplaces.rsvps.models import Crowd, Rsvp, Safe
from manyplaces.rsvps.operations.safes import safe_for
from manyplaces.rsvps.operations.seating import add_to, keep_crowds, locked_crowds, move_up, seat
from manyplaces.rsvps.operations.stopping import stop_all_to
from manyplaces.rsvps.operations.texting import NO_PHONE, keys_with
from manyplaces.rsvps.operations.writing import letter_to, without_hour
from manyplaces.rsvps.queries import places_kept, why_not
from manyplaces.rsvps.rules import CHANGES_WITHIN, MOST_CHANGES, GuestContact, State, require_modest, state_for
from manyplaces.rsvps.rules.links import LETTER, PROVES

SEALED: dict[str, object] = {"name_sealed": b"", "email_sealed": b"", "needs_sealed": b"", "email_hash": ""}
ERASED: dict[str, object] = {**SEALED, "safe": "", "needs_safe": "", **NO_PHONE, "unproved": ""}


@transaction.atomic
def confirm_rsvp(uid: str, *, proof: str, by: Actor) -> Rsvp:
    """Take somebody's place who shows by the letter's link that its address is his; doing it twice changes nothing.

    What he said before under the same address for the same event is replaced. Raises PermissionDenied without the
    letter, and NotNow where nobody can come any more.
    """
    if proof not in PROVES:
        raise PermissionDenied

    def confirm(row: Rsvp, event: Event, crowd: Crowd) -> None:
        if row.state == State.UNCONFIRMED:
            if word := why_not(event):
                raise NotNow(word)
            _confirm(row, event, crowd, PROVES[proof], by=by)
        elif row.unproved == PROVES[proof]:
            row.unproved = ""
            _replace(row, event, crowd, PROVES[proof], by=by)
        else:
            return
        if proof == LETTER:
            _share(row, event, set(row.shares.values_list("pk", flat=True)), is_new=True, by=by)

    return _step(uid, confirm)


@transaction.atomic
def change_rsvp(
    uid: str,
    *,
    people: int,
    contact: GuestContact,
    speaks: str,
    wants: frozenset[str],
    shares: frozenset[int] = frozenset(),
    version: int | None = None,
    by: Actor,
) -> Rsvp:
    """Change how many come, what he left of himself (but not his address), and what he agreed to.

    `shares` are the organisations, by row number, that have his contact from now on; the others lose it. Raises NotNow
    where there is no room for more, or where the row has another `version` than the one that was looked at.
    """

    def change(row: Rsvp, event: Event, crowd: Crowd) -> None:
        _require_same(row, version)
        _make_room(row, people, event, crowd)
        row.people, row.speaks = people, speaks
        address = row.opened("email")
        row.wants_evening, row.wants_early, row.wants_host = (
            bool(address) and name in wants for name in ("evening", "early", "host")
        )
        _stop_unwanted(row, event)
        kept = GuestContact(contact.name, address, contact.needs, _number_kept(row, event, wants))
        contacts = safe_for(event.action_id, Safe.Kind.CONTACTS, by=by) if kept.name or kept.email or kept.phone else ""
        needs = safe_for(event.action_id, Safe.Kind.NEEDS, by=by) if kept.needs else ""
        row.put_in(kept, contacts, needs)
        if address and row.unproved != "email":
            _share(row, event, set(shares), by=by)

    return _step(uid, change)


@transaction.atomic
def withdraw_rsvp(uid: str, *, by: Actor) -> Rsvp:
    """Take somebody's word back and erase at once what he left of himself; who waits moves up."""

    def withdraw(row: Rsvp, event: Event, crowd: Crowd) -> None:
        _share(row, event, set(), by=by)
        keys = [key for reader in (row.email_hash, row.phone_hash) if reader for key in keys_with(reader, event.pk)]
        _withdraw(row, event, crowd)
        for key in keys:
            Letter.keyed(key).delete()

    return _step(uid, withdraw)


def _step(uid: str, act: Callable[[Rsvp, Event, Crowd], None]) -> Rsvp:
    """Let `act` change a row under the lock of its event's count, let others move up, and keep all of it.

    The form itself was looked at by the door; what a row says is validated once more, and nothing of it is recorded.
    """
    event_id = Rsvp.objects.values_list("event_id", flat=True).get(uid=uid)
    crowd = locked_crowds([event_id])[event_id]
    event = Event.every.select_related("action", "city", "spelling__place").get(pk=event_id)
    # Where the room has become larger, those who wait come before whoever acts now.
    move_up(event, crowd)
    row = Rsvp.objects.select_for_update().get(uid=uid)
    act(row, event, crowd)
    row.version += 1
    row.full_clean(exclude=("event",), validate_unique=False, validate_constraints=False)
    row.save()
    move_up(event, crowd)
    keep_crowds([crowd])
    return row


def _confirm(row: Rsvp, event: Event, crowd: Crowd, proved: str, *, by: Actor) -> None:
    """Give him his place; of address and number nothing goes to the one that he has not shown to be his."""
    _replace(row, event, crowd, proved, by=by)
    others = {"email": row.phone_hash and "phone", "phone": row.email_hash and "email"}
    row.unproved = others[proved]
    seat(row, crowd, event)


def _replace(row: Rsvp, event: Event, crowd: Crowd, proved: str, *, by: Actor) -> None:
    """Withdraw what he said before, known by the address ("email") or number ("phone") that he has shown to be his."""
    same = {f"{proved}_hash": getattr(row, f"{proved}_hash")}
    earlier = Rsvp.objects.select_for_update().filter(event=event, safe=row.safe, **same).exclude(unproved=proved)
    for old in earlier.filter(state__in=(State.COMING, State.WAITING)).exclude(pk=row.pk):
        # Whoever had his contact by the answer that is replaced keeps it only if this one says so too.
        _share(old, event, set(), by=by)
        _withdraw(old, event, crowd)
        old.full_clean(exclude=("event",), validate_unique=False, validate_constraints=False)
        old.save()


def _number_kept(row: Rsvp, event: Event, wants: frozenset[str]) -> str:
    """Keep of his number what he still agrees to; without any tick it is erased, and nothing more goes there."""
    number = row.opened("phone")
    wanted = (bool(number) and name in wants for name in ("text_evening", "text_news"))
    row.wants_text_evening, row.wants_text_news = wanted
    if not number or row.wants_text_evening or row.wants_text_news:
        return number
    stop_all_to(row.phone_hash, event)
    row.unproved = "" if row.unproved == "phone" else row.unproved
    return ""


def _share(row: Rsvp, event: Event, wanted: set[int], *, is_new: bool = False, by: Actor) -> None:
    """Give his contact to the organisations he named, and take it back from those he did not.

    Whoever gives it gets a letter with which he takes it back as long as it lives, which is longer than his answer.
    """
    contact, before = row.contact, set(row.shares.values_list("pk", flat=True))
    for number in before - wanted:
        take_contact_back(number, email=contact.email, by=by)
    owner = new_token() if wanted and (is_new or wanted - before) else ""
    for number in wanted:
        give_contact(number, name=contact.name, email=contact.email, language=row.language, owner=owner, by=by)
    row.shares.set(wanted)
    if owner:
        draft = given(event, row.language, owner, sorted(row.shares.values_list("name", flat=True)))
        letter = letter_to(row, event, "given", draft, key=f"given:{row.uid}:{digest(owner)[:16]}")
        owe_letters([without_hour(letter)] if letter else [])


def _withdraw(row: Rsvp, event: Event, crowd: Crowd) -> None:
    add_to(crowd, row.state, -row.people)
    for reader in filter(None, (row.email_hash, row.phone_hash)):
        stop_all_to(reader, event)
    row.state, row.speaks = State.WITHDRAWN, ""
    row.wants_evening = row.wants_early = row.wants_host = False
    for name, value in ERASED.items():
        setattr(row, name, value)


def _stop_unwanted(row: Rsvp, event: Event) -> None:
    """Stop letters to somebody whose tick for them is not there any more, as far as they have not left."""
    ticks = {"rsvps.evening": row.wants_evening, "rsvps.early": row.wants_early, "rsvps.from_host": row.wants_host}
    kinds = [kind for kind, is_wanted in ticks.items() if not is_wanted]
    if row.email_hash and kinds:
        stop_unwanted(Letter.objects.filter(kind__in=kinds, about=event.key, safe=row.safe, to_hash=row.email_hash))


def _require_same(row: Rsvp, version: int | None) -> None:
    if version not in (None, row.version):
        sentence = _(
            "This was changed in the meantime, perhaps in another window. What you typed stands here and is not saved: "
            "press the button again to save it instead."
        )
        raise NotNow(sentence)


def _make_room(row: Rsvp, people: int, event: Event, crowd: Crowd) -> None:
    if row.state == State.WITHDRAWN:
        raise NotNow(_("This was withdrawn. Say anew that you come."))
    if event.capacity is not None and row.keeps_place and people != row.people:
        _require_room(row, people, event)
    add_to(crowd, row.state, people - row.people)


def _require_room(row: Rsvp, people: int, event: Event) -> None:
    """Raise where so many cannot have places; who has one keeps it, and may come with fewer, in a smaller room too."""
    # Of many tries anybody could make out how many come.
    if not throttle.take(row.uid, "number", MOST_CHANGES, CHANGES_WITHIN):
        raise NotNow(_("You have changed the number several times today. Change it again tomorrow."))
    if people < row.people:
        return
    require_modest(people, event.capacity)
    others = places_kept(event.pk) - row.people
    if row.state == State.COMING and state_for(people, others, event.capacity) == State.WAITING:
        # Not for how many there is room, for the same reason.
        raise NotNow(
            _("There is no room for so many of you. Come with fewer, or let the others answer for themselves.")
        )
