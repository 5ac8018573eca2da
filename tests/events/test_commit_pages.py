"""Hana commits on a page: bad input and bad days, each with its sentence; and what the private page does and hides."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations import approve
from manyplaces.events.rules import Review
from manyplaces.mail.models import Letter
from manyplaces.places.models import City, School
from manyplaces.places.operations import import_schools
from manyplaces.places.operations.registry import Incoming
from tests.events.calling import october, school

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/actions/october/commit/"


def form(**said: Any) -> dict[str, Any]:
    """What a phone sends for a park in Milwaukee, thirty days from now."""
    place = {"school": "none", "venue": "Humboldt Park", "city_name": "Milwaukee", "state": "WI"}
    usual = {"do": "commit", "tactic": "walk-in", "time": "", "email": "hana@example.org", "name": "Hana"}
    return {**place, **usual, "day": (datetime.date.today() + datetime.timedelta(days=30)).isoformat(), **said}


def said(answer: Any) -> str:
    """The sentences at the top of a form that was refused; empty where it was taken."""
    page = answer.content.decode()
    found = re.search(r'id="errors".*?</div>', page, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""


def link() -> str:
    """The private page in the last letter."""
    body = Letter.objects.order_by("-pk")[0].content["body"]
    return "/host/" + body.partition("/host/")[2].partition("/")[0] + "/"


def test_a_double_submit_a_back_button_and_two_tabs_make_one_commitment_and_one_letter() -> None:
    october()
    tabs = [Client(), Client(), Client()]
    answers = [tab.post(HERE, form()) for tab in tabs]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, f"{HERE}done/")}
    assert (Commitment.objects.count(), Letter.objects.count()) == (1, 1)
    assert [answer.cookies for answer in answers] == [{}, {}, {}]
    done = tabs[0].get(f"{HERE}done/").content.decode()
    assert ("Thank you. We have it." in done, "hana@" in done) == (True, False)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"venue": "x" * 1_000_000}, "at most 200 fit"),
        ({"email": "nobody"}, "E-mail"),
        ({"email": ""}, "Give an e-mail address"),
        ({"day": "2016-10-06"}, "This day is over"),
        ({"day": "tomorrow or Friday"}, "Day"),
        ({"time": "13:99"}, "Time"),
        ({"time": "7:45 EST"}, "Leave the time zone out"),
        ({"tactic": "march"}, "What will you do?"),
        ({"school": "999999999999"}, "This school is not in the list"),
        ({"venue": "", "city_name": "", "state": ""}, "Say where"),
        ({"pin": "43.0"}, "Write two numbers"),
        ({"pin": "https://maps.app.goo.gl/AbC1"}, "This link does not say where"),
        ({"pin": "43.06, 87.98"}, "This pin is not in the state"),
    ],
)
def test_what_is_wrong_is_told_and_everything_typed_stays(wrong: dict[str, str], sentence: str) -> None:
    october()
    answer = Client().post(HERE, form(note="Bring a coat", **wrong))
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert "Bring a coat" in answer.content.decode()
    assert Commitment.objects.count() == 0


@time_machine.travel(datetime.datetime(2027, 2, 1, 12, tzinfo=datetime.UTC))
def test_an_hour_that_does_not_exist_is_refused_and_one_that_comes_twice_is_asked_about() -> None:
    october(date_edtf="2027-11-07")
    spring = Client().post(HERE, form(day="2027-03-14", time="2:30 am"))
    assert "Time" in said(spring)
    autumn = Client().post(HERE, form(day="2027-11-07", time="1:30 am"))
    assert (autumn.status_code, "Which of the two hours?" in autumn.content.decode()) == (422, True)
    assert Client().post(HERE, form(day="2027-11-07", time="1:30 am", fold="1")).status_code == 302
    begins = Commitment.objects.get().starts_at
    assert begins is not None
    assert begins.astimezone(datetime.UTC) == datetime.datetime(2027, 11, 7, 7, 30, tzinfo=datetime.UTC)


def test_a_change_of_clocks_between_commitment_and_day_moves_nothing(nia: Any) -> None:
    with time_machine.travel(datetime.datetime(2027, 2, 1, 12, tzinfo=datetime.UTC)) as clock:
        october(date_edtf="2027-03-31")
        assert Client().post(HERE, form(day="2027-03-31", time="7:20 am")).status_code == 302
        # The letter is written in winter and names the clock of the day.
        assert "7:20 a.m. CDT" in Letter.objects.get().content["body"]
        row = Commitment.objects.get()
        event = approve(row, version=row.version, by=nia)
        there = link()
        feeds = [Client().get(f"/events/{event.key}.{kind}").content for kind in ("ics", "json")]
        clock.move_to(datetime.datetime(2027, 3, 30, 12, tzinfo=datetime.UTC))
        assert [Client().get(f"/events/{event.key}.{kind}").content for kind in ("ics", "json")] == feeds
        assert "7:20 a.m. CDT" in Client().get(f"/events/{event.key}/").content.decode()
        # What is saved again after the change is the same hour.
        Client().post(there, {"do": "prove_host"})
        version = Commitment.objects.get().version
        Client().post(there, form(do="change", day="2027-03-31", time="7:20", version=version))
        begins = Commitment.objects.get().starts_at
        assert begins is not None
        assert begins.astimezone(datetime.UTC) == datetime.datetime(2027, 3, 31, 12, 20, tzinfo=datetime.UTC)


def test_a_school_in_a_state_with_two_zones_has_its_own_clock() -> None:
    october()
    clocks = {"Paducah": "America/Chicago", "Louisville": "America/Kentucky/Louisville"}
    for number, (name, zone) in enumerate(clocks.items()):
        facts = {"name": name, "slug": name.lower(), "folded": name.lower(), "zone": zone, "lat": 38.0, "lon": -86.0}
        City.objects.create(state="KY", **facts)
        school(f"21000100000{number}", state="KY", city_name=name, city_slug=name.lower())
    for number in ("210001000000", "210001000001"):
        assert Client().post(HERE, form(school=number, venue="", city_name="", state="")).status_code == 302
    west, east = Commitment.objects.order_by("pk")
    assert (west.starts_at - east.starts_at) == datetime.timedelta(hours=1)  # type: ignore[operator]


def test_what_people_write_for_a_time_is_understood() -> None:
    october()
    for number, text in enumerate(["before the bell", "antes de clases", "7:20 am", "7h20", "7:20"]):
        assert Client().post(HERE, form(time=text, venue=f"Park {number}")).status_code == 302
    times = [str(row.time_local)[:5] for row in Commitment.objects.order_by("pk")]
    assert times == ["07:45", "07:45", "07:20", "07:20", "07:20"]


def test_a_ninth_form_from_one_place_waits_and_a_program_is_thanked_for_nothing() -> None:
    october()
    throttle.forget()
    source = {throttle.SOURCE: "a" * 22}
    codes = [Client().post(HERE, form(venue=f"Park {number}"), **source).status_code for number in range(9)]
    assert codes == [302] * 8 + [429]
    assert Commitment.objects.exclude(cluster=None).count() == 8
    program = Client().post(HERE, form(venue="Fake", more_about="http://spam.example"))
    assert (program.status_code, Commitment.objects.filter(venue="Fake").count()) == (302, 0)


def test_without_a_script_a_school_is_found_by_the_button(client: Client) -> None:
    october()
    facts = {"name": "Grant Elementary", "street": "2920 W Grant St", "city_name": "Milwaukee", "state": "WI"}
    grant = School(number="550960001234", level="elementary", lat=43.0, lon=-87.9, **facts)
    import_schools([[Incoming(2, grant)]], file_name="a.csv", by=Actor("Nia", "command"), told=lambda taken: None)
    found = client.post(f"/es{HERE}", form(do="find", q="Grant Milwaukee", note="Traigan abrigo", school=""))
    page = found.content.decode()
    assert ('value="550960001234"' in page, "Traigan abrigo" in page, found.status_code) == (True, True, 200)
    assert client.post(f"/es{HERE}", form(school="550960001234", venue="", city_name="", state="")).status_code == 302
    assert (Commitment.objects.get().venue, Letter.objects.get().language) == ("Grant Elementary", "es")


def test_a_host_proves_changes_pauses_and_withdraws_by_his_link(nia: Any) -> None:
    october()
    Client().post(HERE, form())
    there, browser = link(), Client()
    assert "hana@" not in browser.get(there).content.decode()
    assert browser.post(there, {"do": "pause_commitment"}).status_code == 403
    assert browser.post(there, {"do": "prove_host"}).status_code == 302
    row = Commitment.objects.get()
    approve(row, version=row.version, by=nia)
    row.refresh_from_db()
    changed = browser.post(there, form(do="change", version=row.version, time="9:15"))
    assert changed.status_code == 302
    row.refresh_from_db()
    event = Event.every.get()
    assert (row.review, str(row.time_local), str(event.time_local)) == (Review.WAITING, "09:15:00", "07:45:00")
    stale = browser.post(there, form(do="change", version=0, time="10:15"))
    assert "changed in the meantime" in said(stale)
    browser.post(there, {"do": "pause_commitment"})
    assert Event.objects.count() == 0
    browser.post(there, {"do": "resume_commitment"})
    browser.post(there, {"do": "withdraw", "withdraw-words": "Our principal said no"})
    event.refresh_from_db()
    assert (event.phase, event.reason, "principal" in str(event.__dict__)) == (
        "cancelled", "Withdrawn by its host.", False,
    )  # fmt: skip


def test_a_link_that_was_forged_replaced_or_has_expired_is_told_the_same() -> None:
    october()
    Client().post(HERE, form())
    first = link()
    Client().post(first, {"do": "prove_host"})
    Client().post(first, {"do": "replace_link"})
    second = link()
    forged = "/host/" + "x" * 43 + "/"
    pages = [Client().get(path) for path in (first, forged)]
    assert [page.status_code for page in pages] == [404, 404]
    told = [page.content.replace(path.encode(), b"") for page, path in zip(pages, (first, forged), strict=True)]
    assert told[0] == told[1]
    assert Client().get(second).status_code == 200
    over = datetime.date.today() - datetime.timedelta(days=91)
    Commitment.objects.update(date_edtf=over.isoformat(), date_from=over, date_to=over)
    assert Client().get(second).content.replace(second.encode(), b"") == told[0]


def test_whoever_asks_for_a_link_learns_nothing_and_gets_one_an_hour() -> None:
    october()
    Client().post(HERE, form())
    Host.objects.update(link_made_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    answers = [Client().post("/host/", {"email": email}) for email in ("hana@example.org", "otto@example.org")]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/host/?did=sent")] * 2
    Client().post("/host/", {"email": "hana@example.org"})
    assert [letter.kind for letter in Letter.objects.order_by("pk")] == ["events.thank_host", "events.link_again"]


def test_one_host_never_sees_another_ones_contact_and_hands_over_only_when_it_is_taken() -> None:
    october()
    Client().post(HERE, form())
    first = link()
    Client().post(first, {"do": "prove_host"})
    gil = {"over-name": "Gil", "over-email": "gil@example.org", "over-language": "es"}
    assert Client().post(first, {"do": "hand_over", **gil}).status_code == 302
    assert "gil@" not in Client().get(first).content.decode()
    second = link()
    assert Client().get(first).status_code == 200
    page = Client().get(second).content.decode()
    assert ("hana@" in page, "Yes, this is me" in page) == (False, True)
    Client().post(second, {"do": "prove_host"})
    assert (Client().get(first).status_code, Host.objects.get().email) == (404, "gil@example.org")
