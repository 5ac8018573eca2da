"""Whether all that Gil can read is there in Spanish: nothing missing or guessed, the compiled file in step."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    """The command that keeps the translations."""
    place = importlib.util.spec_from_file_location("translations", root / "tools/translations.py")
    assert place is not None and place.loader is not None
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def test_every_text_is_written_down(tool: ModuleType) -> None:
    assert tool.PO.read_bytes() == tool.written(tool.updated()), "run tools/translations.py and fill in what it names"


def test_nothing_is_missing_or_guessed(tool: ModuleType) -> None:
    assert tool.lacking(tool.stored()) == []


def test_the_compiled_file_is_in_step(tool: ModuleType) -> None:
    assert tool.MO.read_bytes() == tool.compiled(tool.stored())


def test_a_translation_keeps_the_gaps_that_its_text_has(tool: ModuleType) -> None:
    def gaps(text: str) -> list[str]:
        return sorted(re.findall(r"%(?:\(\w+\))?[sd]", text))

    wrong = []
    for message in tool.stored():
        if message.id:
            many = message.id if isinstance(message.id, tuple) else (message.id,)
            told = message.string if isinstance(message.string, tuple) else (message.string,)
            wrong += [text for text in told if gaps(text) not in [gaps(one) for one in many]]
    assert wrong == []
