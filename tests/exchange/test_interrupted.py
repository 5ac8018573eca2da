"""An import that is killed has lost nothing it reported, and is simply run again."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exchange.conftest import ROOT, WALKOUTS

ROWS = 700
KINDS = ("actions", "claims", "events", "media", "details")


@pytest.fixture
def places(tmp_path: Path) -> Iterator[list[dict[str, str]]]:
    """Two empty installations: settings for SQLite, or for databases of their own on the PostgreSQL that is tested."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    server = os.environ.get("DATABASE_URL", "")
    names = [f"manyplaces_killed_{os.getpid()}_{n}" for n in (1, 2)] if server else []
    if server:
        _on(server, [f'CREATE DATABASE "{name}"' for name in names])
    yield [
        kept
        | {"MANYPLACES_DATA": str(tmp_path / f"data{n}"), "PYTHONPATH": str(ROOT)}
        | ({"DATABASE_URL": f"{server.rpartition('/')[0]}/{names[n]}"} if server else {})
        for n in (0, 1)
    ]
    if server:
        _on(server, [f'DROP DATABASE "{name}" WITH (FORCE)' for name in names])


def _on(server: str, statements: list[str]) -> None:
    import psycopg

    with psycopg.connect(server.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


def manyplaces(settings: dict[str, str], *words: str) -> str:
    """What a command prints; fails where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "manyplaces", *words],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def reported(folder: Path) -> list[str]:
    """The ids that every report of the installation tells as created or unchanged, whole lines only."""
    ids = []
    for file in sorted(folder.glob("reports/import-*.csv")):
        whole = file.read_bytes().rpartition(b"\n")[0].decode()
        ids += [row["what"] for row in csv.DictReader(whole.splitlines()) if row["outcome"] == "created"]
    return ids


def record(settings: dict[str, str]) -> dict[str, str]:
    """The whole record, as it goes out."""
    return {kind: manyplaces(settings, "export", kind) for kind in KINDS}


def test_kill_9_loses_nothing_that_was_reported_and_the_same_command_completes_it(
    places: list[dict[str, str]], shared: Path, tmp_path: Path
) -> None:
    file = tmp_path / "walkouts.csv"
    with (shared / "data/walkouts_2018.csv").open(encoding="utf-8") as source:
        file.write_text("".join(line for line, _ in zip(source, range(ROWS + 1), strict=False)), "utf-8")
    words = ("import", "events", str(file), "--mapping", str(WALKOUTS))
    killed, clean = places
    folder = Path(killed["MANYPLACES_DATA"])
    manyplaces(killed, "export", "actions")

    for target in (30, 250, 450):
        with subprocess.Popen(
            [sys.executable, "-m", "manyplaces", *words],
            cwd=ROOT,
            env=killed,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            until = time.monotonic() + 120
            while len(reported(folder)) < target and process.poll() is None and time.monotonic() < until:
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
        told = reported(folder)
        there = {row["id"] for row in csv.DictReader(manyplaces(killed, "export", "events").splitlines())}
        assert len(told) >= target
        assert set(told) - there == set()

    assert "refused           0" in manyplaces(killed, *words)
    manyplaces(clean, *words)
    assert record(killed) == record(clean)
    assert manyplaces(killed, "export", "events").count("\n") == ROWS + 1
