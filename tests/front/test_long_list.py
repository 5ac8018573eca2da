"""An action in more cities than a telephone should load: the largest of each state, and all of them on its own page."""

from __future__ import annotations

import pytest
from django.test import Client

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.front.queries.action import FIRST_CITIES, MOST_CITIES
from manyplaces.places.models import City

pytestmark = pytest.mark.django_db


def everywhere(cities: int) -> None:
    """An action in so many cities of Ohio, in the last of them twice, and in one of Iowa."""
    action = Action(slug="everywhere", name="Everywhere", kind="day", tactic="walk-in", date_edtf="2016-02-17")
    action.full_clean()
    action.save()
    names = [*(f"Town {number:04}" for number in range(cities)), "Ames"]
    states = ["OH"] * cities + ["IA"]
    City.objects.bulk_create(
        City(state=state, slug=name.lower().replace(" ", "-"), name=name, folded=name.lower(), zone="America/Chicago")
        for state, name in zip(states, names, strict=True)
    )
    known = {city.name: city for city in City.objects.all()}
    Event.objects.bulk_create(
        Event(action=action, key=f"c-{number}", city=known[name], venue="School", phase="held")
        for number, name in enumerate([*names, names[cities - 1]])
    )


def test_of_very_many_cities_the_largest_stand_here_and_all_on_the_page_of_the_state(client: Client) -> None:
    everywhere(MOST_CITIES + 10)
    page = client.get("/actions/everywhere/").content.decode()
    listed = page.partition('id="places"')[2].partition("</section>")[0]
    assert listed.count("/actions/everywhere/oh/town-") == FIRST_CITIES
    # The one with two events is named, and in its place by name.
    assert listed.index("Town 0010") < listed.index(f"Town {MOST_CITIES + 9:04}")
    assert '<a href="/actions/everywhere/oh/">All 1,510 cities of Ohio</a>' in listed
    assert "Ames" in listed
    assert "cities of Iowa" not in listed
    assert "press Find to look through all cities and schools" in page
    whole = client.get("/actions/everywhere/oh/").content.decode()
    assert whole.count('href="/actions/everywhere/oh/town-') >= MOST_CITIES + 10
    found = client.get("/actions/everywhere/?q=town+0777").content.decode()
    assert "1 event found for “town 0777”" in found
    spanish = client.get("/es/actions/everywhere/").content.decode()
    assert "Las 1,510 ciudades de Ohio" in spanish


def test_as_many_as_one_page_holds_are_all_listed(client: Client) -> None:
    everywhere(MOST_CITIES - 1)
    page = client.get("/actions/everywhere/").content.decode()
    assert page.count("/actions/everywhere/oh/town-") == MOST_CITIES - 1
    assert "cities of Ohio" not in page
