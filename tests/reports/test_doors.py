"""The doors of a report: the letter that asks for it, the coordinator’s grid, the desk that shows who has not."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.actor import Grant
from manyplaces.events.models import Event, Host
from manyplaces.mail.models import Letter
from manyplaces.record.models import Claim
from manyplaces.reports.chores import ask
from manyplaces.reports.models import Report
from manyplaces.reports.operations import ask_for_reports, decide_words
from manyplaces.reports.operations.asking import PIECE
from manyplaces.reports.rules.hours import askings
from manyplaces.reports.rules.links import read_report_link, report_link_of
from tests.events.calling import in_milwaukee
from tests.reports.test_reporting import CARLA, held_today, typed
from tests.rsvps.coming import of_host, walk_in
from tests.signing import SignedIn, person_with, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

DESK = "/desk/actions/october/reports/"
GRID = f"{DESK}wi/milwaukee/"
DAY = datetime.date(2030, 10, 10)


def carla() -> SignedIn:
    return signed_in(None, person_with(Grant("coordinator", state="WI", city="milwaukee"), alias="Carla"))


def beside(venue: str) -> Event:
    """Another site of the same day."""
    event = walk_in(Action.objects.get(), venue)
    today = in_milwaukee().isoformat()
    Event.every.filter(pk=event.pk).update(date_edtf=today, date_from=today, date_to=today, time_local=None)
    return Event.every.get(pk=event.pk)


def row(event: Event, **fields: str) -> dict[str, str]:
    """What the grid sends of one site."""
    return {f"{name}-{event.key}": text for name, text in fields.items()} | {f"uid-{event.key}": f"{event.pk:022d}"}


@pytest.mark.parametrize(
    ("clock", "names"),
    [
        (datetime.time(7, 20), ["noon", "evening", "once_more"]),
        (datetime.time(16, 30), ["evening", "once_more"]),
        (datetime.time(17, 30), ["once_more"]),
        (None, ["noon", "evening", "once_more"]),
    ],
)
@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/Phoenix", "America/Puerto_Rico"])
def test_nobody_is_asked_before_it_is_over_and_everybody_by_the_clock_of_the_place(
    clock: datetime.time | None, names: list[str], zone: str
) -> None:
    found = askings(DAY, clock, zone)
    assert [one.name for one in found] == names
    hours = {"noon": 12, "evening": 18, "once_more": 12}
    assert [one.begins.astimezone(ZoneInfo(zone)).hour for one in found] == [hours[name] for name in names]


def test_hana_is_asked_at_noon_and_in_the_evening_until_she_has_reported() -> None:
    event = held_today()
    Host.objects.update(proved_at=timezone.now())
    day, zone = in_milwaukee(), ZoneInfo(event.zone)

    def asked_at(hour: int, days: int = 0) -> int:
        moment = datetime.datetime.combine(day + datetime.timedelta(days=days), datetime.time(hour, 5), zone)
        with time_machine.travel(moment, tick=False):
            return ask()

    assert [asked_at(11), asked_at(12), asked_at(13), asked_at(18), asked_at(19)] == [0, 1, 0, 1, 0]
    letter = Letter.objects.filter(kind="reports.ask").order_by("-pk")[0]
    link = "/host/" + letter.content["body"].partition("/host/")[2].split()[0]
    assert Client().get(link).status_code == 200
    assert Client().post(link, typed()).status_code == 302
    assert Report.objects.get().event == event
    assert asked_at(12, days=1) == 0


def test_the_link_of_the_letter_reports_and_does_nothing_else() -> None:
    held_today()
    Host.objects.update(proved_at=timezone.now())
    link = report_link_of(Host.objects.get().uid)
    assert [Client().get(f"/host/{link}/{page}").status_code for page in ("", "coming/", "report/")] == [404, 404, 200]
    forged = link[:-2] + ("aa" if link[-2:] != "aa" else "bb")
    assert (read_report_link(forged), Client().get(f"/host/{forged}/report/").status_code) == ("", 404)
    Host.objects.all().delete()
    assert Client().get(f"/host/{link}/report/").status_code == 404


def test_carla_types_in_a_grid_and_only_what_is_wrong_stays() -> None:
    auer = held_today()
    grant, lane = beside("Grant"), beside("Lane")
    browser = carla()
    shown = browser.get(GRID).content.decode()
    assert shown.count('name="uid-c-') == 3
    full = row(auer, adults="43", pupils="62", how="sheets", happened="Sang")
    answer: Any = browser.post_form(GRID, {"source": "paper", **full, **row(grant, adults="many"), **row(lane)})
    assert answer.status_code == 422
    page = answer.content.decode()
    told = ("Write numbers for adults" in page, page.count('name="uid-c-'), 'value="many"' in page)
    assert told == (True, 2, True)
    kept = Report.objects.get()
    facts = (kept.people_words, kept.source, kept.entered_by, kept.how, kept.counted_by)
    assert facts == ("105", "paper", "Carla", "sheets", "host")
    assert Claim.objects.get().low == 105
    assert browser.post_form(GRID, {**row(grant, people_words="hundreds"), **row(lane, adults="9")}).status_code == 302
    assert list(Report.objects.order_by("pk").values_list("people_words", flat=True)) == ["105", "hundreds", "9"]
    assert browser.get(GRID).status_code == 404


def test_carla_ticks_what_did_not_take_place_and_says_why() -> None:
    auer = held_today()
    grant, lane = beside("Grant"), beside("Lane")
    browser = carla()
    assert browser.get(GRID).content.decode().count('type="checkbox" name="missed-') == 3
    # A tick alone is something typed, and needs a reason; a number is what was expected.
    unsaid = browser.post_form(GRID, {**row(auer, missed="yes"), **row(grant, missed="no"), **row(lane)})
    page = unsaid.content.decode()
    assert (unsaid.status_code, "Say in a few words why it did not take place." in page) == (422, True)
    assert (page.count('name="uid-c-'), page.count(" checked"), Report.objects.count()) == (3, 2, 0)
    said = row(auer, missed="yes", adults="about 40", happened="The bus never came.")
    assert browser.post_form(GRID, {"source": "call", **said, **row(lane, people_words="9")}).status_code == 302
    kept = list(Report.objects.order_by("pk").values_list("took_place", "people_words", "adults", "source"))
    assert sorted(kept) == [(False, "", None, "call"), (True, "9", None, "call")]
    phases = Event.every.in_bulk([auer.pk, grant.pk, lane.pk])
    assert [phases[one.pk].phase for one in (auer, grant, lane)] == ["cancelled", "committed", "held"]
    # Who opens the grid finds it done, and the desk says so; no figure came of it.
    assert browser.get(GRID).content.decode().count('name="uid-c-') == 1
    assert "did not take place" in browser.get(DESK).content.decode()
    assert list(Claim.objects.values_list("low", flat=True)) == [9]


def test_the_desk_shows_who_has_not_reported_and_words_are_shown_or_kept_back() -> None:
    auer = held_today()
    beside("Grant")
    page = of_host(auer).replace("/coming/", "/report/")
    Client().post(page, typed(happened="We sang at the door."))
    browser = carla()
    shown = browser.get(DESK).content.decode()
    assert ("We sang at the door." in shown, "Type in what came on paper" in shown) == (True, True)
    sent = {"do": "show", "report": Report.objects.get().key}
    assert browser.post_form(DESK, sent).status_code == 302
    assert Report.objects.get().review == "shown"
    otto = signed_in(None, person_with(Grant("coordinator", state="IL", city="chicago"), alias="Otto"))
    otto.post_form(DESK, {**sent, "do": "keep"})
    assert Report.objects.get().review == "shown"
    assert "Grant" not in otto.get(DESK).content.decode()


def test_the_desk_costs_the_same_queries_for_any_number_of_sites() -> None:
    held_today()
    browser, counts = carla(), []
    for venue in ("", "Grant", "Lane"):
        if venue:
            beside(venue)
        for address in (DESK, GRID):
            with CaptureQueriesContext(connection) as asked_for:
                browser.get(address)
            counts.append(len(asked_for))
    assert (len(set(counts[::2])), len(set(counts[1::2]))) == (1, 1)


def test_what_was_shown_stands_on_the_page_of_the_event_with_how_it_is_known() -> None:
    auer = held_today()
    page = of_host(auer).replace("/coming/", "/report/")
    Client().post(page, typed(happened="We sang at the door.", covered="Milwaukee Journal"))
    public = f"/events/{auer.key}/"
    assert "We sang" not in Client().get(public).content.decode()
    decide_words(Report.objects.get(), shown=True, by=CARLA)
    shown = Client().get(public).content.decode()
    assert ("We sang at the door." in shown, "counted one by one" in shown) == (True, True)
    Event.every.update(is_shielded=True)
    assert "We sang" not in Client().get(public).content.decode()


def test_very_many_hosts_are_asked_a_piece_at_a_time_and_each_once() -> None:
    held_today()
    hosts = PIECE + 3
    for number in range(hosts - 1):
        beside(f"School {number}")
    Host.objects.update(proved_at=timezone.now())
    noon = datetime.datetime.combine(in_milwaukee(), datetime.time(12, 5), ZoneInfo("America/Chicago"))
    with time_machine.travel(noon, tick=False):
        assert [ask_for_reports(timezone.now(), by=CARLA) for _ in range(3)] == [PIECE, 3, 0]
        assert ask() == 0
    letters = Letter.objects.filter(kind="reports.ask")
    assert (letters.count(), letters.values("key").distinct().count()) == (hosts, hosts)
