"""The sample goes in through the file door, and comes out to the letter."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from manyplaces.actions.models import Action
from manyplaces.core.generation import current_generation
from manyplaces.events.models import Event
from manyplaces.events.queries import listed
from manyplaces.events.rules import Covers
from manyplaces.exchange.columns import COLUMNS, header
from manyplaces.journal.models import Entry
from manyplaces.places.models import Place
from manyplaces.record.models import Claim, MediaHit
from manyplaces.record.queries import own_counts, own_counts_of
from tests.exchange.conftest import SAMPLE, SAMPLED, Import, empty_the_record, exported, record, rows_of

pytestmark = pytest.mark.django_db


def test_the_events_of_a_city_are_counted_alike_by_the_database_and_one_by_one(take: Import) -> None:
    for kind in SAMPLED:
        take(kind, SAMPLE / f"{kind}.csv")
    actions = Action.objects.in_bulk()
    pairs = list(Event.objects.order_by().values_list("action", "city").distinct())
    assert len(pairs) == 88
    for action, city in pairs:
        events = list(listed(actions[action].events.filter(city=city)))
        assert own_counts_of(events) == own_counts(actions[action], city=city)


def test_every_row_of_the_sample_arrives(take: Import) -> None:
    created = {kind: take(kind, SAMPLE / f"{kind}.csv").counts for kind in SAMPLED}
    many = {kind: created[kind]["created"] for kind in ("actions", "events", "claims", "media")}
    assert many == {"actions": 9, "events": 195, "claims": 65, "media": 58}
    assert sum(counts["refused"] for counts in created.values()) == 0
    assert created["details"].total() == len(rows_of((SAMPLE / "details.csv").read_bytes()))
    # The figures of events (attendance and city tallies) are claims too, beside the 65 of the file.
    figures = [
        row["attendance_text"] for row in rows_of((SAMPLE / "events.csv").read_bytes()) if row["attendance_text"]
    ]
    counts = [
        Action.objects.count(),
        Event.objects.count(),
        MediaHit.objects.count(),
        Claim.objects.filter(event=None).count(),
    ]
    assert counts == [9, 195, 58, 65]
    assert Claim.objects.exclude(event=None).filter(metric_words="people").count() == len(figures)


def test_a_dry_run_writes_nothing(take: Import) -> None:
    take("actions", SAMPLE / "actions.csv")
    tables = [model for model in apps.get_models() if model._meta.app_label not in ("contenttypes",)]
    before = [list(model.objects.order_by("pk").values_list()) for model in tables]
    report = take("events", SAMPLE / "events.csv", dry_run=True)
    assert (report.number, report.counts["created"]) == (None, 195)
    assert [list(model.objects.order_by("pk").values_list()) for model in tables] == before


# The tests above find an empty record; from here on the sample is loaded.


def test_a_second_import_changes_nothing(sampled: None, take: Import) -> None:
    before = (current_generation(), Entry.objects.count(), record())
    outcomes = [take(kind, SAMPLE / f"{kind}.csv").counts for kind in SAMPLED]
    assert [set(counts) for counts in outcomes] == [{"unchanged"}] * 5
    assert (current_generation(), Entry.objects.count(), record()) == before
    # The third one finds that nothing has changed since, and says the same without asking row by row.
    assert [take(kind, SAMPLE / f"{kind}.csv").counts for kind in SAMPLED] == outcomes


@pytest.mark.parametrize("kind", ["actions", "claims", "events", "media"])
def test_what_comes_out_is_what_went_in_to_the_letter(sampled: None, kind: Any) -> None:
    assert exported(kind) == (SAMPLE / f"{kind}.csv").read_bytes()


def test_the_details_come_out_row_for_row_but_for_the_keepers_notes(sampled: None) -> None:
    ours = [row | {"note": ""} for row in rows_of((SAMPLE / "details.csv").read_bytes())]
    assert rows_of(exported("details")) == ours


def test_out_and_into_an_empty_installation_makes_the_same_record(sampled: None, take: Import, tmp_path: Path) -> None:
    before = record()
    empty_the_record()
    assert Action.objects.count() == 0
    for kind in SAMPLED:
        file = tmp_path / f"again-{kind}.csv"
        file.write_bytes(before[kind])
        assert take(kind, file).counts["refused"] == 0
    assert record() == before


def test_the_columns_of_the_sample_are_those_of_the_import() -> None:
    for kind in SAMPLED:
        with (SAMPLE / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == header(kind)
        names = [column.name for column in COLUMNS[kind]]
        assert len(names) == len(set(names))


def test_an_export_of_one_action_holds_its_rows_alone(sampled: None) -> None:
    for kind, ids in (
        ("events", {"jan2017"}),
        ("claims", {"jan2017"}),
        ("media", {"jan2017"}),
        ("actions", {"jan2017"}),
    ):
        assert {row["action_id"] for row in rows_of(exported(kind, "jan2017"))} == ids
    details = rows_of(exported("details", "jan2017"))
    assert {row["what"] for row in details} == {"action", "demand", "event"}


def test_the_traps_of_the_sample(sampled: None) -> None:
    # "scores" is a word without a number; "~200 schools" in the venue is a figure of the whole city.
    words = Claim.objects.get(event__key="LA017")
    assert (words.value_words, words.low, words.high, words.basis) == ("scores", None, None, "vague word")
    tally = Claim.objects.get(event__key="LA034", metric="schools")
    assert (tally.value_words, tally.low, tally.high, tally.basis) == ("~200 schools", 200, 200, "estimate")
    assert Event.objects.get(key="LA034").covers == Covers.CITY
    # One school under two spellings in February and October is one place.
    names = Place.objects.get(name="Auer Avenue Elementary School").names.order_by("folded")
    assert [name.text for name in names] == [
        "Auer",
        "Auer Avenue",
        "Auer Avenue Elementary School",
        "Auer Avenue School",
    ]
    # "NY state" is a state, "national" the whole action, "Philadelphia" a city of the action, "Bay Area" only words.
    placed = MediaHit.objects.filter(key__in=["MH006", "MH003", "MH001", "MH054", "MH016", "MH055"]).order_by("key")
    assert [(hit.key, hit.city and str(hit.city), hit.state) for hit in placed] == [
        ("MH001", "Philadelphia, PA", "PA"),
        ("MH003", None, ""),
        ("MH006", None, "NY"),
        ("MH016", "Washington, DC", "DC"),
        ("MH054", None, ""),
        ("MH055", None, "CA"),
    ]
    assert MediaHit.objects.get(key="MH032").copy_of == MediaHit.objects.get(key="MH031")
    assert Claim.objects.filter(disputed=True).count() == 3
