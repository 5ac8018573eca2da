"""Search engines read what a page is about in the words of schema.org."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from markupsafe import Markup

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.events.models import Event
from manyplaces.front.queries.action import action_page
from manyplaces.front.queries.areas import event_page
from manyplaces.front.shapes import LINKED
from manyplaces.people.queries import remembered
from tests.front.records import SmallRecord, pages_of

SITE = settings.SITE_URL
ADDRESS = {"@type": "PostalAddress", "addressLocality": "Milwaukee", "addressRegion": "WI", "addressCountry": "US"}


def linked(record: SmallRecord, name: str, language: str = "en") -> Any:
    return json.loads(LINKED[name](pages_of(record)[name], language))


def empty_keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        empty = [key for key, item in value.items() if item in (None, "", [], {})]
        return empty + [key for item in value.values() for key in empty_keys(item)]
    return [key for item in value for key in empty_keys(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_safe_in_a_script_and_says_nothing_empty(small_record: SmallRecord, language: str) -> None:
    pages = pages_of(small_record)
    for name in LINKED:
        page = pages[name]
        with remembered(), CaptureQueriesContext(connection) as queries:
            text = LINKED[name](page, language)
        assert isinstance(text, Markup)
        assert [sign for sign in "<>&\u2028\u2029" if sign in text] == []
        assert (empty_keys(json.loads(text)), len(queries)) == ([], 0)
    assert set(pages) - set(LINKED) == {"numbers", "search", "coalition", "near"}


def test_a_name_that_would_end_the_script_stays_a_name(small_record: SmallRecord, nia: Any) -> None:
    name = "</script><script>alert(1)</script>\u2028 & <!--"
    action = Action(
        slug="bad", name=name.replace("\u2028", " "), kind="day", date_edtf="2025-01-01", summary="\u2029 a"
    )
    call_action(action, by=nia)
    page = action_page(Action.objects.get(slug="bad"))
    assert json.loads(LINKED["action"](page, "en"))["name"] == action.name
    assert "<" not in LINKED["action"](page, "en")


def test_an_action_is_a_series_with_its_parts(small_record: SmallRecord) -> None:
    shape = linked(small_record, "action", "es")
    assert shape["@context"] == "https://schema.org"
    assert (shape["@type"], shape["name"]) == ("EventSeries", "Entradas juntas por nuestras escuelas")
    assert (shape["startDate"], shape["endDate"]) == ("2025-10-08", "2025-10-10")
    assert [part["name"] for part in shape["subEvent"]] == ["Arranque en Milwaukee", "Local actions"]
    assert shape["url"] == f"{SITE}/es/actions/oct2025/"


@pytest.mark.parametrize("date", ["2025-23", "2025-10", "2025", "2025-10-08~", "2025-10-08?", "2025-10/.."])
def test_a_date_that_is_not_exact_is_not_given(date: str, small_record: SmallRecord, nia: Any) -> None:
    action = call_action(Action(slug="fuzzy", name="Fuzzy", kind="day", date_edtf=date), by=nia).row
    shape = json.loads(LINKED["action"](action_page(action), "en"))
    assert [key for key in shape if key.endswith("Date")] == []


def test_an_event_has_its_start_place_and_hosts(small_record: SmallRecord) -> None:
    shape = linked(small_record, "event")
    assert (shape["startDate"], shape["eventStatus"]) == (
        "2025-10-08T07:30:00-05:00",
        "https://schema.org/EventScheduled",
    )
    assert shape["location"] == {
        "@type": "School",
        "name": "Lincoln High School",
        "url": f"{SITE}/places/lincoln-high-school-milwaukee-wi/",
        "address": ADDRESS,
        "geo": {"@type": "GeoCoordinates", "latitude": 43.0412, "longitude": -87.9201},
    }
    assert [host["name"] for host in shape["organizer"]] == ["Parents United"]
    assert shape["superEvent"]["url"] == f"{SITE}/actions/oct2025/"


@pytest.mark.parametrize(("key", "status"), [("FL1", "EventCancelled"), ("IL1", "EventPostponed")])
def test_what_does_not_take_place_says_so(key: str, status: str, small_record: SmallRecord) -> None:
    shape = json.loads(LINKED["event"](event_page(Event.objects.get(key=key)), "en"))
    assert shape["eventStatus"] == f"https://schema.org/{status}"


def test_a_place_is_a_school_with_its_number_in_the_registry(small_record: SmallRecord) -> None:
    shape = linked(small_record, "place")
    assert (shape["@type"], shape["alternateName"], shape["address"]) == ("School", ["Lincoln HS"], ADDRESS)
    assert shape["identifier"] == {"@type": "PropertyValue", "propertyID": "NCES", "value": "550960001234"}
    assert [event["url"] for event in shape["event"]] == [f"{SITE}/events/WI1/", f"{SITE}/events/WI3/"]


def test_an_organisation_has_every_name_and_its_own_site(small_record: SmallRecord) -> None:
    shape = linked(small_record, "organisation")
    assert shape["alternateName"] == ["PU", "Parents United of Milwaukee"]
    assert shape["sameAs"] == "https://example.org/pu"


def test_lists_are_numbered(small_record: SmallRecord) -> None:
    def items(shape: Any) -> list[tuple[int, str]]:
        return [(item["position"], item["url"]) for item in shape["itemListElement"]]

    assert items(linked(small_record, "home")["mainEntity"]) == [
        (1, f"{SITE}/actions/oct2025/"),
        (2, f"{SITE}/actions/fall2025/"),
    ]
    assert items(linked(small_record, "state")) == [(1, f"{SITE}/actions/oct2025/wi/milwaukee/")]
    assert sorted(url for _, url in items(linked(small_record, "city"))) == [
        f"{SITE}/events/WI1/",
        f"{SITE}/events/WI2/",
    ]


def test_a_described_headline_is_no_headline(small_record: SmallRecord) -> None:
    opinion, news, _spanish = linked(small_record, "media")["hasPart"]
    assert (opinion["@type"], "headline" in opinion, opinion["description"]) == (
        "OpinionNewsArticle",
        False,
        "a column about the days",
    )
    assert (news["@type"], news["datePublished"]) == ("NewsArticle", "2025-10-08")


def test_the_record_is_a_data_set_with_its_licence_and_downloads(small_record: SmallRecord) -> None:
    shape = linked(small_record, "record")
    assert (shape["@type"], shape["license"]) == ("Dataset", "https://creativecommons.org/licenses/by/4.0/")
    assert shape["temporalCoverage"] == "2025-09-01/2025-11-30"
    names = [part["name"] for part in shape["distribution"]]
    assert names == [
        "actions",
        "claims",
        "events",
        "media",
        "details",
        "reports",
        "photos",
        "recaps",
        "closings",
        "corrections",
        "crowds",
    ]
