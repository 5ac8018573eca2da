"""2,324 real walkouts in columns of somebody else's: they come in whole, with their traps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count

from manyplaces.actions.models import Action
from manyplaces.core.tables import read_rows
from manyplaces.events.models import Event
from manyplaces.exchange.columns import KINDS
from manyplaces.record.models import Claim, MediaHit
from tests.exchange.conftest import WALKOUTS, Import, empty_the_record, record, run_import, say

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def walked(shared: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """All four days."""
    with django_db_blocker.unblock(), transaction.atomic():
        report = run_import("events", shared / "data/walkouts_2018.csv", mapping=WALKOUTS)
        assert say(report) == []
        assert report.counts == {"created": 2324}
        assert set(report.called.values()) == {"created"}
        yield
        transaction.set_rollback(True)


def test_the_walkouts_come_in_whole_with_their_traps(walked: None, take: Import, shared: Path) -> None:
    source = [row.cells for row in read_rows(shared / "data/walkouts_2018.csv")]
    per_day = dict(Action.objects.annotate(events_=Count("events")).values_list("slug", "events_"))
    assert per_day == {
        "walkouts-feb-2018": 114,
        "walkout-mar-2018": 1307,
        "march-for-our-lives": 502,
        "walkout-apr-2018": 401,
    }
    assert Action.objects.get(slug="walkout-mar-2018").text("name", "es") == "Huelga escolar nacional"

    # Attendance: missing is unknown, 0 and 1 are figures.
    stated = {row["event_id"]: int(row["attendees"]) for row in source if row["attendees"]}
    claims = Claim.objects.filter(metric="people").select_related("event")
    assert {claim.event.key: claim.low for claim in claims if claim.event} == stated
    assert sorted(stated.values())[0] == 1
    first = claims.get(event__key="cl01803")
    assert (first.phase, first.basis, first.claimant, first.high) == ("held", "stated", "washingtonpost.com", 100)

    # Two events at one school on one day stay two.
    doubled = (
        Event.objects.exclude(spelling=None).values("spelling", "date_edtf").annotate(n=Count("pk")).filter(n__gt=1)
    )
    assert doubled.count() > 0
    assert Event.objects.count() == len(source)

    # One link for many events of a day is one story about all of them; no link of the file is lost.
    links = {(row["campaign"], row["source_url"]) for row in source}
    assert MediaHit.objects.count() == len(links)
    assert MediaHit.events.through.objects.count() == len(source)
    ours = Event.objects.get(key="cl02249")
    assert ours.source_links == [
        "http://hosted2.ap.org/NCGOL/NC/Article_2018-03-14-NC--School%20Walkouts-North%20Carolina-Burr/id-"
        "c2856e38cb2b4858a4418db3e45285d6"
    ]

    # A school in the column of cities: the school is the venue, the city the nearest one.
    moved = Event.objects.get(key="cl02173")
    assert (moved.venue, str(moved.city)) == ("Ashland High School/Lake Superior High School", "Ashland, WI")
    # Cities named after colleges stay cities.
    assert [str(Event.objects.get(key=key).city) for key in ("cl03272", "cl04093", "cl04612")] == [
        "Collegeville, MN",
        "College Station, TX",
        "State College, PA",
    ]
    assert Event.objects.filter(city__lat=None).count() == 0

    again = take("events", shared / "data/walkouts_2018.csv", mapping=WALKOUTS)
    assert (again.counts, set(again.called.values())) == ({"unchanged": 2324}, {"unchanged"})


def test_what_comes_out_makes_the_same_record_elsewhere(walked: None, take: Import, tmp_path: Path) -> None:
    before = record()
    empty_the_record()
    for kind in KINDS:
        file = tmp_path / f"again-{kind}.csv"
        file.write_bytes(before[kind])
        assert say(take(kind, file)) == []
    assert record() == before
