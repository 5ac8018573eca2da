"""The record is laid beside its backup: what somebody changed is told apart from what has rotted."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, connection

from manyplaces.cli.main import main
from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.operations import cancel_events
from manyplaces.exchange.backup.comparing import Beside, compare
from manyplaces.exchange.backup.making import write_backup
from manyplaces.exchange.backup.shape import NoBackup
from manyplaces.places.models import City
from manyplaces.rsvps.models import Rsvp
from tests.rsvps.coming import confirmed, say, walk_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, data=tmp_path)
    return tmp_path


@pytest.fixture
def event() -> Event:
    """A walk-in to which Gil comes, and three without a name."""
    throttle.forget()
    event = walk_in()
    confirmed(event, "gil@example.org")
    say(event, people="3")
    return event


def beside(file: Path) -> dict[str, Beside]:
    """What is not alike, by table."""
    return {one.table: one for one in compare(file) if one.changed or one.gone or one.new}


def rot(table: str, column: str, value: str, where: str) -> None:
    """Change a cell as a disk does: past everything that would note it."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {value} WHERE {where}")


def test_nothing_is_otherwise_in_a_record_that_stood_still(event: Event, tmp_path: Path) -> None:
    # A sign that Python takes for the end of a line stands within a text.
    rot("places_city", "county", "'Milwaukee\u2028County'", f"id = {event.city_id}")
    write_backup(tmp_path / "a.backup")
    assert beside(tmp_path / "a.backup") == {}
    done = CliRunner().invoke(main, ["check", "backup", str(tmp_path / "a.backup")])
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "All is well.")
    assert [line.split() for line in done.stdout.splitlines() if "rsvps.rsvp " in line] == [
        ["rsvps.rsvp", "2", "0", "0", "0"]
    ]


def test_what_somebody_did_since_is_no_fault(event: Event, tmp_path: Path) -> None:
    write_backup(tmp_path / "a.backup")
    say(event, people="2")
    cancel_events([event], reason="A storm comes.", by=Actor("Carla", "command"))
    found = beside(tmp_path / "a.backup")
    assert (found["events.event"].changed, found["rsvps.rsvp"].new, found["rsvps.crowd"].changed) == (1, 1, 1)
    assert [one for one in found.values() if one.strange] == []


def test_a_letter_that_has_become_another_is_named_with_its_row(event: Event, tmp_path: Path) -> None:
    write_backup(tmp_path / "a.backup")
    rot("events_event", "venue", "'Auer Avenue Schoom'", f"id = {event.pk}")
    rot("places_city", "name", "'Milwaukef'", f"id = {event.city_id}")
    row = Rsvp.objects.order_by("pk")[1]
    rot("rsvps_rsvp", "people", "7", f"id = {row.pk}")
    found = beside(tmp_path / "a.backup")
    assert {name: one.strange for name, one in found.items()} == {
        "events.event": [event.pk],
        "places.city": [event.city_id],
        "rsvps.rsvp": [row.pk],
    }
    done = CliRunner().invoke(main, ["check", "backup", str(tmp_path / "a.backup")])
    assert done.exit_code == 1
    assert "Not sound: rows of places.city that are otherwise than in the backup, though nothing tells" in done.stderr
    assert f"changed them: {event.city_id} (1 in all).\n" in done.stderr


def test_a_row_that_cannot_be_read_any_more_is_named_and_the_others_are_compared(event: Event, tmp_path: Path) -> None:
    City.objects.create(state="WI", slug="racine", name="Racine", folded="racine", zone="America/Chicago")
    write_backup(tmp_path / "a.backup")
    if connection.vendor == "postgresql":
        # PostgreSQL itself takes nothing that is no text.
        with pytest.raises(DatabaseError):
            rot("places_city", "name", "convert_from('\\x4dff', 'UTF8')", f"id = {event.city_id}")
        return
    rot("places_city", "name", "CAST(x'4dff' AS TEXT)", f"id = {event.city_id}")
    found = beside(tmp_path / "a.backup")["places.city"]
    assert (found.strange, found.changed, found.alike) == ([event.city_id], 1, City.objects.count() - 1)


def test_a_backup_that_is_cut_off_or_none_is_said_to_be(event: Event, tmp_path: Path) -> None:
    write_backup(tmp_path / "a.backup")
    (tmp_path / "b.backup").write_bytes((tmp_path / "a.backup").read_bytes()[:5000])
    with pytest.raises(NoBackup):
        compare(tmp_path / "b.backup")
    done = CliRunner().invoke(main, ["check", "backup", str(tmp_path / "none.backup")])
    assert (done.exit_code, "none.backup cannot be read" in done.stderr) == (1, True)
