"""Ruth decides, and takes back: nothing is lost on the way, and nobody gets online under somebody else's name."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import BlockedPattern, Commitment, Event
from manyplaces.events.operations import (
    add_cohost,
    approve,
    ask,
    change_commitment,
    decide,
    hand_over,
    keep_online,
    merge,
    prove_host,
    shield_event,
    trust_host,
    undo_review,
    untrust_host,
)
from manyplaces.events.queries.deciding import recent_decisions
from manyplaces.events.queries.queue import queue
from manyplaces.events.rules.hosting import HostContact
from manyplaces.journal.models import Entry
from manyplaces.places.models import Place, School, SchoolAlias
from tests.events.cast import committed, october

pytestmark = pytest.mark.django_db


def school_of(number: str, name: str, **facts: Any) -> School:
    """A school of Milwaukee in the registry."""
    given = {"lat": 43.1, "lon": -87.9, "county": "Milwaukee County", "match_key": name.lower(), "state": "WI"}
    where = {"city_name": "Milwaukee", "city_slug": "milwaukee", "zone": "America/Chicago"}
    return School.objects.create(number=number, name=name, **{**given, **where, **facts})


def host_changes(row: Commitment, **facts: Any) -> Commitment:
    """The host changes what is given, through the private link."""
    wanted = Commitment.objects.get(pk=row.pk)
    for name, value in facts.items():
        setattr(wanted, name, value)
    return change_commitment(wanted, version=wanted.version, by=Actor("a host", "link", holds=row.key))


def online(ruth: Any, **facts: Any) -> Commitment:
    """A commitment of Hana's that Ruth has approved."""
    row = committed(facts.pop("action", None) or october(), **{"email": "hana@example.org", **facts})
    approve(row, version=0, by=ruth)
    row.refresh_from_db()
    return row


def changes_shown(by: Any) -> list[tuple[str, str, str]]:
    rows = [one for bundle in queue(by).bundles for one in bundle.rows]
    return [(change.label, change.old, change.new) for row in rows for change in row.changes]


def latest(verb: str) -> str:
    return str(Entry.objects.filter(verb=verb).latest("pk").errand)


def test_a_refused_change_leaves_nothing_of_itself_and_its_undo_brings_all_of_it_back(ruth: Any) -> None:
    first, second = school_of("550960001111", "Auer School"), school_of("550960002222", "Bruce School", lat=44.5)
    row = online(ruth, school=first, venue=first.name, lat=43.1, lon=-87.9, note="The main door.", language="es")
    wanted = {"school": second, "note": "The side door.", "shown_host": "Hana", "time_local": datetime.time(9)}
    changed = host_changes(row, **wanted)
    keep_online(changed, version=changed.version, reason="No.", by=ruth)
    row.refresh_from_db()
    kept = (row.school, row.venue, row.lat, row.county, row.note, row.shown_host, row.time_local)
    assert kept == (first, "Auer School", 43.1, first.county, "The main door.", "", datetime.time(7, 20))
    undo_review(latest("commitment.kept"), by=ruth)
    row.refresh_from_db()
    back = (row.standing, row.school, row.venue, row.lat, row.note, row.shown_host, row.time_local)
    assert back == ("changed", second, "Bruce School", 44.5, "The side door.", "Hana", datetime.time(9))
    # The journal is kept for ever, so the name of a host and what he wrote are not in it.
    assert [
        entry.pk for entry in Entry.objects.all() if "Hana" in str(entry.before) or "side" in str(entry.before)
    ] == []


def test_an_undone_change_leaves_the_name_on_the_page_unless_its_host_is_harassed(ruth: Any) -> None:
    row = online(ruth, shown_host="Hana")
    for is_harassed in (False, True):
        changed = host_changes(row, shown_host="A troll")
        approve(changed, version=changed.version, by=ruth)
        assert Event.objects.get().shown_host == "A troll"
        if is_harassed:
            shield_event(Event.objects.get(), by=ruth)
            row.refresh_from_db()
            assert row.set_aside == {}
            continue
        undo_review(latest("commitment.approved"), by=ruth)
        assert Event.objects.get().shown_host == "Hana"


def test_a_moved_pin_is_seen_with_its_distance_applied_and_undone(ruth: Any) -> None:
    row = online(ruth, venue="Humboldt Park", lat=43.0, lon=-87.9)
    changed = host_changes(row, lat=43.01, lon=-87.9)
    assert changes_shown(ruth) == [("Pin", "43.0000, -87.9000", "43.0100, -87.9000, 1.1 km away")]
    approve(changed, version=changed.version, by=ruth)
    assert (Place.objects.get().lat, changes_shown(ruth)) == (43.01, [])
    undo_review(latest("commitment.approved"), by=ruth)
    assert Place.objects.get().lat == 43.0
    other = committed(row.action, venue="Humboldt Park", email="gil@example.org", lat=45.0, lon=-87.9)
    approve(other, version=0, by=ruth)
    assert Place.objects.get().lat == 43.0


def test_another_school_of_the_same_name_is_seen_by_its_number(ruth: Any) -> None:
    first, second = school_of("550960001111", "Grant School"), school_of("550960002222", "Grant School")
    row = online(ruth, school=first, venue=first.name, lat=43.1, lon=-87.9)
    host_changes(row, school=second)
    assert changes_shown(ruth) == [("Registry number", first.number, second.number)]


def test_what_nobody_sees_needs_nobody_to_look(ruth: Any) -> None:
    row = online(ruth)
    changed = host_changes(row, posters=20, expected=50, media_help=True, remark="Thank you!")
    assert (changed.review, changed.posters, changes_shown(ruth)) == ("approved", 20, [])
    waiting = committed(row.action, venue="Humboldt Park", email="gil@example.org")
    asked = ask(waiting, version=0, question="How many?", by=ruth)
    assert host_changes(asked, expected=50).review == "waiting"


def test_one_picked_the_school_and_the_other_typed_its_name(ruth: Any) -> None:
    school, other = school_of("550960001111", "Auer Avenue School"), school_of("550960002222", "Auer Avenue School")
    SchoolAlias.objects.create(school=school, text="The Auer", folded="the auer", state="WI", city_slug="milwaukee")
    action = october()
    picked, typed, alias = (
        committed(action, school=school, venue=school.name),
        committed(action, venue="Auer Ave School"),
        committed(action, venue="The Auer"),
    )
    elsewhere = committed(action, school=other, venue=other.name)

    def doubles() -> dict[str, list[str]]:
        rows = [one for bundle in queue(ruth).bundles for one in bundle.rows]
        return {one.commitment.key: one.doubles for one in rows}

    found = doubles()
    assert found[picked.key] == sorted([typed.key, alias.key])
    assert found[alias.key] == [picked.key]
    assert found[elsewhere.key] == [typed.key]
    approve(picked, version=0, by=ruth)
    assert [picked.key in doubles()[row.key] for row in (typed, alias, elsewhere)] == [True, True, False]


def test_two_that_are_online_become_one_and_who_proved_nothing_is_left_behind(ruth: Any) -> None:
    first = online(ruth)
    second = online(ruth, action=first.action, email="hugo@example.org")
    second = host_changes(second, note="Come to the side door.")
    merge(second, first, version=second.version, by=ruth)
    first.refresh_from_db()
    assert sorted(host.email for host in first.hosts.all()) == ["hana@example.org", "hugo@example.org"]
    assert (list(Event.objects.values_list("key", flat=True)), first.is_shared) == ([first.key], True)
    undo_review(latest("commitment.merged"), by=ruth)
    assert Event.objects.count() == 2
    second.refresh_from_db()
    assert (second.standing, second.hosts.get().email) == ("changed", "hugo@example.org")
    # The same host twice stays one, and a stranger who typed an address has no way in.
    again = committed(first.action, email="hana@example.org")
    troll = committed(first.action, email="otto@example.org", proved=False)
    for row in (again, troll):
        merge(row, first, version=0, by=ruth)
    assert [host.email for host in first.hosts.all()] == ["hana@example.org"]
    full = [committed(first.action, email=f"host{number}@example.org") for number in range(4)]
    for row in full[:3]:
        merge(row, first, version=0, by=ruth)
    with pytest.raises(NotNow):
        merge(full[3], first, version=0, by=ruth)
    assert first.hosts.count() == 4


def test_trust_in_hana_carries_nobody_else(ruth: Any, nia: Any) -> None:
    action = october(approval="trusted")
    trust_host(committed(action, email="hana@example.org").hosts.get(), by=nia)
    hana = HostContact("Hana", "hana@example.org")
    beside, over = (committed(action, venue=f"Troll {way}", email="troll@example.org") for way in ("one", "two"))
    by = replace(Actor("a host", "link"), holds=beside.key)
    prove_host(add_cohost(beside, hana, by=by), by=by)
    by = replace(by, holds=over.key)
    prove_host(hand_over(over.hosts.get(), hana, by=by), by=by)
    third = committed(action, venue="Troll three", email="hana@example.org")
    merge(committed(action, venue="Troll four", email="troll@example.org"), third, version=0, by=ruth)
    host_changes(third, note="Come!")
    assert set(Commitment.objects.filter(action=action).exclude(review="merged").values_list("review", flat=True)) == {
        "waiting"
    }
    assert Event.every.count() == 0


def test_a_trusted_host_changes_little_by_herself_and_no_place_no_day_nothing_blocked(ruth: Any, nia: Any) -> None:
    row = online(ruth, action=october(approval="trusted"))
    trust_host(row.hosts.get(), by=nia)
    BlockedPattern.objects.create(kind="link", text="spam.example", made_by="Nia")
    small = {"time_local": datetime.time(7, 45), "note": "The side door."}
    assert host_changes(row, **small).review == "approved"
    assert Event.objects.get().note == "The side door."
    for far in (
        {"time_local": datetime.time(8, 30)}, {"date_edtf": "2030-10-11"}, {"venue": "Another School"},
        {"lat": 43.2, "lon": -87.9}, {"note": "See https://spam.example/now"},
    ):  # fmt: skip
        changed = host_changes(row, **far)
        assert (changed.review, Event.objects.get().time_local) == ("waiting", datetime.time(7, 45))
        keep_online(changed, version=changed.version, reason="No.", by=ruth)


def test_trust_is_withdrawn_where_the_host_has_committed(ruth: Any, carla: Any, nia: Any, otto: Any) -> None:
    trusted = trust_host(committed(october(), email="hana@example.org").hosts.get(), by=nia)
    elsewhere = Actor("Cora", "page", grants=(Grant("coordinator", state="IL"),))
    for by in (otto, ruth, elsewhere):
        with pytest.raises(PermissionDenied):
            untrust_host(trusted, by=by)
    untrust_host(trusted, by=carla)
    with pytest.raises(NotNow):
        untrust_host(trusted, by=nia)


def test_of_many_each_is_refused_by_itself_in_words_that_are_true(ruth: Any, nia: Any) -> None:
    action = october()
    changed = online(ruth, action=action)
    changed = host_changes(changed, note="Come to the side door.")
    good, moved, silent = (committed(action, venue=f"School {number}") for number in range(3))
    Commitment.objects.filter(pk=moved.pk).update(state="IL", city_slug="chicago")
    decided = decide("decline", [(row.key, row.version) for row in (changed, good, moved)], reason="No.", by=ruth)
    assert [row.key for row in decided.done] == [good.key]
    assert [(key, words.partition(":")[0]) for key, words in decided.refused] == [
        (changed.key, "“Decline” does not fit"),
        (moved.key, "You do not have the right to do this. Ask a national coordinator for it."),
    ]
    asked = decide("ask", [(silent.key, 0)], reason="Which door?", by=ruth)
    assert (asked.done, "No host of this can be reached" in asked.refused[0][1]) == ([], True)
    # Whoever may decide here may take it back, not only who decided.
    rosa = replace(ruth, name="Rosa")
    elsewhere = Actor("Cora", "page", grants=(Grant("reviewer", state="IL"),))
    assert [(one.by, one.many) for one in recent_decisions(rosa)] == [("Ruth", 1), ("Ruth", 1)]
    assert recent_decisions(elsewhere) == []
    assert undo_review(decided.errand, by=rosa) == 1
    assert queue(nia, page=99).bundles != []
