"""Threat 33: nobody poisons the numbers of the day: only a host’s private link and coordinators can raise them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from manyplaces.actions.models import Action
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.record.models import Claim
from manyplaces.reports.models import Report
from manyplaces.reports.rules.links import report_link_of
from tests.events.cast import committed
from tests.reports.test_reporting import held_today, page_of, typed
from tests.rsvps.coming import confirmed, say

pytestmark = pytest.mark.django_db(transaction=True)


def numbers() -> Any:
    return json.loads(Client().get("/actions/october/tally.json").content)


def test_who_says_that_he_comes_is_in_no_number() -> None:
    event = held_today()
    before = numbers()
    for many in range(1, 10):
        say(event, people=str(many))
    confirmed(event, "gil@example.org", people="9")
    assert numbers() == before
    page = Client().get(f"/actions/october/wi/{event.city.slug}/").content.decode()
    assert "0 people counted" in page


def test_a_fake_commitment_is_in_no_number_until_somebody_has_looked() -> None:
    event = held_today()
    before = numbers()
    for number in range(15):
        committed(Action.objects.get(), f"Fake {number}", date_edtf=event.date_edtf)
    assert numbers() == before


def test_otto_cannot_report_with_links_that_he_makes_up() -> None:
    event = held_today()
    before = numbers()
    real = report_link_of("h" * 22)
    made_up = [new_token(), real, real[:-3] + "abc", f"{event.key}.{new_token()}", "a" * 40]
    for token in made_up:
        assert Client().post(f"/host/{token}/report/", typed(people_words="90000")).status_code == 404
    assert Client().post("/desk/actions/october/reports/wi/milwaukee/", typed()).status_code == 302
    assert (numbers(), Report.objects.count(), Claim.objects.count()) == (before, 0, 0)


def test_a_host_reports_of_her_own_site_alone_and_no_more_people_than_there_are() -> None:
    event = held_today()
    page = page_of(event)
    other = committed(Action.objects.get(), "Grant Elementary")
    sent = typed(people_words="62") | {"event": other.key}
    assert Client().post(page, sent).status_code == 302
    assert numbers()["people"] == [62, 62]
    assert Client().post(page, typed(people_words="900000000")).status_code == 422
    assert numbers()["people"] == [62, 62]
    assert set(Report.objects.values_list("event", flat=True)) == set(
        Event.every.filter(pk=event.pk).values_list("pk", flat=True)
    )
