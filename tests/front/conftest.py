"""The records that the tests of public pages stand on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.front.records import SmallRecord, make_small_record


@pytest.fixture
def small_record(db: None, nia: Any) -> SmallRecord:
    """Two actions with all that a page can show of them."""
    return make_small_record(nia)
