"""Sensitive steps want a proof of the last five minutes, and nothing that was typed is lost on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from manyplaces.core.actor import Grant
from manyplaces.events.models import Event, Host, TrustedHost
from manyplaces.people.models import Organisation, Person, Session
from tests.people.letterbox import letters_to, newest_code
from tests.people.test_four_eyes import NATIONAL
from tests.rights.world import build, dump
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db

INVITE = "/desk/people/invite/"
RUTH = {"alias": "Ruth", "email": "ruth@example.org", "language": "es", "role": "reviewer", "state": "WI"}
HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


def carried(page: Any) -> dict[str, str]:
    """What the form with the main button of a page would send."""
    [form] = [part for part in page.content.decode().split("<form")[1:] if 'class="primary"' in part]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def late(browser: SignedIn) -> None:
    """Let so much time pass that the last proof is too old."""
    Session.objects.update(proved_at=timezone.now() - timedelta(minutes=6))


def test_an_invitation_sent_too_late_is_not_lost_and_goes_out_with_the_proof() -> None:
    nia = signed_in(None, person_with(NATIONAL))
    late(nia)
    page = nia.post_form(INVITE, RUTH)
    assert ("Is it you?" in page.content.decode(), Person.objects.count()) == (True, 1)
    page = nia.post_form(INVITE, RUTH | {"proof": "ask"})
    wrong = nia.post_form(INVITE, carried(page) | {"proof-code": "12"})
    assert ("This code is not right" in wrong.content.decode(), Person.objects.count()) == (True, 1)
    assert {name: text for name, text in carried(wrong).items() if name in RUTH} == RUTH
    sent = nia.post_form(INVITE, carried(wrong) | {"proof-code": newest_code("nia@example.org")})
    assert sent["Location"] == f"/desk/people/{Person.objects.get(alias='Ruth').uid}/"
    assert [kind for kind, _ in letters_to("ruth@example.org")] == ["people.invited"]


def test_otto_proves_nothing_with_somebody_elses_code() -> None:
    nia, otto = (signed_in(None, person_with(NATIONAL, alias=alias)) for alias in ("Nia", "Otto"))
    late(nia)
    nia.post_form(INVITE, RUTH | {"proof": "ask"})
    answer = otto.post_form(INVITE, RUTH | {"proof": "code", "proof-code": newest_code("nia@example.org")})
    assert ("This code is not right" in answer.content.decode(), Person.objects.count()) == (True, 2)


def test_what_lends_trust_or_reaches_many_wants_a_proof_and_changes_nothing_without(
    settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_FOLDER = tmp_path
    world = build()
    nia, organisation = world.browsers["national"], Organisation.objects.get()
    host = Host.objects.get(commitment__key=world.words["waiting"])
    sure = {"do": "sure", "step": "cancel", "pick": world.words["event"], "reason": "Snow", "reason_es": "Nieve"}
    coalition = {"name": "S", "colour": "#00594c", "languages": "en", "contact": "", "about": "", "about_es": ""}
    nia.post_form("/desk/coalition/", coalition)
    steps = [
        (f"/desk/organisations/{organisation.slug}/", {"step": "lend"}),
        (f"/desk/organisations/{organisation.slug}/", {"step": "trust"}),
        ("/desk/coalition/", coalition | {"contact": "evil@example.org"}),
        ("/desk/sample/", {}),
        (f"/desk/actions/{world.words['action']}/cancel/", sure),
        (f"/desk/review/{world.words['waiting']}/", {"do": "trust", "host": host.uid}),
    ]
    late(nia)
    before = dump()
    for address, form in steps:
        assert "Is it you?" in nia.post_form(address, form).content.decode()
        assert nia.get(address).status_code == 200
    assert {table: rows for table, rows in dump().items() if rows != before[table]} == {}
    # What takes trust back is never held up.
    assert nia.post_form(steps[0][0], {"step": "distrust"}).status_code == 302
    Session.objects.update(proved_at=timezone.now())
    for address, form in steps:
        assert "Is it you?" not in nia.post_form(address, form).content.decode()
    assert (Organisation.objects.get().is_trusted, Event.every.get().phase, TrustedHost.objects.count()) == (
        True,
        "cancelled",
        1,
    )


def test_a_form_from_before_signing_in_anew_is_kept_to_be_sent_again() -> None:
    nia = person_with(NATIONAL)
    old, browser = signed_in(None, nia), signed_in(None, nia)
    sent = {"form_token": old.form_token, **RUTH}
    page = browser.post(INVITE, sent, headers=HERE)
    assert (page.status_code, Person.objects.count()) == (403, 1)
    kept = {name: text for name, text in carried(page).items() if name in RUTH}
    assert (kept, browser.post_form(INVITE, kept).status_code) == (RUTH, 302)
    # Another site's form is shown to nobody.
    evil = {"Origin": "https://evil.example"}
    assert "ruth@example.org" not in browser.post(INVITE, sent, headers=evil).content.decode()


def test_a_second_click_and_a_step_back_lead_on_but_begin_no_session() -> None:
    carla = person_with(Grant("coordinator", state="WI"), alias="Carla")
    browser, twin = Client(), Client()
    browser.post("/sign-in/", {"email": "carla@example.org"})
    twin.cookies["asked"] = browser.cookies["asked"].value
    typed = {"code": newest_code("carla@example.org"), "next": "/me/"}
    answers = [one.post("/sign-in/code/", typed, headers=HERE) for one in (browser, twin, browser)]
    assert [answer["Location"] for answer in answers] == ["/me/", "/me/", "/sign-in/code/?next=%2Fme%2F"]
    assert browser.get(answers[2]["Location"])["Location"] == "/me/"
    assert (twin.get("/me/").status_code, carla.sessions.count()) == (302, 1)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert "This code is not right" in twin.post("/sign-in/code/", typed).content.decode()
