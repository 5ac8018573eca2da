"""What attendees left goes by itself: on its day and not before, piece by piece, with its keys; sums stay."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Grant
from manyplaces.core.safes import safes
from manyplaces.core.sealing import Unopenable
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.rules import Phase
from manyplaces.journal.models import Entry
from manyplaces.lists.models import SiteList
from manyplaces.mail.models import Letter, Suppression
from manyplaces.mail.operations import unsubscribe
from manyplaces.people.models import GivenContact, Person
from manyplaces.people.operations import find_or_add_organisation, give_contact
from manyplaces.rsvps import operations
from manyplaces.rsvps.chores import CLOCK, CountsDisagree, check_counts, forget_due
from manyplaces.rsvps.models import Crowd, Look, Message, PastCrowd, Purge, Round, Rsvp, Safe
from manyplaces.rsvps.operations import destroying
from manyplaces.rsvps.operations.safes import safe_for
from manyplaces.rsvps.rules.forgetting import Reading
from tests.rsvps.clockwork import DAY, HOUR, Clock
from tests.rsvps.coming import confirmed, say, walk_in
from tests.signing import person_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def keys_of_our_own(settings: Any, tmp_path: Path) -> None:
    settings.SAFES_FOLDER = tmp_path / "safes"
    throttle.forget()


def after(event: Event, days: int) -> datetime.datetime:
    """Noon, in UTC, so many days after an event's last day."""
    last = event.meant[1]
    assert last is not None
    return datetime.datetime.combine(last + datetime.timedelta(days=days), datetime.time(12), datetime.UTC)


def noon() -> datetime.datetime:
    """Noon of today, in UTC: the second look, an hour later, falls on the same day whenever the test is run."""
    return datetime.datetime.combine(timezone.localdate(), datetime.time(12), datetime.UTC)


def lines() -> dict[str, int]:
    """What was destroyed, by its kind; -1 where it was too few to say."""
    return {line.what: -1 if line.is_few else line.many for line in Purge.objects.order_by("pk")}


def test_needs_go_the_day_after_with_their_key_and_the_rest_stays() -> None:
    event = walk_in()
    say(event, people="2", needs="CANARY a ramp")
    say(event, name="CANARY Gil")
    clock = Clock(after(event, 0))
    assert (clock.run(), Rsvp.objects.exclude(needs_sealed=b"").count()) == (0, 1)
    clock.set(after(event, 2))
    assert clock.run() == 2
    assert (Rsvp.objects.count(), Rsvp.objects.exclude(needs_sealed=b"").count()) == (2, 0)
    assert [safe.kind for safe in Safe.objects.filter(destroyed_at=None)] == ["contacts"]
    assert safes() == [Safe.objects.get(kind="contacts").name]
    assert lines() == {"needs": -1, "safes": 1}


def test_all_of_it_goes_fourteen_days_after_bare_numbers_too_and_a_sum_stays() -> None:
    event = walk_in()
    for people in ("3", "2"):
        say(event, people=people)
    gil = confirmed(event, "gil@example.org", name="CANARY Gil", needs="CANARY ramp", people="4")
    sealed, name, uid = bytes(gil.email_sealed), gil.safe, gil.uid
    clock = Clock(after(event, 14))
    clock.run()
    assert (Rsvp.objects.count(), PastCrowd.objects.count()) == (3, 0)
    clock.set(after(event, 15))
    clock.run()
    left = (Rsvp.objects.all(), Crowd.objects.all(), Letter.objects.filter(kind__startswith="rsvps."))
    assert [rows.count() for rows in left] == [0, 0, 0]
    assert [(one.state, one.people) for one in PastCrowd.objects.all()] == [("WI", 9)]
    assert (safes(), Safe.objects.filter(destroyed_at=None).count()) == ([], 0)
    # What a backup still has is bytes and no more.
    with pytest.raises(Unopenable):
        Rsvp(uid=uid, safe=name, email_sealed=sealed).opened("email")
    assert Entry.objects.filter(verb="event.purged", subject_id=event.pk).count() == 1


def test_of_answers_only_answers_are_counted_and_not_to_whom_they_were_given() -> None:
    event = walk_in()
    mtea = find_or_add_organisation("MTEA", by=CLOCK)
    event.hosts.add(mtea)
    for number in range(5):
        confirmed(event, f"gil{number}@example.org", **{f"share-{mtea.organisation_id}": "on"})
        throttle.forget()
    say(event, email="guy@example.org", **{f"share-{mtea.organisation_id}": "on"})
    clock = Clock(after(event, 0))
    clock.run()
    assert lines()["unconfirmed"] == -1
    clock.set(after(event, 15))
    clock.run()
    assert lines()["answers"] == 5


def test_fewer_than_five_people_leave_no_number_behind() -> None:
    event = walk_in()
    say(event, people="4")
    Clock(after(event, 15)).run()
    assert (Rsvp.objects.count(), PastCrowd.objects.count(), lines()) == (0, 0, {"answers": -1})


def test_five_hundred_at_a_time_and_whoever_is_interrupted_goes_on(settings: Any) -> None:
    event = walk_in()
    Rsvp.objects.bulk_create(Rsvp(uid=f"u{number}", event=event, people=1) for number in range(1203))
    Crowd.objects.create(event=event, coming=1203)
    day = after(event, 15).date()
    assert operations.forget_answers(event, day, by=CLOCK) == 500
    # Here the worker was ended; counts and rows agree all the same.
    check_counts()
    assert (Crowd.objects.get().coming, PastCrowd.objects.get().people) == (703, 500)
    Clock(after(event, 15)).run()
    assert (Rsvp.objects.count(), PastCrowd.objects.get().people, lines()) == (0, 1203, {"answers": 1203})


@pytest.mark.parametrize("days", [1, 14, 90])
def test_the_operators_days_count_from_the_events_own_day(days: int, settings: Any) -> None:
    settings.FORGET_DAYS = days
    event = walk_in()
    say(event)
    Clock(after(event, days)).run()
    assert Rsvp.objects.count() == 1
    Clock(after(event, days + 1)).run()
    assert Rsvp.objects.count() == 0


def test_what_was_postponed_counts_from_the_new_day_and_what_has_none_is_not_kept_for_ever() -> None:
    event = walk_in()
    say(event)
    moved = after(event, 30).date()
    Event.every.filter(pk=event.pk).update(phase=Phase.POSTPONED, moved_to=moved.isoformat())
    Clock(after(event, 20)).run()
    assert Rsvp.objects.count() == 1
    Event.every.filter(pk=event.pk).update(moved_to="")
    Clock(noon() + 90 * DAY).run()
    assert Rsvp.objects.count() == 1
    Clock(noon() + 91 * DAY).run()
    assert (Rsvp.objects.count(), Crowd.objects.count()) == (0, 0)


def test_an_event_that_is_moved_again_and_again_keeps_no_answer_for_longer_than_a_year() -> None:
    event = walk_in()
    confirmed(event, "gil@example.org", people="3")
    said = timezone.localdate()
    Event.every.filter(pk=event.pk).update(date_edtf="2031-05-01", date_from="2031-05-01", date_to="2031-05-01")
    clock = Clock(datetime.datetime.combine(said + datetime.timedelta(days=366), datetime.time(12), datetime.UTC))
    assert (clock.run(), Rsvp.objects.count()) == (0, 1)
    clock.set(clock.now + DAY)
    clock.run()
    assert (Rsvp.objects.count(), Letter.objects.filter(kind__startswith="rsvps.").count(), safes()) == (0, 0, [])


def test_what_nobody_confirms_lapses_after_two_days_with_the_letter_that_asked() -> None:
    event = walk_in()
    say(event, email="stranger@example.org", name="CANARY")
    kept = confirmed(event, "gil@example.org")
    Clock(noon() + 2 * DAY).run()
    assert Rsvp.objects.count() == 2
    Clock(noon() + 3 * DAY).run()
    assert [row.pk for row in Rsvp.objects.all()] == [kept.pk]
    assert [letter.to_hash for letter in Letter.objects.filter(kind="rsvps.confirm")] == [kept.email_hash]


def test_never_write_to_me_outlives_everything() -> None:
    event = walk_in()
    say(event, email="victim@example.org")
    link = Letter.objects.get(kind="rsvps.confirm").content["unsubscribe"].partition("/letters/")[2].partition("/")[0]
    assert unsubscribe(link, by=CLOCK)
    Clock(after(event, 15)).run()
    assert (Suppression.objects.count(), Letter.objects.filter(kind="rsvps.confirm").count()) == (1, 0)


def test_one_look_destroys_nothing_and_neither_does_a_clock_that_was_set() -> None:
    event = walk_in()
    say(event)
    clock = Clock(after(event, 12))
    assert clock.look() == 0
    # Two hours too far for three minutes, and back.
    clock.pass_(HOUR / 20)
    clock.jump(datetime.timedelta(hours=2))
    assert clock.look() == 0
    clock.jump(-datetime.timedelta(hours=2))
    assert clock.look() == 0
    assert Rsvp.objects.count() == 1
    # A year too far, and nobody notices for half a day.
    clock.jump(datetime.timedelta(days=365))
    for _hour in range(12):
        assert clock.look() == 0
        clock.pass_(HOUR)
    assert Rsvp.objects.count() == 1
    clock.jump(-datetime.timedelta(days=365))
    for _hour in range(30):
        clock.look()
        clock.pass_(HOUR)
    assert Rsvp.objects.count() == 1
    # With the right time it goes on the right day.
    for _hour in range(24):
        clock.look()
        clock.pass_(HOUR)
    assert (clock.now.date(), Rsvp.objects.count()) == (after(event, 15).date(), 0)


def test_a_machine_that_starts_with_the_wrong_year_waits_a_day() -> None:
    event = walk_in()
    say(event)
    Clock(timezone.now()).run()
    wrong = Clock(after(event, 400), boot="another-start")
    assert [wrong.look(), wrong.pass_(2 * HOUR), wrong.look(), Rsvp.objects.count()] == [0, None, 0, 1]
    wrong.pass_(24 * HOUR)
    assert (wrong.look() > 0, Rsvp.objects.count()) == (True, 0)


def test_the_twenty_ninth_of_february_is_a_day_like_others() -> None:
    with time_machine.travel(datetime.datetime(2028, 1, 30, 12, tzinfo=datetime.UTC), tick=False):
        leap = walk_in()
        assert leap.meant[1] == datetime.date(2028, 2, 29)
        say(leap, needs="CANARY", people="5")
        for day, left in ((datetime.date(2028, 3, 14), 1), (datetime.date(2028, 3, 15), 0)):
            Clock(datetime.datetime.combine(day, datetime.time(1), datetime.UTC)).run()
            assert Rsvp.objects.count() == left


def test_what_a_host_wrote_goes_with_the_answers_and_keeps_its_key_as_long() -> None:
    event = walk_in()
    say(event, people="5")
    safe = safe_for(event.action_id, Safe.Kind.CONTACTS, by=CLOCK)
    message = Message(event=event, made_at=timezone.now(), not_before=timezone.now())
    message.put_in("CANARY bring water", safe)
    message.save()
    Clock(after(event, 14)).run()
    assert (Message.objects.get().text, len(safes())) == ("CANARY bring water", 1)
    Clock(after(event, 15)).run()
    assert (Message.objects.count(), safes(), lines()["further"]) == (0, [], -1)


def test_a_safe_that_is_still_used_stays_and_a_new_one_takes_what_comes_later() -> None:
    event = walk_in()
    say(event, name="Gil")
    Safe.objects.update(closed_at=timezone.now() - DAY)
    say(event, name="Gina")
    assert (len(safes()), operations.destroy_closed_safes(timezone.localdate(), timezone.now(), by=CLOCK)) == (2, 0)
    assert [row.opened("name") for row in Rsvp.objects.order_by("pk")] == ["Gil", "Gina"]


def test_counts_that_disagree_are_found_at_night() -> None:
    event = walk_in()
    say(event, people="3")
    check_counts()
    Crowd.objects.update(coming=2)
    with pytest.raises(CountsDisagree):
        check_counts()


def test_a_letter_to_attendees_of_an_event_that_is_gone_goes_too() -> None:
    event = walk_in()
    say(event, email="gil@example.org")
    Letter.objects.filter(kind="rsvps.confirm").update(about="no-such-event")
    Clock(timezone.now()).run()
    assert Letter.objects.filter(kind="rsvps.confirm").count() == 0


def test_hosts_are_forgotten_when_their_links_die_but_not_whoever_wants_to_be_kept() -> None:
    event = walk_in(remark="CANARY my number is 414 555 0199")
    other = walk_in(event.action, "Grant Elementary")
    Host.objects.filter(commitment__event=other).update(is_kept=True)
    Clock(after(event, 90)).run()
    assert Host.objects.count() == 2
    Clock(after(event, 91)).run()
    assert [host.commitment.event_id for host in Host.objects.all()] == [other.pk]
    assert [(row.remark, row.venue) for row in Commitment.objects.filter(event=event)] == [("", "Auer Avenue School")]
    assert Letter.objects.filter(about=event.key).count() == 0
    assert Event.objects.count() == 2
    Clock(after(event, 731)).run()
    assert Host.objects.count() == 0


def test_looks_of_other_starts_are_forgotten() -> None:
    Look.objects.create(boot="old", uptime=1, at=timezone.now() - 40 * DAY)
    clock = Clock(timezone.now())
    forget_due(Reading(clock.now, "new", 0))
    forget_due(Reading(clock.now + 25 * HOUR, "new", 25 * 3600.0))
    assert [look.boot for look in Look.objects.all()] == ["new"]


def test_the_files_are_written_anew_once_a_week_and_not_where_that_takes_too_long(monkeypatch: Any) -> None:
    ran: list[str] = []

    def seen(execute: Any, sql: str, *rest: Any) -> Any:
        ran.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(seen):
        operations.rewrite()
        assert sum(sql.startswith("VACUUM") for sql in ran) >= 1
        monkeypatch.setattr(destroying, "MOST_REWRITTEN", 100)
        ran.clear()
        operations.rewrite()
    assert sum(sql.startswith("VACUUM") for sql in ran) == (0 if connection.vendor == "sqlite" else 2)


def others_kept() -> list[int]:
    """How much there is still of what is not about who comes, and has its time all the same."""
    lists = SiteList.objects.exclude(upload_sealed=b"")
    letters = Letter.objects.exclude(content_sealed=b"")
    accounts = Person.objects.filter(disabled_at=None)
    return [letters.count(), lists.count(), GivenContact.objects.count(), accounts.count(), Round.objects.count()]


def test_a_clock_that_jumps_a_year_for_an_hour_or_two_forgets_nothing_whatever_it_is() -> None:
    event = walk_in()
    organisation = find_or_add_organisation("MTEA", by=CLOCK).organisation_id
    give_contact(organisation, name="Gil", email="gil@example.org", language="en", by=CLOCK)
    confirmed(event, "gus@example.org")
    SiteList.objects.create(action=event.action, title="Milwaukee", made_by="Nia", person=0, upload_sealed=b"sealed")
    for alias in ("Nia", "Ned"):
        person_with(Grant("national"), alias=alias)
    Round.objects.create(kind="evening", day="2026-01-01", made_at=timezone.now())
    before = others_kept()
    assert all(before)
    clock = Clock(timezone.now())
    clock.run()
    clock.jump(400 * DAY)
    for _hour in range(23):
        clock.pass_(HOUR)
        assert (clock.look(), others_kept()) == (0, before)
    # Whoever has kept the clock is right by now: then all of it goes.
    clock.pass_(2 * HOUR)
    clock.look()
    clock.pass_(2 * HOUR)
    clock.look()
    letters, lists, given, accounts, rounds = others_kept()
    assert (lists, given, accounts, rounds) == (0, 0, 1, 0)
    # What is left is the word to him whose account was closed.
    assert letters <= 1
