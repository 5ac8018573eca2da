"""The second factor as a whole: strengthening a session, recovery codes, taking a passkey away."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import digest, new_key
from manyplaces.journal.operations import record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import Passkey, Person, RecoveryCode, RoleGrant, Session
from manyplaces.people.rules import RECOVERY_CODES, TRUSTED_DOORS, Role, require_own


@transaction.atomic
def strengthen(session: Session, *, by: Actor) -> None:
    """Note that the person of the session has just shown the second factor."""
    require_own(by, session.person.pk)
    session.is_strong, session.proved_at = True, timezone.now()
    session.full_clean(exclude=["person"], validate_unique=False)
    session.save(update_fields=["is_strong", "proved_at"])
    record(by, "person.proved-present", session.person, before={}, unseen=True)


def require_strong(session: Session) -> None:
    """Raise PermissionDenied where only the letter's code was shown for somebody who has a passkey.

    Else a stolen mailbox would be enough to add the thief's own.
    """
    if not session.is_strong and session.person.passkeys.exists():
        raise PermissionDenied(_("Show one of your passkeys or a recovery code first."))


@transaction.atomic
def remove_passkey(passkey: Passkey, *, session: Session, by: Actor) -> None:
    """Take a passkey away; raises NotNow for the last one of a national coordinator."""
    person = passkey.person
    require_own(by, person.pk)
    require_strong(session)
    is_national = RoleGrant.objects.in_force(timezone.localdate()).filter(person=person, role=Role.NATIONAL).exists()
    if is_national and person.passkeys.count() < 2:
        raise NotNow(_("A national coordinator needs a passkey. Add another one before you take this one away."))
    record(by, "passkey.removed", passkey, before={}, unseen=True)
    Passkey.objects.filter(pk=passkey.pk).delete()
    tell_owner(person, "removed", passkey.uid, by=by)


@transaction.atomic
def renew_codes(session: Session, *, by: Actor) -> list[str]:
    """Make new recovery codes, to be shown once; those from before do not work any more."""
    person = session.person
    require_own(by, person.pk)
    require_strong(session)
    person.recovery_codes.all().delete()
    codes = ["-".join(new_key(4) for _group in range(4)) for _code in range(RECOVERY_CODES)]
    for code in codes:
        row = RecoveryCode(person=person, digest=_code_digest(code))
        row.full_clean(exclude=["person"], validate_unique=False)
        row.save(force_insert=True)
    record(by, "person.made-recovery-codes", person, before={}, unseen=True)
    tell_owner(person, "codes", new_key(), by=by)
    return codes


@transaction.atomic
def use_recovery_code(session: Session, code: str, *, by: Actor) -> int:
    """Strengthen a session by one of its person's recovery codes, once; returns how many are left."""
    person = session.person
    require_own(by, person.pk)
    found = person.recovery_codes.select_for_update().filter(digest=_code_digest(code), used_at=None).first()
    if found is None:
        raise ValidationError({"code": _("This is none of your unused recovery codes. Look at the list once more.")})
    found.used_at = timezone.now()
    found.full_clean(exclude=["person"], validate_unique=False)
    found.save()
    strengthen(session, by=by)
    tell_owner(person, "recovery", new_key(), by=by)
    return person.recovery_codes.filter(used_at=None).count()


def _code_digest(code: str) -> str:
    return digest("".join(sign for sign in code.lower()[:100] if sign.isalnum()))


@transaction.atomic
def tell_owner(person: Person, what: str, once: str, *, by: Actor) -> None:
    """Owe the owner word of a change of the way in (`letters.passkeys_changed`), once for `once`."""
    letter = letters.passkeys_changed(person, what)
    key = f"passkeys_changed:{what}:{once}"
    owe_letter("people.passkeys_changed", person.email, letter, language=person.language, key=key, by=by)


@transaction.atomic
def take_factors_away(person: Person, *, by: Actor) -> None:
    """Take away all passkeys, recovery codes and sessions of somebody who lost the way in.

    For the clock, which does what two coordinators agreed to, and for whoever runs the machine.
    """
    if by.door not in TRUSTED_DOORS:
        raise PermissionDenied(_("This takes two coordinators, or whoever runs the machine."))
    for rows in (person.passkeys, person.recovery_codes, person.sessions):
        rows.all().delete()
    record(by, "person.lost-passkeys", person, before={}, unseen=True)
    tell_owner(person, "reset", new_key(), by=by)
