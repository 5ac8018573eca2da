"""Links that are too old, that belong to somebody else, or that nobody ever had: a sentence each, and nothing moves."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.tokens import new_key, new_token
from manyplaces.events.models import Event
from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Crowd, Rsvp
from manyplaces.rsvps.rules.links import (
    FORM,
    LETTER,
    SIGNED,
    TEXT,
    is_short_for,
    link_of,
    read_link,
    short_link_of,
    uid_of,
)
from tests.front.test_crawl import everything
from tests.rsvps.clockwork import Clock
from tests.rsvps.coming import confirmed, form_of, link_in, of_host, say, walk_in

pytestmark = pytest.mark.django_db(transaction=True)
DAY = datetime.timedelta(days=1)
GONE = "This link belongs to nothing that we hold."
GUESSES = 100_000


@pytest.fixture(autouse=True)
def keys_of_our_own(settings: Any, tmp_path: Path) -> None:
    settings.SAFES_FOLDER = tmp_path / "safes"
    throttle.forget()


def pressed(own: str) -> set[tuple[int, bool]]:
    """What an own page answers to a look and to each button: the status, and whether it says that nothing is there."""
    buttons = ({"do": "confirm"}, {"do": "withdraw"}, {"do": "change", "people": "4"}, {"do": "answer", "answer": "Hi"})
    answers = [Client().get(own), Client().get(f"{own}?form=json"), *(Client().post(own, typed) for typed in buttons)]
    return {(answer.status_code, GONE in answer.content.decode()) for answer in answers}


def test_whoever_finds_his_letter_after_two_days_is_told_and_can_say_it_anew() -> None:
    event = walk_in()
    form = form_of(event)
    say(event, form, email="gil@example.org", people="3")
    own = link_in(Letter.objects.get(kind="rsvps.confirm"))
    Clock(timezone.now() + 3 * DAY).run()
    before = everything()
    assert pressed(own) == {(404, True)}
    assert everything() == before
    # The same form sent once more is a new answer, with a letter of its own.
    say(event, form, email="gil@example.org", people="3")
    assert Client().post(link_in(Letter.objects.get(kind="rsvps.confirm")), {"do": "confirm"}).status_code == 302
    assert Crowd.objects.get().coming == 3


def test_two_weeks_after_the_day_every_link_of_every_kind_leads_to_one_sentence() -> None:
    event = walk_in()
    confirmed(event, "gil@example.org", name="Gil")
    uids = [*Rsvp.objects.values_list("uid", flat=True)]
    bare = say(event, people="2")["Location"]
    last = event.meant[1]
    assert last is not None
    Clock(datetime.datetime.combine(last + 15 * DAY, datetime.time(12), datetime.UTC)).run()
    assert Rsvp.objects.count() == 0
    before = everything()
    for own in (bare, *(f"/coming/{link_of(uid, proof)}/" for uid in uids for proof in (FORM, LETTER, TEXT))):
        assert pressed(own) == {(404, True)}
    short = Client().get(f"/t/{short_link_of(uids[0])}")
    assert GONE in Client().get(short["Location"]).content.decode()
    assert everything() == before


def test_a_link_opens_its_own_answer_and_no_other_whatever_is_put_together() -> None:
    event = walk_in()
    gil, gus = (confirmed(event, f"{name}@example.org", name=name) for name in ("Gil", "Gus"))
    signatures = [link_of(row.uid, proof).partition(".")[2] for row in (gil, gus) for proof in (FORM, LETTER, TEXT)]
    good = {link_of(gil.uid, LETTER), link_of(gil.uid, TEXT)}
    tried = {f"{row.uid}.{signature}" for row in (gil, gus) for signature in signatures}
    opened = {link for link in tried if b"Gil" in Client().get(f"/coming/{link}/").content}
    assert (len(tried), opened) == (12, good)
    # The keys of what is public, and of what others hold, open nothing either.
    others = [event.key, str(event.pk), str(gil.pk), gil.uid, of_host(event).split("/")[2], new_token(), "form"]
    assert {Client().get(f"/coming/{other}/").status_code for other in others if len(other) >= 10} == {404}
    assert {Client().get(f"/host/{link}/coming/").status_code for link in good} == {404}
    # Numbers in a row lead nowhere.
    numbers = range(gil.pk - 3, gil.pk + 4)
    assert {Client().get(f"/coming/{number:010}/").status_code for number in numbers} == {404}
    assert {Client().get(f"/events/{number}/come/letter/").status_code for number in (event.pk, event.pk + 1)} == {404}


def test_of_a_hundred_thousand_guesses_none_opens_anything() -> None:
    uid = uid_of("gil")
    # As far as possible towards a good one: the row is known, and only its signature is guessed.
    real = link_of(uid, LETTER).partition(".")[2]
    guesses = (f"{uid}.{(new_token() + new_token())[: len(real)]}" for _ in range(GUESSES // 2))
    assert [guess for guess in guesses if read_link(guess) != ("", "")] == []
    short = short_link_of(uid)[:-SIGNED]
    assert not any(is_short_for(short + new_key(SIGNED), uid) for _ in range(GUESSES // 2))
    assert (read_link(f"{uid}.{real}"), is_short_for(short_link_of(uid), uid)) == ((uid, LETTER), True)


def test_who_only_has_the_address_of_a_form_learns_nothing_from_sending_it() -> None:
    event = walk_in()
    form = form_of(event)
    say(event, form, people="2", name="Gil", needs="the blue chair")
    before = everything()
    for guess in (
        {"people": "2"},
        {"people": "2", "name": "Gil"},
        {"people": "2", "name": "Gus", "needs": "the blue chair"},
    ):
        answer = say(event, form, **guess)
        page = answer.content.decode()
        assert (answer.status_code, "sent before with something else in it" in page) == (422, True)
        # What was typed just now is given back, and nothing of what Gil had typed.
        assert ("the blue chair" in page, 'value="Gil"' in page) == ("needs" in guess, guess.get("name") == "Gil")
    assert everything() == before


def test_hidden_and_missing_events_answer_alike_to_each_form(client: Client) -> None:
    hidden = walk_in()
    Event.every.filter(pk=hidden.pk).update(is_listed=False)
    gone = new_key(8)
    answers = []
    for key in (hidden.key, gone):
        path = f"/events/{key}/come/{new_token()}/"
        for answer in (client.get(path), client.post(path, {"people": "1"}), client.get(f"/events/{key}/come/letter/")):
            answers.append(
                (answer.status_code, answer.content.decode().replace(key, "KEY").replace(path.split("/")[4], ""))
            )
    assert answers[:3] == answers[3:]
    assert {status for status, _page in answers} == {404}
    assert Rsvp.objects.count() == 0
