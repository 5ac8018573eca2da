"""Signing in by a code from a letter: once, soon, in the browser that asked, and without telling who has an account."""

from __future__ import annotations

import re
import statistics
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Grant
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Letter
from manyplaces.people.guard import VISITOR, cookie_name
from manyplaces.people.models import Session, SignIn
from manyplaces.people.operations import ask_for_code, close_account, close_unused_accounts, forget_old_codes
from tests.people.letterbox import letters_to, newest_code
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

CARLA = Grant("coordinator", state="WI", city="milwaukee")


def carla_asks(browser: Client, next_page: str = "") -> str:
    """Carla asks for a code in this browser; the code in her newest letter."""
    person_with(CARLA, alias="Carla")
    answer = browser.post("/sign-in/", {"email": " Carla@Example.org ", "next": next_page})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/code/")
    return newest_code("carla@example.org")


def typed(browser: Client, code: str, next_page: str = "/me/") -> int:
    """Type a code; the status: 302 is in, 200 is the form again."""
    return browser.post("/sign-in/code/", {"code": code, "next": next_page}).status_code


def test_a_code_lets_in_once_and_only_in_the_browser_that_asked() -> None:
    mine, other = Client(), Client()
    code = carla_asks(mine)
    assert typed(other, code) == 200
    other.cookies["asked"] = "a-secret-that-somebody-made-up"
    assert typed(other, code) == 200
    asked = mine.cookies["asked"].value
    assert typed(mine, f" {code[:3]} {code[3:]} ") == 302
    assert mine.get("/me/").status_code == 200
    again = Client()
    again.cookies["asked"] = asked
    # A second click is led on, but nobody comes in by it.
    assert (typed(again, code), again.get("/me/").status_code, Session.objects.count()) == (302, 302, 1)


def test_who_waits_for_a_letter_is_told_where_it_is_kept_while_no_mail_server_is_set(settings: Any) -> None:
    pages = []
    for settings.SMTP in (None, "smtp://mail.example.org"):
        for address in ("carla@example.org", "nobody@example.org"):
            browser = Client()
            carla_asks(browser)
            browser.post("/sign-in/", {"email": address})
            pages.append("manyplaces letters show" in browser.get("/sign-in/code/").content.decode())
    assert pages == [True, True, False, False]


def test_a_code_is_good_for_ten_minutes() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        browser = Client()
        code = carla_asks(browser)
        clock.shift(timedelta(minutes=10, seconds=1))
        assert typed(browser, code) == 200


def test_five_wrong_codes_burn_the_right_one() -> None:
    browser = Client()
    code = carla_asks(browser)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert [typed(browser, wrong) for _ in range(5)] == [200] * 5
    assert typed(browser, code) == 200
    assert (SignIn.objects.get().wrong, Session.objects.count()) == (5, 0)


def test_nothing_that_is_kept_is_a_code_or_a_secret() -> None:
    browser = Client()
    code = carla_asks(browser)
    typed(browser, code)
    kept = f"{list(SignIn.objects.values())} {list(Session.objects.values())} {list(Entry.objects.values())}"
    secret = browser.cookies[cookie_name()].value.partition(":")[0]
    assert len(secret) == 22
    assert [found for found in (code, secret, "carla@example.org") if found in kept] == []


def test_who_has_no_account_gets_the_same_answer_and_no_letter() -> None:
    person_with(CARLA, alias="Carla")
    known, unknown = (Client().post("/sign-in/", {"email": f"{name}@example.org"}) for name in ("carla", "otto"))
    seen = [
        (answer.status_code, answer["Location"], answer.content, answer.cookies["asked"]["max-age"])
        for answer in (known, unknown)
    ]
    assert seen[0] == seen[1]
    pages = [without_tokens(Client().get("/sign-in/code/").content) for _ in range(2)]
    assert pages[0] == pages[1]
    assert [letters_to("otto@example.org"), len(letters_to("carla@example.org"))] == [[], 1]


def without_tokens(page: bytes) -> bytes:
    return re.sub(rb"[0-9a-f]{32}", b"", page)


def test_the_answer_takes_as_long_for_nobody_as_for_somebody() -> None:
    person_with(CARLA, alias="Carla")
    took: dict[str, list[float]] = {"carla": [], "otto": []}
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        for turn in range(100):
            for name, times in took.items():
                clock.shift(timedelta(minutes=13))
                began = time.perf_counter_ns()
                ask_for_code(f"{name}@example.org", browser=f"{name}{turn}", by=VISITOR)
                times.append((time.perf_counter_ns() - began) / 1e6)
    assert abs(statistics.median(took["carla"]) - statistics.median(took["otto"])) < 10
    assert len(letters_to("carla@example.org")) == 100


def test_an_address_gets_five_letters_an_hour_and_who_was_there_before_is_not_shut_out() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        home = Client()
        assert typed(home, carla_asks(home)) == 302
        home.cookies.pop(cookie_name())
        clock.shift(timedelta(hours=2))
        for _ in range(8):
            Client().post("/sign-in/", {"email": "carla@example.org"})
        assert len([1 for kind, _ in letters_to("carla@example.org") if kind == "people.code"]) == 1 + 5
        assert typed(home, carla_asks(home)) == 302


def test_a_session_has_a_new_secret_and_the_one_before_ends() -> None:
    browser = Client()
    typed(browser, carla_asks(browser))
    before = browser.cookies[cookie_name()].value
    browser.cookies.pop(cookie_name())
    typed(browser, carla_asks(browser))
    assert browser.cookies[cookie_name()].value.partition(":")[0] != before.partition(":")[0]
    cookie = browser.cookies[cookie_name()]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/", 12 * 3600)


def test_a_session_ends_after_thirty_idle_minutes_and_after_twelve_hours() -> None:
    with time_machine.travel("2026-11-16 06:00Z", tick=False) as clock:
        carla = signed_in(None, person_with(CARLA, alias="Carla"))
        for _ in range(24):
            clock.shift(timedelta(minutes=29))
            assert carla.get("/me/").status_code == 200
        clock.shift(timedelta(minutes=25))
        assert carla.get("/me/").status_code == 302
        idle = signed_in(None, person_with(CARLA, alias="Carla"))
        clock.shift(timedelta(minutes=30, seconds=1))
        assert idle.get("/me/").status_code == 302


def test_reading_writes_nothing() -> None:
    carla = signed_in(None, person_with(CARLA, alias="Carla"))
    with CaptureQueriesContext(connection) as seen:
        for path in (
            "/me/",
            "/me/sessions/",
            "/me/passkeys/",
            "/me/data.json",
            "/sign-out/",
            "/sign-in/",
            "/me/leave/",
        ):
            assert carla.get(path).status_code in (200, 302)
    asked = [one["sql"] for one in seen.captured_queries]
    # PostgreSQL declares a cursor where a long list is read piece by piece.
    assert (len(asked) > 20, [sql for sql in asked if not sql.startswith(("SELECT", "BEGIN", "DECLARE"))]) == (True, [])


def test_knowing_who_asks_costs_two_queries_however_many_roles_he_has(django_assert_num_queries: Any) -> None:
    cities = [Grant("coordinator", state="WI", city=city) for city in ("milwaukee", "racine", "madison")]
    for grants in (cities[:1], cities):
        carla = signed_in(None, person_with(*grants, alias="Carla"))
        with django_assert_num_queries(2):
            carla.get("/sign-in/")


def test_a_changed_or_foreign_cookie_opens_nothing() -> None:
    carla = signed_in(None, person_with(CARLA, alias="Carla"))
    good = carla.cookies[cookie_name()].value
    secret, _colon, rest = good.partition(":")
    for forged in (
        secret,
        f"{secret}:",
        f"{secret[:-1]}x:{rest}",
        f"{secret}:1zzzzz:{rest.rpartition(':')[2]}",
        "x" * 5000,
    ):
        carla.cookies[cookie_name()] = forged
        assert carla.get("/me/").status_code == 302


def test_signing_out_ends_the_session_and_has_the_browser_forget() -> None:
    carla = signed_in(None, person_with(CARLA, alias="Carla"))
    stolen = carla.cookies[cookie_name()].value
    assert carla.get("/sign-out/").status_code == 200
    answer = carla.post_form("/sign-out/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"cache", "storage"')
    thief = Client()
    thief.cookies[cookie_name()] = stolen
    assert thief.get("/me/").status_code == 302


def test_all_other_browsers_are_signed_out_at_their_next_click() -> None:
    person = person_with(CARLA, alias="Carla")
    here, phone, library = (signed_in(None, person) for _ in range(3))
    assert b"this browser" in here.get("/me/sessions/").content
    uid = Session.objects.order_by("pk")[2].uid
    assert here.post_form("/me/sessions/", {"session": uid}).status_code == 302
    assert [one.get("/me/").status_code for one in (here, phone, library)] == [200, 200, 302]
    assert here.post_form("/me/sessions/", {"all": "yes"}).status_code == 302
    assert [one.get("/me/").status_code for one in (here, phone)] == [200, 302]


def test_nobody_ends_the_session_of_somebody_else() -> None:
    signed_in(None, person_with(CARLA, alias="Carla"))
    otto = signed_in(None, person_with(alias="Otto"))
    assert otto.post_form("/me/sessions/", {"session": Session.objects.order_by("pk")[0].uid}).status_code == 404
    assert Session.objects.count() == 2


def test_a_form_of_a_session_needs_its_token_and_none_may_come_from_elsewhere() -> None:
    carla = signed_in(None, person_with(CARLA, alias="Carla"))
    other = signed_in(None, person_with(alias="Otto"))
    assert carla.post("/me/", {"alias": "Owned", "language": "en"}).status_code == 403
    assert carla.post("/me/", {"alias": "Owned", "language": "en", "form_token": other.form_token}).status_code == 403
    assert carla.post_form("/me/", {"alias": "Owned"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    visitor = Client()
    for headers in ({"Origin": "https://evil.example"}, {"Referer": "https://evil.example/x"}, {"Origin": "null"}):
        assert visitor.post("/sign-in/", {"email": "otto@example.org"}, headers=headers).status_code == 403
    assert b"Nothing was changed" in visitor.post("/sign-in/", headers={"Origin": "null"}).content


def test_after_signing_in_nobody_is_led_to_another_site(shared: Path) -> None:
    lines = (shared / "corpora/redirect/Open-Redirect-payloads.txt").read_text("utf-8", "replace").splitlines()
    carla = signed_in(None, person_with(CARLA, alias="Carla"))
    led = {line: carla.get("/sign-in/", {"next": line})["Location"] for line in lines if line.strip()}
    left = {
        line: to for line, to in led.items() if to.startswith(("//", "/\\")) or not to.startswith("/") or "\n" in to
    }
    assert (len(led) > 100, left) == (True, {})
    assert carla.get("/sign-in/", {"next": "/me/sessions/?page=2"})["Location"] == "/me/sessions/?page=2"


def test_a_new_browser_makes_us_write_and_a_known_one_does_not() -> None:
    first, second = Client(), Client()
    typed(first, carla_asks(first))
    first.cookies.pop(cookie_name())
    typed(first, carla_asks(first))
    assert [kind for kind, _ in letters_to("carla@example.org")] == ["people.code"] * 2
    typed(second, carla_asks(second))
    assert [kind for kind, _ in letters_to("carla@example.org")][2:] == ["people.code", "people.new_device"]


def test_the_letter_is_in_the_language_of_the_person_and_dies_with_the_code() -> None:
    person_with(CARLA, alias="Carla", language="es")
    Client().post("/sign-in/", {"email": "carla@example.org"})
    letter = Letter.objects.get()
    assert (letter.language, letter.is_secret, letter.is_urgent) == ("es", True, True)
    assert letter.until == SignIn.objects.get().made_at + timedelta(minutes=10)
    assert "código" in letter.content["subject"]


def test_a_closed_account_gets_no_code_and_its_sessions_end_at_the_next_click(nia: Any) -> None:
    person_with(Grant("national"), alias="Nia")
    person = person_with(CARLA, alias="Carla")
    carla = signed_in(None, person)
    close_account(person, by=nia)
    assert carla.get("/me/").status_code == 302
    Client().post("/sign-in/", {"email": "carla@example.org"})
    assert [kind for kind, _ in letters_to("carla@example.org")] == ["people.account_closed"]


def test_an_account_that_nobody_uses_for_180_days_is_closed_but_never_the_last_national_one() -> None:
    clock_works = VISITOR.__class__("clock", "clock")
    with time_machine.travel("2026-01-10 09:00Z", tick=False) as clock:
        for alias, grant in (("Nia", Grant("national")), ("Carla", CARLA), ("Ruth", Grant("reviewer"))):
            person_with(grant, alias=alias)
        clock.shift(timedelta(days=179))
        browser = Client()
        typed(browser, carla_asks(browser))
        clock.shift(timedelta(days=3))
        assert close_unused_accounts(timezone.now(), by=clock_works) == 1
        kinds = {name: [kind for kind, _ in letters_to(f"{name}@example.org")] for name in ("nia", "ruth")}
        assert kinds == {"nia": [], "ruth": ["people.account_closed"]}
        assert close_unused_accounts(timezone.now(), by=clock_works) == 0


def test_old_codes_and_sessions_are_forgotten() -> None:
    with time_machine.travel("2026-01-10 09:00Z", tick=False) as clock:
        browser = Client()
        typed(browser, carla_asks(browser))
        clock.shift(timedelta(hours=25))
        assert forget_old_codes(by=VISITOR.__class__("clock", "clock")) == 2
        assert timezone.now().day == 11


def test_one_source_asks_thirty_times_an_hour_and_is_told_to_wait() -> None:
    throttle.forget()
    mark = {"manyplaces.source": "a-mark-of-this-hour"}
    asked = [Client().post("/sign-in/", {"email": f"a{n}@example.org"}, **mark).status_code for n in range(32)]  # type: ignore[arg-type]
    assert asked == [302] * 30 + [429] * 2
    answer = Client().post("/sign-in/", {"email": "a@example.org"}, **mark)  # type: ignore[arg-type]
    # Programs are told so too.
    assert 3500 < int(answer["Retry-After"]) <= 3600
    page = answer.content.decode()
    assert ("Please wait 60 minutes" in page, SignIn.objects.count()) == (True, 30)
    throttle.forget()
