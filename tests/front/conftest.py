"""The records that the tests of public pages stand on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.front.records import SmallRecord, make_small_record
from tests.front.sample import load


@pytest.fixture
def small_record(db: None, nia: Any) -> SmallRecord:
    """Two actions with all that a page can show of them."""
    return make_small_record(nia)


@pytest.fixture
def sample_record(db: None) -> None:
    """The nine national actions of 2013 to 2017, by the same import as any other file."""
    load()
