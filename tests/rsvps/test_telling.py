"""Those who come are told what is other than they were told: once, the latest, in their language, and no lure."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.fuzzydates import words
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import (
    approve,
    cancel_events,
    merge,
    move_events,
    postpone_events,
    reinstate,
    take_down,
    undo_review,
)
from manyplaces.events.operations.hosting import (
    change_commitment,
    pause_commitment,
    resume_commitment,
    withdraw_commitment,
)
from manyplaces.journal.models import Entry
from manyplaces.mail import tasks
from manyplaces.mail.models import Job, Letter
from manyplaces.mail.worker.doing import Doer
from manyplaces.people.models import Proposal
from manyplaces.people.operations import second
from manyplaces.rsvps.chores import tell_changes
from manyplaces.rsvps.models import Crowd, News, Rsvp
from manyplaces.rsvps.operations import withdraw_rsvp, writing_news
from manyplaces.rsvps.queries.telling import facts_of
from manyplaces.rsvps.rules.links import LETTER, link_of
from manyplaces.rsvps.rules.news import Facts, Sent, changes, going_on, known_by
from tests.events.calling import october
from tests.events.cast import committed
from tests.rsvps.coming import confirmed, form_of, link_in, of_host, say, walk_in
from tests.signing import person_with

pytestmark = pytest.mark.django_db(transaction=True)
NIA = Actor("Nia", "page", grants=(Grant("national"),))
KINDS = ("cancelled", "postponed", "moved", "on_again", "paused", "merged")


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()
    tasks.discover()


def work() -> None:
    """Do what the minute asks for, and every job that is due."""
    tell_changes()
    doer = Doer()
    while doer.do():
        pass


def told(state: str = "owed") -> list[tuple[str, str]]:
    """The kind and reader of each letter about a change."""
    letters = Letter.objects.filter(kind__in=[f"rsvps.{kind}" for kind in KINDS], state=state).order_by("pk")
    return [(letter.kind.partition(".")[2], letter.to) for letter in letters]


def sent() -> None:
    """All that was owed has gone."""
    Letter.objects.filter(state="owed").update(state="sent", sent_at=timezone.now())


@pytest.fixture
def walk() -> Event:
    """A walk-in; Gil comes and reads English, Gloria Spanish, Gus waits; Guy has not confirmed, +1 left no address."""
    event = walk_in(capacity=3)
    confirmed(event, "gil@example.org")
    say(event, form_of(event, "es"), email="gloria@example.org")
    Client().post(link_in(Letter.objects.order_by("-pk")[0]), {"do": "confirm"})
    say(event)
    confirmed(event, "gus@example.org", people="2")
    say(event, email="guy@example.org")
    work()
    sent()
    return event


EVERYBODY = ["gil@example.org", "gloria@example.org", "gus@example.org"]


def to_all(kind: str) -> list[tuple[str, str]]:
    return [(kind, reader) for reader in EVERYBODY]


def later(event: Event, days: int = 7) -> str:
    assert event.first_day is not None
    return (event.first_day + datetime.timedelta(days=days)).isoformat()


def test_everybody_who_left_an_address_is_told_once_in_his_language_that_it_is_cancelled(walk: Event) -> None:
    cancel_events([walk], reason="Call 555-0100 and come to the mall", by=NIA)
    work()
    work()
    assert told() == to_all("cancelled")
    bodies = {letter.language: letter for letter in Letter.objects.filter(kind="rsvps.cancelled")}
    assert "no se realiza" in bodies["es"].content["body"]
    # No word that anybody wrote about it: the page has them.
    assert not any("mall" in letter.content["body"] for letter in bodies.values())
    assert {(letter.is_secret, letter.unsubscribe, bool(letter.safe)) for letter in bodies.values()} == {
        (True, "guests", True)
    }
    assert Entry.objects.filter(verb="news.noted").count() == 1


def test_what_is_taken_back_before_it_was_told_is_not_told(walk: Event) -> None:
    cancel_events([walk], reason="Storm", by=NIA)
    reinstate([walk], by=NIA)
    work()
    assert told() == []


def test_who_heard_of_it_is_told_that_it_takes_place_after_all_and_nobody_else(walk: Event) -> None:
    cancel_events([walk], reason="Storm", by=NIA)
    work()
    first = Letter.objects.filter(kind="rsvps.cancelled").order_by("pk")[0]
    Letter.objects.filter(pk=first.pk).update(state="sent")
    reinstate([walk], by=NIA)
    work()
    assert told() == [("on_again", "gil@example.org")]
    assert Letter.objects.filter(kind="rsvps.cancelled", state="stopped", error="late").count() == 2
    # And when it is cancelled once more, all are told.
    sent()
    cancel_events([walk], reason="Storm", by=NIA)
    work()
    assert told() == to_all("cancelled")


def test_postponed_with_a_new_day_then_taking_place_on_it_is_one_letter(walk: Event) -> None:
    postpone_events([walk], moved_to=later(walk), reason="Storm", by=NIA)
    work()
    assert told() == to_all("postponed")
    sent()
    move_events([walk], by=NIA)
    work()
    assert told() == []


def test_postponed_without_a_new_day_and_then_to_one_are_two(walk: Event) -> None:
    for kind, new in (("postponed", ""), ("postponed", later(walk))):
        postpone_events([Event.every.get(pk=walk.pk)], moved_to=new, reason="Storm", by=NIA)
        work()
        assert told() == to_all(kind)
        sent()


def bodies(kind: str) -> dict[str, str]:
    """Subject and text of the letters of a kind that are owed, one for each language."""
    letters = Letter.objects.filter(kind=f"rsvps.{kind}", state="owed").order_by("pk")
    return {letter.language: f"{letter.content['subject']}\n{letter.content['body']}" for letter in letters}


def test_a_new_day_that_becomes_known_later_is_told_beside_the_day_on_which_nobody_is_to_come(walk: Event) -> None:
    was, new = walk.date_text, later(walk)
    postpone_events([walk], reason="Storm", by=NIA)
    work()
    sent()
    postpone_events([Event.every.get(pk=walk.pk)], moved_to=new, reason="Storm", by=NIA)
    work()
    for language, text in bodies("postponed").items():
        old, day = words(was, language), words(new, language)
        subject, _end, body = text.partition("\n")
        assert (subject.endswith(f", {old}"), body.count(old), body.count(day)) == (True, 1, 1), text


def test_who_comes_to_what_was_postponed_reads_the_new_day_on_every_page_of_his(walk: Event) -> None:
    was, new = words(walk.date_text, "en"), words(later(walk), "en")
    postpone_events([walk], moved_to=later(walk), reason="Storm", by=NIA)
    gil = Rsvp.objects.order_by("pk")[0]
    own = Client().get(f"/coming/{link_of(gil.uid, LETTER)}/").content.decode()
    form = Client().get(form_of(walk)).content.decode()
    for page in (own, form, Client().get(of_host(walk)).content.decode()):
        head = page.partition('<header class="head"')[2].partition("</header>")[0]
        # Nobody has said the hour of the new day.
        assert (new in head, was in head, "7:20" in head) == (True, False, False)
    assert "It was postponed to this day." in own


def test_only_the_latest_is_told(walk: Event) -> None:
    for days in (7, 8):
        postpone_events([Event.every.get(pk=walk.pk)], moved_to=later(walk, days), reason="Storm", by=NIA)
        work()
    assert told() == to_all("postponed")
    assert [news.state for news in News.objects.order_by("pk")] == ["told", "told"]
    assert Letter.objects.filter(kind="rsvps.postponed", state="stopped").count() == 3


def changed(event: Event, **facts: Any) -> Commitment:
    """What the host wants of his event now; it waits for a reviewer."""
    row = Commitment.objects.get(event=event)
    new = Commitment.objects.get(pk=row.pk)
    for name, value in facts.items():
        setattr(new, name, value)
    hana = Actor("Hana", "link", holds=row.key)
    return change_commitment(new, version=row.version, by=hana)


def test_a_lure_by_a_turned_host_is_not_told_before_a_reviewer_has_looked(walk: Event) -> None:
    row = changed(walk, time_local=datetime.time(5, 0), address="Behind the warehouse")
    work()
    assert told() == []
    row.refresh_from_db()
    approve(row, version=row.version, by=NIA)
    work()
    assert told() == to_all("moved")
    body = Letter.objects.filter(kind="rsvps.moved")[0].content["body"]
    assert ("New time: 5:00 a.m." in body, "Behind the warehouse" in body) == (True, True)


def test_a_host_who_withdraws_tells_them_too(walk: Event) -> None:
    row = Commitment.objects.get(event=walk)
    withdraw_commitment(row, by=Actor("Hana", "link", holds=row.key))
    work()
    assert told() == to_all("cancelled")


def test_that_there_is_a_place_does_not_come_behind_the_word_that_it_is_cancelled(walk: Event) -> None:
    withdraw_rsvp(Rsvp.objects.order_by("pk")[0].uid, by=NIA)
    assert [letter.to for letter in Letter.objects.filter(kind="rsvps.place_free", state="owed")] == ["gus@example.org"]
    cancel_events([walk], reason="Storm", by=NIA)
    work()
    assert told() == to_all("cancelled")[1:]
    assert Letter.objects.get(kind="rsvps.place_free").state == "stopped"


def test_what_a_reviewer_takes_down_nobody_is_left_to_walk_into(walk: Event) -> None:
    commitment = Commitment.objects.get(event=walk)
    take_down(commitment, version=commitment.version, reason="Nobody at the school knows of it.", by=NIA)
    work()
    assert told() == to_all("cancelled")
    letter = Letter.objects.filter(kind="rsvps.cancelled").order_by("pk")[0]
    body = letter.content["body"]
    # Neither a page that is not there, nor what reviewers said to its host.
    assert ("Please do not come" in body, f"/events/{walk.key}/" in body, "knows of it" in body) == (True, False, False)
    work()
    assert len(told()) == 3
    sent()
    Event.every.filter(pk=walk.pk).update(is_listed=True)
    work()
    assert told() == to_all("on_again")


def by_host(event: Event) -> tuple[Commitment, Actor]:
    row = Commitment.objects.get(event=event)
    return row, Actor("Hana", "link", holds=row.key)


def test_what_its_host_pauses_is_not_certain_and_then_takes_place_after_all(walk: Event) -> None:
    row, hana = by_host(walk)
    pause_commitment(row, by=hana)
    work()
    work()
    assert told() == to_all("paused")
    said = bodies("paused")
    assert ("Please do not set out before you hear from us" in said["en"], f"/events/{walk.key}/" in said["en"]) == (
        True,
        False,
    )
    assert "Por favor, no salga antes de tener noticias nuestras" in said["es"]
    sent()
    resume_commitment(row, by=hana)
    work()
    assert told() == to_all("on_again")
    sent()
    # Paused and gone on within the minute, nobody hears of it; and what was withdrawn meanwhile is cancelled.
    pause_commitment(row, by=hana)
    resume_commitment(row, by=hana)
    work()
    assert told() == []
    pause_commitment(row, by=hana)
    work()
    sent()
    withdraw_commitment(row, by=hana)
    work()
    assert told() == to_all("cancelled")


def test_who_wanted_to_come_to_a_merged_event_is_led_to_the_other_and_asked_to_answer_anew(walk: Event) -> None:
    row = Commitment.objects.get(event=walk)
    into = committed(walk.action, "Auer School", email="hugo@example.org", date_edtf=row.date_edtf)
    merge(row, into, version=row.version, by=NIA)
    work()
    # The other waits for its first look: there is nowhere to send anybody yet.
    assert told() == to_all("paused")
    sent()
    approve(into, version=into.version, by=NIA)
    work()
    work()
    assert told() == to_all("merged")
    for language, text in bodies("merged").items():
        start = "/es" if language == "es" else ""
        assert (f"{start}/events/{into.key}/come/" in text, f"/events/{walk.key}/" in text) == (True, False)
        assert ("Auer School" in text, "Auer Avenue School" in text) == (True, True)
    # Nothing of what they had left goes to hosts to whom they did not say it.
    assert Rsvp.objects.filter(event__key=into.key).count() == 0
    assert {letter.about for letter in Letter.objects.filter(kind="rsvps.merged")} == {walk.key}


def test_who_was_to_be_led_to_an_event_that_is_gone_by_then_is_told_that_nothing_is_certain(walk: Event) -> None:
    row = Commitment.objects.get(event=walk)
    into = committed(walk.action, "Auer School", email="hugo@example.org", date_edtf=row.date_edtf)
    online = approve(into, version=into.version, by=NIA)
    merge(row, into, version=row.version, by=NIA)
    tell_changes()
    Event.every.filter(pk=online.pk).update(is_listed=False)
    doer = Doer()
    while doer.do():
        pass
    assert told() == to_all("paused")


def test_an_approval_is_not_undone_over_the_heads_of_those_who_have_said_that_they_come(walk: Event) -> None:
    errand = Entry.objects.filter(verb="commitment.approved").latest("pk").errand
    with pytest.raises(NotNow, match="Take it off the pages instead"):
        undo_review(errand, by=NIA)
    assert (Event.objects.filter(pk=walk.pk).exists(), Rsvp.objects.filter(event=walk).count()) == (True, 5)
    Rsvp.objects.all().delete()
    undo_review(errand, by=NIA)
    assert not Event.every.filter(pk=walk.pk).exists()


def test_what_is_hidden_or_over_or_off_the_pages_without_a_word_is_not_told(walk: Event) -> None:
    Event.every.filter(pk=walk.pk).update(is_shielded=True)
    work()
    Event.every.filter(pk=walk.pk).update(is_shielded=False, is_listed=False, phase="cancelled")
    work()
    assert told() == []
    long_ago = timezone.localdate() - datetime.timedelta(days=3)
    Event.every.filter(pk=walk.pk).update(
        is_listed=True, date_edtf=long_ago.isoformat(), date_from=long_ago, date_to=long_ago
    )
    work()
    assert told() == []


def test_who_withdrew_or_wants_no_letters_is_left_in_peace(walk: Event) -> None:
    cancel_events([walk], reason="Storm", by=NIA)
    work()
    letter = Letter.objects.get(kind="rsvps.cancelled", language="es")
    Client().post(f"/letters/{letter.content['unsubscribe'].partition('/letters/')[2]}")
    gil = Letter.objects.filter(kind="rsvps.cancelled").order_by("pk")[0]
    Client().post(link_in(gil), {"do": "withdraw"})
    assert told() == [("cancelled", "gus@example.org")]


def test_what_else_is_on_its_way_to_them_stays_on_it(walk: Event) -> None:
    gil = Rsvp.objects.filter(state="coming").exclude(email_hash="").order_by("pk")[0]
    Client().post(f"/coming/{link_of(gil.uid, LETTER)}/", {"do": "withdraw"})
    assert Letter.objects.get(kind="rsvps.place_free").to == "gus@example.org"
    Event.every.filter(pk=walk.pk).update(time_local=datetime.time(9, 15))
    work()
    assert Letter.objects.get(kind="rsvps.place_free").state == "owed"
    assert told() == to_all("moved")[1:]


def test_letters_go_on_where_the_worker_was_killed(walk: Event, monkeypatch: Any) -> None:
    monkeypatch.setattr(writing_news, "PIECE", 2)
    cancel_events([walk], reason="Storm", by=NIA)
    tell_changes()
    news = News.objects.get()
    assert writing_news.write_news(news.pk, by=NIA) == (2, False)
    # As if the note of the piece had been lost with the worker.
    News.objects.filter(pk=news.pk).update(reached=0, written=0)
    doer = Doer()
    while doer.do():
        pass
    assert told() == to_all("cancelled")
    news.refresh_from_db()
    assert (news.state, news.written, news.total) == ("told", 3, 3)


def many_to_tell(events: int, each: int) -> list[Event]:
    """Events of days that follow each other, with so many who can be told of each."""
    action = october()
    gil = confirmed(walk_in(action, "First"), "gil@example.org")
    found = []
    assert action.date_from is not None
    for number in range(events):
        day = action.date_from + datetime.timedelta(days=events - number)
        event = walk_in(action, f"Place {number}", date_edtf=day.isoformat())
        Crowd.objects.create(event=event, told=facts_of(event).kept)
        rows = [Rsvp(uid=f"{number}-{one}", event=event, body_digest="", safe=gil.safe, email_hash=f"{one}",
                     email_sealed=b"") for one in range(each)]  # fmt: skip
        Rsvp.objects.bulk_create(rows)
        found.append(event)
    return found


@pytest.mark.parametrize(("each", "held"), [(1000, 0), (1001, 1)])
def test_up_to_two_thousand_letters_go_at_once_and_beyond_them_the_first_to_come(each: int, held: int) -> None:
    events = many_to_tell(2, each)
    nia, ned = (person_with(Grant("national"), alias=name) for name in ("Nia", "Ned"))
    by = Actor("Nia", "page", person=nia.pk, grants=(Grant("national"),))
    cancel_events(events, reason="Storm", by=by)
    tell_changes()
    states = dict(News.objects.values_list("event__venue", "state"))
    # The second of them comes a day earlier.
    assert states == {"Place 1": "owed", "Place 0": "held" if held else "owed"}
    assert Proposal.objects.count() == held
    assert (
        Job.objects.filter(name="rsvps.tell", payload={"news": [News.objects.get(event=events[1]).pk]}).count() == held
    )
    if held:
        proposal = Proposal.objects.get()
        assert f"Write {each:,} letters to those who come to 1 event of" in proposal.payload["en"]
        with pytest.raises(PermissionDenied):
            second(proposal, by=by)
        second(proposal, by=Actor("Ned", "page", person=ned.pk, grants=(Grant("national"),)))
        tell_changes()
        assert News.objects.get(event=events[0]).state == "owed"


def test_what_one_causes_in_two_halves_is_counted_together() -> None:
    events = many_to_tell(2, 1001)
    nia = person_with(Grant("national"), alias="Nia")
    by = Actor("Nia", "page", person=nia.pk, grants=(Grant("national"),))
    for event in events:
        cancel_events([event], reason="Storm", by=by)
        tell_changes()
    assert [news.state for news in News.objects.order_by("pk")] == ["owed", "held"]


WAS = Facts(day="2026-12-05", time="07:20", name="Auer Avenue School", place=7, at=(43.0, -87.9), address="a")


@pytest.mark.parametrize(
    ("now", "new"),
    [
        ({}, []),
        ({"name": "Auer Ave. School", "place": 7}, []),
        ({"name": "AUER AVENUE SCHOOL", "place": 9}, []),
        ({"name": "Auer School", "place": 9, "at": (43.0005, -87.9)}, []),
        ({"name": "Auer School", "place": 9, "at": (43.005, -87.9)}, ["place"]),
        ({"name": "Humboldt Park", "place": 0, "at": None}, ["place"]),
        ({"name": "", "place": 0, "at": None, "address": ""}, []),
        ({"time": ""}, []),
        ({"time": "07:30"}, ["time"]),
        ({"day": "2026-12-06", "address": "b"}, ["day", "address"]),
        ({"state": "cancelled", "time": "07:30"}, ["state"]),
        ({"state": "postponed", "day": ""}, ["state"]),
        ({"state": "paused", "time": "07:30"}, ["state"]),
        ({"state": "merged"}, ["state"]),
        ({"state": "postponed", "day": "2026-12-06"}, ["day"]),
    ],
)
def test_what_is_new_to_who_comes(now: dict[str, Any], new: list[str]) -> None:
    from dataclasses import replace

    facts = replace(WAS, **now)
    assert changes(WAS, going_on(WAS, facts)) == new
    assert Facts.read(facts.kept) == facts


def test_what_a_reader_surely_still_goes_by() -> None:
    gone, stopped, waits = ((True, False), (False, True), (False, False))
    befores = {1: "A", 2: "B", 3: "C"}

    def known(*letters: tuple[bool, bool]) -> str:
        return known_by([Sent(number + 1, *letter) for number, letter in enumerate(letters)], befores)

    cases = [(), (gone,), (stopped,), (stopped, stopped), (gone, stopped), (stopped, gone), (waits, stopped)]
    assert [known(*case) for case in cases] == ["", "", "A", "A", "B", "", "B"]
