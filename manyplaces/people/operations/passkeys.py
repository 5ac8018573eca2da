"""Passkeys, the second factor beside the letter's code, and the recovery codes that stand in for a lost one.

The ceremony is that of WebAuthn: we hand out a challenge, the browser has the passkey sign it, we check the signature.
A challenge counts once: it is taken away whether the answer was right or not. That the person was verified by finger,
face or PIN is always required.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from manyplaces.core.actor import Actor
from manyplaces.core.tokens import digest
from manyplaces.journal.operations import keep, record
from manyplaces.people.models import Passkey, Session, SignIn
from manyplaces.people.operations.recovery import renew_codes, require_strong, strengthen, tell_owner
from manyplaces.people.operations.signing import Begun, begin_session
from manyplaces.people.rules import CODE_LIVES, FRESH, require_own

# The library writes the numbers of passkeys into the log, which is for nobody to know.
logging.getLogger("fido2").setLevel(logging.WARNING)
MOST_PASSKEYS = 20


@dataclass(frozen=True)
class Site:
    """The site as browsers know it: its origin, such as https://example.org, and its name for people."""

    origin: str
    name: str

    def server(self) -> Fido2Server:
        """Return what makes and checks ceremonies for exactly this origin."""
        entity = PublicKeyCredentialRpEntity(id=str(urlsplit(self.origin).hostname), name=self.name)
        return Fido2Server(entity, verify_origin=lambda origin: origin == self.origin)


@transaction.atomic
def begin_adding(session: Session, *, site: Site, by: Actor) -> dict[str, Any]:
    """Return what a browser needs to make a passkey for the person of the session, as JSON."""
    person = session.person
    require_own(by, person.pk)
    require_strong(session)
    user = PublicKeyCredentialUserEntity(id=person.uid.encode(), name=person.alias, display_name=person.alias)
    options, state = site.server().register_begin(
        user,
        _credentials(person.passkeys.all()),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _hold(session, state, "add", by)
    return dict(options)


@transaction.atomic
def begin_showing(session: Session, *, site: Site, by: Actor) -> dict[str, Any]:
    """Return what a browser needs to show a passkey of the person of the session, as JSON."""
    require_own(by, session.person.pk)
    options, state = site.server().authenticate_begin(
        _credentials(session.person.passkeys.all()), user_verification=UserVerificationRequirement.REQUIRED
    )
    _hold(session, state, "show", by)
    return dict(options)


def add_passkey(session: Session, answer: dict[str, Any], label: str, *, site: Site, by: Actor) -> list[str]:
    """Keep the passkey that a browser has made; returns new recovery codes where there were none, to be shown once.

    Raises ValidationError for an answer that does not fit the challenge.
    """
    state = _taken(session, "add")
    with transaction.atomic():
        require_own(by, session.person.pk)
        require_strong(session)
        try:
            made = site.server().register_complete(state, answer)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _not_accepted() from None
        credential = made.credential_data
        if credential is None or session.person.passkeys.count() >= MOST_PASSKEYS:
            raise _not_accepted()
        row = Passkey(person=session.person, label=label.strip() or _("Passkey"), made_on=timezone.localdate())
        row.credential, row.count = bytes(credential), made.counter
        row.credential_hash = _hash(credential.credential_id)
        if Passkey.objects.filter(credential_hash=row.credential_hash).exists():
            raise _not_accepted()
        keep(row, None, fields=(), by=by, unseen=True)
        strengthen(session, by=by)
        tell_owner(session.person, "added", row.uid, by=by)
        return [] if session.person.recovery_codes.filter(used_at=None).exists() else renew_codes(session, by=by)


def show_passkey(session: Session, answer: dict[str, Any], *, site: Site, by: Actor) -> None:
    """Strengthen a session for which a passkey of its person was shown; raises ValidationError."""
    state = _taken(session, "show")
    with transaction.atomic():
        require_own(by, session.person.pk)
        _check(state, answer, session.person.passkeys.all(), site, by)
        strengthen(session, by=by)


@transaction.atomic
def begin_passkey_sign_in(*, browser: str, site: Site, by: Actor) -> dict[str, Any]:
    """Return what a browser needs to show any passkey of this site, before we know who it is.

    Not recorded: anybody may ask.
    """
    options, state = site.server().authenticate_begin(None, user_verification=UserVerificationRequirement.REQUIRED)
    row = SignIn(purpose=SignIn.Purpose.PASSKEY, digest=digest(browser), made_at=timezone.now(), ceremony=state)
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save(force_insert=True)
    return dict(options)


def sign_in_with_passkey(answer: dict[str, Any], *, browser: str, known: str = "", site: Site, by: Actor) -> Begun:
    """Begin a strong session for whoever showed a passkey of an account; raises ValidationError."""
    now = timezone.now()
    asked = SignIn.objects.filter(purpose=SignIn.Purpose.PASSKEY, digest=digest(browser), made_at__gt=now - CODE_LIVES)
    with transaction.atomic():
        row = asked.select_for_update().filter(ended_at=None).first()
        if row is not None:
            row.ended_at = now
            row.save()
    with transaction.atomic():
        try:
            found = Passkey.objects.filter(
                credential_hash=_hash(AuthenticationResponse.from_dict(answer).raw_id), person__disabled_at=None
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _not_accepted() from None
        if row is None:
            raise _not_accepted()
        passkey = _check(row.ceremony, answer, found, site, by)
        return begin_session(passkey.person, strong=True, known=known, by=by)


def _check(state: Any, answer: dict[str, Any], passkeys: Any, site: Site, by: Actor) -> Passkey:
    """Return the passkey with which the challenge was signed, its count brought forward; raises ValidationError."""
    known = {_hash(one.credential_id): one for one in _credentials(passkeys)}
    try:
        shown = AuthenticationResponse.from_dict(answer)
        used = site.server().authenticate_complete(state, list(known.values()), answer)
        count = shown.response.authenticator_data.counter
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _not_accepted() from None
    row: Passkey = passkeys.select_related("person").get(credential_hash=_hash(used.credential_id))
    if (count or row.count) and count <= row.count:
        # Two devices count on their own, so one of them holds a copy.
        raise ValidationError(
            _("This passkey has gone back in its count: it may have been copied. Use another one or a recovery code.")
        )
    row.count, row.used_on = count, timezone.localdate()
    row.full_clean(exclude=["person"], validate_unique=False)
    row.save()
    return row


def _hold(session: Session, state: Any, step: str, by: Actor) -> None:
    session.ceremony = {**state, "step": step, "until": (timezone.now() + FRESH).timestamp()}
    session.full_clean(exclude=["person"], validate_unique=False)
    session.save(update_fields=["ceremony"])
    record(by, f"person.began-to-{step}-passkey", session.person, before={}, unseen=True)


@transaction.atomic
def _taken(session: Session, step: str) -> dict[str, Any]:
    """Return the challenge that is under way and take it away, for good whatever comes of it."""
    stored = Session.objects.select_for_update().get(pk=session.pk)
    state, stored.ceremony = stored.ceremony, None
    stored.save(update_fields=["ceremony"])
    if not state or state["step"] != step or state["until"] < timezone.now().timestamp():
        raise _not_accepted()
    return dict(state)


def _credentials(passkeys: Any) -> Sequence[AttestedCredentialData]:
    return [AttestedCredentialData(bytes(one.credential)) for one in passkeys]


def _hash(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()


def _not_accepted() -> ValidationError:
    return ValidationError(
        _("This passkey was not accepted. Try once more; use the passkey that you made for this site and confirm it.")
    )
