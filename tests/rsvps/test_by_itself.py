"""Nobody has to start any of it: the worker's clock reminds, tells, moves up and destroys, each in its own time."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import F
from django.test import Client

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.safes import safes
from manyplaces.events.models import Event
from manyplaces.events.operations import cancel_events
from manyplaces.mail import tasks
from manyplaces.mail.models import Letter
from manyplaces.mail.worker.doing import Doer
from manyplaces.rsvps.models import Look, Message, Rsvp
from manyplaces.rsvps.operations import sending
from tests.rsvps.coming import confirmed, of_host, say, walk_in

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = datetime.timedelta(hours=1)
# What is done without anybody's doing, and every how many minutes: reminders, news and free places within minutes,
# what is due to be destroyed within the hour after the two looks, and the files swept every minute, night and week.
WITHIN = {
    "rsvps.tell_changes": 1, "rsvps.remind": 1, "rsvps.begin_messages": 1, "rsvps.give_free_places": 1,
    "rsvps.sweep": 1, "rsvps.forget": 20, "rsvps.sweep_at_night": 24 * 60, "rsvps.check_counts": 24 * 60,
    "rsvps.rewrite_files": 7 * 24 * 60,
}  # fmt: skip


@pytest.fixture(autouse=True)
def keys_of_our_own(settings: Any, tmp_path: Path) -> None:
    settings.SAFES_FOLDER = tmp_path / "safes"
    throttle.forget()
    tasks.discover()


def worker(at: datetime.datetime) -> set[str]:
    """What the worker's clock starts at a moment, with all the jobs that come of it; returns the chores."""
    with time_machine.travel(at, tick=False):
        doer = Doer()
        started = {name for name in doer.tick() if name.startswith("rsvps.")}
        while doer.do():
            pass
    return started


def noon(event: Event, days: int = 0, clock: str = "12:00") -> datetime.datetime:
    """A moment so many days after an event's day, on its own clock."""
    assert event.last_day is not None
    day = event.last_day + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time.fromisoformat(clock), ZoneInfo(event.zone))


def test_the_clock_knows_all_of_it() -> None:
    assert {name: chore.minutes for name, chore in tasks.CHORES.items() if name.startswith("rsvps.")} == WITHIN
    assert not {*WITHIN} & tasks.WHILE_LOCKED


def test_the_first_minute_of_a_worker_starts_each_once_and_the_next_what_is_due_every_minute() -> None:
    event = walk_in()
    assert worker(noon(event, -20)) == {*WITHIN}
    assert worker(noon(event, -20)) == set()
    every_minute = {name for name, minutes in WITHIN.items() if minutes == 1}
    assert worker(noon(event, -20) + datetime.timedelta(minutes=1)) == every_minute
    assert worker(noon(event, -20) + datetime.timedelta(minutes=20)) == {*every_minute, "rsvps.forget"}


def test_what_attendees_left_is_destroyed_though_nobody_does_anything() -> None:
    event = walk_in()
    say(event, people="5")
    confirmed(event, "gil@example.org", name="Gil")
    then = noon(event, 16)
    for hours, left in ((0, 2), (1, 0), (2, 0)):
        worker(then + hours * HOUR)
        assert (hours, Rsvp.objects.count()) == (hours, left)
        # The machine has run meanwhile, as its clock says.
        Look.objects.update(uptime=F("uptime") - 3600)
    assert (safes(), Letter.objects.filter(kind__startswith="rsvps.").count()) == ([], 0)


def test_reminders_and_news_and_messages_go_out_though_nobody_does_anything() -> None:
    event = walk_in()
    confirmed(event, "gil@example.org", evening="on", host="on")
    with time_machine.travel(noon(event, -3), tick=False):
        Client().post(f"{of_host(event)}message/", {"text": "Please bring a candle.", "do": "send"})
        Message.objects.update(stage="due")
    worker(noon(event, -3) + HOUR)
    worker(noon(event, -1, "18:00"))
    with time_machine.travel(noon(event, -1, "18:05"), tick=False):
        cancel_events([event], reason="Storm", by=Actor("Nia", "command"))
    worker(noon(event, -1, "18:06"))
    owed = Letter.objects.filter(kind__startswith="rsvps.").exclude(kind="rsvps.confirm").order_by("pk")
    told = [letter.kind.partition(".")[2] for letter in owed]
    assert told == ["host_copy", "from_host", "evening", "host_evening", "cancelled"]


@pytest.mark.parametrize(("many", "stage"), [(500, "sending"), (501, "second")])
def test_five_hundred_letters_of_a_host_go_and_one_more_needs_a_second_yes(many: int, stage: str) -> None:
    event = walk_in()
    gil = confirmed(event, "gil@example.org", host="on")
    rows = [
        Rsvp(uid=f"guest{number}", event=event, body_digest="x", wants_host=True, safe=gil.safe, email_hash=f"{number}")
        for number in range(many - 1)
    ]
    Rsvp.objects.bulk_create(rows)
    with time_machine.travel(noon(event, -3), tick=False):
        Client().post(f"{of_host(event)}message/", {"text": "Please bring a candle.", "do": "send"})
        Message.objects.update(stage="due")
    with time_machine.travel(noon(event, -3) + HOUR, tick=False) as clock:
        sending.begin_messages(noon(event, -3) + HOUR, by=Actor("clock", "clock"))
        clock.shift(60)
    assert Message.objects.get().stage == stage
