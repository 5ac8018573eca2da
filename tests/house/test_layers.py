"""The line of rooms and the order of files: each contract fails where it is broken."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT

LINT = "from importlinter.cli import lint_imports_command as run; run()"
ROOMS = "A room knows only the rooms below it"
FILES = "A file of a room knows only the files below it"


def lint(checkout: Path) -> tuple[int, str]:
    """Run import-linter over a checkout; returns its exit status and what it said, on one line."""
    command = [sys.executable, "-P", "-c", LINT, "--no-cache"]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, " ".join(done.stdout.split())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the house to break walls in."""
    # What Python compiles comes and goes while other tests run beside this one.
    shutil.copytree(PACKAGE, tmp_path / "manyplaces", ignore=shutil.ignore_patterns("*.csv", "*.json", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_every_contract() -> None:
    status, said = lint(ROOT)
    assert (status, said.count(" BROKEN")) == (0, 0), said


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("people/models.py", "import manyplaces.events.models", ROOMS),
        ("core/words.py", "import manyplaces.journal.models", ROOMS),
        ("record/rules.py", "import manyplaces.front.urls", ROOMS),
        ("front/views/pages.py", "import manyplaces.exchange.columns", ROOMS),
        ("exchange/columns.py", "import manyplaces.gate.store", ROOMS),
        ("gate/store.py", "import manyplaces.config.settings", ROOMS),
        ("attic/__init__.py", "", ROOMS),
        ("actions/rules.py", "import manyplaces.actions.models", FILES),
        ("events/models.py", "import manyplaces.events.operations", FILES),
        ("events/helpers.py", "", FILES),
        ("people/views.py", "import manyplaces.people.feeds", "The same in people"),
        ("places/geometry.py", "import manyplaces.places.models", "The same in places"),
        ("front/templating.py", "import manyplaces.front.urls", "The same in front"),
        ("core/actor.py", "import manyplaces.core.models", "The ground has its own names"),
        ("exchange/odds.py", "", "The file door has its own names"),
        ("gate/odds.py", "", "The gate has its own names"),
        ("cli/odds.py", "", "The shell door has its own names"),
        ("config/odds.py", "", "The settings have their own names"),
    ],
)
def test_a_broken_wall_is_found(copy: Path, file: str, line: str, contract: str) -> None:
    broken = copy / "manyplaces" / file
    broken.parent.mkdir(exist_ok=True)
    with broken.open("a") as out:
        out.write(f"\n{line}\n")
    if file == "people/views.py":
        (broken.parent / "feeds.py").touch()
    status, said = lint(copy)
    verdict = re.search(f"{contract}.*? (KEPT|BROKEN)", said)
    assert (status, verdict and verdict[1]) == (1, "BROKEN"), said


def test_every_contract_names_every_file() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts if contract.get("exhaustive") is not True] == []
    rooms = {room for contract in contracts for room in contract["containers"]}
    assert rooms == {"manyplaces"} | {f"manyplaces.{file.parent.name}" for file in PACKAGE.glob("*/__init__.py")}
