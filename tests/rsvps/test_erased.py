"""Gil presses one button, and what he left is in no table, letter, list or file any more before a minute is over."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.mail import tasks
from manyplaces.mail.ledger import settle_letter
from manyplaces.mail.models import Letter
from manyplaces.people.models import GivenContact
from manyplaces.people.operations import find_or_add_organisation
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.rules.links import LETTER, link_of
from tests.front.test_crawl import everything
from tests.rsvps.coming import confirmed, say, walk_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()
    tasks.discover()


def files() -> dict[str, bytes]:
    """The bytes of the database and of every file beside it, and of PostgreSQL what it hands out as a dump of rows."""
    folder = Path(settings.ENVIRONMENT.data)
    base = str(connection.settings_dict["NAME"])
    found = [file for file in folder.rglob("*") if file.is_file()]
    mine = [file for file in found if not file.name.startswith("tests-") or str(file).startswith(base)]
    return {file.name: file.read_bytes() for file in mine} if connection.vendor == "sqlite" else {}


def left(traces: set[bytes]) -> dict[str, int]:
    """How often something of him is in which table or file, as it is or as a dump writes it."""
    signs = traces | {trace.hex().encode() for trace in traces}
    rows = {name: repr(found).encode("utf-8", "backslashreplace") for name, found in everything().items()}
    written = {repr(trace)[2:-1].encode() for trace in traces} | signs
    in_tables = {name: sum(sign in text for sign in written) for name, text in rows.items()}
    in_files = {name: sum(sign in content for sign in signs) for name, content in files().items()}
    return {name: many for name, many in {**in_tables, **in_files}.items() if many}


def test_what_was_left_is_gone_from_tables_letters_and_files_within_a_minute() -> None:
    event = walk_in()
    mtea = find_or_add_organisation("MTEA", by=Actor("clock", "clock"))
    event.hosts.set([mtea])
    # Others stay, so that the key lives on and what is sealed under it could be opened.
    confirmed(event, "gus@example.org", name="Gus", needs="a chair")
    sent = Letter.objects.get(kind="rsvps.confirm")
    gil = confirmed(event, "gil@example.org", name="Gil", needs="a ramp", evening="on",
                    **{f"share-{mtea.organisation_id}": "on"})  # fmt: skip
    letters = list(Letter.objects.filter(kind="rsvps.confirm").exclude(pk=sent.pk))
    given = GivenContact.objects.get()
    sealed = {bytes(getattr(gil, f"{field}_sealed")) for field in ("name", "email", "needs")}
    sealed |= {bytes(one) for letter in letters for one in (letter.to_sealed, letter.content_sealed)}
    sealed |= {bytes(given.email_sealed), bytes(given.name_sealed)}
    traces = sealed | {gil.email_hash.encode()}
    assert (len(traces), min(map(len, traces)) > 20) == (8, True)
    for letter in letters:
        settle_letter(letter, Letter.State.SENT, "", timezone.now())
    assert {name.partition("-wal")[0] for name in left(traces)} >= {"rsvps.Rsvp"}
    assert Client().post(f"/coming/{link_of(gil.uid, LETTER)}/", {"do": "withdraw"}).status_code == 302
    tables = {name: many for name, many in left(traces).items() if "." in name and "sqlite" not in name}
    assert tables == {}
    # What the clock does in the next minute.
    for chore in tasks.CHORES.values():
        if chore.minutes == 1:
            chore.run()
    assert left(traces) == {}
    assert Rsvp.objects.exclude(email_sealed=b"").count() == 1


def test_what_he_is_owed_about_another_event_of_the_same_action_stays() -> None:
    event = walk_in()
    other = walk_in(event.action, "Grant Elementary")
    gil = confirmed(event, "gil@example.org")
    confirmed(other, "gil@example.org")
    say(other, email="gus@example.org")
    assert Client().post(f"/coming/{link_of(gil.uid, LETTER)}/", {"do": "withdraw"}).status_code == 302
    assert [letter.about for letter in Letter.objects.filter(kind="rsvps.confirm").order_by("pk")] == [other.key] * 2
