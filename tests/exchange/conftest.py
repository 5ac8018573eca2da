"""What the tests of the file door share: files typed by the cast, and the record as tables to compare."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from manyplaces.core.actor import Actor
from manyplaces.core.tables import write_rows
from manyplaces.exchange.columns import KINDS, Kind
from manyplaces.exchange.exports.everything import export
from manyplaces.exchange.mapping import ColumnMapping, read_mapping
from manyplaces.exchange.operations import import_file
from manyplaces.exchange.reports import Report

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "manyplaces/sample/aros"
# The sample is of years before anybody reported here.
SAMPLED = tuple(kind for kind in KINDS if (SAMPLE / f"{kind}.csv").exists())
WALKOUTS = ROOT / "manyplaces/sample/walkouts_2018.toml"
# In this order a table's rows refer only to those of tables before it.
PUBLIC = (
    *("record.RecordNote", "record.MediaHit_events", "record.MediaHit", "record.Claim"),
    *("events.Event_demands", "events.Event_hosts", "events.Event"),
    *("places.PlaceName", "places.Place", "places.City", "people.OrganisationName", "people.Organisation"),
    *("actions.Demand", "actions.Part", "actions.Action"),
)

Import = Callable[..., Report]
NIA = Actor("Nia", door="command")


def exported(kind: Kind, action: str = "") -> bytes:
    """A table as `manyplaces export` writes it."""
    table, out = export(kind, action=action), io.BytesIO()
    write_rows(out, table.header, table.rows)
    return out.getvalue()


def record() -> dict[str, bytes]:
    """The whole record as its tables."""
    return {kind: exported(kind) for kind in KINDS}


def rows_of(table: bytes) -> list[dict[str, str]]:
    """The rows of a written table."""
    return list(csv.DictReader(io.StringIO(table.decode(), newline="")))


def every_row() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the public record, as stored."""
    return {label: sorted(apps.get_model(label).objects.values_list(), key=repr) for label in PUBLIC}


def empty_the_record() -> None:
    """Take everything out, as if the installation were new; the journal stays, for it is only ever added to."""
    for label in ("exchange.Import", *PUBLIC):
        found = apps.get_model(label).objects.all()
        if label == "record.MediaHit":
            found.update(copy_of=None)
        found._raw_delete(found.db)


def say(report: Report) -> list[tuple[int, str, str]]:
    """What a report says of refused rows: line, column and sentence."""
    return [(line.line, line.column, line.sentence) for line in report.refusals]


def run_import(
    kind: Kind, file: Path, *, mapping: Path | None = None, dry_run: bool = False, by: Actor = NIA
) -> Report:
    """Import a file as the command does."""
    how = read_mapping(mapping, kind) if mapping else ColumnMapping()
    return import_file(kind, file, how, dry_run=dry_run, by=by, tell=lambda progress: None)


@pytest.fixture
def take(tmp_path: Path) -> Import:
    """Imports a table: take("events", header, [row, ...]), or a file by its path."""

    def run(
        kind: Kind,
        header: Sequence[str] | Path,
        rows: Sequence[Sequence[object]] = (),
        *,
        mapping: str | Path = "",
        dry_run: bool = False,
    ) -> Report:
        file, toml = tmp_path / f"{kind}.csv", tmp_path / "mapping.toml"
        if isinstance(header, Path):
            file = header
        else:
            with file.open("wb") as out:
                write_rows(out, header, rows)
        if isinstance(mapping, str):
            toml.write_text(mapping, "utf-8")
        else:
            toml = mapping
        return run_import(kind, file, mapping=toml if mapping else None, dry_run=dry_run)

    return run


@pytest.fixture(scope="module")
def sampled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The sample record, loaded once for a file of tests; what a test does to it is gone after the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        for kind in SAMPLED:
            assert say(run_import(kind, SAMPLE / f"{kind}.csv")) == []
        yield
        transaction.set_rollback(True)


@pytest.fixture
def action(take: Import, db: None) -> str:
    """An action that is called already."""
    take(
        "actions",
        ("action_id", "name", "kind", "date_edtf"),
        [("fall", "A Fall of Action", "day of action", "2026-11-17")],
    )
    return "fall"
