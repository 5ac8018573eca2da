"""Reports in a table: what sites said comes in as claims, twice is once, and it goes out and comes in again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from manyplaces.core.actor import Actor
from manyplaces.core.generation import raise_generation
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.exchange.operations import undo_import
from manyplaces.record.models import Claim
from manyplaces.reports.models import Report
from manyplaces.reports.operations import decide_words, take_report
from tests.exchange.conftest import Import, exported, rows_of
from tests.front.test_tally import sites

pytestmark = pytest.mark.django_db(transaction=True)

NIA = Actor("Nia", "command")
COLUMNS = ["event_id", "people_text", "adults", "pupils", "how", "counted_by", "happened", "came_by", "took_place"]


def test_a_table_of_reports_is_taken_once_with_who_counted_and_from_what(take: Import, tmp_path: Path) -> None:
    auer, grant, lane = sites("Auer", "Grant", "Lane")
    rows = [
        (auer.key, "", "43", "62", "sheets", "host", "We sang.", "paper", ""),
        (grant.key, "hundreds", "", "", "", "police", "", "", ""),
        (lane.key, "", "", "", "", "", "The bus never came.", "call", "no"),
    ]
    assert take("reports", COLUMNS, rows).counts == {"created": 3}
    assert take("reports", COLUMNS, rows).counts == {"unchanged": 3}
    kept = Report.objects.order_by("pk").values_list("people_words", "how", "counted_by", "source", "entered_by")
    assert list(kept) == [
        ("105", "sheets", "host", "paper", "Nia"), ("hundreds", "", "police", "table", "Nia"),
        ("", "", "host", "call", "Nia"),
    ]  # fmt: skip
    assert list(Claim.objects.order_by("pk").values_list("low", "high", "event__key")) == [
        (105, 105, auer.key), (200, None, grant.key),
    ]  # fmt: skip
    assert list(Event.every.order_by("pk").values_list("phase", flat=True)) == ["held", "held", "cancelled"]
    assert Report.objects.filter(review="waiting").count() == 2


def test_what_is_wrong_is_told_by_its_column(take: Import) -> None:
    (auer,) = sites("Auer")
    rows = [
        ("nowhere", "62", "", "", "", "", "", "", ""),
        (auer.key, "62", "", "", "guessed", "", "", "", ""),
        (auer.key, "", "", "", "", "", "", "", ""),
        (auer.key, "62", "many", "", "", "", "", "", ""),
    ]
    report = take("reports", COLUMNS, rows)
    assert report.counts == {"refused": 4}
    assert (Report.objects.count(), Event.every.get().phase) == (0, "committed")


def test_an_import_of_reports_is_taken_back(take: Import) -> None:
    (auer,) = sites("Auer")
    report = take("reports", COLUMNS, [(auer.key, "62", "", "", "", "", "", "", "")])
    assert report.number is not None
    undo_import(report.number, by=NIA)
    assert (Report.objects.count(), Claim.objects.count(), Event.every.get().phase) == (0, 0, "committed")


def test_the_table_says_in_a_word_who_entered_each_and_never_a_name(take: Import, tmp_path: Path) -> None:
    auer, grant, lane = sites("Auer", "Grant", "Lane")
    rows = [
        (auer.key, "62", "", "", "", "", "", "paper", ""),
        (grant.key, "40", "", "", "", "", "", "", ""),
    ]
    take("reports", COLUMNS, rows)
    said = Report(uid=new_token(), event=lane, people_words="9", source="link")
    take_report(said, by=Actor("host", "page", holds=lane.key))
    table = exported("reports")
    told = [(row["people_text"], row["came_by"], row["entered_by"]) for row in rows_of(table)]
    assert told == [("62", "paper", "coordinator"), ("40", "table", "import"), ("9", "link", "host")]
    assert b"Nia" not in table
    # It is the same whatever came in again, by whomever.
    file = tmp_path / "again.csv"
    file.write_bytes(table)
    Report.objects.all().delete()
    raise_generation()
    assert take("reports", file).counts == {"created": 3}
    assert exported("reports") == table


def test_it_goes_out_without_words_that_nobody_has_looked_at_and_comes_in_again(take: Import, tmp_path: Path) -> None:
    auer, grant = sites("Auer", "Grant")
    rows = [
        (auer.key, "62", "", "", "counted", "host", "We sang.", "paper", ""),
        (grant.key, "40", "", "", "", "host", "Names of children.", "paper", ""),
    ]
    take("reports", COLUMNS, rows)
    decide_words(Report.objects.get(people_words="62"), shown=True, by=NIA)
    table = exported("reports")
    assert [(row["people_text"], row["happened"], row["shown"]) for row in rows_of(table)] == [
        ("62", "We sang.", "yes"), ("40", "", "no"),
    ]  # fmt: skip
    assert Client().get("/about/data/reports.csv").content == table
    file = tmp_path / "again.csv"
    file.write_bytes(table)
    assert take("reports", file).counts == {"unchanged": 2}
    before = list(Report.objects.order_by("key").values_list("key", "people_words", "how", "counted_by", "source"))
    Report.objects.all().delete()
    raise_generation()
    assert take("reports", file).counts == {"created": 2}
    assert (
        list(Report.objects.order_by("key").values_list("key", "people_words", "how", "counted_by", "source")) == before
    )
    assert Report.objects.get(people_words="62").review == "shown"
    assert Claim.objects.count() == 2
    Event.every.filter(pk=auer.pk).update(is_shielded=True)
    assert "We sang" not in exported("reports").decode()
