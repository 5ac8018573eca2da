"""Skipping: said loudly on a laptop, a failure in CI."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

PROBE = """
import pytest

def test_that_runs():
    pass

@pytest.mark.skip(reason="there is no moon")
def test_that_does_not():
    pass

def test_that_stops():
    pytest.skip("there is no sun")
"""
FILE = "import pytest\n\npytest.skip('there are no stars', allow_module_level=True)\n"


def suite(folder: Path, ci: str, *files: str) -> tuple[int, dict[str, object], str]:
    """Run the probes; returns pytest's exit status, the summary for ./test, and what was said."""
    (folder / "test_probe.py").write_text(PROBE)
    (folder / "test_file.py").write_text(FILE)
    report = folder / "report.json"
    environment = {**os.environ, "CI": ci, "MANYPLACES_TEST_REPORT": str(report)}
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", ROOT / "pyproject.toml"]
    done = subprocess.run(
        [*command, *(folder / file for file in files)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(report.read_text()), done.stdout


def test_a_laptop_says_what_it_skipped_and_why(tmp_path: Path) -> None:
    status, report, said = suite(tmp_path, "", "test_probe.py", "test_file.py")
    assert status == 0
    assert report["skipped"] == {"there is no moon": 1, "there is no sun": 1, "there are no stars": 1}
    assert "SKIPPED 1: there is no moon" in said
    assert str(report["summary"]).startswith("1 passed, 3 skipped in ")


@pytest.mark.parametrize(
    ("file", "reasons"),
    [("test_probe.py", ["there is no moon", "there is no sun"]), ("test_file.py", ["there are no stars"])],
)
def test_ci_fails_where_something_is_skipped(tmp_path: Path, file: str, reasons: list[str]) -> None:
    status, report, said = suite(tmp_path, "true", file)
    assert status in (1, 2)
    assert report["skipped"] == {}
    assert [reason for reason in reasons if f"Nothing may be skipped in CI, and this was: {reason}" not in said] == []
