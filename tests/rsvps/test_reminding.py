"""Gil is reminded the evening before, Hana an hour before; nobody twice, nobody of what does not take place."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import cancel_events, move_events, postpone_events
from manyplaces.mail import tasks
from manyplaces.mail.ledger import stop_late
from manyplaces.mail.models import Letter
from manyplaces.mail.worker.doing import Doer
from manyplaces.rsvps.chores import remind
from manyplaces.rsvps.models import Reminding, Round, Rsvp
from manyplaces.rsvps.rules.links import LETTER, link_of
from tests.events.calling import october
from tests.rsvps.coming import confirmed, say, walk_in

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = Actor("clock", "clock")
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()
    tasks.discover()


def work() -> None:
    """Do what the minute asks for, and every job that is due."""
    remind()
    doer = Doer()
    while doer.do():
        pass


def reminders(kind: str = "") -> list[tuple[str, str]]:
    """The kind and reader of each letter that reminds and is on its way."""
    owed = Letter.objects.filter(kind__startswith=f"rsvps.{kind}", state="owed").exclude(kind="rsvps.confirm")
    return [(letter.kind.partition(".")[2], letter.to) for letter in owed.order_by("kind", "pk")]


def at(day: datetime.date, clock: str, zone: str = "America/Chicago") -> datetime.datetime:
    """A moment on the clock of a place."""
    return datetime.datetime.combine(day, datetime.time.fromisoformat(clock), ZoneInfo(zone))


@pytest.fixture
def walk() -> Iterator[Event]:
    """A walk-in at 7:20; Gil wants both letters, Gus neither, Guy has not confirmed."""
    event = walk_in()
    confirmed(event, "gil@example.org", evening="on", early="on")
    confirmed(event, "gus@example.org")
    Client().post(f"/events/{event.key}/come/{'g' * 22}/", {"people": "1", "email": "guy@example.org", "evening": "on"})
    return event


def test_gil_is_reminded_at_six_the_evening_before_and_ninety_minutes_before_and_never_twice(walk: Event) -> None:
    day = walk.first_day
    assert day is not None
    eve = day - datetime.timedelta(days=1)
    seen = []
    with time_machine.travel(at(eve, "17:59"), tick=False) as clock:
        for moment in (at(eve, "17:59"), at(eve, "18:00"), at(eve, "18:01"), at(day, "05:49"), at(day, "05:50"),
                       at(day, "06:20"), at(day, "07:19")):  # fmt: skip
            clock.move_to(moment)
            work()
            seen.append(len(reminders()))
    assert seen == [0, 2, 2, 2, 3, 4, 4]
    assert reminders() == [
        ("early", "gil@example.org"), ("evening", "gil@example.org"), ("host_evening", "hana@example.org"),
        ("host_hour", "hana@example.org"),
    ]  # fmt: skip
    [letter] = Letter.objects.filter(kind="rsvps.evening")
    gil = Rsvp.objects.get(wants_evening=True, state="coming")
    body = letter.content["body"]
    assert ("Auer Avenue School" in body, f"/coming/{link_of(gil.uid, LETTER)}/" in body) == (True, True)
    assert (letter.is_secret, letter.safe, letter.until) == (True, gil.safe, at(day, "07:20"))
    [host] = Letter.objects.filter(kind="rsvps.host_evening")
    assert (f"/events/{walk.key}/poster.pdf" in host.content["body"], "/toolkit/" in host.content["body"]) == (
        True,
    ) * 2


@pytest.mark.parametrize("jump", [-2, 2])
def test_a_clock_that_jumps_two_hours_doubles_no_letter_and_loses_none(walk: Event, jump: int) -> None:
    day = walk.first_day
    assert day is not None
    six = at(day - datetime.timedelta(days=1), "18:00")
    with time_machine.travel(six, tick=False) as clock:
        for moment in (six - HOUR, six - HOUR + jump * HOUR, six, six + jump * HOUR, six, six + HOUR):
            clock.move_to(moment)
            work()
    assert reminders("evening") == [("evening", "gil@example.org")]


def test_a_worker_that_stood_still_reminds_late_but_not_too_late(walk: Event) -> None:
    day = walk.first_day
    assert day is not None
    with time_machine.travel(at(day, "00:10"), tick=False) as clock:
        work()
        assert reminders() == []
        clock.move_to(at(day, "07:10"))
        work()
    assert [kind for kind, _to in reminders()] == ["early", "host_hour"]


def unlist(event: Event) -> None:
    Event.every.filter(pk=event.pk).update(is_listed=False)


def withdraw(event: Event) -> None:
    gil = Rsvp.objects.get(wants_evening=True, state="coming")
    Client().post(f"/coming/{link_of(gil.uid, LETTER)}/", {"do": "withdraw"})


def call_off(event: Event) -> None:
    cancel_events([event], reason="Storm", by=Actor("Nia", "command"))


@pytest.mark.parametrize(
    ("does", "left"), [(unlist, []), (call_off, []), (withdraw, [("host_evening", "hana@example.org")])]
)
@pytest.mark.parametrize("is_late", [False, True])
def test_nobody_is_reminded_of_what_does_not_take_place_before_or_after_it_was_written(
    walk: Event, does: Any, left: Any, is_late: bool
) -> None:
    day = walk.first_day
    assert day is not None
    with time_machine.travel(at(day - datetime.timedelta(days=1), "18:00"), tick=False) as clock:
        if is_late:
            work()
            assert len(reminders()) == 2
        does(walk)
        clock.shift(60)
        work()
    assert reminders("evening") + reminders("host") == left


def test_a_round_goes_on_where_its_worker_was_killed(walk: Event, monkeypatch: Any) -> None:
    from manyplaces.rsvps.operations import reminding

    monkeypatch.setattr(reminding, "PIECE", 2)
    day = walk.first_day
    assert day is not None
    for number in range(5):
        confirmed(walk, f"guest{number}@example.org", evening="on")
    with time_machine.travel(at(day - datetime.timedelta(days=1), "18:00"), tick=False):
        remind()
        one = Round.objects.get(kind="evening")
        assert reminding.write_reminders(one.pk, now=timezone.now(), by=CLOCK) == (2, 6)
        # What a piece wrote is written again, as if its end had not been noted.
        Round.objects.filter(pk=one.pk).update(reached=0, written=0)
        work()
    one.refresh_from_db()
    assert (one.written, one.total, one.ended_at is not None, len(reminders("evening"))) == (6, 6, True, 6)


def test_what_changed_is_told_while_very_many_are_reminded(walk: Event, monkeypatch: Any) -> None:
    from manyplaces.rsvps import chores
    from manyplaces.rsvps.operations import reminding

    monkeypatch.setattr(reminding, "PIECE", 1)
    monkeypatch.setattr(chores, "IN_A_ROW", 2)
    day = walk.first_day
    assert day is not None
    for number in range(3):
        confirmed(walk, f"guest{number}@example.org", evening="on")
    with time_machine.travel(at(day - datetime.timedelta(days=1), "18:00"), tick=False):
        remind()
        doer, seen = Doer(), []
        while doer.do():
            seen.append(len(reminders("evening")))
    # Gil and three more, two in a row, with the round of the hosts in between; the last job finds nothing left.
    assert seen == [2, 2, 4, 4]


def test_a_new_day_is_reminded_of_anew_and_the_old_one_is_not(walk: Event) -> None:
    day = walk.first_day
    assert day is not None
    eve = day - datetime.timedelta(days=1)
    new = day + datetime.timedelta(days=7)
    with time_machine.travel(at(eve, "18:00"), tick=False) as clock:
        remind()
        Event.every.filter(pk=walk.pk).update(date_edtf=new.isoformat(), date_from=new, date_to=new)
        work()
        assert reminders() == []
        clock.move_to(at(eve + datetime.timedelta(days=7), "18:05"))
        work()
    assert reminders("evening") == [("evening", "gil@example.org")]
    # What was begun and not true stands nowhere, or it would keep the day from being reminded of should it come back.
    assert list(Reminding.objects.filter(kind="evening").values_list("day", flat=True)) == [new]


def test_a_home_is_told_to_who_confirmed_only_where_its_host_wants_it() -> None:
    home = {"only_city": True, "is_shielded": True, "venue": "At Hana's", "address": "12 Elm St"}
    told = {}
    action = october()
    for wish in ("coming", "asked"):
        event = walk_in(action, venue=f"Home {wish}")
        Event.every.filter(pk=event.pk).update(**home, address_for=wish)
        confirmed(event, f"{wish}@example.org", evening="on")
    assert action.date_from is not None
    with time_machine.travel(at(action.date_from - datetime.timedelta(days=1), "18:00"), tick=False):
        work()
    for letter in Letter.objects.filter(kind="rsvps.evening"):
        told[letter.to] = "12 Elm St" in letter.content["body"]
    assert told == {"coming@example.org": True, "asked@example.org": False}


def test_who_confirmed_and_wants_no_reminder_finds_the_address_on_his_own_page_the_evening_before() -> None:
    home = {"only_city": True, "is_shielded": True, "venue": "At Hana's", "address": "12 Elm St"}
    event = walk_in(october(), venue="Home")
    Event.every.filter(pk=event.pk).update(**home, address_for="coming")
    gil = confirmed(event, "gil@example.org")
    ways = [f"/coming/{link_of(gil.uid, LETTER)}/", say(event, people="2")["Location"]]

    def shown() -> list[tuple[bool, bool]]:
        pages = [Client().get(way).content.decode() for way in ways]
        return [("12 Elm St" in page, "from the evening before" in page) for page in pages]

    assert shown() == [(False, True), (False, False)]
    assert event.action.date_from is not None
    with time_machine.travel(at(event.action.date_from - datetime.timedelta(days=1), "18:00"), tick=False):
        assert shown() == [(True, False), (False, False)]
        Event.every.filter(pk=event.pk).update(address_for="asked")
        assert shown() == [(False, False), (False, False)]
        Event.every.filter(pk=event.pk).update(address_for="coming", only_city=False)
        # Others have hidden it.
        assert shown() == [(False, False), (False, False)]


def test_a_host_who_was_only_named_is_not_reminded(walk: Event) -> None:
    row = Commitment.objects.get(event=walk)
    row.hosts.update(proved_at=None)
    assert walk.first_day is not None
    with time_machine.travel(at(walk.first_day - datetime.timedelta(days=1), "18:00"), tick=False):
        work()
    assert reminders("host") == []


@pytest.mark.parametrize("did", [{"do": "change", "people": "1"}, {"do": "withdraw"}])
def test_a_reminder_that_has_not_left_is_stopped_by_who_does_not_want_it_any_more(
    walk: Event, did: dict[str, str], monkeypatch: Any
) -> None:
    from manyplaces.rsvps.operations import reminding

    day = walk.first_day
    assert day is not None
    own = f"/coming/{link_of(Rsvp.objects.get(wants_evening=True, state='coming').uid, LETTER)}/"
    make = reminding._letters
    with time_machine.travel(at(day - datetime.timedelta(days=1), "18:00"), tick=False):
        remind()
        one = Round.objects.get(kind="evening")
        rows = reminding._next_rows(one)
        assert len(make(one, rows, reminding._still_true(one, rows, timezone.now()))) == 1

        def made_and_then_withdrawn(*given: Any) -> Any:
            letters = make(*given)
            Client().post(own, did)
            return letters

        if did["do"] == "withdraw":
            # In the very moment between making the letter and owing it.
            monkeypatch.setattr(reminding, "_letters", made_and_then_withdrawn)
            reminding.write_reminders(one.pk, now=timezone.now(), by=CLOCK)
            assert not Rsvp.objects.filter(wants_evening=True, state="coming").exists()
        else:
            work()
            assert reminders("evening") == [("evening", "gil@example.org")]
            Client().post(own, did)
    assert reminders("evening") == []


def test_a_host_is_not_reminded_of_an_hour_that_is_not_true_any_more(walk: Event) -> None:
    day = walk.first_day
    assert day is not None
    Rsvp.objects.all().delete()
    with time_machine.travel(at(day - datetime.timedelta(days=1), "18:00"), tick=False):
        work()
        assert reminders("host") == [("host_evening", "hana@example.org")]
        remind()
        assert len(reminders("host")) == 1
        Event.every.filter(pk=walk.pk).update(time_local=datetime.time(15, 30))
        remind()
    assert reminders("host") == []


def move(event: Event, day: datetime.date, clock: str = "07:20") -> None:
    """Write another day and time into what is online."""
    time = datetime.time.fromisoformat(clock)
    Event.every.filter(pk=event.pk).update(date_edtf=day.isoformat(), date_from=day, date_to=day, time_local=time)


def test_who_was_not_reminded_before_it_was_moved_away_and_back_is_and_nobody_twice(walk: Event) -> None:
    day = walk.first_day
    assert day is not None
    confirmed(walk, "gloria@example.org", evening="on")
    with time_machine.travel(at(day - datetime.timedelta(days=1), "18:00"), tick=False) as clock:
        work()
        # The mail server took Gil's and went down.
        first = Letter.objects.filter(kind="rsvps.evening").order_by("pk")[0]
        Letter.objects.filter(pk=first.pk).update(state="sent")
        move(walk, day + datetime.timedelta(days=7))
        clock.shift(60)
        work()
        assert reminders() == []
        move(walk, day)
        for _minute in range(3):
            clock.shift(60)
            work()
        assert reminders() == [("evening", "gloria@example.org"), ("host_evening", "hana@example.org")]
        assert Round.objects.filter(kind="evening").count() == 2
        # At another hour of the day they are of that hour; who was reminded has the word of the change.
        move(walk, day, "09:15")
        clock.shift(60)
        work()
        assert reminders() == [("evening", "gloria@example.org"), ("host_evening", "hana@example.org")]
        assert "9:15 a.m." in Letter.objects.get(kind="rsvps.evening", state="owed").content["body"]


def test_a_reminder_that_a_wrong_clock_gave_up_is_written_once_the_clock_is_right(walk: Event) -> None:
    day = walk.first_day
    assert day is not None
    with time_machine.travel(at(day - datetime.timedelta(days=1), "18:00"), tick=False) as clock:
        work()
        clock.shift(datetime.timedelta(days=60))
        stop_late(timezone.now())
        work()
        clock.shift(-datetime.timedelta(days=60))
        assert reminders() == []
        work()
    assert reminders() == [("evening", "gil@example.org"), ("host_evening", "hana@example.org")]


def test_whose_piece_came_while_it_did_not_take_place_is_reminded_when_it_does_after_all(
    walk: Event, monkeypatch: Any
) -> None:
    from manyplaces.rsvps.operations import reminding

    monkeypatch.setattr(reminding, "PIECE", 1)
    confirmed(walk, "gloria@example.org", evening="on")
    day = walk.first_day
    assert day is not None
    with time_machine.travel(at(day - datetime.timedelta(days=1), "18:00"), tick=False) as clock:
        remind()
        one = Round.objects.get(kind="evening")
        reminding.write_reminders(one.pk, now=timezone.now(), by=CLOCK)
        Letter.objects.filter(kind="rsvps.evening").update(state="sent")
        unlist(walk)
        work()
        assert reminders("evening") == []
        Event.every.filter(pk=walk.pk).update(is_listed=True)
        clock.shift(60)
        work()
        work()
    assert reminders("evening") == [("evening", "gloria@example.org")]
    assert Letter.objects.filter(kind="rsvps.evening", state="sent").count() == 1


def test_whoever_moves_it_to_its_new_day_after_its_reminder_is_written_doubles_none_and_gives_it_its_hour(
    walk: Event,
) -> None:
    day = walk.first_day
    assert day is not None
    new = day + datetime.timedelta(days=7)
    nia = Actor("Nia", "command")
    postpone_events([walk], moved_to=new.isoformat(), reason="Storm", by=nia)
    with time_machine.travel(at(new - datetime.timedelta(days=1), "18:00"), tick=False) as clock:
        work()
        work()
        assert reminders("evening") == [("evening", "gil@example.org")]
        move_events([Event.every.get(pk=walk.pk)], by=nia)
        for _minute in range(2):
            clock.shift(60)
            work()
    assert reminders("evening") == [("evening", "gil@example.org")]
    letter = Letter.objects.get(kind="rsvps.evening")
    assert (letter.until, "7:20 a.m." in letter.content["body"]) == (at(new, "07:20"), True)
