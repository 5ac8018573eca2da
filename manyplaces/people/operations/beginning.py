"""The first national coordinator, made in the browser by whoever has the code that the machine printed."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes, read_email
from manyplaces.core.tokens import digest, new_key
from manyplaces.journal.operations import keep, record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import FirstRunCode, Person, RoleGrant
from manyplaces.people.operations.recovery import take_factors_away
from manyplaces.people.operations.signing import Begun, begin_session
from manyplaces.people.queries import nationals, objection_to_name
from manyplaces.people.rules import FIRST_RUN_LIVES, TRUSTED_DOORS, Role


@transaction.atomic
def print_first_run_code(*, by: Actor) -> str:
    """Return a new code for the page of the first run, good for 7 days and once; one from before is worth nothing.

    For whoever runs the machine, also where the only national coordinator has lost every way in.
    """
    if by.door not in TRUSTED_DOORS:
        raise PermissionDenied(_("Only whoever runs the machine can do this."))
    FirstRunCode.objects.all().delete()
    code = "-".join(new_key(4) for _group in range(4))
    row = FirstRunCode(digest=_digest(code), made_at=timezone.now())
    row.full_clean()
    row.save(force_insert=True)
    record(by, "firstruncode.added", row, before={}, unseen=True)
    return code


@transaction.atomic
def begin_coalition(person: Person, email: str, code: str, *, by: Actor) -> Begun:
    """Make the first national coordinator and begin a session for him; the code is used up.

    An address that has an account gets the role too, and loses the passkeys and sessions from before: the code proves
    that whoever runs the machine wants it so. Every national coordinator gets word of it. Raises ValidationError by
    field.
    """
    _require_code(code)
    address = read_email(email)
    if not address:
        raise ValidationError({"email": _("Give your e-mail address. Your sign-in codes go there.")})
    told = nationals()
    known = Person.objects.select_for_update().filter(email_hash__in=email_hashes(address)).first()
    if wrong := objection_to_name(person.alias, known.pk if known else 0):
        raise ValidationError({"alias": wrong})
    if known is None:
        person.set_contact(email=address)
        keep(person, None, fields=(), by=by, unseen=True)
    by = replace(by, name=person.alias, person=(known or person).pk)
    machine = replace(by, door="command")
    if known is not None:
        take_factors_away(known, by=machine)
        known.disabled_at, known.alias, known.language = None, person.alias, person.language
        known.full_clean(validate_unique=False, validate_constraints=False)
        known.save()
        person = known
    grant = RoleGrant(person=person, role=Role.NATIONAL)
    stored = RoleGrant.objects.filter(person=person, role=Role.NATIONAL, action="", state="", city="").first()
    keep(grant, stored, fields=("until",), by=machine, unseen=True)
    FirstRunCode.objects.all().delete()
    for other in told:
        key = f"first_run_used:{other.uid}:{timezone.now().timestamp()}"
        letter = letters.first_run_used(other)
        owe_letter("people.first_run_used", other.email, letter, language=other.language, key=key, by=by)
    return begin_session(person, known=person.uid, by=by)


def _require_code(code: str) -> None:
    found = FirstRunCode.objects.select_for_update().filter(
        digest=_digest(code), made_at__gt=timezone.now() - FIRST_RUN_LIVES
    )
    if not found.exists():
        raise ValidationError(
            {"code": _("This is not the code. It is in the last lines that the server printed; type it as it is.")}
        )


def _digest(code: str) -> str:
    return digest("".join(sign for sign in code.lower()[:100] if sign.isalnum()))
