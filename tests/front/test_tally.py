"""How many are there? The tally stands on the pages, comes as 200 bytes, and every state of it is kept."""

from __future__ import annotations

import datetime
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.generation import current_generation
from manyplaces.events.models import Event
from manyplaces.events.operations import cancel_events
from manyplaces.record.chores import note_tallies
from manyplaces.record.models import Claim, TallyPoint
from manyplaces.record.operations import judge_claim
from manyplaces.record.queries import own_counts
from manyplaces.reports.models import Report
from manyplaces.reports.operations import take_report
from tests.events.calling import in_milwaukee
from tests.rsvps.coming import walk_in

pytestmark = pytest.mark.django_db(transaction=True)

NIA = Actor("Nia", "command")
NUMBERS = "/actions/october/tally.json"


def sites(*venues: str) -> list[Event]:
    """So many walk-ins in Milwaukee whose day is today."""
    first = walk_in(venue=venues[0])
    rows = [first, *(walk_in(Action.objects.get(), venue) for venue in venues[1:])]
    today = in_milwaukee().isoformat()
    Action.every.update(date_edtf=today, date_from=today, date_to=today)
    Event.every.update(date_edtf=today, date_from=today, date_to=today, time_local=None)
    return list(Event.every.filter(pk__in=[row.pk for row in rows]).order_by("pk"))


def report(event: Event, words: str) -> Report:
    return take_report(Report(uid=f"{event.pk}{words}"[:22], event=event, people_words=words), by=NIA)


def asked() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Client().get(NUMBERS).content)
    return found


def test_each_site_counts_in_one_place_and_people_from_low_to_high() -> None:
    auer, grant, fratney, lane, _silent = sites("Auer", "Grant", "Fratney", "Lane", "Vieau")
    report(auer, "62")
    report(auer, "70-80")
    report(grant, "hundreds")
    report(fratney, "it rained")
    cancel_events([lane], reason="Hurricane", by=NIA)
    found = asked()
    assert found.pop("at").startswith(timezone.now().strftime("%Y-%m-%dT"))
    assert found == {
        "committed": 0, "held": 3, "reported": 2, "unreported": 1, "cancelled": 1, "postponed": 0,
        "people": [262, 280], "at_least": True, "disputed": 0,
    }  # fmt: skip
    assert len(Client().get(NUMBERS).content) < 220
    page = Client().get("/actions/october/wi/milwaukee/").content.decode()
    assert "262–280+" in page
    page = Client().get("/actions/october/").content.decode()
    assert 'data-tally="/actions/october/tally.json" data-zone="America/New_York"' in page
    # By the clock of the action, as its other times.
    newest = datetime.datetime.fromisoformat(asked()["at"]).astimezone(ZoneInfo("America/New_York"))
    assert f">{newest:%Y-%m-%d %H:%M %Z}</time>" in page


def test_a_chosen_claim_stands_for_the_others_and_a_disputed_one_is_said_to_be() -> None:
    (auer,) = sites("Auer")
    report(auer, "62")
    report(auer, "900")
    first, second = Claim.objects.order_by("pk")
    second.disputed = True
    judge_claim(second, by=NIA)
    assert (asked()["people"], asked()["disputed"]) == ([62, 900], 1)
    first.chosen = True
    judge_claim(first, by=NIA)
    assert (asked()["people"], asked()["disputed"]) == ([62, 62], 0)
    assert "The figure of" not in Client().get("/actions/october/").content.decode()


def test_what_is_still_to_come_is_not_late_and_what_is_long_over_is_not_followed() -> None:
    event = walk_in()
    assert (asked()["committed"], asked()["unreported"], asked()["at"]) == (1, 0, None)
    assert "Right now" not in Client().get("/actions/october/").content.decode()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31), tick=False):
        assert (asked()["committed"], asked()["unreported"]) == (0, 1)
        assert "Right now" in Client().get("/actions/october/").content.decode()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=60), tick=False):
        assert "Right now" not in Client().get("/actions/october/").content.decode()
    assert own_counts(event.action).events == {"committed": 1}


def test_what_an_older_record_says_was_committed_is_not_late() -> None:
    (auer,) = sites("Auer")
    told = {"action": auer.action, "city": auer.city, "zone": auer.zone}
    Event.objects.create(key="T1", phase="committed", **told)
    assert (asked()["committed"], asked()["unreported"]) == (1, 1)


def test_every_state_of_the_numbers_is_kept_once() -> None:
    auer, grant = sites("Auer", "Grant")
    assert [note_tallies(), note_tallies()] == [1, 0]
    report(auer, "62")
    report(grant, "40")
    assert note_tallies() == 1
    rows = TallyPoint.objects.order_by("pk").values_list("held", "reported", "unreported", "low", "high")
    assert list(rows) == [(0, 0, 2, 0, 0), (2, 2, 0, 102, 102)]
    shown = json.loads(Client().get("/actions/october/numbers.json").content)["history"]
    assert [(point["held"], point["people"]) for point in shown] == [(2, [102, 102]), (0, [0, 0])]
    assert 'id="history"' in Client().get("/actions/october/numbers/").content.decode()


def test_the_tally_costs_the_same_queries_for_any_number_of_sites() -> None:
    counts = []
    for venues in (("Auer",), ("Grant", "Fratney")):
        for event in sites(*venues) if not counts else [walk_in(Action.objects.get(), name) for name in venues]:
            Event.every.filter(pk=event.pk).update(date_edtf="", date_from=None, date_to=None, time_local=None)
            report(Event.every.get(pk=event.pk), "20")
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            Client().get(NUMBERS)
        counts.append(len(asked_for))
    assert counts[0] == counts[1]


def test_a_note_of_the_clock_makes_no_page_anew_and_the_page_says_the_same_before_and_after() -> None:
    (auer,) = sites("Auer")
    note_tallies()
    report(auer, "62")

    def shown() -> list[Any]:
        page = json.loads(Client().get("/actions/october/numbers.json").content)
        return [(point["held"], point["people"]) for point in page["history"]]

    before, number = shown(), current_generation()
    assert note_tallies() == 1
    assert (shown(), current_generation()) == (before, number)
    assert before == [(1, [62, 62]), (0, [0, 0])]
