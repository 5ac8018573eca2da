"""What somebody would find who seized the machine: every class of it is counted as SQL, written by hand, counts it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.utils import timezone

from manyplaces.cli.main import main
from manyplaces.core import throttle
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.safes import destroy_safe
from manyplaces.events.models import TrustedHost
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.mail import tasks
from manyplaces.mail.models import Letter
from manyplaces.people.models import Organisation, Passkey, Person
from manyplaces.people.operations import find_or_add_organisation, propose
from manyplaces.record.models import MediaHit
from manyplaces.reports.models import Photo, Recap, Report, Takedown
from manyplaces.rsvps.models import Message, PastCrowd, Purge, Rsvp, Safe
from manyplaces.rsvps.operations import Ask, take_rsvps
from manyplaces.rsvps.operations.safes import safe_for
from manyplaces.rsvps.queries import Facts
from manyplaces.rsvps.rules import GuestContact
from manyplaces.rsvps.rules.links import uid_of
from manyplaces.rsvps.views import GUEST
from tests.events.calling import october
from tests.rsvps.coming import confirmed, say, walk_in
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = Actor("clock", "clock")
# By hand, so that the words of the report and what it counts cannot be wrong together.
SQL = {
    "answers": "rsvps_rsvp",
    "answers_bare": "rsvps_rsvp WHERE length(name_sealed) + length(email_sealed) + length(phone_sealed) = 0",
    "answers_named": "rsvps_rsvp WHERE length(name_sealed) > 0",
    "answers_addressed": "rsvps_rsvp WHERE length(email_sealed) > 0",
    "answers_numbered": "rsvps_rsvp WHERE length(phone_sealed) > 0",
    "answers_needs": "rsvps_rsvp WHERE length(needs_sealed) > 0",
    "unconfirmed": "rsvps_rsvp WHERE state = 'asked'",
    "messages": "rsvps_message",
    "crowds": "rsvps_crowd",
    "past_crowds": "rsvps_pastcrowd",
    "safes": "rsvps_safe WHERE destroyed_at IS NULL",
    "purges": "rsvps_purge",
    "hosts": "events_host",
    "commitments": "events_commitment",
    "reports": "reports_report",
    "photos": "reports_photo",
    "photos_sealed": "reports_photo WHERE length(negative) > 0",
    "takedowns": "reports_takedown",
    "media": "record_mediahit",
    "recaps": "reports_recap",
    "trusted_hosts": "events_trustedhost",
    "list_files": "lists_sitelist WHERE length(upload_sealed) > 0",
    "list_contacts": ("lists_listrow WHERE length(email_sealed) + length(phone_sealed) + length(name_sealed) > 0"),
    "given_contacts": "people_givencontact",
    "contact_files": "people_contactexport",
    "accounts": "people_person",
    "press_lines": "people_person WHERE press_line <> ''",
    "roles": "people_rolegrant",
    "sessions": "people_session",
    "codes": "people_signin",
    "passkeys": "people_passkey",
    "proposals": "people_proposal",
    "journal": "journal_entry",
    "jobs": "mail_job",
    "letters": "mail_letter",
    "letters_addressed": "mail_letter WHERE length(to_sealed) + length(content_sealed) > 0",
    "suppressions": "mail_suppression",
}


@pytest.fixture(autouse=True)
def keys_of_our_own(settings: Any, tmp_path: Path) -> None:
    settings.SAFES_FOLDER = tmp_path / "safes"
    throttle.forget()


def something_of_each() -> None:
    """A site on which every class has something in it, and nearly every class another number of rows."""
    event = walk_in()
    mtea = find_or_add_organisation("MTEA", by=CLOCK)
    event.hosts.set([mtea])
    for _ in range(3):
        say(event, people="2")
    confirmed(event, "gil@example.org", name="Gil Ramos", needs="a ramp", **{f"share-{mtea.organisation_id}": "on"})
    say(event, name="Gina")
    say(event, needs="a chair")
    say(event, email="otto@example.org")
    texted = Rsvp(uid=uid_of("texted"), body_digest="x", event=event, people=1, wants_text_news=True)
    facts = Facts.of(event)
    take_rsvps([Ask(texted, GuestContact(phone="+14145550123"), facts.action, facts.key)], by=GUEST)
    message = Message(event=event, made_at=timezone.now(), not_before=timezone.now())
    message.put_in("Bring water", safe_for(event.action_id, Safe.Kind.CONTACTS, by=CLOCK))
    message.save()
    # A key that is gone is not one any more.
    gone = safe_for(october(slug="another", name="Another").pk, Safe.Kind.CONTACTS, by=CLOCK)
    destroy_safe(gone)
    Safe.objects.filter(name=gone).update(destroyed_at=timezone.now())
    PastCrowd.objects.create(action=event.action, state="WI", people=62)
    Purge.objects.create(on=timezone.localdate(), action=event.action, state="WI", what="answers", many=62)
    TrustedHost.objects.create(email_hash="x" * 43, made_by="Ruth")
    listed = SiteList.objects.create(action=event.action, title="Ours", made_by="Carla", upload_sealed=b"x")
    SiteList.objects.create(action=event.action, title="Theirs", made_by="Carla")
    ListRow.objects.create(of=listed, line=1, venue="Grant Elementary", verdict="certain", phone_sealed=b"x")
    ListRow.objects.create(of=listed, line=2, venue="Auer Avenue", verdict="certain")
    MediaHit.every.create(key="of-the-day", action=event.action, outlet="Channel 12", kind="earned", review="waiting")
    Recap.objects.create(action=event.action, written_at=timezone.now())
    Report.objects.create(uid="of-the-day", event=event, people_words="62")
    for number in range(3):
        photo = Photo.objects.create(uid=f"photo-{number}", event=event, negative="x" * (number == 0))
        Takedown.objects.create(photo=photo, reason="me")
    Takedown.objects.create(photo=photo, reason="other")
    nia = person_with(Grant("national"), alias="Nia", email="nia@example.org")
    Passkey.objects.create(
        person=nia, label="Phone", credential_hash="x", credential=b"x", made_on=timezone.localdate()
    )
    Person.objects.filter(pk=nia.pk).update(press_line="Nia, press@example.org")
    browser = signed_in(None, nia)
    browser.post_form(f"/desk/organisations/{Organisation.objects.get().slug}/contacts/", {"reason": "Invite them"})
    Client().post("/sign-in/", {"email": "nia@example.org"})
    propose(
        "rsvps.tell",
        {"news": [], "en": "x", "es": "x"},
        by=Actor("Nia", "page", person=nia.pk, grants=(Grant("national"),)),
    )
    tasks.start("rsvps.tell", {"news": []}, by=CLOCK)
    unwanted = Letter.objects.filter(kind="rsvps.confirm", channel="mail").order_by("-pk")[0]
    Client().post(f"/letters/{unwanted.content['unsubscribe'].partition('/letters/')[2]}")


def test_each_class_is_counted_as_sql_counts_it_and_none_is_missing() -> None:
    something_of_each()
    run = CliRunner().invoke(main, ["held", "--json"])
    assert run.exit_code == 0, run.output
    told = {line["class"]: line["many"] for line in json.loads(run.stdout)["stored"]}
    counted = {}
    with connection.cursor() as cursor:
        for name, where in SQL.items():
            cursor.execute(f"SELECT count(*) FROM {where}")
            counted[name] = cursor.fetchone()[0]
    assert told == counted
    # A class that is empty here would show nothing.
    assert [name for name, many in counted.items() if not many] == []
    assert (counted["answers"], counted["answers_bare"], counted["answers_numbered"]) == (8, 4, 1)


def test_the_oldest_day_of_a_class_is_that_of_its_oldest_row() -> None:
    event = walk_in()
    for days in (3, 9, 5):
        say(event, people="2")
        newest = Rsvp.objects.order_by("-pk")[0]
        Rsvp.objects.filter(pk=newest.pk).update(made_on=timezone.localdate() - datetime.timedelta(days=days))
    run = CliRunner().invoke(main, ["held", "--json"])
    told = {line["class"]: line["oldest"] for line in json.loads(run.stdout)["stored"]}
    assert told["answers"] == told["answers_bare"] == (timezone.localdate() - datetime.timedelta(days=9)).isoformat()
    assert told["answers_named"] is None
