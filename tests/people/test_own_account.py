"""One's own account: seen, taken along, changed, left; and the first run that makes the first one."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from manyplaces.cli.first_run import words_if_nobody, words_of_code
from manyplaces.core.actor import Actor, Grant
from manyplaces.journal.models import Entry
from manyplaces.people.guard import actor_of
from manyplaces.people.models import FirstRunCode, Passkey, Person, RoleGrant, Session
from manyplaces.people.operations import change_own, delete_account, end_sessions, print_first_run_code, propose
from tests.people.authenticator import Authenticator, options
from tests.people.letterbox import letters_to, newest_code
from tests.signing import new_session, person_with, signed_in

pytestmark = pytest.mark.django_db

CARLA = Grant("coordinator", state="WI", city="milwaukee")
OPERATOR = Actor("first-run", "command")


def first_run(code: str, email: str = "nia@example.org", alias: str = "Nia") -> tuple[Client, Any]:
    """Somebody fills in the page of the first run."""
    browser = Client()
    answer = browser.post("/first-run/", {"code": code, "alias": alias, "email": email, "language": "en"})
    return browser, answer


def test_everything_that_is_held_about_somebody_is_shown_and_taken_along() -> None:
    carla = signed_in(None, person_with(CARLA, alias="Carla"))
    page = carla.get("/me/").content.decode()
    assert [text for text in ("carla@example.org", "Milwaukee, WI", "Carla") if text not in page] == []
    answer = carla.get("/me/data.json")
    data = json.loads(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="manyplaces-my-data.json"'
    assert (data["email"], [role["city"] for role in data["roles"]], len(data["sessions"])) == (
        "carla@example.org",
        ["milwaukee"],
        1,
    )


def test_a_new_name_is_used_from_now_on_and_the_old_one_is_not_written_down_again() -> None:
    carla = signed_in(None, person_with(CARLA, alias="Carla"))
    assert carla.post_form("/me/", {"alias": " C.\u202e M. ", "language": "es"}).status_code == 302
    person = Person.objects.get()
    assert (person.alias, person.language) == ("C. M.", "es")
    assert [(entry.verb, entry.before) for entry in Entry.objects.all()] == [("person.changed", {})]


def test_a_new_address_proves_itself_by_a_code_and_both_get_word() -> None:
    person = person_with(CARLA, alias="Carla")
    carla, other = signed_in(None, person), signed_in(None, person)
    assert carla.post_form("/me/address/", {"email": "new@example.org"}).status_code == 302
    assert Person.objects.get().email == "carla@example.org"
    code = newest_code("new@example.org")
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert carla.post_form("/me/address/", {"step": "code", "code": wrong}).status_code == 200
    assert other.post_form("/me/address/", {"step": "code", "code": code}).status_code == 200
    assert carla.post_form("/me/address/", {"step": "code", "code": code}).status_code == 302
    assert Person.objects.get().email == "new@example.org"
    told = [[kind for kind, _ in letters_to(f"{name}@example.org")] for name in ("carla", "new")]
    assert told == [["people.address_changed"], ["people.code", "people.address_changed"]]
    assert [one.get("/me/").status_code for one in (carla, other)] == [200, 302]
    assert "example.org" not in str(list(Entry.objects.values()))


def test_the_address_of_somebody_else_is_not_given_away() -> None:
    person_with(alias="Ruth")
    carla = signed_in(None, person_with(CARLA, alias="Carla"))
    answers = [carla.post_form("/me/address/", {"email": f"{name}@example.org"}) for name in ("ruth", "nobody")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/me/address/?sent")] * 2
    assert (letters_to("ruth@example.org"), len(letters_to("nobody@example.org"))) == ([], 1)


def test_who_leaves_is_gone_but_for_the_name_in_the_journal() -> None:
    person = person_with(CARLA, alias="Carla")
    carla = signed_in(None, person)
    carla.post_form("/me/", {"alias": "Carla", "language": "es"})
    answer = carla.post_form("/me/leave/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"cache", "storage"')
    assert [Person.objects.count(), RoleGrant.objects.count(), Session.objects.count()] == [0, 0, 0]
    assert carla.get("/me/").status_code == 302
    assert list(Entry.objects.order_by("pk").values_list("actor", "verb")) == [
        ("Carla", "person.changed"),
        ("Carla", "person.deleted"),
    ]
    assert [kind for kind, _ in letters_to("carla@example.org")] == ["people.account_closed"]


def test_nobody_does_any_of_it_for_somebody_else(otto: Actor, nia: Actor) -> None:
    carla = person_with(CARLA, alias="Carla")
    for by in (otto, nia, Actor("Otto", "page", person=carla.pk + 1)):
        for step in (change_own, delete_account, end_sessions):
            with pytest.raises(PermissionDenied):
                step(carla, by=by)
    assert Person.objects.count() == 1


def test_there_is_no_first_run_without_a_code_from_the_server() -> None:
    assert [Client().get("/first-run/").status_code, first_run("abcd-efgh")[1].status_code] == [404, 404]


def test_the_code_from_the_server_makes_the_first_national_coordinator() -> None:
    code = print_first_run_code(by=OPERATOR)
    assert first_run("abcd-efgh-jkmn-pqrs")[1].status_code == 200
    browser, answer = first_run(f" {code.upper()} ")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/coalition/")
    assert [grant.as_grant() for grant in RoleGrant.objects.all()] == [Grant("national")]
    # Without a passkey nothing opens yet.
    assert browser.get("/desk/coalition/")["Location"].startswith("/sign-in/passkey/")
    assert (browser.get("/first-run/").status_code, FirstRunCode.objects.count()) == (404, 0)
    assert code not in str(list(Entry.objects.values()))


def test_a_new_code_makes_the_one_before_worthless_and_it_lives_seven_days() -> None:
    with time_machine.travel("2026-11-16 09:00Z", tick=False) as clock:
        first, second = (print_first_run_code(by=OPERATOR) for _ in range(2))
        assert first_run(first)[1].status_code == 200
        clock.shift(timedelta(days=7, seconds=1))
        assert first_run(second)[1].status_code == 404


def test_nobody_on_the_site_prints_a_code(nia: Actor, otto: Actor) -> None:
    for by in (nia, otto):
        with pytest.raises(PermissionDenied):
            print_first_run_code(by=by)
    assert FirstRunCode.objects.count() == 0


def test_whoever_runs_the_machine_restores_a_coordinator_who_lost_every_way_in() -> None:
    nia, nora = person_with(Grant("national"), alias="Nia"), person_with(Grant("national"), alias="Nora")
    browser, key = signed_in(None, nia, strong=False), Authenticator()
    browser.post_form("/sign-in/passkey/", {"answer": key.made(options(browser, "add"))})
    again, answer = first_run(print_first_run_code(by=OPERATOR))
    assert (answer.status_code, Person.objects.count(), Passkey.objects.count()) == (302, 2, 0)
    assert browser.get("/me/").status_code == 302
    assert again.get("/sign-in/passkey/").status_code == 200
    assert [kind for kind, _ in letters_to(nora.email)] == ["people.first_run_used"]


def test_a_start_prints_the_code_only_while_nobody_coordinates() -> None:
    words = words_if_nobody()
    code = words.rpartition(": ")[2]
    assert "http://127.0.0.1:8000/first-run/" in words
    assert first_run(code)[1].status_code == 302
    assert (words_if_nobody(), FirstRunCode.objects.count()) == ("", 0)
    assert words_of_code().startswith("To become national coordinator, open ")


@pytest.mark.parametrize("page", ["/me/", "/me/sessions/", "/me/passkeys/", "/desk/waiting/"])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(page: str) -> None:
    nia = person_with(Grant("national"))
    browser, counts = signed_in(None, nia), []
    for rows in (1, 2):
        for row in range(rows):
            new_session(nia)
            Passkey.objects.create(
                person=nia, credential_hash=f"{rows}{row}", credential=b"", made_on=date(2026, 11, 16), label="Key"
            )
            propose("test.kind", {"en": f"Do {rows}{row}"}, by=actor_of(nia))
        browser.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(page).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
