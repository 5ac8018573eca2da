"""Something has gone badly wrong, and whoever runs the machine closes the site with one command."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from manyplaces.cli.main import main
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.models import Lockdown
from manyplaces.gate.lockdown import asks_much
from manyplaces.journal.models import Entry
from manyplaces.mail.ledger import due_jobs, due_letters
from manyplaces.mail.models import Job, Letter
from manyplaces.people.models import Session, SignIn
from manyplaces.people.operations import lock_down, unlock
from tests.cli.test_up import ROOT, Up, settings, up
from tests.signing import SignedIn, person_with, signed_in

__all__ = ["up"]

OPERATOR = Actor("command line", "command")
ROLES = {
    "national": Grant("national"),
    "coordinator": Grant("coordinator", state="WI", city="milwaukee"),
    "reviewer": Grant("reviewer", state="WI"),
    "press": Grant("press"),
}
SESSION = """
import django; django.setup()
from manyplaces.core.actor import Grant
from manyplaces.people.guard import session_cookie
from tests.signing import new_session, person_with
print(session_cookie(new_session(person_with(Grant("national")))))
"""


def browsers() -> dict[str, SignedIn]:
    """Everybody signed in, each in a browser."""
    return {role: signed_in(None, person_with(grant, alias=role.title())) for role, grant in ROLES.items()}


@pytest.mark.django_db
def test_every_session_and_code_ends_and_only_a_national_coordinator_may_act_again() -> None:
    before = browsers()
    assert {role: browser.get("/me/").status_code for role, browser in before.items()} == dict.fromkeys(ROLES, 200)
    SignIn.objects.create(purpose="sign-in", digest="x", made_at=timezone.now())
    assert lock_down(by=OPERATOR) == 4
    assert (Session.objects.count(), SignIn.objects.count()) == (0, 0)
    assert {role: browser.get("/me/").status_code for role, browser in before.items()} == dict.fromkeys(ROLES, 503)
    after = browsers()
    assert {role: browser.get("/me/").status_code for role, browser in after.items()} == {
        "national": 200,
        "coordinator": 503,
        "reviewer": 503,
        "press": 503,
    }
    assert {role: browser.post_form("/desk/x/").status_code for role, browser in after.items()} == {
        "national": 404,
        "coordinator": 503,
        "reviewer": 503,
        "press": 503,
    }
    # Files carry much away at once: nobody gets them.
    assert {browser.get("/desk/needs.csv").status_code for browser in after.values()} == {503}


@pytest.mark.django_db
def test_otto_and_a_host_read_what_is_public_and_change_nothing() -> None:
    lock_down(by=OPERATOR)
    otto = Client()
    read = {path: otto.get(path).status_code for path in ("/", "/es/", "/sign-in/", "/about/data/", "/host/none/")}
    assert read == {"/": 200, "/es/": 200, "/sign-in/": 200, "/about/data/": 200, "/host/none/": 404}
    for path in ("/actions/a/commit/", "/es/actions/a/commit/", "/host/none/", "/es/host/none/", "/desk/", "/"):
        answer = otto.post(path, {"a": "1"})
        assert (answer.status_code, answer.content) == (503, b""), path
    assert otto.post("/sign-in/", {"email": "otto@example.org"}).status_code < 500


def test_what_is_asked_of_the_database_is_only_what_could_change_or_show_something() -> None:
    asked = {
        ("GET", "/"): False,
        ("GET", "/actions/feb2016/"): False,
        ("GET", "/host/x/"): False,
        ("POST", "/"): True,
        ("POST", "/host/x/"): True,
        ("GET", "/desk/"): True,
        ("GET", "/es/desk/x.csv"): True,
        ("GET", "/es/me/"): True,
        ("POST", "/es/sign-in/"): False,
        ("POST", "/first-run/"): False,
    }
    assert {request: asks_much(*request) for request in asked} == asked


@pytest.mark.django_db
def test_letters_and_jobs_rest_but_for_codes() -> None:
    now = timezone.now()
    for key, urgent in (("news", False), ("code", True)):
        Letter.objects.create(kind="x", key=key, is_urgent=urgent, next_try_at=now, made_at=now)
    Job.objects.create(name="x", next_try_at=now, made_at=now)
    lock_down(by=OPERATOR)
    assert ([letter.key for letter in due_letters(now)], due_jobs(now).count()) == (["code"], 0)
    unlock(by=OPERATOR)
    assert ([letter.key for letter in due_letters(now)], due_jobs(now).count()) == (["code", "news"], 1)


@pytest.mark.django_db
def test_commands_that_read_or_change_the_record_refuse(tmp_path: Any) -> None:
    lock_down(by=OPERATOR)
    (tmp_path / "a.csv").write_text("a\n")
    for words in (["export", "events"], ["import", "events", str(tmp_path / "a.csv")], ["undo-import"], ["demo"]):
        done = CliRunner().invoke(main, words)
        assert (done.exit_code, "The site is closed since" in done.output) == (1, True), words


@pytest.mark.django_db
def test_closing_and_opening_are_in_the_journal_and_twice_is_once(nia: Any, otto: Any) -> None:
    for somebody in (nia, otto):
        with pytest.raises(PermissionDenied):
            lock_down(by=somebody)
        with pytest.raises(PermissionDenied):
            unlock(by=somebody)
    lock_down(by=OPERATOR)
    lock_down(by=OPERATOR)
    assert Lockdown.objects.count() == 1
    assert (unlock(by=OPERATOR), unlock(by=OPERATOR)) == (True, False)
    verbs = Entry.objects.filter(subject_kind="core.lockdown").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["lockdown.begun", "lockdown.begun", "lockdown.ended"]


def test_one_command_closes_a_site_that_is_running_within_ten_seconds(up: Up) -> None:
    env = settings(up.data, up.port) | {"DJANGO_SETTINGS_MODULE": "manyplaces.config.settings", "PYTHONPATH": str(ROOT)}

    def run(*words: str) -> str:
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=env, check=True, capture_output=True, text=True
        ).stdout

    def ask(path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        wire = http.client.HTTPConnection("127.0.0.1", up.port, timeout=10)
        wire.request(method, path, b"a=1" if method == "POST" else None, headers)
        answer = wire.getresponse()
        return answer.status, answer.read().decode()

    cookie = f"session={run('-c', SESSION).strip()}"
    key_file = up.data / "keys" / "secret.key"
    key = key_file.read_text()
    assert ask("/me/", Cookie=cookie)[0] == 200
    began = time.monotonic()
    assert "1 sessions were ended" in run("-m", "manyplaces", "lockdown")
    took = time.monotonic() - began
    assert took < 10
    assert ask("/me/", Cookie=cookie)[0] == 503
    status, page = ask("/actions/a/commit/", "POST")
    assert (status, "closed for safety" in page) == (503, True)
    assert ask("/")[0] == 200
    new = key_file.read_text()
    assert (new != key, len(new.splitlines())) == (True, 1)
    # A national coordinator signs in anew, with a cookie under the new key, and the running site believes it.
    again = f"session={run('-c', SESSION).strip()}"
    time.sleep(0.6)
    assert ask("/me/", Cookie=again)[0] == 200
    assert "open again" in run("-m", "manyplaces", "unlock")
    assert ask("/actions/a/commit/", "POST")[0] != 503
