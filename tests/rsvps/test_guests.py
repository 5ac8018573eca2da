"""Hana sees how many come and first names where given; nobody else sees anything of it, anywhere."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from manyplaces.core import throttle
from manyplaces.core.actor import Grant
from manyplaces.core.safes import destroy_safe
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import take_down
from manyplaces.rsvps.models import Crowd, Rsvp
from manyplaces.rsvps.operations import Ask, take_rsvps
from manyplaces.rsvps.rules import GuestContact
from manyplaces.rsvps.rules.links import uid_of
from manyplaces.rsvps.views import GUEST
from tests.rights.table import PUBLIC
from tests.rsvps.coming import REVIEWER, confirmed, of_host, say, walk_in
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()


def take_many(event: Event, many: int, **contact: str) -> None:
    """So many answers of one person each, as the spike brings them."""
    asks = [
        Ask(Rsvp(uid=uid_of(f"{event.key} {number}"), body_digest="x", event=event, people=1),
            GuestContact(contact.get("name", "").format(number)), event.action_id, event.key)
        for number in range(many)
    ]  # fmt: skip
    for begin in range(0, many, 500):
        take_rsvps(asks[begin : begin + 500], by=GUEST)


def text_of(path: str) -> str:
    answer = Client().get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    return str(answer.content.decode())


def test_hana_sees_numbers_first_names_languages_and_needs_and_nothing_else() -> None:
    event = walk_in(capacity=12)
    for name, needs, speaks in (
        ("Zoë Alvarado", "", "es"), ("José María Ñáñez", "a ramp", "es"), ("Björk", "", ""), ("Ana Lima", "", "ase"),
    ):  # fmt: skip
        say(event, people="2", name=name, needs=needs, speaks=speaks)
    gil = confirmed(event, "gil@example.org", name="Gil Ramos", people="3")
    say(event, people="4", email="never@confirms.example", name="Nobody Confirmed")
    say(event, people="5")
    assert confirmed(event, "late@example.org", people="10").state == "waiting"
    page = text_of(of_host(event))
    # Of sixteen who come, three have a place kept, and nine of the twelve places are left.
    assert re.findall(r"<b>(\d+)</b>", page) == ["16", "3", "9", "10", "4"]
    shown = [f"<li>{name}</li>" for name in ("Ana L.", "Björk", "Gil R.", "José Ñ.", "Zoë A.")]
    # In the order of the alphabet, whoever came first.
    assert "".join(shown) in page
    assert page.count("a ramp") == 1
    assert "2 answers" in page
    hidden = ("gil@example.org", "Ramos", "Alvarado", "Nobody Confirmed", "confirms.example", gil.uid, "f_email")
    assert [word for word in hidden if word in page] == []


def test_one_and_two_thousand_take_the_same_queries() -> None:
    event, path, asked = walk_in(), "", []
    path = of_host(event)
    for many in (1, 2_000):
        take_many(event, many, name="Person{} Surname")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = text_of(path)
        asked.append(len(queries))
        assert f"<b>{many:,}</b>" in page
    assert asked[0] == asked[1] <= 12
    assert (page.count("<li>Person"), "Show the other 1,940" in page) == (2_000, True)


def test_before_anybody_comes_the_page_says_what_to_do() -> None:
    event = walk_in()
    page = text_of(of_host(event))
    assert "Nobody has answered yet." in page
    assert f'href="/events/{event.key}/"' in page
    assert "Quién viene" in text_of("/es" + of_host(event))


def test_nobody_but_the_proved_host_of_this_event_opens_it() -> None:
    event = walk_in()
    say(event, people="7")
    unproved = of_host(event, proved=False)
    people = [signed_in(None, person_with(Grant("national"))), Client()]
    gone = Client().get("/host/nobody-holds-this-link/").content.decode()
    for path in (unproved, "/host/nobody-holds-this-link/coming/"):
        answers = [client.get(path) for client in people]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[1].content.decode().replace(path, "/host/nobody-holds-this-link/") == gone
    assert Client().get(of_host(event)).status_code == 200
    Commitment.objects.filter(event=event).update(event=None)
    assert Client().get(unproved).status_code == 404


def test_when_the_safe_is_destroyed_only_numbers_are_left() -> None:
    event = walk_in()
    say(event, people="2", name="Gil Ramos", needs="a ramp")
    row = Rsvp.objects.get()
    destroy_safe(row.safe)
    destroy_safe(row.needs_safe)
    page = text_of(of_host(event))
    assert ("Only numbers are left." in page, "<b>2</b>" in page, "Gil" in page, "a ramp" in page) == (
        True, True, False, False,
    )  # fmt: skip


@pytest.mark.parametrize(("people", "said"), [(0, "Fewer than 5"), (4, "Fewer than 5"), (5, "5 people have said")])
def test_the_desk_sees_a_number_and_never_a_small_one(people: int, said: str) -> None:
    event = walk_in()
    if people:
        say(event, people=str(people), name="Gil Ramos", needs="a ramp")
    carla = signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee")))
    page = carla.get(f"/desk/events/{event.key}/").content.decode()
    assert (said in page, "Gil" in page, "a ramp" in page) == (True, False, False)


def every_public_page(event: Event) -> dict[str, Any]:
    """What is answered at every public address, and where the site is searched, by address."""
    place = event.spelling.place if event.spelling else None
    words = {
        "action": event.action.slug, "event": event.key, "city": event.city.slug, "place": place.key if place else "",
        "organisation": "none", "material": "none", "events": "events", "wi": "wi", "b3123f": "b3123f",
    }  # fmt: skip
    found = {}
    for views, parts in PUBLIC.items():
        for view in views.split():
            with translation.override("en"):
                path = reverse(view, kwargs={part: words.get(word, word) for part, word in parts.items()})
            for one in (path, f"/es{path}"):
                answer = Client().get(one)
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                found[one] = (answer.status_code, content, sorted(dict(answer.items()).items()))
    for path in ("/robots.txt", "/sitemap.xml", f"/events/{event.key}/come/form/"):
        answer = Client().get(path)
        found[path] = (answer.status_code, answer.content, [])
    return found


def test_no_page_feed_or_table_changes_by_a_single_byte_when_people_say_that_they_come(settings: Any) -> None:
    event = walk_in()
    before = every_public_page(event)
    assert sum(status == 200 for status, _content, _headers in before.values()) > 50
    take_many(event, 40, name="Canary{} Surname")
    confirmed(event, "canary@example.org", people="9", name="Canary", needs="canary ramp", host="on")
    assert Crowd.objects.get(event=event).coming == 49
    after = every_public_page(event)
    changed = [path for path, answer in after.items() if answer != before[path]]
    assert changed == []
    assert "canary" not in json.dumps([content.decode("latin-1").lower() for _s, content, _h in after.values()])


def test_a_host_whom_reviewers_took_down_sees_no_names_and_gets_no_answers() -> None:
    event = walk_in()
    say(event, name="Zoë Alvarado", needs="a ramp")
    page = of_host(event)
    assert "Zoë A." in text_of(page)
    commitment = Commitment.objects.get(event=event)
    take_down(commitment, version=commitment.version, reason="Not a school", by=REVIEWER)
    shown = text_of(page)
    assert [word in shown for word in ("Zoë", "a ramp", "<b>1</b>", "are not shown")] == [False, False, True, True]
