"""What is held about somebody is shown to the last row, and goes when the account goes."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.contacts import email_hashes
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import BlockedPattern, Event, Host, TrustedHost
from manyplaces.events.operations import approve
from manyplaces.journal.models import Entry
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.mail.models import Letter, Suppression
from manyplaces.mail.tasks import start
from manyplaces.people.guard import actor_of
from manyplaces.people.models import (
    ContactExport,
    GivenContact,
    Organisation,
    Person,
    Proposal,
    RoleGrant,
    SignIn,
)
from manyplaces.people.operations import (
    close_account,
    close_unused_accounts,
    delete_account,
    delete_closed_accounts,
    delete_other,
    grant_role,
    invite,
    propose,
)
from manyplaces.people.queries import held_about
from manyplaces.record.models import MediaHit
from manyplaces.reports.models import Photo, Recap, Report, Takedown
from manyplaces.rsvps.models import Message, Rsvp, Safe
from manyplaces.rsvps.operations.safes import safe_for
from manyplaces.rsvps.rules import GuestContact
from tests.events.cast import committed, october
from tests.people.letterbox import letters_to
from tests.rights.world import dump
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

NATIONAL, REVIEWER = Grant("national"), Grant("reviewer", state="WI")
CLOCK = Actor("clock", "clock")
# Rows that name a person in a way of their own, beside relations to people.Person and hashes of addresses.
BY_NAME = ("actor", "person", "proposed_name", "seconded_name", "stopped_name")
ON_THE_PAGE = {"people.Person", "people.RoleGrant", "people.Session", "people.Passkey", "people.RecoveryCode"}


def names_people(model: Any) -> bool:
    """Whether rows of the table can be about somebody with an account."""
    fields = model._meta.concrete_fields
    relations = [one for one in fields if one.is_relation and one.related_model is Person]
    texts = [one.name for one in fields if not one.is_relation]
    found = [name for name in texts if name in BY_NAME or name.endswith(("_by", "email_hash", "to_hash"))]
    return bool(relations or found)


def ruth_everywhere() -> Person:
    """Ruth, who has left a trace in every table in which somebody can leave one."""
    ruth = person_with(REVIEWER, NATIONAL, alias="Ruth", email="ruth@example.org")
    person_with(NATIONAL, alias="Nia")
    by, action = actor_of(ruth), october()
    site = committed(action)
    approve(site, version=site.version, by=by)
    Host.objects.filter(commitment=site).delete()
    host = Host(commitment=site, proved_at=timezone.now())
    host.set_contact(name="Ruth at home", email="ruth@example.org", phone="+14145550123")
    host.save()
    TrustedHost.objects.create(email_hash=host.email_hash, made_by="Nia")
    BlockedPattern.objects.create(kind="words", text="spam spam", made_by="Ruth")
    taken = SiteList.objects.create(action=action, title="Of Ruth", made_by="Ruth", person=ruth.pk)
    row = ListRow(of=taken, line=1, venue="Auer Avenue")
    row.set_contact(email="ruth@example.org")
    row.save()
    piece = action.materials.create(name="Poster", key="poster-1")
    piece.versions.create(language="en", number=1, url="https://example.org", made_by="Ruth")
    Suppression.objects.create(email_hash=host.email_hash, unsubscribe="news")
    start("events.tell_hosts", {}, by=by)
    SignIn.objects.create(
        person=ruth, email_hash=ruth.email_hash, purpose="sign-in", digest="x", made_at=timezone.now()
    )
    comes = Rsvp(uid="ruth-comes", event=Event.every.get())
    comes.put_in(GuestContact(email="ruth@example.org"), safe_for(action.pk, Safe.Kind.CONTACTS, by=by), "")
    comes.save()
    written = Message(event=Event.every.get(), host=host, decided_by="Ruth", made_at=timezone.now())
    written.not_before = timezone.now()
    written.put_in("Bring a candle.", comes.safe)
    written.save()
    MediaHit.every.create(key="ruths", action=action, outlet="Channel 12", kind="earned", entered_by="Ruth")
    Report.objects.create(uid="ruth-typed-this-in", event=Event.every.get(), people_words="62", entered_by="Ruth")
    photo = Photo.objects.create(uid="ruth-looked-at-this", event=Event.every.get(), decided_by="Ruth")
    Takedown.objects.create(photo=photo, reason="me", decided_by="Ruth")
    Recap.objects.create(action=action, written_by="Ruth", written_at=timezone.now())
    works = Organisation.objects.create(slug="union", name="Union")
    given = GivenContact(organisation=works, given_on=timezone.localdate())
    given.set_contact(name="Ruth", email="ruth@example.org")
    given.save()
    ContactExport.objects.create(
        organisation=works, reason="thanks", many=1, person=ruth, person_name="Ruth", asked_at=timezone.now()
    )
    propose("people.x", {"person_id": 0, "en": "Let Ruth rest (Ruth)", "es": "Que Ruth descanse"}, by=by)
    return ruth


def test_everything_that_names_somebody_is_in_his_file() -> None:
    ruth = ruth_everywhere()
    held = held_about(ruth)
    covered = ON_THE_PAGE | {part.rows.model._meta.label for part in held.parts.values()}
    assert {model._meta.label for model in apps.get_models() if names_people(model)} <= covered
    empty = [name for name, part in held.parts.items() if not part.rows.exists()]
    assert empty == []
    told = json.loads(signed_in(None, ruth).get("/me/data.json").content)
    assert told["hosting"][0] | {"site": "", "address_proved_at": ""} == {
        "site": "", "venue": "Auer Avenue School", "city": "Milwaukee", "state": "WI", "name": "Ruth at home",
        "email": "ruth@example.org", "phone": "+14145550123", "language": "en", "address_proved_at": "",
    }  # fmt: skip
    assert [row["verb"] for row in told["journal"] if row["by"]][-1:] == ["proposal.added"]
    assert (told["site_lists"][0]["title"], told["decisions"][0]["review"]) == ("Of Ruth", "approved")
    page = signed_in(None, ruth).get("/me/").content.decode()
    assert [str(part.label) for part in held.parts.values() if str(part.label) not in page] == []


def test_a_stranger_finds_nothing_of_it_in_his_own_file() -> None:
    ruth_everywhere()
    otto = person_with(alias="Otto")
    told = signed_in(None, otto).get("/me/data.json").content.decode().lower()
    assert [word for word in ("ruth", "auer", "spam", "414") if word in told] == []


def test_after_deletion_neither_address_nor_name_is_anywhere_but_where_the_page_says() -> None:
    ruth = ruth_everywhere()
    grant_role(RoleGrant(person=person_with(alias="Paul"), role="national"), by=actor_of(ruth))
    address = ruth.email
    delete_account(ruth, by=actor_of(ruth))
    for letter in Letter.objects.exclude(to_sealed=b""):
        assert (letter.to, letter.kind) in ((address, "people.account_closed"), ("nia@example.org", "people.proposed"))
    assert {proposal.is_open for proposal in Proposal.objects.all()} == {False}
    words = [proposal.words("en") for proposal in Proposal.objects.order_by("pk")]
    assert words[0] == "Let – rest"
    # The journal, and what was decided, listed, blocked and uploaded, and nothing else, as the page says.
    with_name = {table for table, rows in dump().items() if "Ruth" in repr(rows)}
    assert with_name == {
        "journal_entry", "events_commitment", "events_blockedpattern", "lists_sitelist", "actions_materialversion",
        "mail_job", "people_contactexport", "record_mediahit", "reports_report", "reports_photo", "reports_takedown",
        "reports_recap", "rsvps_message",
    }  # fmt: skip
    assert address not in repr(dump())
    hashed = {table for table, rows in dump().items() if any(one in repr(rows) for one in email_hashes(address))}
    # As a host, and as somebody who wants no letters, he is somebody else to us; the last letter is on its way.
    assert hashed == {
        "events_host", "events_trustedhost", "lists_listrow", "mail_suppression", "mail_letter", "people_givencontact",
    }  # fmt: skip


def test_a_mistyped_invitation_is_taken_back_and_a_closed_account_deleted(otto: Actor) -> None:
    nia = person_with(NATIONAL, alias="Nia")
    by, nias = actor_of(nia), signed_in(None, nia)
    invite(Person(alias="Carla"), RoleGrant(role="reviewer"), "typo@example.org", by=by)
    wrong = Person.objects.get(alias="Carla")
    ruth = person_with(REVIEWER, alias="Ruth")
    for stranger in (otto, actor_of(ruth)):
        with pytest.raises(PermissionDenied):
            delete_other(wrong, by=stranger)
    Person.objects.filter(pk=ruth.pk).update(seen_on=timezone.localdate())
    with pytest.raises(NotNow):
        delete_other(ruth, by=by)
    assert nias.post_form(f"/desk/people/{wrong.uid}/", {"step": "delete"}).status_code == 302
    assert Letter.objects.filter(kind="people.invited").exclude(to_sealed=b"").count() == 0
    assert "Your invitation is withdrawn" in letters_to("typo@example.org")[0][1]
    close_account(ruth, by=by)
    assert "Delete the account for good" in nias.get(f"/desk/people/{ruth.uid}/").content.decode()
    assert nias.post_form(f"/desk/people/{ruth.uid}/", {"step": "delete"}).status_code == 302
    assert list(Person.objects.all()) == [nia]


def test_an_account_that_nobody_uses_is_closed_and_then_deleted_on_the_day_that_the_letter_names() -> None:
    with time_machine.travel("2026-01-10 09:00Z", tick=False) as clock:
        person_with(NATIONAL, alias="Nia")
        person_with(REVIEWER, alias="Ruth")
        clock.shift(timedelta(days=182))
        Person.objects.filter(alias="Nia").update(seen_on=timezone.localdate())
        assert (close_unused_accounts(timezone.now(), by=CLOCK), delete_closed_accounts(timezone.now(), by=CLOCK)) == (
            1,
            0,
        )
        assert "October 9, 2026" in letters_to("ruth@example.org")[0][1]
        clock.shift(timedelta(days=89))
        assert delete_closed_accounts(timezone.now(), by=CLOCK) == 0
        clock.shift(timedelta(days=2))
        assert (delete_closed_accounts(timezone.now(), by=CLOCK), Person.objects.get().alias) == (1, "Nia")
        assert Entry.objects.filter(verb="person.deleted", actor="clock").count() == 1
