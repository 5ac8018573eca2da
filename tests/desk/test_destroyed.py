"""Nia hands out what is held; coordinators see what was destroyed; Hana is kept if she ticks."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Grant
from manyplaces.core.tokens import digest, new_token
from manyplaces.events.models import Host
from manyplaces.journal.models import Entry
from manyplaces.people.models import Session
from manyplaces.rsvps.models import PastCrowd, Purge
from tests.rsvps.coming import confirmed, say, walk_in
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
HELD, DESTROYED = "/desk/held/", "/desk/destroyed/"


@pytest.fixture(autouse=True)
def keys_of_our_own(settings: Any, tmp_path: Path) -> None:
    settings.SAFES_FOLDER = tmp_path / "safes"
    throttle.forget()


@pytest.fixture
def nias() -> SignedIn:
    return signed_in(None, person_with(Grant("national"), alias="Nia"))


def test_nia_gets_the_file_and_the_journal_says_on_what_ground(nias: SignedIn) -> None:
    event = walk_in()
    say(event, people="19")
    confirmed(event, "gil@example.org", name="CANARY Gil")
    asked = {"kind": "event", "key": event.key, "reason": "court"}
    answer = nias.post_form(HELD, asked)
    assert answer["Content-Disposition"].startswith('attachment; filename="held-event-')
    told = json.loads(answer.content)
    assert (told["answers"]["answers"], told["answers"]["anonymous"], "CANARY" in repr(told)) == (2, 1, False)
    entry = Entry.objects.get(verb="event.handed-out")
    assert (entry.actor, entry.before) == ("Nia", {"reason": "court"})
    told = json.loads(nias.post_form(HELD, {"kind": "email", "key": "gil@example.org", "reason": "person"}).content)
    assert [row["name"] for row in told["answers"]] == ["CANARY Gil"]


def test_without_a_ground_a_key_or_a_proof_nothing_is_handed_out(nias: SignedIn) -> None:
    event = walk_in()
    asked = {"kind": "event", "key": event.key, "reason": "court"}
    assert nias.post_form(HELD, {**asked, "reason": "because"}).status_code == 422
    page = nias.post_form(HELD, {**asked, "key": "nowhere"})
    assert (page.status_code, "There is no event with the key nowhere." in page.content.decode()) == (422, True)
    Session.objects.update(proved_at=timezone.now() - datetime.timedelta(minutes=6))
    page = nias.post_form(HELD, asked)
    assert "attachment" not in page.get("Content-Disposition", "")
    assert Entry.objects.filter(verb__endswith="handed-out").count() == 0
    ruth = signed_in(None, person_with(Grant("reviewer", state="WI"), alias="Ruth"))
    assert [ruth.get(HELD).status_code, ruth.post_form(HELD, asked).status_code, ruth.get(DESTROYED).status_code] == [
        403, 403, 403,
    ]  # fmt: skip


def test_the_page_asks_as_much_for_three_events_as_for_one(nias: SignedIn, django_assert_num_queries: Any) -> None:
    event = walk_in()
    say(event, people="3", name="CANARY")
    with django_assert_num_queries(79):
        nias.get(HELD)
    walk_in(event.action, "Grant Elementary")
    say(event, people="3")
    say(event, people="3", name="CANARY")
    with django_assert_num_queries(79):
        nias.get(HELD)


def test_coordinators_see_what_was_destroyed_and_only_nia_what_stays(
    nias: SignedIn, django_assert_num_queries: Any
) -> None:
    carla = signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla"))
    assert "Nothing was destroyed yet" in carla.get(DESTROYED).content.decode()
    action = walk_in().action
    today = timezone.localdate()
    Purge.objects.create(on=today, action=action, state="WI", what="answers", many=1203)
    with django_assert_num_queries(9):
        nias.get(DESTROYED)
    Purge.objects.create(on=today, action=action, state="WI", what="needs", is_few=True)
    Purge.objects.create(on=today, action=action, what="safes", many=2)
    PastCrowd.objects.create(action=action, state="WI", people=4321)
    PastCrowd.objects.create(action=action, state="IL", people=4)
    with django_assert_num_queries(9):
        page = nias.get(DESTROYED).content.decode()
    assert [word in page for word in ("1,203", "fewer than 5", "4,321", ">IL<")] == [True, True, True, False]
    page = carla.get(DESTROYED).content.decode()
    assert [word in page for word in ("1,203", "fewer than 5", "4,321")] == [True, True, False]


def test_hana_lets_us_keep_her_contact_and_takes_it_back() -> None:
    event = walk_in()
    token = new_token()
    Host.objects.update(link_digest=digest(token), proved_at=timezone.now())
    page = f"/host/{token}/"
    shown = Client().get(page).content.decode()
    assert 'name="keep" value="yes">' in shown
    Client().post(page, {"do": "keep_contact", "keep": "yes"})
    assert Host.objects.get().is_kept
    assert 'name="keep" value="yes" checked>' in Client().get(page).content.decode()
    answer = Client().post(page, {"do": "keep_contact"}, follow=True)
    assert "Noted: whether we keep how you are reached." in answer.content.decode()
    assert (Host.objects.get().is_kept, event.key) == (False, event.key)
