"""Somebody with the database before him changes what the journal tells: the chain says where."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.actions.rules import Kind
from manyplaces.core.actor import Actor
from manyplaces.journal.models import Entry, Link
from manyplaces.journal.operations import chain_entries, record
from manyplaces.journal.queries import Anchor, soundness
from manyplaces.journal.rules import link_of

CLOCK = Actor("clock", "clock")


def write(by: Any, many: int) -> None:
    """Let the journal have so many entries."""
    for number in range(many):
        call_action(Action(slug=f"a{number}", name=f"Día {number}", kind=Kind.DAY, date_edtf="2016"), by=by)


def meddle(sql: str, *values: Any) -> None:
    """Change the database past every wall, as somebody can who has its file or its password."""
    with connection.cursor() as cursor:
        for table in ("journal_entry", "journal_link"):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_stays{on}")
        cursor.execute(sql, values)


@pytest.mark.django_db
def test_every_entry_is_bound_to_all_before_it(nia: Any) -> None:
    write(nia, 3)
    assert (chain_entries(by=CLOCK), chain_entries(by=CLOCK)) == (3, 0)
    call_action(Action(slug="a0", name="Día 0", kind=Kind.WEEK, date_edtf="2017"), by=nia)
    assert chain_entries(by=CLOCK) == 1
    digest = ""
    for link, entry in zip(Link.objects.order_by("place"), Entry.objects.order_by("pk"), strict=True):
        digest = link_of(digest, entry.content())
        assert (link.entry, link.digest) == (entry.pk, digest)
    found = soundness()
    assert (found.entries, found.chained, found.head, found.faults) == (4, 4, digest, [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "actor = 'Otto'",
        "verb = 'action.approved'",
        "subject_id = subject_id + 1",
        "at = '2016-02-17 08:00:00'",
        "before = '{}'",
        "errand = 'import-9'",
        "door = 'command'",
    ],
)
def test_a_changed_entry_is_named(nia: Any, change: str) -> None:
    write(nia, 4)
    chain_entries(by=CLOCK)
    second = Entry.objects.order_by("pk")[1].pk
    meddle(f"UPDATE journal_entry SET {change} WHERE id = %s", second)
    faults = soundness().faults
    assert [fault.split(" (")[0] for fault in faults] == [f"entry {second}"]


@pytest.mark.django_db
def test_what_is_missing_is_named_and_so_is_a_shortened_chain(nia: Any) -> None:
    write(nia, 5)
    chain_entries(by=CLOCK)
    numbers = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    last = Link.objects.get(place=5)
    anchors = [Anchor(5, last.digest, "2026-10-06")]
    meddle("DELETE FROM journal_entry WHERE id = %s", numbers[1])
    assert soundness(anchors).faults == [f"entry {numbers[1]} is missing."]
    meddle("DELETE FROM journal_link WHERE place = %s", 2)
    assert soundness(anchors).faults == ["the chain has lost what stood from place 2 to 2."]
    meddle("DELETE FROM journal_entry WHERE id = %s", numbers[4])
    meddle("DELETE FROM journal_link WHERE place = %s", 5)
    assert soundness(anchors).faults == [
        "the chain has lost what stood from place 2 to 2.",
        "on 2026-10-06 the chain had 5 entries, and now it has fewer.",
    ]


@pytest.mark.django_db
def test_a_whole_new_chain_is_found_out_by_the_log(nia: Any, tmp_path: Path) -> None:
    write(nia, 3)
    chain_entries(by=CLOCK)
    told = {"at": "2026-10-06T08:00:00.000Z", "number": 3, "chain": Link.objects.get(place=3).digest}
    meddle("UPDATE journal_entry SET actor = %s", "Otto")
    meddle("DELETE FROM journal_link")
    chain_entries(by=CLOCK)
    assert soundness().faults == []
    from manyplaces.cli.check import anchors

    (tmp_path / "2026-10-06.jsonl").write_text(f'{{"what": "GET"}}\n{json.dumps(told)}\n{{"chain": "torn')
    assert soundness(anchors(tmp_path)).faults == ["on 2026-10-06 the entry at place 3 was another one than now."]


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_change_an_entry_and_the_code_to_delete_one(nia: Any) -> None:
    write(nia, 2)
    chain_entries(by=CLOCK)
    for table, column in (("journal_entry", "actor"), ("journal_link", "digest")):
        with pytest.raises(DatabaseError, match="only ever added"), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {column} = 'Otto'")
    for refused in (Entry.objects.all().delete, lambda: Entry.objects.update(actor="Otto")):
        with pytest.raises(TypeError, match="only ever added"):
            refused()
    assert soundness().faults == []


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_two_who_chain_leave_one_sound_chain(nia: Any) -> None:
    write(nia, 1)
    chain_entries(by=CLOCK)
    action = Action.every.get()

    def act() -> None:
        for _ in range(10):
            with transaction.atomic():
                record(nia, "action.looked-at", action, before={"ñ": [1, 2.5, None]}, unseen=True)
        connections.close_all()

    def bind() -> None:
        for _ in range(10):
            chain_entries(by=CLOCK)
        connections.close_all()

    threads = [threading.Thread(target=work) for work in (act, act, act, bind, bind)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain_entries(by=CLOCK)
    found = soundness()
    assert (found.entries, found.chained, found.faults) == (31, 31, [])


@pytest.mark.django_db
def test_entries_that_nobody_chains_are_told_of(nia: Any) -> None:
    with time_machine.travel("2026-10-06T12:00:00Z"):
        write(nia, 2)
        assert soundness().faults == []
    with time_machine.travel("2026-10-06T12:11:00Z"):
        assert len(soundness().faults) == 1
        assert "2 entries have waited" in soundness().faults[0]


@pytest.mark.django_db(transaction=True)
def test_entries_from_before_the_chain_are_in_it(nia: Any) -> None:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("journal")
    before = [("journal", "0002_entries_by_subject")]
    state = MigrationExecutor(connection).migrate(before)
    try:
        entries = state.apps.get_model("journal", "Entry").objects
        for number in range(3):
            entries.create(actor=nia.name, door="page", verb="action.added", subject_kind="x", subject_id=number)
    finally:
        MigrationExecutor(connection).migrate(newest)
    assert (soundness().chained, soundness().faults) == (3, [])


@pytest.mark.django_db
def test_manyplaces_check_journal_says_what_is_wrong(nia: Any) -> None:
    from manyplaces.cli.main import main

    write(nia, 3)
    chain_entries(by=CLOCK)
    sound = CliRunner().invoke(main, ["check", "journal"])
    assert (sound.exit_code, "All is well." in sound.output, Link.objects.get(place=3).digest in sound.output) == (
        0,
        True,
        True,
    )
    first = Entry.objects.order_by("pk")[0].pk
    meddle("UPDATE journal_entry SET actor = 'Otto' WHERE id = %s", first)
    broken = CliRunner().invoke(main, ["check", "journal"])
    assert (broken.exit_code, f"Not sound: the journal: entry {first} (" in broken.output) == (1, True)
