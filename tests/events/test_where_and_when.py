"""Hana says where and when in her own words: the clock of the place counts, at the form, in the queue and online."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import approve
from manyplaces.events.queries.queue import queue
from manyplaces.events.rules.smells import Smell
from manyplaces.places.models import School
from manyplaces.places.operations import import_schools
from manyplaces.places.operations.registry import Incoming
from tests.events.calling import october, school
from tests.events.test_commit_pages import HERE, form, link, said

pytestmark = pytest.mark.django_db


def registry(*rows: tuple[str, str, str, str, float, float]) -> None:
    """Schools as an import brings them: number, name, city, state, position."""
    names = ("number", "name", "city_name", "state", "lat", "lon")
    schools = [School(street="1 Main St", **dict(zip(names, row, strict=True))) for row in rows]
    incoming = [Incoming(line, one) for line, one in enumerate(schools, 2)]
    import_schools([incoming], file_name="a.csv", by=Actor("Nia", "command"), told=lambda taken: None)


PADUCAH = ("210001000000", "Paducah Middle", "Paducah", "KY", 37.08, -88.6)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("city", "state", "row", "clock"),
    [
        ("Paducah", "KY", PADUCAH, "America/Chicago"),
        ("El Paso", "TX", ("480001000000", "Austin High", "El Paso", "TX", 31.79, -106.44), "America/Denver"),
        ("Pensacola", "FL", ("120001000000", "Booker High", "Pensacola", "FL", 30.42, -87.22), "America/Chicago"),
    ],
)
def test_a_park_has_the_clock_of_its_town_also_where_the_state_has_two(
    nia: Any, city: str, state: str, row: tuple[Any, ...], clock: str, known: bool
) -> None:
    october()
    if known:
        registry(row)
    assert Client().post(HERE, form(venue="Noble Park", city_name=city, state=state, time="7:45")).status_code == 302
    promise = Commitment.objects.get()
    # Without a school in town the clock is known once a reviewer has looked at it.
    assert promise.zone == clock or not known
    event = approve(promise, version=promise.version, by=nia)
    promise.refresh_from_db()
    assert (event.zone, event.city.zone, promise.zone, promise.starts_at) == (clock, clock, clock, event.starts_at)


def test_a_school_on_guam_is_not_offered_and_who_sends_it_is_told_why() -> None:
    october()
    registry(("660004000001", "Agana Heights Elementary", "Agana Heights", "GU", 13.47, 144.75))
    assert Client().get("/places/find.json?q=agana heights").json() == {"places": []}
    answer = Client().post(HERE, form(school="660004000001", venue="", city_name="", state=""))
    assert (answer.status_code, "We cannot take schools in GU yet" in said(answer)) == (422, True)


def test_a_clock_beside_the_day_counts_and_two_that_differ_are_asked_about() -> None:
    october()
    day = datetime.date.today() + datetime.timedelta(days=20)
    words = f"{day:%B} {day.day}, {day.year} at 9:15 am"
    for number, time in enumerate(("", "9:15 de la mañana")):
        assert Client().post(HERE, form(day=words, time=time, venue=f"Park {number}")).status_code == 302
    assert [str(row.time_local) for row in Commitment.objects.all()] == ["09:15:00", "09:15:00"]
    answer = Client().post(HERE, form(day=words, time="7:20", venue="Other park"))
    assert (answer.status_code, "The day names another time" in said(answer)) == (422, True)
    assert "Leave the time zone out" in said(Client().post(HERE, form(day=f"{words} UTC")))


def test_what_is_said_in_spanish_means_the_same() -> None:
    october()
    typed = [
        "7:20 de la mañana",
        "a las 7:20",
        "antes del timbre",
        "antes de la entrada",
        "7.20",
        "7:20 hrs",
        "mediodía",
    ]
    for number, text in enumerate(typed):
        assert Client().post(f"/es{HERE}", form(time=text, venue=f"Parque {number}")).status_code == 302
    times = [str(row.time_local)[:5] for row in Commitment.objects.order_by("pk")]
    assert times == ["07:20", "07:20", "07:45", "07:45", "07:20", "07:20", "12:00"]


@time_machine.travel(datetime.datetime(2027, 5, 4, 3, 30, tzinfo=datetime.UTC), tick=True)
def test_tomorrow_is_counted_by_the_clock_of_the_place() -> None:
    october(lead_hours=0)
    school(zone="America/Chicago")
    # In London it is the fourth of May already, in Milwaukee still the third.
    for place in ({"school": "550960001234", "venue": "", "city_name": "", "state": ""}, {}):
        assert Client().post(HERE, form(day="tomorrow", **place)).status_code == 302
    assert {row.date_edtf for row in Commitment.objects.all()} == {"2027-05-04"}
    assert Event.every.count() == 0


def test_another_school_takes_no_street_of_the_first_along() -> None:
    october()
    school()
    school("550960001235", name="Lincoln Elementary", street="820 E Knapp St")
    at = {"venue": "", "city_name": "", "state": ""}
    Client().post(HERE, form(school="550960001234", **at))
    there = link()
    Client().post(there, {"do": "prove_host"})
    street = Commitment.objects.get().address
    Client().post(there, form(do="change", version=0, school="550960001235", address=street, **at))
    row = Commitment.objects.get()
    assert (street, row.venue, row.address) == ("2920 W Grant St", "Lincoln Elementary", "820 E Knapp St")
    # Of one's own words those stay that are new.
    Client().post(there, form(do="change", version=1, school="550960001234", address="North gate", **at))
    assert Commitment.objects.get().address == "North gate"


def test_a_pin_is_taken_from_what_a_map_gives_and_far_ones_are_refused_or_smell(ruth: Any) -> None:
    october()
    registry(("550960001234", "Grant Elementary", "Milwaukee", "WI", 43.0, -87.95))
    link_of_a_map = "https://www.google.com/maps/place/Humboldt+Park/@42.9985,-87.8994,17z/data=!3d42.99851!4d-87.89942"
    for number, pin in enumerate((link_of_a_map, "46.5, -90.9", "")):
        assert Client().post(HERE, form(venue=f"Park {number}", pin=pin)).status_code == 302
    rows = {row.venue: (row.lat, row.lon) for row in Commitment.objects.all()}
    assert rows == {"Park 0": (42.99851, -87.89942), "Park 1": (46.5, -90.9), "Park 2": (None, None)}
    smells = {
        row.commitment.venue: Smell.FAR_PIN in row.smells for bundle in queue(ruth).bundles for row in bundle.rows
    }
    assert smells == {"Park 0": False, "Park 1": True, "Park 2": False}
    abroad = Client().post(HERE, form(venue="Abroad", pin="43.06, 87.98"))
    assert (abroad.status_code, "f_pin_error" in abroad.content.decode()) == (422, True)
    # It is shown again to be changed, and a page without it shows no pin.
    there = link()
    Client().post(there, {"do": "prove_host"})
    assert 'name="pin"' in Client().get(there).content.decode()


def test_the_key_enter_commits_and_does_not_search() -> None:
    october()
    page = Client().get(HERE).content.decode()
    buttons = re.findall(r'<button[^>]*name="do"[^>]*>', page.partition("<form method")[2])
    assert re.findall(r'value="(\w+)"', " ".join(buttons)) == ["commit", "find", "commit"]
    assert ('class="vh"' in buttons[0], 'aria-hidden="true"' in buttons[0]) == (True, True)
    found = Client().post(HERE, form(do="find", q="Grant")).content.decode()
    assert ("Nothing is sent yet." in found, Commitment.objects.count()) == (True, 0)
    assert "Nothing is sent yet." not in Client().post(HERE, form(day="")).content.decode()


def test_schools_are_found_by_the_spanish_words_for_them() -> None:
    registry(
        ("550960001234", "Grant Elementary", "Milwaukee", "WI", 43.0, -87.95),
        ("550960001235", "Hamilton High", "Milwaukee", "WI", 43.0, -87.95),
        ("550960001236", "Morse Middle School", "Milwaukee", "WI", 43.0, -87.95),
        ("550960001237", "Escuela Fratney", "Milwaukee", "WI", 43.0, -87.95),
    )
    asked = {
        "escuela primaria grant": "Grant Elementary", "primaria grant milwaukee": "Grant Elementary",
        "preparatoria hamilton": "Hamilton High", "escuela secundaria hamilton": "Hamilton High",
        "secundaria morse": "Morse Middle School", "escuela fratney": "Escuela Fratney",
    }  # fmt: skip
    found = {words: Client().get("/places/find.json", {"q": words}).json()["places"][0]["name"] for words in asked}
    assert found == asked
