"""The sample record in the test's own database, for the tests that look at all of the site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from manyplaces.core.actor import Actor
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.operations import import_file
from tests.exchange.conftest import SAMPLED

ROOT = Path(__file__).resolve().parents[2]


def load() -> None:
    """Import the five files of the sample; fails where a row of them is refused."""
    by = Actor("Nia", door="command")
    for kind in SAMPLED:
        file = ROOT / f"manyplaces/sample/aros/{kind}.csv"
        report = import_file(kind, file, ColumnMapping(), dry_run=False, by=by, tell=lambda progress: None)
        assert [(line.line, line.column, line.sentence) for line in report.refusals] == []


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The sample record, loaded once for a file of tests that only read, and gone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)
