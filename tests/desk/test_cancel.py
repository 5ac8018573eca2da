"""Nia cancels Florida: the area is chosen, seen, said why, and done in one step; Otto sees nothing of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from manyplaces.core.actor import Grant
from manyplaces.events import operations
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import approve, cancel_events, postpone_events, reinstate, telling
from manyplaces.events.queries.queue import queue
from manyplaces.events.rules.smells import Smell
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
    """The events of the area, all in one field."""
    return sorted(" ".join(re.findall(r'type="hidden" name="pick" value="([^"]*)"', page)).split())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def told(page: str) -> list[str]:
    """What the page says was done."""
    return [" ".join(words.split()) for words in re.findall(r'class="told[^>]*>([^<]*)', page)]


def flat(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


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
        "?state=*": sorted(event.key for event in Event.objects.all()),
        "?state=WI&county=Hillsborough&city=miami": [Event.objects.get(venue="Auer").key],
        "?drawn=0,0,2000,2000": sorted(event.key for event in Event.objects.all()),
        "?drawn=rubbish&state=FL": keys(florida, *everywhere),
    }
    assert {query: listed(nias.get(CANCEL + query).content.decode()) for query in cases} == cases


def test_one_preview_one_step_once_and_back_by_whoever_coordinates_there(florida: list[Event], nia: Any) -> None:
    nias = signed_in(None, person_with(Grant("national")))
    out, picks = keys(florida, "Orlando"), keys(florida, "Miami", "Tampa")
    page = nias.get(f"{CANCEL}?state=FL").content.decode()
    sent = {"step": "cancel", "pick": hidden(page, "pick"), "out": out, "reason": "Hurricane", "reason_es": ""}
    # Every form of the page leads where it should, whatever the frame around it calls its own.
    assert set(re.findall(r'method="post" action="([^"]*)"', page)) <= {CANCEL, "/sign-out/"}
    preview = nias.post_form(CANCEL, sent).content.decode()
    assert "2 letters go to hosts (2 in Spanish)" in flat(preview)
    assert ("2 events have nobody" in preview, "no reason in Spanish" in preview) == (True, True)
    unreached = preview[preview.index("Where nobody gets a letter") :].partition("</details>")[0]
    assert re.findall(r"(\w+ \d), ", unreached) == ["Miami 0", "Tampa 0"]
    assert listed(preview) == picks
    assert Event.objects.filter(phase="cancelled").count() == 0
    sure = {**sent, "pick": hidden(preview, "pick"), "errand": hidden(preview, "errand"), "do": "sure"}
    assert nias.post_form(CANCEL, {**sure, "reason": " "}).status_code == 200
    said = told(nias.post_form(CANCEL, sure, follow=True).content.decode())
    assert said == ["Done for 4 events. The public pages show it within a second. 2 letters go to their hosts."]
    assert told(nias.post_form(CANCEL, sure, follow=True).content.decode()) == [
        "This is done already. Nobody is told twice."
    ]
    late = {**sure, "errand": "d-another-one"}
    assert told(nias.post_form(CANCEL, late, follow=True).content.decode()) == [
        "4 events had moved on and were left as they are."
    ]
    assert sorted(Event.objects.filter(phase="cancelled").values_list("key", flat=True)) == picks
    # Mia coordinates a part of it alone, Flo all of it.
    mias, flos = (
        signed_in(None, person_with(Grant("coordinator", state="FL", city=city), alias=name))
        for name, city in (("Mia", "miami"), ("Flo", ""))
    )
    assert hidden(mias.get(CANCEL).content.decode(), "errand") == ""
    page = flos.get(CANCEL).content.decode()
    assert re.search(r"4 events, \d+:\d\d [ap]\.m\. E[DS]T, Nia", page)
    cancel_events([florida[0]], reason="Again", by=nia)
    reinstate([florida[0]], by=nia)
    undone = flos.post_form(CANCEL, {"do": "undo", "errand": hidden(page, "errand")}, follow=True).content.decode()
    assert told(undone) == [
        "3 events stand as before. Nobody had been written to yet, so nobody is written to now.",
        "These had moved on and were left as they are: Miami 0, Miami, FL.",
    ]
    assert Event.objects.filter(phase="cancelled").count() == 0


def test_an_area_of_1500_events_fits_into_one_form(florida: list[Event]) -> None:
    city, action = florida[0].city, florida[0].action
    facts = {"action": action, "city": city, "zone": city.zone, "phase": "committed"}
    Event.objects.bulk_create(Event(key=f"m-{number}", venue=f"M {number}", **facts) for number in range(1494))
    nias = signed_in(None, person_with(Grant("national")))
    page = nias.get(f"{CANCEL}?state=FL").content.decode()
    sent = {"step": "postpone", "pick": hidden(page, "pick"), "out": "m-7", "reason": "Flood"}
    preview = nias.post_form(CANCEL, sent)
    assert (preview.status_code, len(listed(preview.content.decode()))) == (200, 1499)
    nias.post_form(CANCEL, {**sent, "do": "sure"})
    assert Event.objects.filter(phase="postponed").count() == 1499


def test_what_waits_for_review_there_is_named_and_declined_with_it(florida: list[Event], nia: Any) -> None:
    nias = signed_in(None, person_with(Grant("national")))
    where = {"city_name": "Miami", "city_slug": "miami", "state": "FL", "lat": 25.8, "lon": -80.2}
    rows = [committed(florida[0].action, venue=f"Waits {number}", **where) for number in range(2)]
    committed(florida[0].action, venue="Elsewhere")
    page = nias.get(f"{CANCEL}?state=FL&city=miami&south=25&west=-81&north=26&east=-80").content.decode()
    assert ("Decline the 2 sites that wait" in page, "Elsewhere" in page) == (True, False)
    sent = {"step": "cancel", "pick": hidden(page, "pick"), "reason": "Hurricane", "waits": hidden(page, "waits")}
    assert "Waits 1" not in nias.post_form(CANCEL, sent).content.decode()
    sent["decline"] = "yes"
    assert "Waits 1" in nias.post_form(CANCEL, sent).content.decode()
    Commitment.objects.filter(pk=rows[1].pk).update(version=3)
    said = told(nias.post_form(CANCEL, {**sent, "do": "sure"}, follow=True).content.decode())
    assert said[1:] == ["1 waiting site is declined. On the review page you can take that back."]
    assert sorted(Commitment.objects.exclude(review="approved").values_list("venue", "review", "reason")) == [
        *(("Elsewhere", "waiting", ""), ("Waits 0", "declined", "Hurricane"), ("Waits 1", "waiting", "")),
    ]
    # Whoever reviews what is left, or comes later, is told that its area was called off.
    smells = {bundle.rows[0].commitment.venue: bundle.rows[0].smells for bundle in queue(nia).bundles}
    assert {venue: Smell.AREA in found for venue, found in smells.items()} == {"Waits 1": True, "Elsewhere": False}


def test_what_has_no_position_is_not_left_out_in_silence(florida: list[Event], nia: Any) -> None:
    facts = {"name": "Nowhere", "slug": "nowhere", "folded": "nowhere", "zone": "America/New_York"}
    City.objects.create(state="FL", **facts)
    lost = approve(
        committed(florida[0].action, venue="Lost", city_name="Nowhere", city_slug="nowhere", state="FL"),
        version=0, by=nia,
    )  # fmt: skip
    nias = signed_in(None, person_with(Grant("national")))
    page = nias.get(f"{CANCEL}?state=FL&south=27&west=-83&north=29&east=-81").content.decode()
    assert "For 1 event nobody knows where on the map it is" in page
    assert re.findall(r'type="checkbox" name="pick" value="([^"]+)"', page) == [lost.key]
    picks = [hidden(page, "pick"), lost.key]
    preview = nias.post_form(CANCEL, {"step": "cancel", "pick": picks, "reason": "Hurricane"}).content.decode()
    assert listed(preview) == sorted([*keys(florida, "Tampa", "Orlando"), lost.key])


def test_very_many_letters_wait_and_everybody_is_told_so_before_and_after(
    florida: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (telling, operations):
        monkeypatch.setattr(room, "MOST_LETTERS", 0)
    alone = "go out after 24 hours, for there is no second coordinator"
    nias = signed_in(None, person_with(Grant("national")))
    flos = signed_in(None, person_with(Grant("coordinator", state="FL"), alias="Flo"))

    def waits(browser: Any, city: str) -> list[str]:
        sent = {"step": "cancel", "pick": " ".join(keys(florida, city)), "reason": "Hurricane"}
        before = flat(browser.post_form(CANCEL, sent).content.decode())
        after = " ".join(told(browser.post_form(CANCEL, {**sent, "do": "sure"}, follow=True).content.decode()))
        said = re.compile(r"The letters, more than 0 within a day, ([^.]+)\.")
        return [found[1] for text in (before, after) if (found := said.search(text))]

    assert waits(nias, "Miami") == [alone] * 2
    assert waits(flos, "Tampa") == ["wait for the yes of a national coordinator"] * 2
    person_with(Grant("national"), alias="Nora")
    assert waits(nias, "Orlando") == ["wait for the yes of a second national coordinator"] * 2
    assert Event.objects.filter(phase="cancelled").count() == 6


def test_a_day_is_understood_as_people_write_it(florida: list[Event]) -> None:
    nias = signed_in(None, person_with(Grant("national")))
    sent = {"step": "postpone", "pick": florida[0].key, "reason": "Flood", "moved_to": "October 17, 2030", "do": "sure"}
    refused = {
        "someday soon": "We cannot read",
        "October 17, 2030 at 9 am": "Write the day alone",
        "October 17, 2020": "This day is over",
    }
    for text, sentence in refused.items():
        answer = nias.post_form(CANCEL, {**sent, "moved_to": text})
        assert (answer.status_code, sentence in answer.content.decode()) == (200, True), text
    nias.post_form(CANCEL, sent)
    assert Event.objects.get(key=florida[0].key).moved_to == "2030-10-17"


def test_what_was_postponed_takes_place_on_its_new_day_all_at_once(florida: list[Event], nia: Any) -> None:
    nias = signed_in(None, person_with(Grant("national")))
    assert "Preview: it takes place" not in nias.get(f"{CANCEL}?state=FL").content.decode()
    postpone_events(florida[:4], moved_to="2030-10-17", reason="Flood", by=nia)
    postpone_events(florida[4:5], reason="Flood", by=nia)
    page = nias.get(f"{CANCEL}?state=FL").content.decode()
    assert ("Preview: it takes place" in page, "→ October 17, 2030" in page) == (True, True)
    sent = {"step": "move", "pick": hidden(page, "pick")}
    preview = nias.post_form(CANCEL, sent).content.decode()
    assert ("no letter goes out" in preview, listed(preview)) == (True, keys(florida, "Miami", "Tampa"))
    nias.post_form(CANCEL, {"step": "move", "pick": hidden(preview, "pick"), "do": "sure"})
    days = Event.objects.filter(city__state="FL").order_by("pk").values_list("phase", "date_edtf")
    assert list(days) == [
        *([("committed", "2030-10-17")] * 4), ("postponed", "2030-10-10"), ("committed", "2030-10-10"),
    ]  # fmt: skip


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


def test_one_event_on_the_desk(florida: list[Event], nia: Any) -> None:
    key = florida[1].key
    path = f"/desk/events/{key}/"
    nias, ottos = signed_in(None, person_with(Grant("national"))), signed_in(None, person_with(alias="Otto"))
    assert (nias.get(path).status_code, ottos.get(path).status_code) == (200, 403)
    assert ottos.post_form(path, {"do": "restore"}).status_code == 403

    def steps() -> list[str]:
        return re.findall(r'name="do" value="([^"]+)"', nias.get(path).content.decode())

    def do(step: str) -> list[str]:
        return told(nias.post_form(path, {"do": step}, follow=True).content.decode())

    assert "Cancel" in nias.post_form(path, {"do": "cancel"}).content.decode()
    do("shield")
    assert Event.objects.get(key=key).is_shielded
    do("unshield")
    assert steps() == ["cancel", "postpone", "shield"]
    assert "from its day on: October 10, 2030" in nias.get(path).content.decode()
    assert do("hold") == ["That it was held can be said from its day on: October 10, 2030."]
    postpone_events([florida[1]], moved_to="2030-10-17", reason="Flood", by=nia)
    assert steps() == ["cancel", "postpone", "move", "restore", "shield"]
    do("move")
    page = nias.get(path).content.decode()
    assert ("Moved from October 10, 2030" in page, steps()) == (True, ["cancel", "postpone", "shield"])
    Event.every.filter(key=key).update(phase="held")
    assert steps() == ["unhold", "shield"]
    do("unhold")
    cancel_events([florida[1]], reason="Hurricane", by=nia)
    assert do("restore") == [
        "Nobody had been written to yet, so nobody is written to now.",
        "Done for 1 event. The public pages show it within a second.",
    ]
    assert do("restore") == ["1 event had moved on and was left as it is."]
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


def test_a_form_that_names_no_step_calls_nothing_off(florida: list[Event]) -> None:
    nias = signed_in(None, person_with(Grant("national")))
    sent = {"pick": " ".join(event.key for event in florida), "reason": "Hurricane", "do": "sure"}
    for step in ({}, {"step": ""}, {"step": "anything"}):
        assert nias.post_form(CANCEL, sent | step).status_code == 302
    assert set(Event.every.values_list("phase", flat=True)) == {"committed"}
