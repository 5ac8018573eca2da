"""What Gil's own page says, and the pages before it, whatever becomes of the event: never to come where he must not."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.fuzzydates import words
from manyplaces.events.models import Event
from manyplaces.events.operations import cancel_events, postpone_events
from manyplaces.mail.models import Letter
from manyplaces.people.operations import find_or_add_organisation
from manyplaces.rsvps.models import Rsvp
from tests.rsvps.coming import confirmed, form_of, link_in, of_host, say, walk_in, way_of

pytestmark = pytest.mark.django_db(transaction=True)
NIA = Actor("Nia", "command")


@pytest.fixture(autouse=True)
def nobody_was_here() -> None:
    throttle.forget()


def main_of(path: str) -> str:
    """What a page says of its own, without its menu and foot."""
    return str(Client().get(path).content.decode()).partition("<main")[2].partition("</main>")[0]


def heading(path: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", main_of(path), re.S)
    return found[1].strip() if found else ""


def day_in(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def test_what_was_put_off_to_a_known_day_is_shown_with_that_day_everywhere() -> None:
    event = walk_in()
    own = way_of(confirmed(event, "gil@example.org"))
    new = day_in(60)
    postpone_events([event], moved_to=new.isoformat(), reason="Snow.", by=NIA)
    said = f"{new:%A}, {words(new.isoformat())}"
    for path in (own, form_of(event), f"/events/{event.key}/come/letter/", f"/events/{event.key}/", of_host(event)):
        head = main_of(path).partition("</header>")[0]
        assert (said in head, "7:20" in head) == (True, False), path


def test_what_was_put_off_takes_answers_until_its_new_day_is_over() -> None:
    event = walk_in()
    postpone_events([event], moved_to=day_in(60).isoformat(), reason="Snow.", by=NIA)
    # The day of before has passed.
    old = day_in(-3)
    Event.every.filter(pk=event.pk).update(date_edtf=old.isoformat(), date_from=old, date_to=old)
    assert f'href="/events/{event.key}/come/"' in main_of(f"/events/{event.key}/")
    assert say(event).status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"phase": "cancelled", "reason": "Snow."}, "Please do not come: this was cancelled"),
        ({"date_edtf": "2020-10-01", "date_from": "2020-10-01", "date_to": "2020-10-01"}, "This is over"),
        ({"is_listed": False}, "This is not on our pages"),
    ],
)
def test_where_nobody_should_set_out_the_heading_says_so_and_nothing_asks_for_changes(
    change: dict[str, Any], said: str
) -> None:
    event = walk_in()
    own = way_of(confirmed(event, "gil@example.org", name="Gil"))
    Event.every.filter(pk=event.pk).update(**change)
    page = main_of(own)
    assert heading(own) == said
    assert ("Erase it now" in page, "id_people" in page, "See you there" in page) == (True, False, False)
    assert ("Snow." in page) is ("reason" in change)
    Client().post(own, {"do": "withdraw"})
    assert (Rsvp.objects.get().state, heading(own)) == ("withdrawn", "You are not coming")


def test_the_form_of_what_was_called_off_leads_to_another_place_nearby() -> None:
    event = walk_in()
    cancel_events([event], reason="Snow.", by=NIA)
    page = main_of(form_of(event))
    assert heading(form_of(event)) == "Please do not come: this was cancelled"
    assert "Snow." in page
    assert f'href="/actions/{event.action.slug}/near/?city=Milwaukee%2C%20WI#results"' in page


def test_what_waits_for_a_new_day_can_still_be_changed() -> None:
    event = walk_in()
    own, alone = way_of(confirmed(event, "gil@example.org")), say(event)["Location"]
    postpone_events([event], reason="Snow.", by=NIA)
    for path, next_step in ((own, "We write to you once it is."), (alone, "Please look here again.")):
        page = main_of(path)
        assert heading(path) == "Please do not come yet: this was postponed"
        assert (next_step in page, "id_people" in page) == (True, True)


def test_one_person_is_spoken_to_as_one_in_spanish() -> None:
    event = walk_in()
    one, three = (say(event, form_of(event, "es"), people=people)["Location"] for people in ("1", "3"))
    assert [heading(path) for path in (one, three)] == ["Contamos con usted", "Contamos con ustedes: 3 personas"]
    hall = walk_in(event.action, "Humboldt Park", capacity=1)
    confirmed(hall, "first@example.org")
    waiting = [way_of(confirmed(hall, f"{people}@example.org", people=people)) for people in ("1", "3")]
    assert [heading(f"/es{path}") for path in waiting] == [
        "Usted está en la lista de espera",
        "Están en la lista de espera: 3 personas",
    ]


def test_the_page_says_truly_what_is_held() -> None:
    event = walk_in()
    say(event, email="gil@example.org", needs="a ramp")
    asked = link_in(Letter.objects.get(kind="rsvps.confirm"))
    assert "all of it is erased within 2 days" in main_of(asked)
    assert "14 days" not in main_of(asked)
    Client().post(asked, {"do": "confirm"})
    page = main_of(asked)
    assert ("an e-mail address" in page, "14 days after" in page) == (True, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Look here again before you set out"),
        ({"email": "gil@example.org"}, "If it is moved or cancelled, we write to you."),
    ],
)
def test_who_comes_knows_how_he_would_learn_of_a_change(typed: dict[str, Any], said: str) -> None:
    event = walk_in()
    own = way_of(confirmed(event, typed["email"])) if typed else say(event)["Location"]
    assert said in main_of(own)


def test_the_rest_of_the_form_opens_only_where_something_in_it_was_typed_or_is_wrong() -> None:
    event = walk_in()
    pages = [say(event, **typed).content.decode() for typed in ({"people": "0"}, {"people": "0", "name": "Gil"})]
    assert ["<details open>" in page for page in pages] == [False, True]
    assert "<details open>" in say(event, evening="on").content.decode()


def test_who_left_an_address_is_asked_on_his_own_page_too_who_else_may_have_it() -> None:
    event = walk_in()
    event.hosts.set([find_or_add_organisation("Parents of Auer", by=NIA)])
    page = main_of(way_of(confirmed(event, "gil@example.org")))
    assert ("Give my name and e-mail to Parents of Auer" in page, "deleted after 90 days" in page) == (True, True)


def test_a_host_is_not_led_to_write_where_nobody_can_be_written_to() -> None:
    event = walk_in()
    confirmed(event, "gil@example.org", host="on")
    host = of_host(event)
    assert f"{host}message/" in main_of(host)
    Event.every.filter(pk=event.pk).update(is_listed=False)
    page = main_of(host)
    assert (f"{host}message/" in page, "not on the pages now" in page) == (False, True)
