"""The action in October, and a registry of six schools."""

from __future__ import annotations

from typing import Any

import pytest

from manyplaces.core.actor import Actor
from manyplaces.exchange.registry import import_school_file
from tests.events.calling import october
from tests.lists.bringing import REGISTRY


@pytest.fixture
def action(tmp_path: Any, nia: Actor) -> Any:
    """The action in October, and a registry of six schools."""
    file = tmp_path / "schools.csv"
    file.write_text(REGISTRY)
    import_school_file(file, dry_run=False, by=nia, tell=lambda progress: None)
    return october()
