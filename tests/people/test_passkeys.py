"""The second factor: who must have a passkey, what one is worth, and what a thief of a mailbox cannot do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as site_settings
from django.test import Client
from django.urls import get_resolver

from manyplaces.core.actor import Grant
from manyplaces.people.models import Passkey, RecoveryCode, Session
from tests.house.test_names import addresses
from tests.people.authenticator import Authenticator, options
from tests.people.letterbox import letters_to, newest_code
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db

NATIONAL, CARLA = Grant("national"), Grant("coordinator", state="WI", city="milwaukee")


def half_signed_in(*grants: Grant, alias: str = "Nia") -> SignedIn:
    """Somebody for whom the letter's code alone was typed."""
    return signed_in(None, person_with(*(grants or (NATIONAL,)), alias=alias), strong=False)


def enrolled(browser: SignedIn, key: Authenticator, label: str = "Laptop") -> list[str]:
    """Make the first passkey at the door; the recovery codes on the page."""
    answer = key.made(options(browser, "add"))
    page = browser.post_form("/sign-in/passkey/", {"step": "add", "answer": answer, "label": label})
    return re.findall(r"<code>([\w-]+)</code>", page.content.decode())


def nia_with_a_passkey() -> tuple[SignedIn, Authenticator, list[str]]:
    """Nia, her passkey and her recovery codes."""
    browser, key = half_signed_in(), Authenticator()
    return browser, key, enrolled(browser, key)


def test_without_a_passkey_a_national_coordinator_opens_nothing_but_its_making() -> None:
    nia = half_signed_in()
    names = [str(one.pattern).strip("^$") for one in addresses(get_resolver())]
    asked = [f"/{name}" for name in names if re.fullmatch(r"(desk|me)/[-a-z/]*", name)]
    led = {path: nia.get(path) for path in asked}
    assert len(asked) >= 12
    assert {
        path: to.status_code
        for path, to in led.items()
        if not to.get("Location", "").startswith("/sign-in/passkey/?next=")
    } == {}
    assert nia.post_form("/desk/people/invite/", {"alias": "Otto"}).status_code == 302
    assert nia.get("/sign-in/passkey/").status_code == 200


def test_the_first_passkey_opens_the_desk_and_comes_with_eight_codes_shown_once() -> None:
    nia, _key, codes = nia_with_a_passkey()
    assert (len(codes), len(set(codes)), RecoveryCode.objects.count()) == (8, 8, 8)
    assert [nia.get(path).status_code for path in ("/me/", "/desk/people/")] == [200, 200]
    assert [
        code
        for code in codes
        if code in str(list(RecoveryCode.objects.values())) + nia.get("/me/passkeys/").content.decode()
    ] == []
    kinds = [kind for kind, _ in letters_to("nia@example.org")]
    assert kinds == ["people.passkeys_changed", "people.passkeys_changed"]


@pytest.mark.parametrize(
    ("wrong", "how"),
    [
        ("nobody verified", {"verified": False}),
        ("another site asked", {"origin": "https://evil.example"}),
        ("another port asked", {"origin": "http://testserver:81"}),
    ],
)
def test_a_passkey_that_was_made_wrongly_is_refused(wrong: str, how: dict[str, Any]) -> None:
    nia, key = half_signed_in(), Authenticator()
    answer = key.made(options(nia, "add"), **how)
    page = nia.post_form("/sign-in/passkey/", {"step": "add", "answer": answer})
    assert (page.status_code, Passkey.objects.count(), Session.objects.get().is_strong) == (200, 0, False), wrong


def test_a_passkey_of_another_site_is_refused() -> None:
    nia, key = half_signed_in(), Authenticator(host="evil.example")
    nia.post_form("/sign-in/passkey/", {"step": "add", "answer": key.made(options(nia, "add"))})
    assert Passkey.objects.count() == 0


@pytest.mark.parametrize(
    "answer", ["", "no", "[]", "{}", '{"id":1}', '{"rawId":"AA","response":{}}', "[" * 9000, "\x00"]
)
def test_what_is_no_answer_is_refused_with_a_sentence(answer: str) -> None:
    nia = half_signed_in()
    options(nia, "add")
    page = nia.post_form("/sign-in/passkey/", {"step": "add", "answer": answer})
    assert (page.status_code, Session.objects.get().is_strong) == (200, False)
    visitor = Client()
    options(visitor, "sign-in")
    assert visitor.post("/sign-in/", {"step": "passkey", "answer": answer}).status_code == 200


def test_who_has_a_passkey_shows_it_beside_the_code() -> None:
    _nia, key, _codes = nia_with_a_passkey()
    again = half_signed_in()
    assert again.get("/me/").status_code == 302
    answer = key.shown(options(again, "show"))
    assert again.post_form("/sign-in/passkey/", {"answer": answer, "next": "/me/"})["Location"] == "/me/"
    assert again.get("/me/").status_code == 200


def test_an_answer_counts_once_and_only_for_its_own_challenge() -> None:
    _nia, key, _codes = nia_with_a_passkey()
    first, second = half_signed_in(), half_signed_in()
    answer = key.shown(options(first, "show"))
    options(second, "show")
    refused = second.post_form("/sign-in/passkey/", {"answer": answer})
    assert first.post_form("/sign-in/passkey/", {"answer": answer}).status_code == 302
    third = half_signed_in()
    replayed = third.post_form("/sign-in/passkey/", {"answer": answer})
    assert [refused.status_code, replayed.status_code, third.get("/me/").status_code] == [200, 200, 302]


def test_a_challenge_is_gone_after_one_wrong_answer() -> None:
    _nia, key, _codes = nia_with_a_passkey()
    again = half_signed_in()
    asked = options(again, "show")
    again.post_form("/sign-in/passkey/", {"answer": key.shown(asked, verified=False)})
    assert again.post_form("/sign-in/passkey/", {"answer": key.shown(asked)}).status_code == 200


@pytest.mark.parametrize("how", [{"verified": False}, {"origin": "https://evil.example"}])
def test_a_passkey_that_is_shown_wrongly_is_refused(how: dict[str, Any]) -> None:
    _nia, key, _codes = nia_with_a_passkey()
    again = half_signed_in()
    page = again.post_form("/sign-in/passkey/", {"answer": key.shown(options(again, "show"), **how)})
    assert (page.status_code, again.get("/me/").status_code) == (200, 302)


def test_a_copied_passkey_is_refused_when_its_count_goes_back() -> None:
    _nia, key, _codes = nia_with_a_passkey()
    for step, status in ((5, 302), (-3, 200), (0, 200), (9, 302)):
        again = half_signed_in()
        page = again.post_form("/sign-in/passkey/", {"answer": key.shown(options(again, "show"), step=step)})
        assert page.status_code == status
    assert Passkey.objects.get().count == 11


def test_the_passkey_of_somebody_else_opens_nothing() -> None:
    nia_with_a_passkey()
    otto, his = half_signed_in(CARLA, alias="Otto"), Authenticator("2")
    otto.post_form("/me/passkeys/", {"step": "add", "answer": his.made(options(otto, "add"))})
    assert Passkey.objects.count() == 2
    thief = half_signed_in()
    assert thief.post_form("/sign-in/passkey/", {"answer": his.shown(options(thief, "show"))}).status_code == 200


def test_a_stolen_mailbox_adds_no_passkey_and_makes_no_codes() -> None:
    nia_with_a_passkey()
    thief = half_signed_in()
    assert options(thief, "add")["refused"].startswith("Show one of your passkeys")
    assert thief.post_form("/me/passkeys/", {"step": "codes"})["Location"].startswith("/sign-in/passkey/")
    assert (Passkey.objects.count(), RecoveryCode.objects.count()) == (1, 8)


def test_who_is_not_national_but_has_a_passkey_must_show_it_too() -> None:
    carla = signed_in(None, person_with(CARLA, alias="Carla"), strong=False)
    assert carla.get("/me/").status_code == 200
    key = Authenticator()
    carla.post_form("/me/passkeys/", {"step": "add", "answer": key.made(options(carla, "add"))})
    mailbox = Client()
    mailbox.post("/sign-in/", {"email": "carla@example.org"})
    mailbox.post("/sign-in/code/", {"code": newest_code("carla@example.org")})
    assert mailbox.get("/me/")["Location"].startswith("/sign-in/passkey/")


def test_a_recovery_code_stands_in_for_the_passkey_once() -> None:
    _nia, _key, codes = nia_with_a_passkey()
    again, third = half_signed_in(), half_signed_in()
    assert again.post_form("/sign-in/recovery/", {"code": "abcd-2345-efgh-6789"}).status_code == 200
    assert again.post_form("/sign-in/recovery/", {"code": f" {codes[0].upper().replace('-', ' ')}"}).status_code == 302
    assert again.get("/me/").status_code == 200
    assert third.post_form("/sign-in/recovery/", {"code": codes[0]}).status_code == 200
    otto = half_signed_in(CARLA, alias="Otto")
    assert otto.post_form("/sign-in/recovery/", {"code": codes[1]}).status_code == 200
    assert letters_to("nia@example.org")[-1][1].startswith("A recovery code was used")


def test_a_passkey_alone_signs_in_without_a_letter() -> None:
    _nia, key, _codes = nia_with_a_passkey()
    browser = Client()
    asked = options(browser, "sign-in")
    answer = key.shown(asked)
    in_ = browser.post("/sign-in/", {"step": "passkey", "answer": answer, "next": "/me/"})
    assert (in_.status_code, browser.get("/me/").status_code) == (302, 200)
    other = Client()
    other.cookies["asked"] = "made-up"
    assert other.post("/sign-in/", {"step": "passkey", "answer": answer}).status_code == 200
    other = Client()
    options(other, "sign-in")
    assert other.post("/sign-in/", {"step": "passkey", "answer": answer}).status_code == 200


def test_the_last_passkey_of_a_national_coordinator_stays() -> None:
    nia, _key, _codes = nia_with_a_passkey()
    first = Passkey.objects.get()
    nia.post_form("/me/passkeys/", {"step": "remove", "passkey": first.uid})
    assert Passkey.objects.count() == 1
    phone = Authenticator("phone")
    nia.post_form("/me/passkeys/", {"step": "add", "answer": phone.made(options(nia, "add")), "label": "Phone"})
    nia.post_form("/me/passkeys/", {"step": "remove", "passkey": first.uid})
    assert [one.label for one in Passkey.objects.all()] == ["Phone"]
    otto = half_signed_in(CARLA, alias="Otto")
    assert otto.post_form("/me/passkeys/", {"step": "remove", "passkey": Passkey.objects.get().uid}).status_code == 404


def test_a_sensitive_step_wants_a_proof_of_the_last_five_minutes() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        nia, key, _codes = nia_with_a_passkey()
        carla = signed_in(None, person_with(CARLA, alias="Carla"))
        clock.shift(timedelta(minutes=5, seconds=1))
        asked = {
            path: nia.get(path)["Location"]
            for path in ("/me/passkeys/", "/me/address/", "/me/leave/", "/desk/waiting/", "/desk/people/invite/")
        }
        assert {path: to for path, to in asked.items() if not to.startswith("/sign-in/again/?next=")} == {}
        assert "Is it you?" in nia.post_form("/me/leave/").content.decode()
        nia.post_form("/sign-in/again/", {"proof": "ask"})
        assert [kind for kind, _ in letters_to("nia@example.org") if kind == "people.code"] == []
        answer = key.shown(options(nia, "show"))
        assert (
            nia.post_form("/sign-in/again/", {"proof": "passkey", "proof-answer": answer, "next": "/me/leave/"})[
                "Location"
            ]
            == "/me/leave/"
        )
        assert nia.get("/me/leave/").status_code == 200
        assert carla.post_form("/sign-in/again/", {"proof": "ask", "next": "/me/leave/"}).status_code == 200
        code = newest_code("carla@example.org")
        assert (
            carla.post_form(
                "/sign-in/again/", {"proof": "code", "proof-code": "000000" if code != "000000" else "1"}
            ).status_code
            == 200
        )
        assert carla.get("/me/leave/").status_code == 302
        assert carla.post_form("/sign-in/again/", {"proof": "code", "proof-code": code}).status_code == 302
        assert carla.get("/me/leave/").status_code == 200


def test_a_trial_at_an_address_of_numbers_goes_without_a_passkey_and_says_so(settings: Any) -> None:
    nia = half_signed_in()
    trial = nia.get("/me/passkeys/", headers={"Host": "127.0.0.1:8000"})
    assert (trial.status_code, b"an address made of numbers" in trial.content) == (200, True)
    assert b"signed in without a passkey" in nia.get("/desk/people/", headers={"Host": "127.0.0.1:8000"}).content
    assert b"an address made of numbers" in Client().get("/sign-in/", headers={"Host": "127.0.0.1:8000"}).content
    assert nia.get("/me/", headers={"Host": "localhost:8000"}).status_code == 302
    # A site that others can reach is not talked out of it by a name.
    settings.ENVIRONMENT = replace(site_settings.ENVIRONMENT, url="https://example.org")
    assert nia.get("/me/", headers={"Host": "127.0.0.1:8000"})["Location"].startswith("/sign-in/passkey/")
