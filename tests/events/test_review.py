"""Ruth looks at what Hana's school has promised: nothing is public before, nobody decides twice, all can be undone."""

from __future__ import annotations

import datetime
import threading
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.utils import timezone

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import BlockedPattern, Commitment, Event, TrustedHost
from manyplaces.events.operations import (
    approve,
    approve_many,
    ask,
    block_pattern,
    decide,
    decline,
    keep_online,
    merge,
    take_down,
    trust_host,
    undo_review,
    untrust_host,
)
from manyplaces.events.rules import Phase, Review
from manyplaces.events.rules.steps import CHANGED, STEPS, steps_open_to
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Letter
from manyplaces.people.models import Organisation
from manyplaces.places.models import School
from tests.events.cast import committed, october

pytestmark = pytest.mark.django_db

CANARY = "CANARY"


def changed(row: Commitment, **facts: Any) -> Commitment:
    """The host changed what is online."""
    Commitment.objects.filter(pk=row.pk).update(review=Review.WAITING, version=row.version + 1, **facts)
    row.refresh_from_db()
    return row


def kinds() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("kind", flat=True))


def test_what_is_approved_becomes_an_event_and_its_host_is_told(ruth: Any) -> None:
    row = committed(october(), email="hana@example.org", language="es", note="Traiga a sus vecinos.")
    assert Event.every.count() == 0
    event = approve(row, version=0, by=ruth)
    row.refresh_from_db()
    assert (event.key, event.phase, event.venue, event.city.slug) == (row.key, "committed", row.venue, "milwaukee")
    assert (row.review, row.event, row.decided_by, row.version) == ("approved", event, "Ruth", 1)
    assert (event.note_es, event.starts_at and event.starts_at.isoformat()) == (
        "Traiga a sus vecinos.",
        "2030-10-10T07:20:00-05:00",
    )
    letter = Letter.objects.get()
    assert (letter.kind, letter.language, letter.to) == ("events.you_are_online", "es", "hana@example.org")


def test_a_school_of_the_registry_keeps_its_number(ruth: Any) -> None:
    facts = {"city_name": "Milwaukee", "city_slug": "milwaukee", "state": "WI", "match_key": "auer"}
    school = School.objects.create(number="550960001111", name="Auer Avenue School", lat=43.1, lon=-87.9, **facts)
    event = approve(committed(october(), school=school), version=0, by=ruth)
    assert event.spelling is not None
    assert event.spelling.place.registry_number == "550960001111"


def test_a_host_group_that_nobody_knows_gets_no_page_for_it_may_be_a_person(ruth: Any) -> None:
    Organisation.objects.create(slug="mtea", name="MTEA").names.create(text="MTEA", folded="mtea")
    event = approve(committed(october(), hosts_words="MTEA; Maria Gonzalez"), version=0, by=ruth)
    assert [name.text for name in event.hosts.all()] == ["MTEA"]
    assert Organisation.objects.count() == 1


def test_a_stranger_and_who_reviews_elsewhere_decide_nothing(otto: Any, hana: Any) -> None:
    row = committed(october(), email="hana@example.org")
    elsewhere = Actor("Rosa", "page", grants=(Grant("reviewer", state="IL"), Grant("press", state="WI")))
    for by in (otto, elsewhere, replace(hana, holds=row.key)):
        for step in (approve, decline, ask, take_down, keep_online):
            words = {} if step is approve else {"question" if step is ask else "reason": "because"}
            with pytest.raises(PermissionDenied):
                step(row, version=0, by=by, **words)
        with pytest.raises(PermissionDenied):
            decide("approve", [(row.key, 0)], by=by)
        with pytest.raises(PermissionDenied):
            merge(row, committed(row.action), version=0, by=by)
        with pytest.raises(PermissionDenied):
            block_pattern("words", "walk-in", by=by)
        with pytest.raises(PermissionDenied):
            trust_host(row.hosts.get(), by=by)
    assert (Event.every.count(), Letter.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_the_table_of_steps_says_who_may_do_what(ruth: Any, carla: Any, otto: Any, hana: Any) -> None:
    row = committed(october())

    def names(by: Any, subject: Any) -> list[str]:
        return [step.name for step in steps_open_to(by, subject)]

    assert names(otto, row) == []
    assert names(ruth, row) == ["approve", "decline", "ask", "merge"]
    assert names(replace(hana, holds=row.key), row) == ["change", "withdraw"]
    assert names(replace(hana, holds="c-other"), row) == []
    event = approve(row, version=0, by=ruth)
    row.refresh_from_db()
    assert names(ruth, row) == ["merge", "take_down"]
    assert (names(ruth, event), names(carla, event)) == ([], ["cancel", "postpone", "hold"])
    known = {str(value) for value in (*Review.values, *Phase.values, CHANGED)}
    assert {standing for step in STEPS.values() for standing in (*step.sources, step.target)} - known == set()


def test_a_change_after_approval_waits_while_the_old_stays_online(ruth: Any) -> None:
    row = committed(october(), email="hana@example.org")
    approve(row, version=0, by=ruth)
    row.refresh_from_db()
    changed(row, venue="Another School", time_local="09:00", shown_host="Hana H.")
    assert (row.standing, Event.objects.get().venue) == (CHANGED, "Auer Avenue School")
    keep_online(row, version=row.version, reason="The other school says no.", by=ruth)
    row.refresh_from_db()
    assert (row.venue, row.review, str(row.time_local), row.shown_host) == (
        "Auer Avenue School",
        "approved",
        "07:20:00",
        "",
    )
    changed(row, time_local="09:00", shown_host="Hana H.")
    approve(row, version=row.version, by=ruth)
    event = Event.objects.get()
    assert (str(event.time_local), event.shown_host) == ("09:00:00", "Hana H.")
    assert kinds() == ["events.you_are_online", "events.kept", "events.you_are_online"]
    # The journal is kept for ever, so the name of a host is not in it.
    assert [entry.pk for entry in Entry.objects.all() if "Hana" in str(entry.before)] == []


def test_what_is_taken_down_is_public_no_more_and_can_come_back(ruth: Any) -> None:
    row = committed(october(), email="hana@example.org")
    approve(row, version=0, by=ruth)
    row.refresh_from_db()
    take_down(row, version=1, reason="The school knows nothing of it.", by=ruth)
    assert (Event.objects.count(), Event.every.count()) == (0, 1)
    row.refresh_from_db()
    approve(row, version=2, by=ruth)
    assert Event.objects.count() == 1


def test_a_refusal_needs_a_reason_and_goes_only_to_a_proved_address(ruth: Any) -> None:
    action = october()
    row, other = (committed(action, email=f"{name}@example.org", proved=name == "hana") for name in ("hana", "victim"))
    with pytest.raises(ValidationError) as refusal:
        decline(row, version=0, reason="  ", by=ruth)
    assert list(refusal.value.message_dict) == ["reason"]
    with pytest.raises(ValidationError):
        decline(row, version=0, reason="x" * 1_000_000, by=ruth)
    decline(row, version=0, reason="Not a school.\nReally.", by=ruth)
    decline(other, version=0, reason="Not a school.", by=ruth)
    row.refresh_from_db()
    assert row.reason == "Not a school. Really."
    assert [letter.to for letter in Letter.objects.all()] == ["hana@example.org"]


def test_a_question_is_asked_in_the_hosts_language(ruth: Any) -> None:
    row = committed(october(), email="hana@example.org", language="es")
    ask(row, version=0, question="Which door?", by=ruth)
    row.refresh_from_db()
    assert (row.review, row.reason) == ("asked", "Which door?")
    assert "> Which door?" in Letter.objects.get().content["body"]


def test_two_become_one_and_both_hosts_keep_their_way_in(ruth: Any) -> None:
    action = october()
    first, second = (committed(action, email=f"{name}@example.org") for name in ("hana", "hugo"))
    merge(second, first, version=0, by=ruth)
    second.refresh_from_db()
    assert (second.review, second.merged_into, second.hosts.count()) == ("merged", first, 0)
    assert sorted(host.email for host in first.hosts.all()) == ["hana@example.org", "hugo@example.org"]
    undo_review(Entry.objects.filter(verb="commitment.merged").latest("pk").errand, by=ruth)
    second.refresh_from_db()
    assert (second.review, second.merged_into, second.hosts.get().email) == ("waiting", None, "hugo@example.org")


def test_500_at_once_on_one_errand_and_back(ruth: Any) -> None:
    action = october()
    rows = [committed(action, venue=f"School {number}") for number in range(60)]
    approve(rows[0], version=0, by=replace(ruth, name="Rosa"))
    decided = decide("decline", [(row.key, 0) for row in rows], reason="Not real.", by=ruth)
    assert len(decided.done) == 59
    assert [key for key, _ in decided.refused] == [rows[0].key]
    assert "Rosa" in decided.refused[0][1]
    assert undo_review(decided.errand, by=ruth) == 59
    assert Commitment.objects.filter(review="waiting").count() == 59
    assert approve_many(Commitment.objects.filter(review="waiting"), by=ruth) == 59
    assert Event.objects.count() == 60


def test_an_undo_tells_who_was_told_and_stops_what_was_not_sent(ruth: Any, otto: Any) -> None:
    row = committed(october(), email="hana@example.org")
    approve(row, version=0, by=ruth)
    errand = Entry.objects.get(verb="commitment.approved").errand
    Letter.objects.update(state="sent", sent_at=timezone.now())
    with pytest.raises(PermissionDenied):
        undo_review(errand, by=otto)
    undo_review(errand, by=ruth)
    row.refresh_from_db()
    assert (row.review, row.event, Event.every.count(), row.version) == ("waiting", None, 0, 2)
    assert kinds() == ["events.you_are_online", "events.again"]
    with pytest.raises(NotNow):
        undo_review(errand, by=ruth)
    approve(row, version=2, by=ruth)
    with pytest.raises(NotNow):
        undo_review("", by=ruth)


def test_after_a_day_nothing_is_undone(ruth: Any) -> None:
    row = committed(october())
    approve(row, version=0, by=ruth)
    errand = Entry.objects.get(verb="commitment.approved").errand
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=25)), pytest.raises(NotNow):
        undo_review(errand, by=ruth)


def test_a_blocked_pattern_declines_what_waits_and_counts_everywhere(nia: Any, ruth: Any) -> None:
    action = october()
    bad = committed(action, note="Buy at https://www.spam.example/now and https://spam.example/then")
    good = committed(action, note="Come!")
    with pytest.raises(PermissionDenied):
        block_pattern("link", "spam.example", by=ruth)
    with pytest.raises(ValidationError):
        block_pattern("words", "a", by=nia)
    pattern, decided = block_pattern("link", "https://www.spam.example/x", by=nia)
    assert (pattern.text, len(decided.done)) == ("spam.example", 1)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.review, good.review, BlockedPattern.objects.count()) == ("declined", "waiting", 1)


def test_trust_in_a_host_can_be_withdrawn(nia: Any, carla: Any, ruth: Any) -> None:
    row = committed(october(), email="hana@example.org")
    trusted = trust_host(row.hosts.get(), by=carla)
    assert trust_host(row.hosts.get(), by=carla) == trusted
    with pytest.raises(PermissionDenied):
        untrust_host(trusted, by=ruth)
    untrust_host(trusted, by=nia)
    assert TrustedHost.objects.count() == 0
    with pytest.raises(NotNow):
        trust_host(committed(row.action, email="otto@example.org", proved=False).hosts.get(), by=carla)


@pytest.mark.django_db(transaction=True)
def test_twenty_reviewers_at_once_make_one_decision(ruth: Any) -> None:
    row = committed(october(), email="hana@example.org")
    outcomes: list[str] = []
    start = threading.Barrier(20)

    def look(number: int) -> None:
        start.wait()
        try:
            step = approve if number % 2 else decline
            words = {} if number % 2 else {"reason": "no"}
            step(row, version=0, by=replace(ruth, name=f"Ruth {number}"), **words)
            outcomes.append("decided")
        except NotNow as refusal:
            outcomes.append(str(refusal))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("decided") == 1
    assert len([words for words in outcomes if "decided this already" in words]) == 19
    assert Entry.objects.filter(subject_kind="events.commitment").count() == 1
    assert Letter.objects.count() == 1
    connection.close()
