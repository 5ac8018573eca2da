"""The site closes at once, however busy the database is, and whoever is let in sees that it is closed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from manyplaces.cli.lockdown import patiently
from manyplaces.cli.main import main
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.lockdown import begin_closing, end_closing, is_closing, is_locked, locked_since
from manyplaces.mail import ledger, tasks
from manyplaces.mail.models import Letter
from manyplaces.mail.worker import paying
from manyplaces.mail.worker.doing import Doer
from manyplaces.people.operations import lock_down, unlock
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db
OPERATOR = Actor("command line", "command")


@pytest.fixture(autouse=True)
def closing_file(settings: Any, tmp_path: Path) -> None:
    """A data folder of its own, and a sender of letters."""
    settings.CLOSING_FILE, settings.MAIL_FROM = tmp_path / "closed", "hello@schools.example"


@pytest.fixture
def national() -> SignedIn:
    return signed_in(None, person_with(Grant("national"), alias="Nia"))


def test_before_the_database_is_written_nobody_gets_in_at_all(national: SignedIn) -> None:
    assert (is_locked(), locked_since(), national.get("/desk/").status_code) == (False, None, 200)
    now = timezone.now()
    for key, urgent in (("news", False), ("code", True)):
        Letter.objects.create(kind="x", key=key, is_urgent=urgent, next_try_at=now, made_at=now)
    tasks.start("x", {}, by=OPERATOR)
    begin_closing()
    # Somebody else may have her session, and it is not ended yet.
    assert [national.get("/desk/").status_code, national.post_form("/desk/letters/").status_code] == [503, 503]
    assert [Client().get(path).status_code for path in ("/", "/sign-in/")] == [200, 200]
    assert (is_locked(), ledger.due_jobs(timezone.now()).count()) == (True, 0)
    assert [letter.key for letter in ledger.due_letters(timezone.now())] == ["code"]
    closed_at = locked_since()
    assert closed_at is not None and abs(closed_at - now) < timedelta(minutes=1)
    lock_down(by=OPERATOR)
    end_closing()
    assert (is_locked(), is_closing()) == (True, False)


def test_a_busy_database_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    tried: list[int] = []

    def step() -> int:
        tried.append(1)
        if len(tried) < 3:
            raise OperationalError("database is locked")
        return 7

    assert (patiently(step), len(tried)) == (7, 3)


def test_a_job_and_a_batch_of_letters_end_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def work(payload: dict[str, Any], running: tasks.Running) -> None:
        for piece in range(5):
            running.tell(piece, 5)
            told.append(piece)
            if piece == 1:
                lock_down(by=OPERATOR)

    monkeypatch.setitem(tasks.JOBS, "tests.count", work)
    job = tasks.start("tests.count", {}, by=OPERATOR)
    Doer().do()
    job.refresh_from_db()
    assert (told, job.state, job.tries, ledger.due_jobs(timezone.now()).count()) == ([0, 1], "open", 0, 0)
    unlock(by=OPERATOR)
    now = timezone.now()
    for key, urgent in (("news", False), ("code", True)):
        Letter.objects.create(kind="x", key=key, is_urgent=urgent, next_try_at=now, made_at=now)
    taken = ledger.take(ledger.due_letters(now), 5, now, paying.LEASE)
    lock_down(by=OPERATOR)
    assert [letter.key for letter in taken if ledger.hold(letter, now, paying.LEASE)] == ["code"]


def test_no_file_leaves_by_any_method_and_the_closed_site_says_so(settings: Any) -> None:
    lock_down(by=OPERATOR)
    nia = signed_in(None, person_with(Grant("national"), alias="Nia"))
    files = ("/me/data.json", "/desk/actions/x/needs.csv")
    assert {send(path).status_code for path in files for send in (nia.get, nia.post_form)} == {503}
    page = nia.get("/desk/").content.decode()
    assert "The site is closed to everybody but you." in page
    assert Client().get("/healthz").json()["open"] is False
    said = CliRunner().invoke(main, ["letters"]).output
    assert "The site is closed since" in said
    unlock(by=OPERATOR)
    assert "The site is closed to everybody but you." not in nia.get("/desk/").content.decode()
    assert Client().get("/healthz").json()["open"] is True
