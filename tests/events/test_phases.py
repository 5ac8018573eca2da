"""A hurricane, a host who is harassed, and the day after: how far events have come, and who is told."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.events.chores import tell_agreed, tell_hosts
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations import (
    approve,
    call_off,
    cancel_events,
    decline_called_off,
    mark_held,
    mark_not_held,
    mark_unreported,
    move_events,
    postpone_events,
    reinstate,
    restore_events,
    shield_event,
    telling,
    unshield_event,
)
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Job, Letter
from manyplaces.people.models import Proposal
from manyplaces.people.operations import second
from manyplaces.record.models import Claim
from manyplaces.record.operations import state_claim
from manyplaces.record.queries import own_counts
from tests.events.cast import committed, october
from tests.signing import person_with

pytestmark = pytest.mark.django_db

CLOCK = Actor("clock", "clock")


def online(action: Action, by: Any, venue: str, **facts: Any) -> Event:
    """A site that committed and was approved."""
    return approve(committed(action, venue=venue, **facts), version=0, by=by)


def work() -> None:
    """What the worker would do."""

    class Running:
        about = ""

        def __init__(self, errand: str) -> None:
            self.by = Actor("Carla", "clock", errand=errand)

        def tell(self, done: int, total: int) -> None:
            assert done <= total

    for job in Job.objects.filter(name="events.tell_hosts"):
        tell_hosts(job.payload, Running(job.errand))


def sent() -> None:
    """What is owed has reached its readers."""
    work()
    Letter.objects.filter(state="owed").update(state="sent", sent_at=timezone.now())


def on(day: str) -> Any:
    """The noon of a day in Chicago."""
    return time_machine.travel(f"{day}T17:00:00Z")


def letters(kind: str) -> list[tuple[str, str]]:
    found = Letter.objects.filter(kind=f"events.{kind}").order_by("pk")
    return [(letter.language, letter.to) for letter in found]


def test_what_is_cancelled_stays_and_its_hosts_are_told_in_their_language(nia: Any, carla: Any) -> None:
    action = october()
    events = [
        online(action, nia, f"School {n}", email=f"h{n}@example.org", language="es" if n else "en") for n in (0, 1)
    ]
    alone = online(action, nia, "School 2")
    moved = cancel_events([*events, alone], reason="Hurricane", reason_es="Huracán", by=carla)
    work()
    work()
    assert (moved.moved, moved.left, {event.phase for event in Event.objects.all()}) == (3, 0, {"cancelled"})
    assert letters("cancelled") == [("en", "h0@example.org"), ("es", "h1@example.org")]
    assert "Huracán" in Letter.objects.get(kind="events.cancelled", language="es").content["body"]
    counts = own_counts(action)
    assert [(str(phase), cities, many) for phase, cities, many in counts.by_phase] == [("cancelled", 1, 3)]
    assert cancel_events(events, reason="Again", by=carla).left == 2


def test_pages_calendars_and_feeds_say_that_it_is_cancelled(nia: Any, carla: Any, client: Client) -> None:
    event = online(october(), nia, "Auer Avenue School")
    before = client.get(f"/events/{event.key}.ics").content.decode()
    cancel_events([event], reason="Hurricane", reason_es="Huracán", by=carla)
    after = client.get(f"/events/{event.key}.ics").content.decode()
    assert ("STATUS:CONFIRMED" in before, "SEQUENCE:0" in before) == (True, True)
    assert ("STATUS:CANCELLED" in after, "SEQUENCE:1" in after, "Hurricane" in after) == (True, True, True)
    assert "Hurricane" in client.get(f"/events/{event.key}/").content.decode()
    assert "Huracán" in client.get(f"/es/events/{event.key}/").content.decode()
    assert client.get(f"/events/{event.key}.json").json()["event"]["reason"] == "Hurricane"
    assert "Hurricane" in client.get(f"/actions/{event.action.slug}.atom").content.decode()


def test_postponed_to_a_day_and_brought_back(nia: Any, carla: Any, client: Client) -> None:
    event = online(october(), nia, "Auer Avenue School", email="hana@example.org")
    with pytest.raises(ValidationError) as refusal:
        postpone_events([event], moved_to="someday", reason="", by=carla)
    assert sorted(refusal.value.message_dict) == ["moved_to", "reason"]
    moved = postpone_events([event], moved_to="2030-10-17", reason="Flood", by=carla)
    assert "October 17, 2030" in client.get(f"/events/{event.key}/").content.decode()
    assert restore_events(moved.errand, by=carla).done == 1
    event.refresh_from_db()
    assert (event.phase, event.moved_to, event.reason) == ("committed", "", "")
    work()
    assert letters("postponed") == []
    with pytest.raises(NotNow):
        restore_events(moved.errand, by=carla)


def test_an_undo_tells_those_who_were_told(nia: Any, carla: Any, otto: Any) -> None:
    action = october()
    told, waits = (online(action, nia, f"School {n}", email=f"h{n}@example.org") for n in (0, 1))
    moved = cancel_events([told, waits], reason="Hurricane", by=carla)
    work()
    first = Letter.objects.filter(kind="events.cancelled").order_by("pk").first()
    assert first is not None
    Letter.objects.filter(pk=first.pk).update(state="sent", sent_at=timezone.now())
    with pytest.raises(PermissionDenied):
        restore_events(moved.errand, by=otto)
    restore_events(moved.errand, by=carla)
    assert letters("restored") == [("en", "h0@example.org")]
    assert sorted(Letter.objects.filter(kind="events.cancelled").values_list("state", flat=True)) == ["sent", "stopped"]


def test_nobody_moves_what_lies_outside_of_his_area(nia: Any, ruth: Any, carla: Any, otto: Any) -> None:
    action = october()
    here, there = online(action, nia, "Auer"), online(action, nia, "Lane Tech", city="Chicago")
    for by, events in ((otto, [here]), (ruth, [here]), (carla, [here, there])):
        for step in (
            lambda by, events: cancel_events(events, reason="No", by=by),
            lambda by, events: postpone_events(events, reason="No", by=by),
            lambda by, events: mark_held(events, by=by),
            lambda by, events: reinstate(events, by=by),
            lambda by, events: move_events(events, by=by),
            lambda by, events: mark_not_held(events, by=by),
        ):
            with pytest.raises(PermissionDenied):
                step(by, events)
    assert {event.phase for event in Event.objects.all()} == {"committed"}


def test_held_is_what_somebody_said_was_held_from_its_day_on_and_not_for_good(nia: Any, carla: Any) -> None:
    event = online(october(), nia, "Auer")
    with on("2030-10-09"), pytest.raises(NotNow, match="October 10, 2030"):
        mark_held([event], by=carla)
    with on("2030-10-10"):
        mark_held([event], by=carla)
        event.refresh_from_db()
        assert event.phase == "held"
        assert mark_held([event], by=carla).left == 1
    shown = [(str(phase), many) for phase, _cities, many in own_counts(event.action).by_phase]
    assert shown == [("held", 1)]
    mark_not_held([event], by=carla)
    mark_unreported(datetime.datetime(2030, 10, 12, tzinfo=datetime.UTC), by=CLOCK)
    with on("2030-10-12"):
        mark_held([event], by=carla)
    mark_not_held([event], by=carla)
    event.refresh_from_db()
    assert event.phase == "unreported"


def test_what_was_postponed_takes_place_on_its_new_day_and_the_old_one_stays_known(
    nia: Any, carla: Any, client: Client
) -> None:
    action = october()
    moves, held, waits, unknown = (online(action, nia, f"School {n}") for n in range(4))
    postpone_events([moves, held, waits], moved_to="2030-10-17", reason="Flood", by=carla)
    postpone_events([unknown], reason="Flood", by=carla)
    for step in (move_events, mark_held):
        with on("2030-10-18"), pytest.raises(NotNow, match="No new day is known"):
            step([unknown], by=carla)
    with on("2030-10-16"), pytest.raises(NotNow, match="October 17, 2030"):
        mark_held([held], by=carla)
    move_events([moves], by=carla)
    with on("2030-10-17"):
        mark_held([held], by=carla)
    assert mark_unreported(datetime.datetime(2030, 10, 17, 20, tzinfo=datetime.UTC), by=CLOCK) == 0
    moves.refresh_from_db()
    assert (moves.phase, moves.date_edtf, moves.moved_from, moves.moved_to) == (
        *("committed", "2030-10-17", "2030-10-10", ""),
    )
    row = Commitment.objects.get(event=moves)
    assert (row.date_edtf, row.standing) == ("2030-10-17", "approved")
    page = client.get(f"/events/{moves.key}/").content.decode()
    assert ("Moved from October 10, 2030" in page, "October 17, 2030" in page) == (True, True)
    assert ('"previousStartDate":"2030-10-10"' in page, "EventRescheduled" in page) == (True, True)
    assert client.get(f"/events/{moves.key}.json").json()["event"]["moved_from"]["edtf"] == "2030-10-10"
    assert f"event,,{moves.key},moved_from,2030-10-10" in client.get("/about/data/details.csv").getvalue().decode()
    assert mark_unreported(datetime.datetime(2030, 10, 19, tzinfo=datetime.UTC), by=CLOCK) == 2
    phases = dict(Event.objects.values_list("key", "phase"))
    assert phases == {
        moves.key: "unreported", held.key: "held", waits.key: "unreported", unknown.key: "postponed",
    }  # fmt: skip
    with pytest.raises(ValidationError, match="This day is over"):
        postpone_events([unknown], moved_to="2020-10-17", reason="Flood", by=carla)


def test_it_takes_place_after_all_as_before_and_who_was_told_is_told(nia: Any, carla: Any) -> None:
    action = october()
    told, waits = (online(action, nia, f"School {n}", email=f"h{n}@example.org") for n in (0, 1))
    Event.every.filter(pk=told.pk).update(phase="planned")
    cancel_events([told], reason="Hurricane", by=carla)
    sent()
    cancel_events([waits], reason="Hurricane", by=carla)
    work()
    assert [reinstate([event], by=carla).letters for event in (told, waits)] == [1, 0]
    assert letters("restored") == [("en", "h0@example.org")]
    assert dict(Event.objects.values_list("key", "phase")) == {told.key: "planned", waits.key: "committed"}
    assert Letter.objects.get(kind="events.cancelled", state="stopped").to == ""
    # Whatever still runs of the errand tells nobody any more.
    work()
    assert Letter.objects.filter(state="owed").count() == 1


def test_an_undo_leaves_alone_what_moved_on_and_names_it(nia: Any, carla: Any, ruth: Any) -> None:
    action = october()
    hidden, again, plain = (online(action, nia, f"School {n}", email=f"h{n}@example.org") for n in range(3))
    moved = cancel_events([hidden, again, plain], reason="Hurricane", by=carla)
    sent()
    shield_event(hidden, by=ruth)
    reinstate([again], by=carla)
    cancel_events([again], reason="No teacher", by=carla)
    restored = restore_events(moved.errand, by=carla)
    assert (restored.done, restored.letters, restored.left) == (2, 2, [again])
    phases = dict(Event.objects.values_list("key", "phase"))
    assert phases == {hidden.key: "committed", again.key: "cancelled", plain.key: "committed"}
    assert Event.every.get(pk=hidden.pk).is_shielded


def test_what_waits_for_review_is_declined_for_the_same_reason_in_the_language_of_its_host(
    nia: Any, carla: Any, otto: Any
) -> None:
    action = october()
    rows = [committed(action, venue=f"S{n}", email=f"h{n}@example.org", language="es" if n else "en") for n in (0, 1)]
    with pytest.raises(PermissionDenied):
        decline_called_off(rows, reason="Hurricane", by=otto)
    approve(committed(action, venue="Meanwhile"), version=0, by=nia)
    decided = decline_called_off(rows, reason="Hurricane", reason_es="Huracán", by=carla)
    assert (len(decided.done), decided.refused) == (2, [])
    kept = [
        (str(row.review), row.reason)
        for row in Commitment.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    ]
    assert kept == [("declined", "Hurricane"), ("declined", "Huracán")]
    assert letters("declined") == [("en", "h0@example.org"), ("es", "h1@example.org")]


def test_committed_is_told_beside_held_even_while_nothing_was_held(nia: Any, client: Client) -> None:
    action = october()
    online(action, nia, "Auer")
    online(action, nia, "Lane Tech", city="Chicago")
    shown = [(str(phase), cities, many) for phase, cities, many in own_counts(action).by_phase]
    assert shown == [("committed", 2, 2), ("held", 0, 0)]


def test_the_day_after_where_it_took_place_it_is_unreported(nia: Any) -> None:
    action = october()
    east = online(action, nia, "Common", city="Boston", zone="America/New_York")
    west = online(action, nia, "Beach", city="Honolulu", zone="Pacific/Honolulu")
    older = Event.objects.create(key="X1", action=action, city=east.city, zone=east.zone, phase="committed")
    midnight = datetime.datetime(2030, 10, 11, 4, 30, tzinfo=datetime.UTC)
    assert mark_unreported(midnight - datetime.timedelta(hours=1), by=CLOCK) == 0
    assert [mark_unreported(midnight, by=CLOCK) for _ in range(2)] == [1, 0]
    assert mark_unreported(midnight + datetime.timedelta(hours=6), by=CLOCK) == 1
    phases = dict(Event.objects.values_list("key", "phase"))
    assert phases == {east.key: "unreported", west.key: "unreported", older.key: "committed"}
    with on("2030-10-12"):
        assert mark_held([east], by=nia).moved == 1


def test_a_form_sent_twice_is_done_once(nia: Any, carla: Any) -> None:
    event = online(october(), nia, "Auer", email="hana@example.org")
    by = replace(carla, errand="d-once")
    call_off("postpone", [event], reason="Flood", moved_to="2030-10-17", by=by)
    for step in ("postpone", "cancel"):
        with pytest.raises(NotNow, match="done already"):
            call_off(step, [event], reason="Flood", by=by)
    work()
    assert letters("postponed") == [("en", "hana@example.org")]


def test_very_many_letters_wait_for_a_second_coordinator_and_the_pages_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_LETTERS", 2)
    first, other, state = (
        person_with(Grant(role, state=area), alias=name)
        for name, role, area in (("Nia", "national", ""), ("Nora", "national", ""), ("Stan", "coordinator", "WI"))
    )
    nia = Actor("Nia", "page", person=first.pk, grants=(Grant("national"),))
    nora = Actor("Nora", "page", person=other.pk, grants=(Grant("national"),))
    stan = Actor("Stan", "page", person=state.pk, grants=(Grant("coordinator", state="WI"),))
    action = october()
    events = [online(action, nia, f"School {n}", email=f"h{n}@example.org") for n in range(6)]
    assert (call_off("cancel", events[:2], reason="One", by=nia).waits, tell_agreed()) == (False, 0)
    # Two halves are not less than the whole: it is counted by the day.
    moved = call_off("cancel", events[2:3], reason="Hurricane", by=nia)
    assert (moved.letters, moved.waits) == (1, True)
    assert call_off("cancel", events[3:6], reason="Hurricane", by=stan).waits
    assert {event.phase for event in Event.objects.all()} == {"cancelled"}
    work()
    assert (tell_agreed(), len(letters("cancelled"))) == (0, 2)
    proposals = list(Proposal.objects.order_by("pk"))
    with pytest.raises(PermissionDenied):
        second(proposals[1], by=stan)
    with pytest.raises(PermissionDenied):
        second(proposals[0], by=nia)
    second(proposals[0], by=nora)
    second(proposals[1], by=nia)
    reinstate(events[5:], by=nora)
    assert (tell_agreed(), tell_agreed()) == (2, 0)
    work()
    assert [to for _language, to in letters("cancelled")] == [f"h{n}@example.org" for n in range(5)]


PAGES = ("/", "/actions/oct2030/", "/actions/oct2030/wi/", "/actions/oct2030/wi/milwaukee/", "/events/{key}/")
FORMS = (
    *("/index.json", "/index.atom", "/index.csv", "/actions/oct2030.json", "/actions/oct2030.ics"),
    *("/actions/oct2030.atom", "/actions/oct2030.csv", "/actions/oct2030/wi.json", "/actions/oct2030/wi.ics"),
    *("/actions/oct2030/wi.csv", "/actions/oct2030/wi/milwaukee.json", "/actions/oct2030/wi/milwaukee.ics"),
    *("/actions/oct2030/wi/milwaukee.csv", "/events/{key}.json", "/events/{key}.ics", "/about/data/"),
    *("/about/data.json", "/search.json?q=canary", "/search/?q=nothing", "/about/data/events.csv"),
    *("/about/data/details.csv", "/about/data/claims.csv"),
    *("/actions/oct2030/numbers/", "/actions/oct2030/numbers.json", "/actions/oct2030/numbers.csv"),
    *(
        "/actions/oct2030/numbers.json",
        "/actions/oct2030/numbers.csv",
        "/actions/oct2030.json?q=canary",
        "/places/find.json?q=canary",
    ),
)


def test_a_harassed_host_is_nowhere_any_more(nia: Any, ruth: Any, carla: Any, otto: Any, client: Client) -> None:
    facts = {
        "venue": "CANARY Elementary", "address": "7 CANARY Street", "hosts_words": "CANARY Collective",
        "shown_host": "CANARY Person", "note": "CANARY door, at http://canary.example", "lat": 43.05, "lon": -87.91,
    }  # fmt: skip
    action = october()
    row = committed(action, email="hana@example.org", errand="list-1", **facts)
    event = approve(row, version=0, by=nia)
    figure = {"metric": "people", "metric_words": "CANARY walkers", "value_words": "40", "low": 40, "high": 40}
    said = {"claimant": "CANARY Times", "source_url": "https://canary.example/story", "phase": "held"}
    state_claim(Claim(action=action, event=event, **figure, **said), by=nia)
    old = row.hosts.get().link_digest
    place, organisation = event.spelling and event.spelling.place.key, event.hosts.get().organisation.slug
    paths = [path.format(key=event.key) for path in (*PAGES, *(f"/es{path}" for path in PAGES), *FORMS)]
    own = [f"/places/{place}/", f"/places/{place}.json", f"/organisations/{organisation}/", f"/places/{place}.csv"]
    shown = [path for path in paths + own if b"canary" in client.get(path).content.lower()]
    assert set(own) | {"/about/data/details.csv", f"/events/{event.key}/"} <= set(shown)
    with pytest.raises(PermissionDenied):
        shield_event(event, by=otto)
    shield_event(event, by=ruth)
    left = [path for path in paths if b"canary" in client.get(path).content.lower().replace(b"q=canary", b"")]
    known = [path for path in left if "canary" not in path]
    assert known == []
    assert [client.get(path).status_code for path in own] == [404] * 4
    assert client.get(f"/events/{event.key}/").status_code == 200
    row.refresh_from_db()
    assert (row.shown_host, row.hosts.get().link_digest == old) == ("", False)
    shielding = Entry.objects.filter(verb="event.shielded")
    assert [entry.before for entry in shielding] == [{"is_shielded": False}]
    with pytest.raises(PermissionDenied):
        unshield_event(event, by=ruth)
    unshield_event(event, by=carla)
    page = client.get(f"/events/{event.key}/").content.decode()
    assert ("CANARY Elementary" in page, "CANARY Person" in page) == (True, False)


def test_a_shielded_event_stays_hidden_when_its_host_changes_it(nia: Any, ruth: Any, client: Client) -> None:
    row = committed(october(), venue="Auer", shown_host="Hana", email="hana@example.org")
    event = approve(row, version=0, by=ruth)
    shield_event(event, by=ruth)
    Commitment.objects.filter(pk=row.pk).update(review="waiting", version=5, shown_host="Hana again")
    row.refresh_from_db()
    approve(row, version=5, by=nia)
    assert "Hana" not in client.get(f"/events/{event.key}/").content.decode()
    assert Host.objects.filter(commitment=row).count() == 1
