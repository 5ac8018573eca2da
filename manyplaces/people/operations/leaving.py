"""That an account goes: deleted by its owner, by a coordinator when it is closed or was never used, or by the clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes
from manyplaces.core.refusals import NotNow
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import record
from manyplaces.mail.operations import owe_letter, stop_letters_to
from manyplaces.people import letters
from manyplaces.people.models import Person, Proposal, SignIn
from manyplaces.people.queries import nationals
from manyplaces.people.rules import DELETED_AFTER, Role, require, require_own

# Where no letters can be sent, the word of it is given up and erased after this time.
WORD_KEPT = timedelta(days=30)
# What stands for a name that is gone.
NOBODY = "–"


@transaction.atomic
def delete_account(person: Person, *, by: Actor) -> None:
    """Delete an account with everything that hangs on it; the journal and decisions keep the name of its owner.

    Raises NotNow for the last national coordinator.
    """
    require_own(by, person.pk)
    if [one.pk for one in nationals()] == [person.pk]:
        raise NotNow(_("You are the only national coordinator. Make somebody else one before you delete your account."))
    _delete(person, "deleted", by)


@transaction.atomic
def delete_other(person: Person, *, by: Actor) -> None:
    """Delete somebody else's account that is closed, or that nobody has signed in to yet; for national coordinators.

    So an invitation that went to a wrong address is withdrawn. Raises NotNow for an account that is in use, and for a
    national coordinator's that is not closed.
    """
    require(by, Role.NATIONAL)
    stored = Person.objects.select_for_update().get(pk=person.pk)
    is_national = stored.grants.filter(role=Role.NATIONAL).exists()
    if stored.disabled_at is None and (stored.seen_on is not None or is_national):
        raise NotNow(_("This account is in use. Close it first."))
    _delete(stored, "deleted" if stored.seen_on else "withdrawn", by)


@transaction.atomic
def delete_closed_accounts(now: datetime, *, by: Actor) -> int:
    """Delete every account that has been closed for 90 days; returns how many."""
    require(by, Role.NATIONAL)
    over = Person.objects.select_for_update().filter(disabled_at__lt=now - DELETED_AFTER)
    deleted = 0
    for person in over.order_by("pk"):
        _delete(person, "deleted", by)
        deleted += 1
    return deleted


def _delete(person: Person, why: str, by: Actor) -> None:
    address = person.email
    stop_letters_to(address, "people", by=by)
    _forget_in_proposals(person, by)
    letter = letters.account_closed(person, why)
    key, until = f"deleted:{person.uid}", timezone.now() + WORD_KEPT
    owe_letter("people.account_closed", address, letter, language=person.language, key=key, until=until, by=by)
    SignIn.objects.filter(email_hash__in=email_hashes(address)).delete()
    record(by, "person.deleted", person, before={}, unseen=True)
    Person.objects.filter(pk=person.pk).delete()


def _forget_in_proposals(person: Person, by: Actor) -> None:
    """Stop what waits about somebody or was proposed by him, and take his names out of what is settled."""
    earlier = Entry.objects.filter(person=person.pk).values_list("actor", flat=True).order_by().distinct()
    names = {person.alias, *earlier}
    own = Q(proposed_by=person) | Q(seconded_by=person) | Q(payload__person_id=person.pk) | Q(stopped_name__in=names)
    for row in Proposal.objects.select_for_update().filter(own):
        if row.is_open and person.pk in (row.proposed_by_id, row.payload.get("person_id")):
            row.stopped_at, row.stopped_name = timezone.now(), by.name
            record(by, "proposal.stopped", row, before={}, unseen=True)
        for field in ("proposed_name", "seconded_name", "stopped_name"):
            if getattr(row, field) in names:
                setattr(row, field, NOBODY)
        words = {code: _without(row.payload[code], names) for code in ("en", "es") if code in row.payload}
        row.payload = {**row.payload, **words}
        row.full_clean(exclude=["proposed_by", "seconded_by"], validate_unique=False)
        row.save()


def _without(words: str, names: set[str]) -> str:
    """Return a sentence without the names: with the brackets in which they stand, or with a dash in their place."""
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?<!\w)({either})(?!\w)", NOBODY, re.sub(rf" \(({either})\)", "", words))
