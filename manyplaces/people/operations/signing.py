"""Signing in by a code from a letter, and ending sessions."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes
from manyplaces.core.tokens import digest, new_code, new_token
from manyplaces.journal.operations import record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import Person, Session, SignIn
from manyplaces.people.rules import CODE_LIVES, LONGEST, MOST_LETTERS, MOST_WRONG, require_own

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Begun:
    """A session that has just begun: the secret for the cookie, which is told only once, and its row."""

    secret: str
    session: Session


@transaction.atomic
def ask_for_code(email: str, *, browser: str, known: str = "", language: str = "en", by: Actor) -> None:
    """Owe a letter with a code to whoever has an account with this address, bound to the browser's secret.

    For an address without an account, or one that got its letters for this hour, the same is done but for the letter,
    so that nobody learns of an account. `known` is the uid of a person who was signed in in this browser before.
    Nothing is recorded: anybody may ask.
    """
    hashes = email_hashes(email)
    person = Person.objects.filter(email_hash__in=hashes, disabled_at=None).first()
    is_known = person is not None and hmac.compare_digest(person.uid.encode(), known.encode())
    asked = SignIn.objects.filter(email_hash__in=hashes, is_known=is_known, made_at__gt=timezone.now() - HOUR)
    is_too_many = asked.exclude(purpose=SignIn.Purpose.ADDRESS).count() >= MOST_LETTERS
    row = SignIn(purpose=SignIn.Purpose.SIGN_IN, person=person, email_hash=hashes[0] if hashes else "")
    row.language, row.is_known = person.language if person else language, is_known
    owe_code(row, "" if person is None or is_too_many else person.email, browser=browser, by=by)


@transaction.atomic
def ask_to_prove(session: Session, *, browser: str, by: Actor) -> None:
    """Owe a letter with a code to the person of the session, to prove that it is still him; raises ValidationError."""
    person = session.person
    asked = SignIn.objects.filter(person=person, purpose=SignIn.Purpose.PROVE, made_at__gt=timezone.now() - HOUR)
    if asked.count() >= MOST_LETTERS:
        raise ValidationError(_("You have got %(num)d codes within an hour. Try again later.") % {"num": MOST_LETTERS})
    row = SignIn(purpose=SignIn.Purpose.PROVE, person=person, email_hash=person.email_hash, language=person.language)
    owe_code(row, person.email, browser=browser, by=by)


@transaction.atomic
def owe_code(row: SignIn, to: str, *, browser: str, by: Actor) -> None:
    """Keep what was asked for, with the hash of a new code, and owe the code to an address (or to nobody)."""
    code = new_code()
    row.digest, row.code_hash, row.made_at = digest(browser), _code_hash(browser, code), timezone.now()
    row.full_clean(exclude=["person"], validate_unique=False, validate_constraints=False)
    row.save(force_insert=True)
    # Written for nobody too: else the time it takes would tell who has an account.
    letter = letters.code(row.purpose, row.language, code)
    if to:
        owe_letter(
            "people.code",
            to,
            letter,
            language=row.language,
            key=f"code:{row.uid}",
            by=by,
            secret=True,
            urgent=True,
            until=row.made_at + CODE_LIVES,
        )


def _code_hash(browser: str, code: str) -> str:
    return hmac.digest(browser.encode(), code.encode(), "sha256").hex()


@transaction.atomic
def redeem(purpose: str, code: str, *, browser: str, by: Actor) -> SignIn | None:
    """Return what was asked for with this browser's secret, used up, where the code is right; else count the miss.

    Call it in a transaction that is not rolled back: a wrong code must stay counted. Misses are not recorded: anybody
    may try.
    """
    now = timezone.now()
    asked = SignIn.objects.select_for_update().filter(
        purpose=purpose, digest=digest(browser), ended_at=None, made_at__gt=now - CODE_LIVES
    )
    row = asked.first()
    if row is None:
        return None
    is_right = hmac.compare_digest(row.code_hash, _code_hash(browser, _digits(code)))
    row.wrong += not is_right
    if is_right or row.wrong >= MOST_WRONG:
        row.ended_at = now
    row.save()
    return row if is_right and row.person_id else None


def was_just_used(code: str, *, browser: str) -> bool:
    """Tell whether this browser has used this very code within the last minute: a button that was pressed twice.

    It begins no session: that was done the first time.
    """
    used = SignIn.objects.filter(purpose=SignIn.Purpose.SIGN_IN, digest=digest(browser), wrong__lt=MOST_WRONG)
    row = used.filter(ended_at__gt=timezone.now() - timedelta(minutes=1)).first()
    return row is not None and hmac.compare_digest(row.code_hash, _code_hash(browser, _digits(code)))


def _digits(code: str) -> str:
    return "".join(sign for sign in code if sign.isdigit())[:20]


def wrong_code() -> ValidationError:
    """Return the refusal of a code, the same for every reason."""
    return ValidationError(
        {"code": _("This code is not right, or it is older than 10 minutes. Look at the newest letter, or ask again.")}
    )


def sign_in(code: str, *, browser: str, known: str = "", by: Actor) -> Begun:
    """Begin a session for whoever got the code; raises ValidationError for a wrong, used or old one."""
    with transaction.atomic():
        row = redeem(SignIn.Purpose.SIGN_IN, code, browser=browser, by=by)
        person = row.person if row else None
        if person is not None and person.disabled_at is None:
            return begin_session(person, known=known, by=by)
    raise wrong_code()


@transaction.atomic
def begin_session(person: Person, *, strong: bool = False, known: str = "", by: Actor) -> Begun:
    """Begin a session with a secret of its own; another browser than before makes us write a letter."""
    secret, now = new_token(), timezone.now()
    session = Session(person=person, digest=digest(secret), made_at=now, proved_at=now, is_strong=strong)
    session.wants_passkey = person.passkeys.exists()
    session.full_clean(exclude=["person"], validate_unique=False, validate_constraints=False)
    session.save(force_insert=True)
    if person.seen_on is not None and known != person.uid:
        letter = letters.new_device(person)
        key = f"new_device:{session.uid}"
        owe_letter("people.new_device", person.email, letter, language=person.language, key=key, by=by)
    person.seen_on = now.date()
    person.save(update_fields=["seen_on"])
    record(Actor(person.alias, by.door, person=person.pk), "person.signed-in", person, before={}, unseen=True)
    return Begun(secret, session)


def prove(session: Session, code: str, *, browser: str, by: Actor) -> None:
    """Note that the person of the session is present; raises ValidationError for a wrong code."""
    with transaction.atomic():
        row = redeem(SignIn.Purpose.PROVE, code, browser=browser, by=by)
        if row is not None and row.person_id == session.person_id:
            session.proved_at = timezone.now()
            session.full_clean(exclude=["person"], validate_unique=False, validate_constraints=False)
            session.save(update_fields=["proved_at"])
            record(by, "person.proved-present", session.person, before={}, unseen=True)
            return
    raise wrong_code()


@transaction.atomic
def end_session(session: Session, *, by: Actor) -> None:
    """Sign out in one browser."""
    require_own(by, session.person.pk)
    record(by, "person.signed-out", session.person, before={}, unseen=True)
    Session.objects.filter(pk=session.pk).delete()


@transaction.atomic
def end_sessions(person: Person, *, keep: Session | None = None, by: Actor) -> int:
    """Sign out everywhere, but for the session to keep; returns in how many browsers."""
    require_own(by, person.pk)
    ended, _by_kind = person.sessions.exclude(pk=keep.pk if keep else 0).delete()
    record(by, "person.signed-out-everywhere", person, before={}, unseen=True)
    return ended


@transaction.atomic
def forget_old_codes(*, by: Actor) -> int:
    """Delete the codes of more than a day ago and the sessions that are over; returns how many rows went.

    Not recorded: nothing can be done with them any more.
    """
    now = timezone.now()
    codes, _by_kind = SignIn.objects.filter(made_at__lt=now - timedelta(days=1)).delete()
    over, _by_kind = Session.objects.filter(made_at__lt=now - LONGEST).delete()
    return codes + over
