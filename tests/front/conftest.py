"""The records that the tests of public pages stand on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from manyplaces.core.actor import Actor
from manyplaces.exchange.columns import KINDS
from manyplaces.exchange.mapping import ColumnMapping
from manyplaces.exchange.operations import import_file
from tests.front.records import SmallRecord, make_small_record


@pytest.fixture
def small_record(db: None, nia: Any) -> SmallRecord:
    """Two actions with all that a page can show of them."""
    return make_small_record(nia)


@pytest.fixture
def sample_record(db: None, root: Path) -> None:
    """The nine national actions of 2013 to 2017, by the same import as any other file."""
    by = Actor("Nia", door="command")
    for kind in KINDS:
        file = root / "manyplaces" / "sample" / "aros" / f"{kind}.csv"
        report = import_file(kind, file, ColumnMapping(), dry_run=False, by=by, tell=lambda _: None)
        assert (kind, report.counts["refused"]) == (kind, 0)
