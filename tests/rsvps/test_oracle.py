"""Otto wants to know whether Gil comes: nothing that is answered tells him, and neither does how long it takes."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.events.models import Event
from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Crowd, Rsvp
from tests.rsvps.coming import confirmed, form_of, walk_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()


def tried(event: Event, address: str, **typed: str) -> tuple[Any, ...]:
    """What Otto is answered when he types an address into the form, and what the page it leads to says."""
    answer = Client().post(form_of(event), {"people": "1", "email": address, **typed})
    led = Client().get(answer["Location"]) if answer.status_code == 302 else answer
    page = re.sub(r"/come/[-\w]{22}/", "/come/KEY/", led.content.decode()).replace(address, "ADDRESS")
    return answer.status_code, answer.get("Location"), sorted(dict(answer.items())), page, answer.cookies.output()


def test_who_comes_and_who_does_not_are_answered_alike() -> None:
    event = walk_in(capacity=10)
    confirmed(event, "gil@example.org", name="Gil", people="3", host="on", evening="on")
    for typed in ({}, {"evening": "on"}, {"people": "9"}, {"people": "0"}, {"name": "Gil"}):
        assert tried(event, "gil@example.org", **typed) == tried(event, "nobody@example.org", **typed)
    # A guess counts nobody, takes no place, and changes nothing of what Gil has said.
    assert (Crowd.objects.get(event=event).coming, Rsvp.objects.filter(state="coming").count()) == (3, 1)
    gil = Rsvp.objects.get(state="coming")
    assert (gil.people, gil.wants_host, gil.wants_evening) == (3, True, True)


def test_letters_and_queries_are_the_same_too() -> None:
    event = walk_in()
    confirmed(event, "gil@example.org")
    Letter.objects.all().delete()
    throttle.forget()
    asked, owed = {}, {}
    for address in ("gil@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            tried(event, address)
        asked[address] = len(queries)
        [letter] = Letter.objects.all()
        owed[address] = (letter.kind, letter.content["subject"], len(letter.content["body"]), letter.unsubscribe)
        letter.delete()
    assert len(set(asked.values())) == len(set(owed.values())) == 1


def test_neither_does_it_take_longer() -> None:
    event = walk_in()
    known, unknown = "gil@example.org", "nobody@example.org"
    confirmed(event, known)
    took: dict[str, list[float]] = {known: [], unknown: []}
    for _turn in range(25):
        for address, found in took.items():
            throttle.forget()
            browser, form = Client(), form_of(event)
            begun = time.perf_counter()
            browser.post(form, {"people": "1", "email": address})
            found.append((time.perf_counter() - begun) * 1000)
    assert abs(statistics.median(took[known]) - statistics.median(took[unknown])) < 10


def test_no_address_of_the_site_tells_whether_somebody_comes() -> None:
    event = walk_in()
    gil = confirmed(event, "gil@example.org", name="Gil")
    guesses = [
        f"/coming/{gil.uid}/", f"/coming/{gil.email_hash}/", f"/coming/{gil.pk}/",
        f"/events/{event.key}/come/gil@example.org/",
        f"/events/{event.key}/coming/", f"/events/{event.key}/guests.json", f"/events/{event.key}/rsvps.csv",
        f"/host/{gil.uid}/coming/", f"/host/{event.key}/coming/",
    ]  # fmt: skip
    assert {path: Client().get(path).status_code for path in guesses} == dict.fromkeys(guesses, 404)
    assert gil.made_on == timezone.localdate()
