"""Contacts that people give to an organisation: given, taken back, forgotten; taken out as a file, never quietly."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import digest
from manyplaces.journal.operations import keep, record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import ContactExport, GivenContact, Organisation, Person
from manyplaces.people.operations.proposals import carried_out, due, propose
from manyplaces.people.queries import nationals
from manyplaces.people.rules import (
    CONTACTS_KEPT,
    EXPORT_CONTACTS,
    FILE_LIVES,
    MOST_EXPORTS,
    MOST_UNSECONDED,
    Role,
    require,
)


@transaction.atomic
def give_contact(organisation: int, *, name: str, email: str, language: str, owner: str = "", by: Actor) -> None:
    """Give an organisation (by row number) somebody's contact; one that it has already gets the name and day of now.

    `owner` is the secret with which he takes it back (see `take_given_back`), empty where he keeps the one that he has.
    """
    known = GivenContact.objects.select_for_update().filter(
        organisation=organisation, email_hash__in=email_hashes(email)
    )
    row = known.first() or GivenContact(organisation=Organisation.objects.get(pk=organisation))
    row.given_on, row.language = timezone.localdate(), language
    row.owner_digest = digest(owner) if owner else row.owner_digest
    row.set_contact(name=name, email=email)
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    # That it was given is nobody's business but theirs: the journal is kept for ever.


@transaction.atomic
def take_contact_back(organisation: int, *, email: str, by: Actor) -> bool:
    """Take somebody's contact back from an organisation; returns whether there was one."""
    rows = GivenContact.objects.filter(organisation=organisation, email_hash__in=email_hashes(email))
    return bool(rows.delete()[0])


@transaction.atomic
def take_given_back(owner: str, *, by: Actor) -> int:
    """Take back every contact that was given with a secret; returns how many there were."""
    return GivenContact.objects.given_with(owner).delete()[0]


@transaction.atomic
def forget_given_contacts(now: datetime, *, by: Actor) -> int:
    """Delete contacts that were given so long ago that whoever wanted them has them; returns how many."""
    old = GivenContact.objects.filter(given_on__lt=timezone.localdate(now) - CONTACTS_KEPT)
    forgotten = 0
    for organisation in Organisation.objects.filter(given_contacts__in=old).distinct():
        many = old.filter(organisation=organisation).delete()[0]
        record(by, "organisation.contacts-forgotten", organisation, before={"rows": many}, unseen=True)
        forgotten += many
    return forgotten


@transaction.atomic
def ask_for_contacts(organisation: Organisation, reason: str, *, by: Actor) -> ContactExport:
    """Ask for an organisation's contacts as a file, which dies after an hour; every national coordinator is told.

    More than 500 need a second coordinator's yes first. Raises ValidationError without a reason, NotNow where there is
    nothing, and for who had two within a day.
    """
    require(by, Role.NATIONAL)
    # Locked, so that ten forms sent at once are not each the first of the day.
    person = Person.objects.select_for_update().filter(pk=by.person).first()
    now, many = timezone.now(), GivenContact.objects.filter(organisation=organisation).count()
    if not many:
        raise NotNow(_("Nobody has given this organisation a contact."))
    asked = ContactExport.objects.filter(person=by.person or None, asked_at__gt=now - timedelta(days=1))
    if by.person and asked.count() >= MOST_EXPORTS:
        raise NotNow(_("You took contacts out twice within a day. Wait until tomorrow, or ask another coordinator."))
    row = ContactExport(organisation=organisation, reason=reason, many=many, person=person, person_name=by.name)
    row.asked_at = now
    if many <= MOST_UNSECONDED:
        row.ready_at, row.ends_at = now, now + FILE_LIVES
    kept = keep(row, None, fields=(), by=by, unseen=True).row
    if many > MOST_UNSECONDED:
        kept.proposal = propose(EXPORT_CONTACTS, _payload(kept), by=by).uid
        kept.full_clean(validate_unique=False, validate_constraints=False)
        kept.save(update_fields=["proposal"])
    for other in nationals():
        owe_letter(
            "people.contacts_out",
            other.email,
            letters.contacts_out(other, kept),
            language=other.language,
            key=f"contacts_out:{kept.uid}:{other.uid}",
            about=kept.uid,
            by=by,
        )
    return kept


def _payload(row: ContactExport) -> dict[str, object]:
    payload: dict[str, object] = {"export": row.uid}
    for language in ("en", "es"):
        with translation.override(language):
            said = _("Take %(many)d contacts that people gave to %(organisation)s out as a file: %(reason)s")
            payload[language] = said % {"many": row.many, "organisation": row.organisation.name, "reason": row.reason}
    return payload


@transaction.atomic
def ready_agreed_exports(*, by: Actor) -> int:
    """Let the files be had that a second coordinator agreed to; returns how many. The clock does it."""
    agreed = due(EXPORT_CONTACTS)
    for proposal in agreed:
        row = ContactExport.objects.select_for_update().filter(uid=proposal.payload["export"]).first()
        if row is not None:
            row.ready_at = timezone.now()
            row.ends_at = row.ready_at + FILE_LIVES
            row.full_clean(exclude=("organisation", "person"), validate_unique=False, validate_constraints=False)
            row.save(update_fields=["ready_at", "ends_at"])
        carried_out(proposal, by=by)
    return len(agreed)


@transaction.atomic
def take_contacts_out(export: ContactExport, *, by: Actor) -> list[GivenContact]:
    """Return the contacts of a file that may be had now, for who asked for it; that he had it is recorded."""
    require(by, Role.NATIONAL)
    row = ContactExport.objects.select_for_update().get(pk=export.pk)
    if row.person_id != by.person:
        raise PermissionDenied(_("Only whoever asked for this file gets it."))
    if row.ready_at is None:
        raise NotNow(_("A second coordinator has to agree first."))
    if row.ends_at is None or timezone.now() > row.ends_at:
        raise NotNow(_("This file was there for an hour and is gone. Ask for it anew."))
    rows = list(GivenContact.objects.filter(organisation=row.organisation).order_by("given_on", "uid"))
    if len(rows) > MOST_UNSECONDED and not row.proposal:
        raise NotNow(
            _("There are more than %(most)d by now. Ask anew: then a second coordinator has to agree.")
            % {"most": MOST_UNSECONDED}
        )
    record(by, "organisation.exported", row.organisation, before={"rows": len(rows)}, unseen=True)
    return rows
