"""What people change about their own account: name and language, and the address."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes, read_email
from manyplaces.core.words import fold
from manyplaces.journal.operations import clean_texts, record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import Person, Session, SignIn
from manyplaces.people.operations.signing import owe_code, redeem, wrong_code
from manyplaces.people.queries import objection_to_name
from manyplaces.people.rules import MOST_LETTERS, require_own


@transaction.atomic
def change_own(person: Person, *, by: Actor) -> Person:
    """Bring name, language and what the press may have into line; the journal keeps the name of earlier steps.

    Raises ValidationError for a name under which somebody else works or has worked.
    """
    require_own(by, person.pk)
    clean_texts(person)
    is_new = fold(person.alias) != fold(Person.objects.select_for_update().get(pk=person.pk).alias)
    if is_new and (wrong := objection_to_name(person.alias, person.pk)):
        raise ValidationError({"alias": wrong})
    person.full_clean(validate_unique=False, validate_constraints=False)
    person.save(update_fields=["alias", "language", "press_line"])
    # Not what stood there before: the name of somebody who wants another one is not kept for ever.
    record(by, "person.changed", person, before={}, unseen=True)
    return person


@transaction.atomic
def ask_new_address(person: Person, email: str, *, browser: str, by: Actor) -> None:
    """Owe a code to a new address, which proves that it can be read; raises ValidationError.

    For an address that somebody else has an account with, no letter is sent and nothing else is different.
    """
    require_own(by, person.pk)
    address = read_email(email)
    if not address or person.email == address:
        raise ValidationError({"email": _("Give the new address, another one than now.")})
    hour = timezone.now() - timedelta(hours=1)
    if SignIn.objects.filter(person=person, purpose=SignIn.Purpose.ADDRESS, made_at__gt=hour).count() >= MOST_LETTERS:
        raise ValidationError({"email": _("You have asked too often within an hour. Try again later.")})
    row = SignIn(purpose=SignIn.Purpose.ADDRESS, person=person, language=person.language)
    row.set_contact(email=address)
    is_taken = Person.objects.filter(email_hash__in=email_hashes(address)).exists()
    owe_code(row, "" if is_taken else address, browser=browser, by=by)


def change_address(person: Person, code: str, *, browser: str, session: Session, by: Actor) -> None:
    """Take the new address, whose code was typed; ends all other sessions. Raises ValidationError for a wrong code."""
    with transaction.atomic():
        require_own(by, person.pk)
        row = redeem(SignIn.Purpose.ADDRESS, code, browser=browser, by=by)
        if row is not None and row.person_id == person.pk:
            stored = Person.objects.select_for_update().get(pk=person.pk)
            old = stored.email
            stored.set_contact(email=row.email)
            stored.full_clean(validate_unique=False)
            stored.save()
            stored.sessions.exclude(pk=session.pk).delete()
            record(by, "person.changed-address", stored, before={}, unseen=True)
            for address, which in ((old, "old"), (stored.email, "new")):
                key = f"address_changed:{row.uid}:{which}"
                letter = letters.address_changed(stored)
                owe_letter("people.address_changed", address, letter, language=stored.language, key=key, by=by)
            return
    raise wrong_code()
