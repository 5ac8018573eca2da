"""What is done about letters: owed, stopped, sent again; and a reader leaves a list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes, read_email
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.core.sealing import lookup
from manyplaces.core.tokens import digest, new_token
from manyplaces.journal.operations import record
from manyplaces.mail.ledger import ERASED, add_letter, add_letters
from manyplaces.mail.letters import Written, way_out
from manyplaces.mail.models import Job, Letter, Suppression
from manyplaces.mail.rules import JOBS_KEPT, LETTERS_KEPT, TEXTS_KEPT, lasting_way, may_send_again, read_lasting_way

UNSENT = (Letter.State.OWED, Letter.State.FAILED)


@transaction.atomic(savepoint=False)
def owe_letter(kind: str, to: str, letter: Written, *, language: str, key: str, by: Actor, **further: Any) -> Letter:
    """Owe somebody a letter: it is sent if the caller's transaction succeeds, and once for a key; see `new_letter`."""
    del by
    return add_letter(new_letter(kind, to, letter, language=language, key=key, **further))


@transaction.atomic(savepoint=False)
def owe_letters(letters: Sequence[Letter]) -> None:
    """Owe many letters at once, each made by `new_letter`; as with one, a key that is known is owed already."""
    add_letters(letters)


def new_letter(
    kind: str,
    to: str,
    letter: Written,
    *,
    language: str,
    key: str,
    about: str = "",
    unsubscribe: str = "",
    secret: bool = False,
    urgent: bool = False,
    until: datetime | None = None,
    safe: str = "",
    due: datetime | None = None,
) -> Letter:
    """Return a letter, sealed, that is not owed yet. Raises ValidationError for what is no address.

    `unsubscribe` names the list it belongs to; who has left that list gets nothing. `secret`: nobody on the desk may
    read it. `urgent`: before all others. `until`: not sent after that moment. `safe` names the safe that it is sealed
    in. What is `due` earlier, also before now, is sent before what is due later.
    """
    address, now = read_email(to), timezone.now()
    owed = Letter(kind=kind, about=about, key=key, language=language, unsubscribe=unsubscribe, until=until, safe=safe)
    owed.is_secret, owed.is_urgent, owed.next_try_at, owed.made_at = secret, urgent, due or now, now
    if unsubscribe:
        # What lies in a safe goes with it; the way out must not.
        token = lasting_way(unsubscribe, lookup(address, "email"), owed.uid) if safe else new_token()
        owed.token_digest = None if safe else digest(token)
        letter = letter.with_unsubscribe(way_out(token, language))
    owed.put_in(address, asdict(letter))
    return owed


@transaction.atomic
def stop_letters(about: str, *, keys: Collection[str] | None = None, by: Actor) -> int:
    """Stop every letter about a subject that was not sent yet, or those of the keys given; returns how many."""
    owed = Letter.objects.filter(about=about, state=Letter.State.OWED)
    return _stop_all(owed if keys is None else owed.filter(key__in=keys), by)


@transaction.atomic
def stop_letters_to(address: str, room: str, *, by: Actor) -> int:
    """Stop and erase a room's letters ("people") to an address that were not sent; returns how many. Others stay."""
    waiting = Letter.objects.filter(kind__startswith=f"{room}.", to_hash__in=email_hashes(address))
    return _stop_all(waiting.filter(state__in=UNSENT), by)


@transaction.atomic
def stop_letters_of(reader: str, *, by: Actor) -> int:
    """Do the same with the letters to one reader, whose uid stands in the keys of the letters to him."""
    return _stop_all(Letter.objects.filter(key__contains=f":{reader}:", state__in=UNSENT), by)


def _stop_all(letters: QuerySet[Letter], by: Actor) -> int:
    stopped = 0
    for letter in letters.select_for_update():
        _stop(letter, "", by)
        stopped += 1
    return stopped


@transaction.atomic
def send_again(letter: Letter, *, by: Actor) -> Letter:
    """Try a letter again that could not be delivered."""
    stored = _failed(letter, by)
    if not stored.content_sealed:
        raise NotNow(_("This letter is not one that could not be delivered, so it cannot be sent again."))
    stored.state, stored.tries, stored.next_try_at = Letter.State.OWED, 0, timezone.now()
    stored.full_clean(validate_unique=False)
    stored.save()
    record(by, "letter.sent_again", stored, before={"state": Letter.State.FAILED}, unseen=True)
    return stored


@transaction.atomic
def send_all_again(*, by: Actor) -> int:
    """Try every letter again that could not be delivered; returns how many."""
    failed = list(Letter.objects.filter(state=Letter.State.FAILED).exclude(content_sealed=b"").order_by("pk"))
    for letter in failed:
        send_again(letter, by=by)
    return len(failed)


@transaction.atomic
def let_be(letter: Letter, *, by: Actor) -> None:
    """Give up a letter that could not be delivered, and erase it."""
    _stop(_failed(letter, by), letter.error, by)


def _failed(letter: Letter, by: Actor) -> Letter:
    _require_right(by)
    stored = Letter.objects.select_for_update().get(pk=letter.pk)
    if stored.state != Letter.State.FAILED:
        raise NotNow(_("This letter is not one that could not be delivered, so it cannot be sent again."))
    return stored


def _require_right(by: Actor) -> None:
    if not may_send_again(by):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))


@transaction.atomic
def settle_job(job: Job, *, again: bool, by: Actor) -> None:
    """Begin a job again that was given up, or let it be; raises NotNow for one that has not failed."""
    _require_right(by)
    stored = Job.objects.select_for_update().filter(pk=job.pk, state=Job.State.FAILED).first()
    if stored is None:
        raise NotNow(_("This is done or under way already. Load the page again."))
    stored.state, stored.ended_at = (Job.State.OPEN, None) if again else (Job.State.DONE, timezone.now())
    stored.tries, stored.next_try_at = 0, timezone.now()
    stored.full_clean(validate_unique=False)
    stored.save()
    record(by, "job.begun_again" if again else "job.let_be", stored, before={"error": stored.error}, unseen=True)


@transaction.atomic
def unsubscribe(token: str, *, by: Actor) -> bool:
    """Take whoever holds the token off the list of his letter; returns False where the token belongs to no letter.

    Not recorded: the journal would tell for ever, to the moment, when somebody did that. The wish has a day.
    """
    wish, letter = _wish_of(token)
    if wish is None:
        return False
    keep_wish(wish, by=by)
    if letter is not None and letter.to_hash:
        # What waits in another safe is looked at again before it leaves; see `queries.is_unwanted`. The hash stays, or
        # the link that was just used would not take the wish back.
        same = Letter.objects.filter(to_hash=letter.to_hash, safe=letter.safe, unsubscribe=wish.unsubscribe)
        unwanted = {"state": Letter.State.STOPPED, "error": Letter.Error.UNSUBSCRIBED}
        same.filter(state__in=UNSENT).update(**ERASED, **unwanted)
    return True


@transaction.atomic(savepoint=False)
def keep_wish(wish: Suppression, *, by: Actor) -> None:
    """Write down that somebody wants nothing of a list, unless it stands there already."""
    del by
    wish.full_clean(validate_unique=False, validate_constraints=False)
    Suppression.objects.bulk_create([wish], ignore_conflicts=True)


@transaction.atomic
def subscribe_again(token: str, *, by: Actor) -> bool:
    """Take back what `unsubscribe` did, for whoever holds the token; returns False where there is nothing to."""
    wish, _letter = _wish_of(token)
    known = wish and Suppression.objects.filter(email_hash=wish.email_hash, unsubscribe=wish.unsubscribe).first()
    if known is None:
        return False
    known.delete()
    return True


def _wish_of(token: str) -> tuple[Suppression | None, Letter | None]:
    """Return the wish that a token stands for, unsaved, and the letter that carried it where that is known still."""
    name, email_hash, uid = read_lasting_way(token)
    if name:
        return Suppression(email_hash=email_hash, unsubscribe=name), one(Letter.objects.filter(uid=uid))
    letter = Letter.objects.filter(token_digest=digest(token)).exclude(to_hash="").first()
    if letter is None:
        return None, None
    return Suppression(email_hash=letter.to_hash, unsubscribe=letter.unsubscribe), letter


def _stop(letter: Letter, error: str, by: Actor) -> None:
    for name, value in ERASED.items():
        setattr(letter, name, value)
    letter.state, letter.error = Letter.State.STOPPED, error
    # The link in a letter that went out before still has to work.
    letter.to_hash = letter.to_hash if letter.unsubscribe else ""
    letter.full_clean(validate_unique=False)
    letter.save()
    record(by, "letter.stopped", letter, before={"state": Letter.State.OWED}, unseen=True)


@transaction.atomic
def forget_settled(now: datetime, *, by: Actor) -> int:
    """Erase what could not be sent for 30 days, and forget jobs after 30 days and letters after a year.

    Also what was never tried, because no mail server is set: an address is not kept for ever for want of one.
    """
    unsent = Letter.objects.filter(state__in=UNSENT, made_at__lt=now - TEXTS_KEPT)
    forgotten = 0
    for letter in unsent.exclude(content_sealed=b""):
        _stop(letter, letter.error or Letter.Error.LATE, by)
        forgotten += 1
    Job.objects.exclude(state=Job.State.OPEN).filter(made_at__lt=now - JOBS_KEPT).delete()
    Letter.objects.exclude(state=Letter.State.OWED).filter(made_at__lt=now - LETTERS_KEPT).delete()
    return forgotten
