"""Very many say in the same moment that they come: forms are taken before Django is asked, with the same answers."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browser.conftest import own_database, served
from tests.gate.rushing import ASKED, Party, Told, party

# The form's page as it is for everybody, and what the log says of a form that was taken without Django.
TAKEN = "rsvps:come"
DJANGO = "import django; django.setup(); from manyplaces.events.models import Event"
LATE = f"""
{DJANGO}
from tests.rsvps.coming import walk_in
print(walk_in(Event.every.first().action, "Hopkins Lloyd School").key)
"""


@pytest.fixture(scope="module")
def gil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Party]:
    """A served site behind a proxy that says where forms come from, with three events, and Gil before it."""
    given = {"MANYPLACES_SAMPLE": "no", "MANYPLACES_PROXIES": "1"}
    with own_database("rush") as database:
        data = tmp_path_factory.mktemp("rush") / "data"
        with served(data, database, **given) as site:
            environment = os.environ | {"MANYPLACES_DATA": str(data), "DATABASE_URL": database} | given
            yield party(site, environment)


def routes(gil: Party, method: str) -> list[str]:
    """The routes of the log's lines about requests of this method."""
    return [line["route"] for line in gil.log() if line["what"] == method]


def test_the_page_is_rendered_once_for_all_keys(gil: Party) -> None:
    first = gil.send(gil.form())
    before = len(routes(gil, "GET"))
    others = [gil.send(gil.form()) for _ in range(12)]
    # Two web processes: each renders it once.
    assert len(routes(gil, "GET")) - before <= 1
    assert {page.text for page in others} == {first.text}
    assert [name for page in others for name in page.headers if name == "set-cookie"] == []


def test_whoever_comes_without_a_key_is_led_to_a_form_of_his_own(gil: Party) -> None:
    led = [gil.send(f"/events/{gil.event}/come/") for _ in range(2)]
    assert [answer.status for answer in led] == [302, 302]
    assert led[0].to != led[1].to
    assert gil.send(led[0].to).status == 200


def test_a_form_is_taken_without_django_and_led_to_gils_own_page(gil: Party) -> None:
    already, before = len(gil.rows(gil.event)), routes(gil, "POST").count(TAKEN)
    answer = gil.send(gil.form(), {"people": "3"}, "203.0.113.2")
    assert (answer.status, answer.headers["cache-control"]) == (302, "no-store")
    assert "set-cookie" not in answer.headers
    assert gil.rows(gil.event)[already:] == [(3, "coming")]
    assert routes(gil, "POST").count(TAKEN) == before + 1
    own = gil.send(answer.to)
    assert "You are counted: 3 people" in own.text
    spanish = gil.send(gil.form(language="es"), {"people": "2"}, "203.0.113.2")
    assert spanish.to.startswith("/es/coming/")
    assert routes(gil, "POST").count(TAKEN) == before + 2


def test_the_short_way_and_the_long_way_give_the_same_answer(gil: Party) -> None:
    # With something in it that the short way leaves to Django: the same key a second time under another type.
    form = gil.form()
    short = gil.send(form, {"people": "2"}, "203.0.113.3")
    taken = routes(gil, "POST").count(TAKEN)
    long = gil.send(form, {"people": "2", **{f"more{number}": "" for number in range(60)}}, "203.0.113.3")
    assert routes(gil, "POST").count(TAKEN) == taken
    assert (long.status, long.to) == (short.status, short.to)
    shown = ("cache-control", "content-security-policy", "referrer-policy", "x-content-type-options", "location")
    assert {name: short.headers.get(name) for name in shown[1:]} == {name: long.headers.get(name) for name in shown[1:]}


def test_an_address_leads_to_the_word_about_the_letter(gil: Party) -> None:
    answer = gil.send(gil.form(), {"people": "1", "email": "gil@example.org"}, "203.0.113.4")
    assert (answer.status, answer.to) == (302, f"/events/{gil.event}/come/letter/")
    assert gil.rows(gil.event)[-1] == (1, "asked")


def test_the_same_form_twice_is_one_row_and_with_something_else_in_it_refused(gil: Party) -> None:
    form, already = gil.form(), len(gil.rows(gil.event))
    answers = [gil.send(form, {"people": "2"}, "203.0.113.5") for _ in range(2)]
    assert answers[0].to == answers[1].to
    other = gil.send(form, {"people": "5"}, "203.0.113.5")
    assert (other.status, "sent before with something else in it" in other.text) == (422, True)
    assert gil.rows(gil.event)[already:] == [(2, "coming")]


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"people": "51"}, 422, "Give a number from 1 to 50."),
        ({"email": "gil at home"}, 422, "This is not an e-mail address."),
        ({"evening": "on"}, 422, "Give an e-mail address, or take the ticks away."),
        ({"more_about": "x"}, 302, ""),
    ],
)
def test_what_is_not_plain_goes_the_long_way_and_is_told_there(
    gil: Party, typed: dict[str, str], status: int, sentence: str
) -> None:
    already = len(gil.rows(gil.event))
    answer = gil.send(gil.form(), {"name": "Xóchitl", **typed}, "203.0.113.6")
    assert (answer.status, sentence in answer.text) == (status, True)
    assert len(gil.rows(gil.event)) == already


def test_a_form_of_another_site_is_refused(gil: Party) -> None:
    already = len(gil.rows(gil.event))
    forged = [{"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://otto.example"}, {"Origin": "null"}]
    assert [gil.send(gil.form(), {"people": "9"}, "203.0.113.7", **headers).status for headers in forged] == [403] * 3
    assert len(gil.rows(gil.event)) == already


def test_what_was_cancelled_takes_nobody(gil: Party) -> None:
    answer = gil.send(gil.form(gil.cancelled), {"people": "1"}, "203.0.113.8")
    assert (answer.status, "Please do not come: this was cancelled" in answer.text) == (409, True)
    assert gil.rows(gil.cancelled) == []


def test_what_is_cancelled_while_forms_come_takes_nobody_a_moment_later(gil: Party) -> None:
    event = gil.command(LATE)
    assert gil.send(gil.form(event), {"people": "1"}, "203.0.113.10").status == 302
    gil.command(f"{DJANGO}; Event.every.filter(key={event!r}).update(phase='cancelled')")
    # A process remembers an event for a quarter of a second; the two commands took longer than that to start.
    assert [gil.send(gil.form(event), {"people": "1"}, "203.0.113.10").status for _try in range(4)] == [409] * 4
    assert len(gil.rows(event)) == 1


def test_many_from_one_place_are_asked_for_work_and_then_taken(gil: Party) -> None:
    source = "198.51.100.7"
    assert [gil.send(gil.form(), {"people": "1"}, source).status for _ in range(8)] == [302] * 8
    form = gil.form()
    asked = gil.send(form, {"people": "1"}, source)
    assert (asked.status, 'data-bits="14"' in asked.text) == (429, True)
    start, number = f"{form.split('/')[-2]}:{datetime.now(UTC).date().isoformat()}:", 0
    while int.from_bytes(hashlib.sha256(f"{start}{number}".encode()).digest()[:4], "big") >> 18:
        number += 1
    taken = routes(gil, "POST").count(TAKEN)
    assert gil.send(form, {"people": "1", "proof": str(number)}, source).status == 302
    assert routes(gil, "POST").count(TAKEN) == taken + 1


def test_the_key_of_a_form_and_what_was_typed_stand_in_no_log(gil: Party) -> None:
    form = gil.form()
    gil.send(form, {"people": "1", "name": "CANARY"}, "203.0.113.9")
    gil.send(form, {"people": "7", "name": "CANARY"}, "203.0.113.9")
    gil.send(form)
    said = "".join(file.read_text() for file in (gil.site.data / "logs").glob("*"))
    assert [word for word in (form.split("/")[-2], "CANARY", "203.0.113.9") if word in said] == []


def test_fifty_times_one_form_in_the_same_moment_is_one_row_and_one_answer(gil: Party) -> None:
    form, already = gil.form(), len(gil.rows(gil.event))
    answers = gil.at_once([(form, {"people": "4"}, "192.0.2.1")] * 50)
    assert {(answer.status, answer.to) for answer in answers} == {(302, answers[0].to)}
    assert gil.rows(gil.event)[already:] == [(4, "coming")]


def test_one_key_with_two_contents_in_the_same_moment_keeps_one_of_them(gil: Party) -> None:
    form, already = gil.form(), len(gil.rows(gil.event))
    sends = [(form, {"people": str(1 + number % 2)}, f"192.0.2.{10 + number}") for number in range(8)]
    answers = gil.at_once(sends)
    [(people, _state)] = gil.rows(gil.event)[already:]
    told = {sends[number][1]["people"] for number, answer in enumerate(answers) if answer.status == 302}
    assert told == {str(people)}
    # Who was told to come back (503) learns on the second try that it was another form.
    again = [gil.send(*send).status for send in sends if send[1]["people"] != str(people)]
    assert set(again) == {422}


CROWDS = "rsvps_crowd c JOIN events_event e ON e.id = c.event_id"


def test_four_hundred_numbers_in_the_same_moment_are_all_counted(gil: Party) -> None:
    sends = [(gil.form(gil.small), {"people": "1"}, f"192.0.{number // 250}.{number % 250}") for number in range(400)]
    answers = gil.at_once(sends)
    assert {answer.status for answer in answers} == {302}
    assert gil.rows(gil.small) == [(1, "coming")] * 400
    assert gil.site.rows(f"SELECT c.coming, c.waiting FROM {CROWDS} WHERE e.key = '{gil.small}'") == [(400, 0)]


def test_forty_confirm_in_the_same_moment_for_twenty_places(gil: Party) -> None:
    already = len(gil.rows(gil.small))
    ways = gil.command(ASKED.format(key=gil.small, many=40)).split()
    sends = [(way, {"do": "confirm"}, f"198.51.100.{number}") for number, way in enumerate(ways)]
    answers = gil.at_once(sends)
    # Whoever was told to come back a little later (503) does.
    again = [gil.send(*send) for send, answer in zip(sends, answers, strict=True) if answer.status == 503]
    assert {answer.status for answer in [*answers, *again]} - {503} == {302}
    states = sorted(state for _people, state in gil.rows(gil.small)[already:])
    assert states == ["coming"] * 20 + ["waiting"] * 20
    counts = gil.site.rows(f"SELECT c.coming, c.waiting FROM {CROWDS} WHERE e.key = '{gil.small}'")
    assert counts == [(already + 20, 20)]


@contextmanager
def locked(gil: Party) -> Iterator[None]:
    """Somebody holds the database, so that nobody else can write."""
    if gil.site.database:
        import psycopg

        with psycopg.connect(gil.site.database) as connection:
            connection.execute("LOCK TABLE rsvps_crowd IN ACCESS EXCLUSIVE MODE")
            yield
            connection.rollback()
        return
    import sqlite3

    with closing(sqlite3.connect(gil.site.data / "manyplaces.sqlite3", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_while_the_database_is_locked_forms_wait_and_pages_do_not(gil: Party) -> None:
    page, form, already = gil.form(), gil.form(), len(gil.rows(gil.event))
    for _ in range(4):
        gil.send(page)
    answers: list[Told] = []
    with locked(gil):
        sender = threading.Thread(target=lambda: answers.append(gil.send(form, {"people": "2"}, "203.0.113.20")))
        sender.start()
        time.sleep(1.0)
        began = time.monotonic()
        assert gil.send(page).status == 200
        assert time.monotonic() - began < 0.5
        assert answers == []
    sender.join()
    assert [answer.status for answer in answers] == [302]
    assert gil.rows(gil.event)[already:] == [(2, "coming")]


def lock_down(gil: Party, *, closed: bool) -> None:
    """Close the site to every change, or open it again."""
    step = "lock_down" if closed else "unlock"
    gil.command(
        "import django; django.setup()\n"
        "from manyplaces.core.actor import Actor\n"
        f"from manyplaces.people.operations import {step}\n{step}(by=Actor('Nia', 'command'))\n"
    )


def test_a_closed_site_takes_nothing_and_gives_the_form_back(gil: Party) -> None:
    already: list[Any] = gil.rows(gil.event)
    lock_down(gil, closed=True)
    form = gil.form()
    answer = gil.send(form, {"people": "6", "needs": 'A "ramp"\r\n& <b>'}, "203.0.113.21")
    lock_down(gil, closed=False)
    assert (answer.status, answer.headers["retry-after"], answer.headers["cache-control"]) == (503, "3600", "no-store")
    assert f'<form method="post" action="{form}" class="kept">' in answer.text
    assert '<input type="hidden" name="people" value="6">' in answer.text
    assert '<input type="hidden" name="needs" value="A &quot;ramp&quot;\r\n&amp; &lt;b&gt;">' in answer.text
    assert gil.rows(gil.event) == already
