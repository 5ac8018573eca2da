"""What is known of Gil, field by field, and at which addresses who sees it; and how contacts are taken out."""

from __future__ import annotations

import datetime
import io
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.tables import read_rows
from manyplaces.events.models import Event
from manyplaces.journal.models import Entry
from manyplaces.people.models import ContactExport, Organisation, Session
from manyplaces.people.operations import find_or_add_organisation, give_contact
from manyplaces.rsvps.models import Crowd, Rsvp
from manyplaces.rsvps.operations import Ask, change_rsvp, confirm_rsvp, take_rsvps
from manyplaces.rsvps.rules import GuestContact
from manyplaces.rsvps.rules.links import FORM, LETTER, link_of, uid_of
from manyplaces.rsvps.views import GUEST
from tests.rights.table import TABLE
from tests.rights.test_table import address, content
from tests.rights.world import ROLES, World, build, knock, undone
from tests.signing import SignedIn, person_with, signed_in

# What of Gil is where it is shown, as a page has it.
SIGNS = {
    "first name": rb"Zebulon",
    "initial": rb"Zebulon Q\.",
    "family name": rb"(?i)quixworth",
    "email": rb"(?i)zq-secret",
    "phone": rb"4155550199|415\W{1,3}555.?0199",
    "needs": rb"a seat by the blue door",
    "language": rb"Hmong",
    "who gets his contact": rb"Quilt Society",
    "how many": rb"\b1,?913\b",
}
GIL = GuestContact("Zebulon Quixworth", "zq-secret@example.org", "a seat by the blue door", "+14155550199")


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """Everybody, and an event to which 1,913 come, Gil with all that can be left among them."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path, tmp_path / "safes"
    throttle.forget()
    found = build()
    event = Event.every.get(key=found.words["event"])
    clock = Actor("clock", "clock")
    society = find_or_add_organisation("Quilt Society", by=clock)
    row = Rsvp(uid=uid_of("gil"), body_digest="x", event=event, people=11, speaks="hmn", wants_host=True)
    shares = (society.organisation_id,)
    take_rsvps([Ask(row, GIL, event.action_id, event.key, shares)], by=GUEST)
    confirm_rsvp(row.uid, proof=LETTER, by=GUEST)
    crowd = Crowd.objects.get(event=event)
    others = [Rsvp(uid=uid_of(f"{number}"), body_digest="x", event=event, people=50) for number in range(38)]
    take_rsvps([Ask(other, GuestContact(), event.action_id, event.key) for other in others], by=GUEST)
    crowd.refresh_from_db()
    assert crowd.coming == 1_913
    return found


def seen(world: World) -> dict[str, dict[str, set[str]]]:
    """Which sign is seen by whom, at the addresses of which views."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in TABLE:
        for role in ROLES:
            with undone():
                body = content(knock(world, role, "GET", address(world, row, role)))
            for sign, pattern in SIGNS.items():
                if re.search(pattern, body):
                    found[sign][row.view].add(role)
    return {sign: dict(views) for sign, views in found.items()}


def test_each_field_is_seen_by_whom_it_is_for_and_by_nobody_else(world: World) -> None:
    found = seen(world)
    host = {"rsvps:guests": {"host"}}
    asked = ("first name", "initial", "needs", "family name", "email", "phone")
    assert {sign: found.get(sign, {}) for sign in asked} == {
        "first name": host, "initial": host, "needs": host, "family name": {}, "email": {}, "phone": {},
    }  # fmt: skip
    numbers = found["how many"]
    assert numbers.pop("rsvps:guests") == {"host"}
    # On the desk a number, to those whose area it is; and nothing of it on any page for everybody.
    assert numbers == {"desk:event": {"reviewer", "city", "national", "one"}}
    # That he needs Hmong is told to the host alone; everybody else sees it as a choice in the form at most.
    assert {view for view in found["language"] if "host" in found["language"][view]} >= {"rsvps:guests"}


def test_of_gils_own_two_links_only_that_of_the_letter_opens_what_he_left(world: World) -> None:
    uid = uid_of("gil")
    mine = Client().get(f"/coming/{link_of(uid, LETTER)}/")
    page = mine.content
    assert [bool(re.search(SIGNS[sign], page)) for sign in ("family name", "needs", "email", "phone")] == [
        True, True, False, False,
    ]  # fmt: skip
    assert mine["Cache-Control"] == "no-store"
    # The download has all of it but the number, which nobody has shown to be of the same man.
    held = Client().get(f"/coming/{link_of(uid, LETTER)}/?form=json").json()
    assert (held["name"], held["email"], held["needs"], "phone" in held) == (GIL.name, GIL.email, GIL.needs, False)
    theirs = Client().get(f"/coming/{link_of(uid, FORM)}/")
    assert (theirs.status_code, [sign for sign, found in SIGNS.items() if re.search(found, theirs.content)]) == (
        404,
        [],
    )


def national(alias: str) -> SignedIn:
    """A national coordinator, signed in a moment ago."""
    return signed_in(None, person_with(Grant("national"), alias=alias, email=f"{alias.lower()}@example.org"))


def asked_for(nia: SignedIn, organisation: Organisation) -> str:
    """Ask for the file as one should; returns its address."""
    here = f"/desk/organisations/{organisation.slug}/contacts/"
    nia.post_form(here, {"reason": "Invite to the meeting"})
    return f"{here}{ContactExport.objects.latest('pk').uid}.csv"


def long_ago(nia: SignedIn, there: str) -> Any:
    Session.objects.update(proved_at=timezone.now() - datetime.timedelta(minutes=6))
    return nia.get(there)


def an_hour_later(nia: SignedIn, there: str) -> Any:
    ContactExport.objects.update(ends_at=timezone.now() - datetime.timedelta(seconds=1))
    return nia.get(there)


def without_a_second(nia: SignedIn, there: str) -> Any:
    ContactExport.objects.update(ready_at=None, ends_at=None)
    return nia.get(there)


def by_another(nia: SignedIn, there: str) -> Any:
    return national("Nora").get(there)


def by_a_coordinator_of_a_city(nia: SignedIn, there: str) -> Any:
    return signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla")).get(there)


def under_another_organisation(nia: SignedIn, there: str) -> Any:
    find_or_add_organisation("Voces", by=Actor("clock", "clock"))
    return nia.get(there.replace("mtea", "voces"))


def who_was_shut_out(nia: SignedIn, there: str) -> Any:
    Session.objects.all().delete()
    return nia.get(there)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lacks", "status"),
    [
        (long_ago, 302), (an_hour_later, 302), (without_a_second, 302), (by_another, 403),
        (by_a_coordinator_of_a_city, 403), (under_another_organisation, 404), (who_was_shut_out, 302),
    ],
)  # fmt: skip
def test_where_one_condition_lacks_no_contact_leaves(lacks: Callable[..., Any], status: int) -> None:
    mtea = find_or_add_organisation("MTEA", by=Actor("clock", "clock")).organisation
    give_contact(mtea.pk, name="Gil", email="gil@example.org", language="en", by=GUEST)
    nia = national("Nia")
    there = asked_for(nia, mtea)
    answer = lacks(nia, there)
    assert (answer.status_code, b"gil@example.org" in answer.content) == (status, False)
    assert not Entry.objects.filter(verb="organisation.exported").exists()


@pytest.mark.django_db
def test_with_all_of_them_it_leaves_and_each_time_is_written_down() -> None:
    mtea = find_or_add_organisation("MTEA", by=Actor("clock", "clock")).organisation
    give_contact(mtea.pk, name="Gil", email="gil@example.org", language="en", by=GUEST)
    nia = national("Nia")
    there = asked_for(nia, mtea)
    bodies = [nia.get(there).content for _ in range(2)]
    assert [[row.cells["email"] for row in read_rows(io.BytesIO(body))] for body in bodies] == [
        ["gil@example.org", ""]
    ] * 2
    assert Entry.objects.filter(verb="organisation.exported").count() == 2


# Gil takes nothing with him of what he changed: what he left out goes at once, here as everywhere.
def test_who_takes_his_number_out_leaves_none_behind(world: World) -> None:
    uid = uid_of("gil")
    contact = GuestContact("Zebulon Quixworth", "", "", "")
    change_rsvp(uid, people=11, contact=contact, speaks="", wants=frozenset(), by=GUEST)
    row = Rsvp.objects.get(uid=uid)
    assert [row.opened(field) for field in ("name", "email", "needs", "phone")] == [
        "Zebulon Quixworth", GIL.email, "", "",
    ]  # fmt: skip
    assert (bytes(row.phone_sealed), row.phone_hash, bytes(row.needs_sealed)) == (b"", "", b"")
