"""Nia looks up what was done, in words, and takes the journal out with its chain."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.core.actor import Actor, Grant
from manyplaces.events.operations import approve
from manyplaces.journal.models import Entry, Link
from manyplaces.journal.operations import chain_entries
from manyplaces.journal.rules import link_of
from manyplaces.people.operations import export_journal
from tests.desk.test_stand import promise
from tests.events.calling import october
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db

CLOCK = Actor("clock", "clock")


@pytest.fixture
def nias() -> SignedIn:
    """Nia at the desk."""
    return signed_in(None, person_with(Grant("national")))


def test_nia_finds_what_was_done_by_school_action_key_and_day_in_words(nias: SignedIn, nia: Any) -> None:
    with time_machine.travel("2026-10-01 09:00Z", tick=False):
        action = october()
        site = promise(action, "Auer Avenue School", "Milwaukee", "WI", nia)
        other = promise(action, "Hamilton High", "Milwaukee", "WI", nia)
    with time_machine.travel("2026-10-03 23:30Z", tick=False):
        approve(site, version=site.version, by=nia)

    def found(query: str, path: str = "/desk/journal/") -> list[str]:
        page = nias.get(f"{path}?{query}").content.decode()
        return re.findall(r": <b>([^<]+)</b>", page)

    assert (found("q=auer+avenue&kind=events.commitment"), found(f"q={other.key}")) == (
        ["approved", "added"],
        ["added"],
    )
    assert found("q=aprob&kind=events.commitment") == []
    assert found("q=aprob&kind=events.commitment", "/es/desk/journal/") == ["aprobación"]
    assert len(found(f"q={action.slug}&kind=events.commitment")) == 3
    assert (len(found("since=2026-10-03&until=2026-10-03&kind=events.commitment")), found("until=2026-09-30")) == (
        1,
        [],
    )
    assert found("since=tomorrow&kind=events.commitment") == ["approved", "added", "added"]
    page = nias.get("/desk/journal/").content.decode()
    assert f'<a href="/desk/review/{site.key}/">Auer Avenue School</a>' in page
    # Only kinds are offered of which there is something, and nothing is asked more often for more lines.
    assert ('value="events.commitment"' in page, 'value="mail.heartbeat"' in page) == (True, False)
    with CaptureQueriesContext(connection) as few:
        nias.get("/desk/journal/")
    with time_machine.travel("2026-10-03 23:40Z", tick=False):
        for number in range(5):
            promise(action, f"School {number}", "Milwaukee", "WI", nia)
    with CaptureQueriesContext(connection) as many:
        nias.get("/desk/journal/")
    assert len(many) == len(few)


def test_the_journal_taken_out_proves_itself_and_that_is_an_entry(nias: SignedIn, nia: Any) -> None:
    site = promise(october(), "Auer Avenue School", "Milwaukee", "WI", nia)
    approve(site, version=site.version, by=nia)
    chain_entries(by=CLOCK)
    many = Entry.objects.count()
    assert f"Entries 1 to {many}" in nias.get("/desk/journal/export/").content.decode()
    answer: Any = nias.post_form("/desk/journal/export/", {"file": "1"})
    told = [json.loads(line) for line in answer.content.decode().splitlines()]
    before = ""
    for line in told[:many]:
        assert line["link"] == link_of(before, line["entry"])
        before = line["link"]
    assert before == Link.objects.order_by("-place")[0].digest
    assert [(line["place"], line["entry"]["verb"], line["entry"]["actor"]) for line in told[many:]] == [
        (None, "entry.exported", "Nia")
    ]
    assert nias.post_form("/desk/journal/export/", {"file": "2"}).status_code == 404


def test_nobody_else_takes_it_out(nia: Any, ruth: Any, otto: Any) -> None:
    for by in (ruth, otto, Actor("Ned", "page", grants=(Grant("national", action="oct2030"),))):
        with pytest.raises(PermissionDenied):
            export_journal(by=by)
    assert Entry.objects.count() == 0
