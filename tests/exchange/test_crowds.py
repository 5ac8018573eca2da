"""Those who count protests across the country get what was held in their own columns."""

from __future__ import annotations

import csv
import io

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client

from manyplaces.core.tables import write_rows
from manyplaces.events.models import Event
from manyplaces.events.operations import shield_event
from manyplaces.events.rules import Covers, Phase
from manyplaces.exchange.exports.everything import export_crowds
from manyplaces.record.models import Claim
from tests.exchange.conftest import NIA

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL


def crowds(action: str = "") -> dict[str, dict[str, str]]:
    """The table as it is written, each row by its place and city."""
    table, out = export_crowds(action=action), io.BytesIO()
    write_rows(out, table.header, table.rows)
    rows = csv.DictReader(io.StringIO(out.getvalue().decode(), newline=""))
    return {f"{row['location_detail']}, {row['locality']}, {row['date']}": row for row in rows}


def told(row: dict[str, str], *columns: str) -> list[str]:
    return [row[column] for column in columns]


def test_what_was_held_is_there_and_summaries_are_not(sampled: None) -> None:
    held = Event.objects.filter(phase=Phase.HELD)
    assert len(crowds()) == held.exclude(covers=Covers.CITY).count() < held.count() < Event.objects.count()
    assert set(row["online"] for row in crowds().values()) == {"0"}


def test_a_row_says_where_when_who_and_where_it_is_written(sampled: None) -> None:
    row = crowds("nov2014")["Travis High School, Austin, 2014-11-20"]
    assert told(row, "state", "type", "title") == [
        *("TX", "rally + press conference + classroom visit"),
        "National Week of Action for the Public Schools All Our Children Deserve",
    ]
    event = Event.objects.get(key="LA026")
    assert (row["organizations"], row["source_1"]) == (event.hosts_words, event.source_links[0])
    assert told(row, "resolved_locality", "resolved_state", "arrests", "valence") == ["Austin", "TX", "", ""]
    assert round(float(row["lat"])) == 30


def test_everybody_finds_it_among_the_downloads(sampled: None) -> None:
    table, out = export_crowds(), io.BytesIO()
    write_rows(out, table.header, table.rows)
    answer = Client().get("/about/data/crowds.csv")
    assert (answer.content, answer["Content-Type"]) == (out.getvalue(), "text/csv; charset=utf-8")
    for start in ("", "/es"):
        assert Client().get(f"{start}/about/data/crowds.csv").content == out.getvalue()
        assert f'<a href="{start}/about/data/crowds.csv">' in Client().get(f"{start}/about/data/").content.decode()
    downloads = Client().get("/about/data.json").json()["downloads"]
    assert [one["url"] for one in downloads if one["table"] == "crowds"] == [f"{SITE}/about/data/crowds.csv"]


def test_a_day_that_is_not_known_is_left_open_and_told_in_words(sampled: None) -> None:
    row = crowds("nov2014")["Western International High School, Detroit, "]
    assert row["notes"].startswith("Date: 2014-11~.")


def test_sizes_follow_their_rule(sampled: None) -> None:
    event, key = Event.objects.get(key="LA172"), "Anne Beers Elementary, Washington, 2017-01-19"

    def size() -> list[str]:
        return told(crowds("jan2017")[key], "size_low", "size_high", "size_mean", "size_text", "size_cat")

    said = {"action": event.action, "event": event, "phase": "held", "metric": "people", "metric_words": "people"}
    assert size() == ["", "", "", "", "0"]
    Claim.objects.create(**said, value_words="hundreds", low=200)
    assert size() == ["200", "200", "200", "hundreds", "2"]
    counted = Claim.objects.create(**said, value_words="1,450", low=1450, high=1450)
    assert size() == ["200", "1450", "825", "hundreds", "2"]
    counted.chosen = True
    counted.save()
    assert size() == ["1450", "1450", "1450", "", "3"]


def test_of_a_harassed_host_only_the_city_is_told(sampled: None) -> None:
    shield_event(Event.objects.get(key="LA026"), by=NIA)
    row = crowds("nov2014")[", Austin, 2014-11-20"]
    assert told(row, "organizations", "source_1", "location_detail") == ["", "", ""]
    assert "Travis High" not in str(row)


def test_an_action_that_is_not_there_is_told(sampled: None) -> None:
    with pytest.raises(ValidationError, match="There is no action “nowhere”"):
        crowds("nowhere")
