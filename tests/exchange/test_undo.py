"""An import of the last 24 hours is taken back whole, table by table, or not at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import NotNow
from manyplaces.exchange.operations import undo_import
from manyplaces.exchange.queries import undoable_imports
from tests.exchange.conftest import SAMPLE, WALKOUTS, Import, every_row, record, run_import

pytestmark = pytest.mark.django_db

NIA = Actor("Nia", door="command")


def test_imports_are_undone_newest_first_table_by_table(take: Import, shared: Path) -> None:
    states = [every_row()]
    numbers = []
    for kind in ("actions", "claims", "events", "media", "details"):
        numbers.append(take(kind, SAMPLE / f"{kind}.csv").number)
        states.append(every_row())
    assert [run.number for run in undoable_imports()] == numbers[::-1]
    for number, state in zip(numbers[::-1], states[-2::-1], strict=True):
        generation = current_generation()
        assert undo_import(number or 0, by=NIA) > 0
        assert every_row() == state
        assert current_generation() > generation
    assert undoable_imports() == []


def test_an_import_that_came_on_top_of_another_is_undone_alone(sampled: None, shared: Path, tmp_path: Path) -> None:
    with (shared / "data/walkouts_2018.csv").open(encoding="utf-8") as file:
        some = tmp_path / "some.csv"
        some.write_text("".join(line for _, line in zip(range(80), file, strict=False)), "utf-8")
    before = (every_row(), record())
    report = run_import("events", some, mapping=WALKOUTS)
    undo_import(report.number or 0, by=NIA)
    assert (every_row(), record()) == before
    with pytest.raises(NotNow, match=rf"^Import {report.number} was undone already\.$"):
        undo_import(report.number or 0, by=NIA)
    # And in again: what was undone is not taken for settled.
    assert run_import("events", some, mapping=WALKOUTS).counts == {"created": 79}


def test_after_a_day_and_after_a_change_it_stays(action: str, take: Import) -> None:
    columns = ("id", "action_id", "city", "state", "status")
    first = take("events", columns, [("E1", "fall", "Racine", "WI", "planned")])
    second = take("events", columns, [("E1", "fall", "Racine", "WI", "held")])
    kept = every_row()
    with pytest.raises(NotNow, match="was changed again since"):
        undo_import(first.number or 0, by=NIA)
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        with pytest.raises(NotNow, match="more than 24 hours ago"):
            undo_import(second.number or 0, by=NIA)
        assert undoable_imports() == []
    with pytest.raises(NotNow, match=r"^There is no import number 999\.$"):
        undo_import(999, by=NIA)
    assert every_row() == kept
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        undo_import(second.number or 0, by=NIA)


def test_what_a_later_import_links_to_is_not_pulled_away(action: str, take: Import) -> None:
    columns = ("id", "action_id", "city", "state", "status")
    first = take("events", columns, [("E1", "fall", "Racine", "WI", "planned")])
    second = take("media", ("id", "action_id", "outlet", "kind", "event_ids"), [("M1", "fall", "KPCC", "earned", "E1")])
    kept = every_row()
    with pytest.raises(NotNow, match="rests on this import"):
        undo_import(first.number or 0, by=NIA)
    assert every_row() == kept
    undo_import(second.number or 0, by=NIA)
    undo_import(first.number or 0, by=NIA)
