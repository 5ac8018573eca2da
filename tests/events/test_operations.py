"""Hana's school takes part: what an event inherits, what it says of its own, and what is refused."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action
from manyplaces.actions.rules import Kind, Tactic
from manyplaces.core.refusals import sentences
from manyplaces.events.models import Event
from manyplaces.events.operations import describe_event, list_event
from manyplaces.events.rules import Covers, Phase, organisations_in
from manyplaces.people.models import Organisation
from manyplaces.places.models import Place
from manyplaces.places.operations import find_or_add_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def october(nia: Any) -> Action:
    action = Action(
        slug="oct2016", name="Third Walk-Ins", kind=Kind.DAY, tactic=Tactic.WALK_IN, date_edtf="2016-10-06~"
    )
    return call_action(action, by=nia).row


def site(action: Action, by: Any, key: str = "LA1", state: str = "WI", city: str = "Milwaukee", **facts: Any) -> Event:
    return Event(
        key=key, action=action, city=find_or_add_city(city, state, by=by), **{"phase": Phase.COMMITTED, **facts}
    )


def test_what_an_event_leaves_open_it_inherits(october: Action, hana: Any) -> None:
    event = list_event(site(october, hana, venue="Grant"), by=hana).row
    assert (event.tactic, event.date_text, event.first_day) == ("walk-in", "2016-10-06~", datetime.date(2016, 10, 6))
    assert (event.zone, event.spelling.place.name if event.spelling else None) == ("America/Chicago", "Grant")


def test_what_it_says_of_its_own_overrides_the_action(october: Action, hana: Any) -> None:
    facts = {"date_edtf": "2016-10-05", "tactic_words": "neighbourhood walk", "time_local": datetime.time(15, 30)}
    event = list_event(site(october, hana, city="Los Angeles", state="CA", **facts), by=hana).row
    assert (event.tactic, event.date_text) == ("neighbourhood-walk", "2016-10-05")
    assert event.starts_at is not None
    assert event.starts_at.isoformat() == "2016-10-05T15:30:00-07:00"


def test_an_hour_that_the_clocks_skip_is_refused_and_one_they_repeat_is_asked_about(nia: Any, hana: Any) -> None:
    spring = Action(slug="spring", name="Spring", kind=Kind.DAY, date_edtf="2027-03-14")
    autumn = Action(slug="autumn", name="Autumn", kind=Kind.DAY, date_edtf="2026-11-01")
    spring, autumn = (call_action(action, by=nia).row for action in (spring, autumn))
    skipped = {"date_edtf": "2027-03-14", "time_local": datetime.time(2, 30)}
    repeated = {"date_edtf": "2026-11-01", "time_local": datetime.time(1, 30)}
    for event in (site(spring, hana, **skipped), site(autumn, hana, **repeated)):
        with pytest.raises(ValidationError) as refusal:
            list_event(event, by=hana)
        assert [field for field, _ in sentences(refusal.value)] == ["time_local"]
    assert Event.objects.count() == 0
    phoenix = site(spring, hana, "AZ1", "AZ", "Phoenix", **skipped)
    assert list_event(phoenix, by=hana).outcome == "added"
    second = list_event(site(autumn, hana, "WI1", **repeated, fold=1), by=hana).row
    assert second.starts_at is not None
    assert second.starts_at.isoformat() == "2026-11-01T01:30:00-06:00"


def test_hosts_that_are_organisations_get_pages_and_descriptions_do_not(october: Action, hana: Any) -> None:
    words = "MTEA; 482Forward; parents, students, teachers; (church takes part); more than 40 organisations"
    assert organisations_in(words) == ["MTEA", "482Forward"]
    list_event(site(october, hana, hosts_words=words), by=hana)
    assert sorted(Organisation.objects.values_list("name", flat=True)) == ["482Forward", "MTEA"]


def test_a_city_tally_is_no_place(october: Action, hana: Any) -> None:
    event = list_event(site(october, hana, venue="city tally: 140+ signed up"), by=hana).row
    assert (event.covers, event.spelling, Place.objects.count()) == (Covers.CITY, None, 0)


def test_what_was_described_stays_when_the_list_is_read_again(october: Action, hana: Any) -> None:
    event = list_event(site(october, hana, venue="five locations"), by=hana).row
    event.covers, event.note_es = Covers.SEVERAL, "cinco lugares"
    described = describe_event(event, by=hana).row
    assert (described.covers, described.spelling) == (Covers.SEVERAL, None)
    assert list_event(site(october, hana, venue="five locations"), by=hana).outcome == "unchanged"
    assert Event.objects.get().note_es == "cinco lugares"


def test_an_event_never_moves_to_another_action(october: Action, nia: Any, hana: Any) -> None:
    list_event(site(october, hana), by=hana)
    may = call_action(Action(slug="may2016", name="May", kind=Kind.DAY, date_edtf="2016-05-04"), by=nia).row
    with pytest.raises(ValidationError):
        list_event(site(may, hana), by=hana)
    assert Event.objects.get().action == october


@pytest.mark.parametrize("source", ["javascript:alert(1)", "http://ok.example/ data:text/html,x", "www.example.org"])
def test_a_source_that_is_no_web_address_is_refused(october: Action, hana: Any, source: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        list_event(site(october, hana, sources=source), by=hana)
    assert [field for field, _ in sentences(refusal.value)] == ["sources"]
    assert Event.objects.count() == 0


@pytest.mark.parametrize("key", ["", "..", "a/b", "a b", "<script>", "x" * 61, "é"])
def test_an_id_that_would_break_an_address_is_refused(october: Action, hana: Any, key: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        list_event(site(october, hana, key), by=hana)
    assert [field for field, _ in sentences(refusal.value)] == ["key"]
