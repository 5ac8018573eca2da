"""Ruff and mypy: each of the house's own settings fails on a line that breaks it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

RUFF = Path(sys.executable).parent / "ruff"
DOCSTRING = '"""What is found here."""\n\n'
HTTP = DOCSTRING + "from django.http import HttpResponse\n\nanswer = HttpResponse()\n"


def ruff(source: str, file: str) -> set[str]:
    """The codes of the rules that `source` breaks if it stands in `file`."""
    command = [RUFF, "check", "--output-format=json", "--stdin-filename", ROOT / file, "-"]
    done = subprocess.run(command, input=source, cwd=ROOT, capture_output=True, text=True, check=False)
    return {found["code"] for found in json.loads(done.stdout)}


@pytest.mark.parametrize("file", ["operations", "queries", "models", "rules", "shapes", "drawings", "chores", "tasks"])
def test_http_stays_out_of_everything_but_the_doors(file: str) -> None:
    assert ruff(HTTP, f"manyplaces/events/{file}.py") == {"TID251"}


@pytest.mark.parametrize("door", ["events/views.py", "front/feeds.py", "front/views/pages.py", "gate/entry.py"])
def test_http_is_welcome_at_the_doors(door: str) -> None:
    assert ruff(HTTP, f"manyplaces/{door}") == set()


@pytest.mark.parametrize(
    "line",
    [
        "from django.shortcuts import redirect as used",
        "from django.urls import reverse as used",
        "from django.forms import modelform_factory as used",
        "from django.views.static import serve as used",
    ],
)
def test_the_rest_of_the_web_stays_out_of_operations(line: str) -> None:
    assert ruff(f"{DOCSTRING}{line}\n\nused()\n", "manyplaces/events/operations.py") == {"TID251"}


def test_a_function_with_more_than_eight_ways_through_is_found() -> None:
    ways = "".join(f"    if number == {way}:\n        print({way})\n" for way in range(8))
    assert ruff(f"{DOCSTRING}\ndef way(number: int) -> None:\n{ways}", "manyplaces/events/rules.py") == {"C901"}
    fewer = ways.removesuffix("    if number == 7:\n        print(7)\n")
    assert ruff(f"{DOCSTRING}\ndef way(number: int) -> None:\n{fewer}", "manyplaces/events/rules.py") == set()


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("LONG = '" + "x" * 120 + "'", "E501"),
        ("import os", "F401"),
        ("from . import models as used\n\nused()", "TID252"),
        ("def first(rows: list[int] = []) -> int:\n    return rows[0]", "B006"),
        ("import subprocess\n\nsubprocess.run('ls', shell=True, check=True)", "S602"),
    ],
)
def test_a_line_that_breaks_a_rule_is_found(line: str, rule: str) -> None:
    assert rule in ruff(f"{DOCSTRING}{line}\n", "manyplaces/events/rules.py")


def mypy(folder: Path, source: str) -> list[str]:
    """The codes of what mypy finds in `source` under the settings of the house."""
    file = folder / "probe.py"
    file.write_text(DOCSTRING + source)
    command = [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", "--no-error-summary", file]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return [line.rpartition("[")[2].rstrip("]") for line in done.stdout.splitlines() if " error: " in line]


def test_types_are_checked_strictly_and_with_djangos_own(tmp_path: Path) -> None:
    whole = "def double(number: int) -> int:\n    return number * 2\n"
    untyped = "def double(number):\n    return number * 2\n"
    row = "from manyplaces.events.models import Event\n\n\ndef key(event: Event) -> int:\n    return event.key\n"
    assert mypy(tmp_path, whole) == []
    assert mypy(tmp_path, untyped) == ["no-untyped-def"]
    assert mypy(tmp_path, row) == ["return-value"]
