"""Nia cancels Florida: the area is chosen, seen, said why, and done in one step; Otto sees nothing of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.core.actor import Grant
from manyplaces.events.models import Event
from manyplaces.events.operations import approve
from manyplaces.places.models import City
from tests.events.cast import committed, october
from tests.signing import person_with, signed_in

pytestmark = pytest.mark.django_db

CANCEL = "/desk/actions/oct2030/cancel/"
COUNTIES = {
    "Miami": ("Miami-Dade", 25.77, -80.19),
    "Tampa": ("Hillsborough", 27.95, -82.46),
    "Orlando": ("Orange", 28.5, -81.4),
}


@pytest.fixture
def florida(nia: Any) -> list[Event]:
    """Three cities in three counties, two events in each, and one event in Milwaukee."""
    action = october()
    events = []
    for name, (county, lat, lon) in COUNTIES.items():
        facts = {"name": name, "folded": name.lower(), "zone": "America/New_York", "county": county}
        City.objects.create(state="FL", slug=name.lower(), lat=lat, lon=lon, **facts)
        for number in range(2):
            where = {"city_name": name, "city_slug": name.lower(), "state": "FL", "zone": "America/New_York"}
            host = {"email": f"{name}{number}@example.org", "language": "es"} if number else {}
            row = committed(action, venue=f"{name} {number}", **where, **host)
            events.append(approve(row, version=0, by=nia))
    approve(committed(action, venue="Auer"), version=0, by=nia)
    return events


def listed(page: str) -> list[str]:
    return sorted(re.findall(r'name="pick" value="([^"]+)" checked', page))


def keys(events: list[Event], *cities: str) -> list[str]:
    return sorted(event.key for event in events if event.city.name in cities)


def test_the_area_may_be_a_state_a_county_a_city_or_a_box(florida: list[Event]) -> None:
    nias = signed_in(None, person_with(Grant("national")))
    everywhere = ("Miami", "Tampa", "Orlando")
    cases = {
        "": [],
        "?state=FL": keys(florida, *everywhere),
        "?state=FL&county=Hillsborough&county=Orange": keys(florida, "Tampa", "Orlando"),
        "?state=FL&city=miami": keys(florida, "Miami"),
        "?south=27&west=-83&north=29&east=-81": keys(florida, "Tampa", "Orlando"),
        "?south=1&west=2&north=3&east=4": [],
        "?south=nan&west=x&north=3&east=4": [],
        "?drawn=0,0,2000,2000": sorted(event.key for event in Event.objects.all()),
        "?drawn=rubbish&state=FL": keys(florida, *everywhere),
    }
    assert {query: listed(nias.get(CANCEL + query).content.decode()) for query in cases} == cases


def test_one_preview_one_step_and_back(florida: list[Event]) -> None:
    nias = signed_in(None, person_with(Grant("national")))
    picks = keys(florida, "Miami", "Tampa")
    sent = {"step": "cancel", "pick": picks, "reason": "Hurricane", "reason_es": ""}
    # Every form of the page leads where it should, whatever the frame around it calls its own.
    assert set(re.findall(r'method="post" action="([^"]*)"', nias.get(f"{CANCEL}?state=FL").content.decode())) <= {
        CANCEL,
        "/sign-out/",
    }
    preview = nias.post_form(CANCEL, sent).content.decode()
    assert "2 letters go to hosts (2 in Spanish)" in re.sub(r"\s+", " ", preview)
    assert ("2 events have nobody" in preview, "no reason in Spanish" in preview) == (True, True)
    carried = re.search(r'type="hidden" name="pick" value="([^"]*)"', preview)
    assert carried is not None
    assert sorted(carried[1].split()) == picks
    assert Event.objects.filter(phase="cancelled").count() == 0
    assert nias.post_form(CANCEL, {**sent, "reason": " ", "do": "sure"}).status_code == 200
    assert nias.post_form(CANCEL, {**sent, "pick": " ".join(picks), "do": "sure"}).status_code == 302
    assert sorted(Event.objects.filter(phase="cancelled").values_list("key", flat=True)) == picks
    errand = re.search(r'name="errand" value="([^"]+)"', nias.get(CANCEL).content.decode())
    assert errand is not None
    nias.post_form(CANCEL, {"do": "undo", "errand": errand[1]})
    assert Event.objects.filter(phase="cancelled").count() == 0


def test_a_day_is_understood_as_people_write_it(florida: list[Event]) -> None:
    nias = signed_in(None, person_with(Grant("national")))
    sent = {"step": "postpone", "pick": florida[0].key, "reason": "Flood", "moved_to": "October 17, 2030", "do": "sure"}
    assert nias.post_form(CANCEL, {**sent, "moved_to": "someday soon"}).status_code == 200
    nias.post_form(CANCEL, sent)
    assert Event.objects.get(key=florida[0].key).moved_to == "2030-10-17"


def test_a_city_coordinator_sees_and_moves_only_his_own(florida: list[Event]) -> None:
    mias = signed_in(None, person_with(Grant("coordinator", state="FL", city="miami"), alias="Mia"))
    assert listed(mias.get(f"{CANCEL}?state=FL").content.decode()) == keys(florida, "Miami")
    mias.post_form(CANCEL, {"step": "cancel", "pick": keys(florida, "Tampa"), "reason": "x", "do": "sure"})
    assert Event.objects.filter(phase="cancelled").count() == 0
    strangers = [signed_in(None, person_with(alias="Otto"))]
    strangers.append(signed_in(None, person_with(Grant("reviewer", state="FL"), alias="Ruth")))
    for browser in strangers:
        assert browser.get(CANCEL).status_code == 403
        assert browser.post_form(CANCEL, {"step": "cancel", "pick": florida[0].key}).status_code == 403


def test_one_event_on_the_desk(florida: list[Event]) -> None:
    key = florida[0].key
    path = f"/desk/events/{key}/"
    nias, ottos = signed_in(None, person_with(Grant("national"))), signed_in(None, person_with(alias="Otto"))
    assert (nias.get(path).status_code, ottos.get(path).status_code) == (200, 403)
    assert "Cancel" in nias.post_form(path, {"do": "cancel"}).content.decode()
    nias.post_form(path, {"do": "shield"})
    assert Event.objects.get(key=key).is_shielded
    nias.post_form(path, {"do": "unshield"})
    nias.post_form(path, {"do": "hold"})
    found = Event.objects.get(key=key)
    assert (found.is_shielded, found.phase) == (False, "held")
    assert nias.post_form(path, {"do": "nonsense"}).status_code == 403


def test_the_page_asks_the_same_whatever_its_length(florida: list[Event], nia: Any) -> None:
    nias = signed_in(None, person_with(Grant("national")))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert nias.get(f"{CANCEL}?state=FL").status_code == 200
        return len(queries)

    nias.get(CANCEL)
    few = asked()
    for number in range(5):
        where = {"city_name": "Miami", "city_slug": "miami", "state": "FL", "email": f"more{number}@example.org"}
        approve(committed(florida[0].action, venue=f"More {number}", **where), version=0, by=nia)
    assert asked() == few
