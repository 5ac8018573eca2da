"""Nia asks for an archive on the desk; it waits for her for a day, and goes when something in it is taken down."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import NotNow
from manyplaces.exchange.archive.making import Made, make_archive
from manyplaces.exchange.models import ArchiveFile
from manyplaces.exchange.operations import (
    archive_path,
    ask_for_archive,
    forget_archives,
    give_archive_up,
    keep_archive,
)
from manyplaces.exchange.queries import is_anything_taken_away, where_the_record_stands
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import record
from manyplaces.mail.models import Job
from manyplaces.mail.tasks import JOBS, discover
from tests.events.cast import october
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

CLOCK = Actor("clock", "clock")


def ready(nia: Actor, slug: str = "") -> ArchiveFile:
    """An archive that was asked for and made."""
    row = ask_for_archive(ArchiveFile(slug=slug), by=nia)
    target = archive_path(row)
    target.parent.mkdir(exist_ok=True)
    keep_archive(row, make_archive(target, slug=slug, processes=0), by=CLOCK)
    row.refresh_from_db()
    return row


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """Keep the files of each test apart: processes that run tests side by side share the data folder."""
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, data=tmp_path)


def test_nia_asks_sees_how_far_it_is_and_fetches_it(nia: Actor) -> None:
    october()
    browser = signed_in(None, person_with(Grant("national")))
    empty = browser.get("/desk/archives/").content.decode()
    assert "There is none. Choose above what it should hold" in empty
    assert '<option value="oct2030">October Walk-Ins, October 10, 2030</option>' in empty
    before = current_generation()
    assert browser.post_form("/desk/archives/", {"action": "oct2030"}).headers["Location"] == "/desk/archives/"
    row, job = ArchiveFile.objects.get(), Job.objects.get()
    assert (row.slug, row.person_name, job.name, job.about) == ("oct2030", "Nia", "exchange.make_archive", row.uid)
    Job.objects.update(done=20, total=50)
    busy = browser.get("/desk/archives/").content.decode()
    assert ("40 % done." in busy, 'data-again="3"' in busy, "<select" in busy) == (True, True, False)
    assert browser.get(f"/desk/archives/{row.uid}.zip").status_code == 404

    target = archive_path(row)
    target.parent.mkdir(exist_ok=True)
    keep_archive(row, make_archive(target, slug="oct2030", processes=0), by=CLOCK)
    page = browser.get("/desk/archives/").content.decode()
    assert ("Fetch the ZIP" in page, "data-again" in page) == (True, False)
    answer: Any = browser.get(f"/desk/archives/{row.uid}.zip")
    assert b"".join(answer.streaming_content) == target.read_bytes()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="oct2030-{timezone.now():%Y-%m-%d}.zip"'
    # That is nobody's business on the public pages.
    assert current_generation() == before
    assert [entry.verb for entry in Entry.objects.filter(subject_kind="exchange.archivefile").order_by("pk")] == [
        "archivefile.added",
        "archivefile.carried-out",
    ]


def test_nobody_else_asks_for_one_or_gets_it(nia: Actor, ruth: Actor, carla: Actor, otto: Actor) -> None:
    row = ready(nia)
    for by in (ruth, carla, otto, Actor("Ona", "page", grants=(Grant("national", action="oct2030"),))):
        with pytest.raises(PermissionDenied):
            ask_for_archive(ArchiveFile(), by=by)
    for grant in (Grant("reviewer"), Grant("coordinator"), Grant("national", action="oct2030")):
        browser = signed_in(None, person_with(grant, alias=grant.role + grant.action))
        assert [browser.get(path).status_code for path in ("/desk/archives/", f"/desk/archives/{row.uid}.zip")] == [
            403,
            403,
        ]


def test_what_cannot_be_asked_for_is_said(nia: Actor) -> None:
    with pytest.raises(ValidationError, match="There is no action “nowhere”"):
        ask_for_archive(ArchiveFile(slug="nowhere"), by=nia)
    ask_for_archive(ArchiveFile(), by=nia)
    with pytest.raises(NotNow, match="An archive is being made right now"):
        ask_for_archive(ArchiveFile(), by=nia)
    browser = signed_in(None, person_with(Grant("national")))
    browser.post_form("/desk/archives/")
    assert "An archive is being made right now." in browser.get("/desk/archives/").content.decode()


def test_one_that_could_not_be_made_says_why_and_the_next_may_be_asked_for(nia: Actor) -> None:
    row = ask_for_archive(ArchiveFile(), by=nia)
    give_archive_up(row, "The disk is full. Make room, then try again.", by=CLOCK)
    browser = signed_in(None, person_with(Grant("national")))
    assert "The disk is full. Make room, then try again." in browser.get("/desk/archives/").content.decode()
    ask_for_archive(ArchiveFile(), by=nia)


def test_it_is_there_for_a_day(nia: Actor) -> None:
    row = ready(nia)
    browser = signed_in(None, person_with(Grant("national")))
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert forget_archives(timezone.now(), by=CLOCK) == 0
        assert archive_path(row).exists()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert browser.get(f"/desk/archives/{row.uid}.zip").status_code != 200
        assert forget_archives(timezone.now(), by=CLOCK) == 1
    assert (archive_path(row).exists(), ArchiveFile.objects.count()) == (False, 0)


def test_when_something_is_taken_down_nobody_gets_it_any_more_and_it_goes(nia: Actor) -> None:
    action, row = october(), ready(nia)
    browser = signed_in(None, person_with(Grant("national")))
    record(nia, "claim.added", action)
    assert browser.get(f"/desk/archives/{row.uid}.zip").status_code == 200
    assert forget_archives(timezone.now(), by=CLOCK) == 0
    record(nia, "event.taken-down", action)
    assert browser.get(f"/desk/archives/{row.uid}.zip").headers["Location"] == "/desk/archives/"
    assert "Since it was made something was changed or taken down." in browser.get("/desk/archives/").content.decode()
    assert forget_archives(timezone.now(), by=CLOCK) == 1
    assert list(archive_path(row).parent.iterdir()) == []


@pytest.mark.parametrize(
    "kind, verb, is_away",
    [
        ("events.event", "event.added", False),
        ("events.event", "event.cancelled", False),
        ("events.event", "event.held", False),
        ("events.event", "event.changed", True),
        ("events.event", "event.shielded", True),
        ("events.event", "event.taken-down", True),
        ("events.event", "event.taken-back", True),
        ("events.commitment", "commitment.changed", False),
        ("events.commitment", "commitment.approved", False),
        ("events.commitment", "commitment.withdrawn", True),
        ("events.host", "host.removed", False),
        ("actions.action", "action.changed", True),
        ("record.claim", "claim.added", False),
        ("record.claim", "claim.changed", True),
        ("record.photo", "photo.taken-down", True),
        ("record.photo", "photo.added", False),
        ("something.new", "new.thing", True),
        ("people.person", "person.signed-in", False),
        ("people.coalition", "coalition.changed", True),
        ("rsvps.safe", "safe.destroyed", False),
        ("mail.letter", "letter.removed", False),
    ],
)
def test_what_takes_something_off_the_pages(kind: str, verb: str, is_away: bool) -> None:
    _number, entry = where_the_record_stands()
    Entry.objects.create(actor="Nia", door="page", verb=verb, subject_kind=kind, subject_id=1)
    assert is_anything_taken_away(entry) is is_away


def test_what_nobody_finished_goes_after_a_day_with_what_it_left(nia: Actor) -> None:
    row = ask_for_archive(ArchiveFile(), by=nia)
    folder = archive_path(row).parent
    left = folder / f".{row.uid}.zip.1-a.making"
    left.mkdir(parents=True)
    (left / "held").touch()
    (folder / "strayfile.zip").write_bytes(b"PK")
    assert forget_archives(timezone.now(), by=CLOCK) == 0
    assert list(folder.iterdir()) == []
    assert forget_archives(timezone.now() + timedelta(days=1, minutes=1), by=CLOCK) == 1


def test_a_job_for_one_that_is_there_or_gone_does_nothing(nia: Actor) -> None:
    discover()
    row = ready(nia)
    before = archive_path(row).stat().st_mtime_ns

    class Running:
        by, about = CLOCK, row.uid

        def tell(self, done: int, total: int) -> None:
            raise AssertionError

    for uid in (row.uid, "gone"):
        JOBS["exchange.make_archive"]({"archive": uid, "language": "en"}, Running())
    assert archive_path(row).stat().st_mtime_ns == before


def test_the_page_costs_the_same_whatever_waits(nia: Actor) -> None:
    browser, asked = signed_in(None, person_with(Grant("national"))), []
    made = Made(Path(), 3, 9, 1, 0, ())
    for _ in range(3):
        keep_archive(ask_for_archive(ArchiveFile(), by=nia), made, by=CLOCK)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get("/desk/archives/").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] == asked[2]


def test_the_page_is_in_spanish_too(nia: Actor) -> None:
    ready(nia)
    page = signed_in(None, person_with(Grant("national"))).get("/es/desk/archives/").content.decode()
    assert ("Archivo histórico" in page, "Descargar el ZIP" in page) == (True, True)
