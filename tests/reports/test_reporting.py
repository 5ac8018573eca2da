"""Hana says how it went: four fields, a number that counts at once, words that wait for a look."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.events.operations import cancel_events
from manyplaces.journal.models import Entry
from manyplaces.record.models import Claim
from manyplaces.record.queries import own_counts
from manyplaces.record.queries.standing import standing
from manyplaces.record.rules import Figures
from manyplaces.reports.models import Report
from manyplaces.reports.operations import decide_words, take_report
from manyplaces.reports.rules import figures_said
from tests.events.calling import in_milwaukee
from tests.rsvps.coming import of_host, walk_in

pytestmark = pytest.mark.django_db(transaction=True)

CARLA = Actor("Carla", "page", person=3, grants=(Grant("coordinator", state="WI", city="milwaukee"),))
OTTO = Actor("Otto", "page", person=9)


def held_today(**facts: Any) -> Event:
    """Hana's walk-in, whose day has come."""
    event = walk_in(**facts)
    today = in_milwaukee().isoformat()
    Action.every.filter(pk=event.action_id).update(date_edtf=today, date_from=today, date_to=today)
    Event.every.filter(pk=event.pk).update(date_edtf=today, date_from=today, date_to=today, time_local=None)
    return Event.every.get(pk=event.pk)


def page_of(event: Event) -> str:
    """The page on which Hana reports, under a new private link of hers."""
    return of_host(event).replace("/coming/", "/report/")


def typed(**fields: Any) -> dict[str, Any]:
    return {"uid": new_token(), "people_words": "62", "how": "counted", "happened": "", "covered": "", **fields}


def said(event: Event, **facts: Any) -> Report:
    return Report(uid=new_token(), event=event, **{"people_words": "62", **facts})


def test_hana_reports_and_the_number_counts_at_once_while_her_words_wait() -> None:
    event = held_today()
    page = page_of(event)
    told = typed(people_words="about 60", happened="We walked in singing.", covered="Milwaukee Journal")
    answer = Client().post(page, told)
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?did=reported")
    report = Report.objects.get()
    assert (report.review, report.source, report.entered_by, report.language) == ("waiting", "link", "", "en")
    claim = Claim.objects.get(event=event)
    assert report.claim == claim
    assert (claim.low, claim.high, claim.basis, claim.phase, claim.value_words) == (
        60,
        60,
        "estimate",
        "held",
        "about 60",
    )
    assert Event.every.get().phase == "held"
    turnout = own_counts(event.action).turnout
    assert (turnout.low, turnout.high, turnout.with_figure) == (60, 60, 1)
    shown = Client().get(f"{page}?did=reported").content.decode()
    assert "Thank you! Your report is in" in shown
    assert "about 60" in shown
    assert "walked in singing" not in Client().get(f"/events/{event.key}/").content.decode()
    assert list(Entry.objects.filter(subject_kind="reports.report").values_list("verb", "before")) == [
        ("report.added", None)
    ]


def test_the_same_form_twice_is_one_report_and_another_content_is_refused() -> None:
    event = held_today()
    page, told = page_of(event), typed()
    assert [Client().post(page, told).status_code for _ in range(3)] == [302, 302, 302]
    assert Client().post(page, {**told, "people_words": "80"}).status_code == 422
    assert list(Report.objects.values_list("people_words", flat=True)) == ["62"]


def test_a_second_report_stands_beside_the_first() -> None:
    event = held_today()
    page = page_of(event)
    for words in ("62", "70-80"):
        assert Client().post(page, typed(people_words=words)).status_code == 302
    rows = Claim.objects.filter(event=event).order_by("pk").values_list("low", "high", "claimant")
    assert list(rows) == [(62, 62, "report of the site"), (70, 80, "report of the site")]


def test_nobody_reports_before_the_day_nor_of_what_was_cancelled() -> None:
    event = walk_in()
    page = page_of(event)
    assert "from the day itself on" in Client().get(page).content.decode()
    assert Client().post(page, typed()).status_code == 422
    cancel_events([event], reason="Hurricane", by=Actor("Nia", "command"))
    with pytest.raises(NotNow, match="cancelled"):
        take_report(said(event), by=CARLA)
    assert (Report.objects.count(), Claim.objects.count()) == (0, 0)


def test_carla_types_what_came_on_paper_and_otto_types_nothing() -> None:
    event = held_today()
    kept = take_report(said(event, people_words="", adults=43, pupils=62, source="paper"), by=CARLA)
    assert (kept.people_words, kept.entered_by, kept.source, kept.counted_by) == ("105", "Carla", "paper", "host")
    with pytest.raises(PermissionDenied):
        take_report(said(event), by=OTTO)
    with pytest.raises(PermissionDenied):
        take_report(said(event), by=Actor("a host", "link", holds="c-another"))
    with pytest.raises(ValidationError, match="Say how many came"):
        take_report(said(event, people_words=" "), by=CARLA)
    assert Report.objects.count() == 1


def test_who_reviews_there_shows_the_words_or_keeps_them_back(ruth: Any) -> None:
    event = held_today()
    report = take_report(said(event, happened="We walked in singing."), by=CARLA)
    with pytest.raises(PermissionDenied):
        decide_words(report, shown=True, by=OTTO)
    assert decide_words(report, shown=True, by=ruth).review == "shown"
    assert decide_words(report, shown=False, by=CARLA).review == "kept back"
    assert Report.objects.get().decided_by == "Carla"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("62", Figures(62, 62, "stated")),
        ("60-70", Figures(60, 70, "range")),
        ("entre 1,200 y 1,500", Figures(1200, 1500, "range")),
        ("70 to 60", Figures(60, 70, "range")),
        ("más de 300", Figures(300, None, "at least")),
        ("unas 40 personas", Figures(40, 40, "estimate")),
        ("hundreds", Figures(200, None, "vague word (CCC rule)")),
        ("cientos", Figures(200, None, "vague word (CCC rule)")),
        ("docenas", Figures(None, None, "vague word")),
        ("decenas de miles", Figures(20_000, None, "vague word (CCC rule)")),
        ("nobody knows", Figures(None, None, "vague word")),
    ],
)
def test_people_say_numbers_in_their_own_words(words: str, wanted: Figures) -> None:
    assert figures_said(words) == wanted


def test_what_did_not_take_place_is_cancelled_by_its_hosts_word_and_counts_apart() -> None:
    event = held_today()
    page, told = page_of(event), typed(missed="on", happened="The bus never came.")
    assert Client().post(page, typed(missed="on")).status_code == 422
    assert [Client().post(page, told).status_code for _ in range(2)] == [302, 302]
    event.refresh_from_db()
    assert (event.phase, event.reason) == ("cancelled", "It did not take place, as its host says.")
    assert event.reason_es.startswith("No tuvo lugar")
    report = Report.objects.get()
    assert (report.took_place, report.people_words, report.claim, report.review) == (False, "", None, "waiting")
    found = standing(event.action, in_milwaukee())
    assert (found.held, found.cancelled, found.unreported) == (0, 1, 0)
    assert "bus never came" not in Client().get(f"/events/{event.key}/").content.decode()
    shown = Client().get(f"{page}?did=reported").content.decode()
    assert ("Your report is in." in shown, "counts already" in shown) == (True, False)


def test_what_was_held_is_not_undone_by_a_form() -> None:
    event = held_today()
    page = page_of(event)
    Client().post(page, typed())
    assert Client().post(page, typed(missed="on", happened="A slip.")).status_code == 422
    assert (Event.every.get().phase, Report.objects.count()) == ("held", 1)
