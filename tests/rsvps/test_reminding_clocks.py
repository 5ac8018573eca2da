"""In six towns, around the night in which the clocks change, everybody is reminded at six on the clock of his place."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
import time_machine

from manyplaces.actions.models import Action
from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.operations import postpone_events
from manyplaces.mail import tasks
from manyplaces.mail.models import Letter
from manyplaces.mail.worker.doing import Doer
from manyplaces.places.models import City
from manyplaces.rsvps.chores import remind
from tests.events.calling import october
from tests.rsvps.coming import confirmed, say, walk_in

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = datetime.timedelta(minutes=1)
DAYS = ("2026-10-31", "2026-11-01", "2026-11-02")
# By how many hours a place is behind UTC, and from the second hour of 1 November on; the letters that clocks show.
TOWNS = {
    "Honolulu": ("HI", "Pacific/Honolulu", 10, 10, "HST HST"),
    "Anchorage": ("AK", "America/Anchorage", 8, 9, "AKDT AKST"),
    "Phoenix": ("AZ", "America/Phoenix", 7, 7, "MST MST"),
    "Denver": ("CO", "America/Denver", 6, 7, "MDT MST"),
    "Indianapolis": ("IN", "America/Indiana/Indianapolis", 4, 5, "EDT EST"),
    "San Juan": ("PR", "America/Puerto_Rico", 4, 4, "AST AST"),
}
# Each kind, at which hour and how many days before; the walk-ins begin at 7:20.
HOURS = {
    "rsvps.evening": ("18:00", 1), "rsvps.host_evening": ("18:00", 1), "rsvps.early": ("05:50", 0),
    "rsvps.host_hour": ("06:20", 0),
}  # fmt: skip


@pytest.fixture(autouse=True)
def the_end_of_october() -> Iterator[None]:
    throttle.forget()
    tasks.discover()
    with time_machine.travel(datetime.datetime(2026, 10, 20, 12, tzinfo=datetime.UTC), tick=False):
        yield


def slug(town: str) -> str:
    return town.lower().replace(" ", "-")


def in_utc(town: str, day: str, clock: str, earlier: int = 0) -> datetime.datetime:
    """A moment on the clock of a town, worked out by hand."""
    _state, _zone, before, after, _letters = TOWNS[town]
    local = datetime.datetime.fromisoformat(f"{day}T{clock}") - datetime.timedelta(days=earlier)
    behind = before if local < datetime.datetime(2026, 11, 1, 2) else after
    return (local + datetime.timedelta(hours=behind)).replace(tzinfo=datetime.UTC)


def somebody_comes(action: Action, town: str, day: str) -> str:
    """A walk-in with a guest who wants both letters, and a host; returns its key."""
    state, zone, *_ = TOWNS[town]
    place = {"name": town, "folded": town.lower(), "zone": zone, "lat": 43.0, "lon": -88.0}
    City.objects.get_or_create(state=state, slug=slug(town), defaults=place)
    where = {"city_name": town, "city_slug": slug(town), "state": state, "zone": zone}
    reader = f"{slug(town)}.{day}"
    event = walk_in(action, f"School of {reader}", **where, date_edtf=day, email=f"host.{reader}@example.org")
    confirmed(event, f"gil.{reader}@example.org", evening="on", early="on")
    return event.key


def test_everybody_is_reminded_at_his_own_six_across_the_change_of_clocks() -> None:
    action = october(date_edtf="2026-11-01")
    keys = {somebody_comes(action, town, day): (town, day) for town in TOWNS for day in DAYS}
    wanted = {
        (kind, key): in_utc(town, day, clock, earlier)
        for key, (town, day) in keys.items()
        for kind, (clock, earlier) in HOURS.items()
    }
    Letter.objects.all().delete()
    seen: dict[tuple[str, str], datetime.datetime] = {}
    moments = sorted({moment - wait for moment in wanted.values() for wait in (MINUTE, 0 * MINUTE)})
    with time_machine.travel(moments[0], tick=False) as clock:
        for moment in moments:
            clock.move_to(moment)
            remind()
            doer = Doer()
            while doer.do():
                pass
            for kind, about in Letter.objects.filter(kind__in=HOURS).values_list("kind", "about").order_by("pk"):
                seen.setdefault((kind, about), moment)
    assert seen == wanted
    letters = list(Letter.objects.filter(kind__in=HOURS).order_by("pk"))
    assert len(letters) == len(wanted) == 4 * len(TOWNS) * len(DAYS)
    # To whom it is, and what clock it names, are those of the place and the day too; it is of use until it begins.
    for letter in letters:
        town, day = keys[letter.about]
        who = "host" if "host" in letter.kind else "gil"
        shown = TOWNS[town][4].split()[day > "2026-10-31"]
        assert (letter.to, f"7:20 a.m. {shown}" in letter.content["body"]) == (
            f"{who}.{slug(town)}.{day}@example.org",
            True,
        )
        assert letter.until == in_utc(town, day, "07:20")


def test_a_vigil_in_honolulu_is_reminded_of_though_in_greenwich_it_is_the_next_day() -> None:
    action = october(date_edtf="2026-11-01")
    key = somebody_comes(action, "Honolulu", "2026-11-01")
    Event.every.filter(key=key).update(time_local=datetime.time(19))
    seen = {}
    for clock in ("17:29", "17:30", "18:00"):
        with time_machine.travel(in_utc("Honolulu", "2026-11-01", clock), tick=False):
            remind()
            doer = Doer()
            while doer.do():
                pass
            kinds = Letter.objects.filter(kind__in=HOURS).order_by("kind").values_list("kind", flat=True)
            seen[clock] = " ".join(kind.partition(".")[2] for kind in kinds)
    assert seen == {"17:29": "", "17:30": "early", "18:00": "early host_hour"}


def test_what_was_put_off_to_a_day_is_reminded_of_before_that_day_though_nobody_has_said_the_hour() -> None:
    action = october(date_edtf="2026-10-30")
    key = somebody_comes(action, "Denver", "2026-10-30")
    postpone_events([Event.every.get(key=key)], moved_to="2026-11-02", reason="Storm", by=Actor("Nia", "command"))
    # Nothing before the old day; at six before the new one in winter time; and early, where no hour is known, at six.
    told = {}
    looks = ("10-29 18:00", "10-30 06:20", "11-01 17:59", "11-01 18:00", "11-02 05:59", "11-02 06:00")
    for day, clock in (look.split() for look in looks):
        with time_machine.travel(in_utc("Denver", f"2026-{day}", clock), tick=False):
            remind()
            doer = Doer()
            while doer.do():
                pass
            kinds = Letter.objects.filter(kind__in=HOURS).order_by("kind").values_list("kind", flat=True)
            told[f"{day} {clock}"] = " ".join(kind.partition(".")[2] for kind in kinds)
    assert told == {
        "10-29 18:00": "", "10-30 06:20": "", "11-01 17:59": "", "11-01 18:00": "evening host_evening",
        "11-02 05:59": "evening host_evening", "11-02 06:00": "early evening host_evening",
    }  # fmt: skip
    letter = Letter.objects.get(kind="rsvps.evening")
    body = letter.content["body"]
    assert ("November 2" in body, "7:20" in body, letter.until) == (
        True,
        False,
        in_utc("Denver", "2026-11-02", "12:00"),
    )


def test_a_letter_about_what_was_put_off_names_no_hour_of_the_old_day() -> None:
    action = october(date_edtf="2026-10-30")
    key = somebody_comes(action, "Denver", "2026-10-30")
    postpone_events([Event.every.get(key=key)], moved_to="2026-11-02", reason="Storm", by=Actor("Nia", "command"))
    say(Event.every.get(key=key), email="gus@example.org")
    body = Letter.objects.filter(kind="rsvps.confirm").latest("pk").content["body"]
    assert ("November 2" in body, "7:20" in body) == (True, False)
