"""The whole suite behind ./test: style, types and walls side by side, then the tests on SQLite and on PostgreSQL.

On PostgreSQL only what asks the database is run again.

With arguments only pytest runs, on SQLite, and is given them. With CI=true anything that was skipped is a failure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
CHECKS = {
    "ruff check": [str(PROGRAMS / "ruff"), "check"],
    "ruff format": [str(PROGRAMS / "ruff"), "format", "--check"],
    "mypy": [sys.executable, "-m", "mypy"],
    "import-linter": [sys.executable, "-P", "-c", "from importlinter.cli import lint_imports_command as run; run()"],
}
DEFAULT_POSTGRESQL = "postgres://postgres@127.0.0.1:5432/manyplaces"
# A file stays with one worker, so that what it sets up is set up once; at the end it is said which tests took longest.
# No more workers than two: what has a limit of seconds is tested here too.
WHOLE = ["-n", "2", "--dist", "loadfile", "--durations=40"]
# What asks no database, or asks it nothing that the tests of the rooms do not ask on both: run once, on SQLite.
ONE_ROUND = [
    *("tests/house", "tests/docs", "tests/config", "tests/core", "tests/gate"),
    *(f"tests/browser/{file.name}" for file in sorted(ROOT.glob("tests/browser/test_*.py")) if file.stem != "test_use"),
    *("tests/front/test_drawings.py", "tests/front/test_card.py", "tests/front/test_translations.py"),
    # Pages and pictures made of rows that the tests of rooms and of rights have read on both.
    *("tests/front/test_crawl.py", "tests/front/test_hostile_texts.py", "tests/exchange/archive"),
    *("tests/reports/test_photo.py", "tests/reports/test_photo_killed.py"),
    # Processes and signals; that a site starts on PostgreSQL, test_backup and test_use see.
    "tests/cli/test_up.py",
]
CI = os.environ.get("CI") == "true"


@dataclass
class Outcome:
    """What became of the suite: the lines for its end, what was skipped and why, and what failed."""

    lines: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@contextmanager
def code_checked(outcome: Outcome) -> Iterator[None]:
    """Run the checks that only read the code beside what is done within; what they say is shown where they fail."""
    print("Checking style, types and walls beside the tests", flush=True)
    with tempfile.TemporaryDirectory(prefix="manyplaces-suite-") as folder:
        # Reading Django's settings, as mypy does, makes a data folder: not in the checkout.
        environment = {**os.environ, "MANYPLACES_DATA": folder, "COLUMNS": "160"}
        started = {
            name: subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            for name, command in CHECKS.items()
        }
        yield
        print(flush=True)
        for name, running in started.items():
            said, _ = running.communicate()
            print(f"{name}: {'ok' if running.returncode == 0 else 'FAILED'}", flush=True)
            if running.returncode:
                print(said, flush=True)
                outcome.failed.append(name)


def run_tests(name: str, database: str, arguments: list[str], outcome: Outcome) -> None:
    """Run pytest with `database` as DATABASE_URL (empty for SQLite) and note its summary."""
    print(f"\nTests on {name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="manyplaces-suite-") as folder:
        report = Path(folder) / "report.json"
        environment = {**os.environ, "DATABASE_URL": database, "MANYPLACES_TEST_REPORT": str(report)}
        done = subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False)
        counts = json.loads(report.read_text()) if report.exists() else {"summary": "no tests ran", "skipped": {}}
    outcome.lines.append(f"{name}: {counts['summary']}")
    outcome.skipped += [f"{many} on {name}: {reason}" for reason, many in counts["skipped"].items()]
    if done.returncode:
        outcome.failed.append(f"tests on {name}")


def postgresql() -> tuple[str, str]:
    """The address of the PostgreSQL to test on, with a database name of our own; or "" and why there is none."""
    import psycopg

    given = os.environ.get("DATABASE_URL_TEST") or DEFAULT_POSTGRESQL
    server = given.rpartition("/")[0]
    place = f"{urlsplit(given).hostname}:{urlsplit(given).port or 5432}"
    try:
        psycopg.connect(f"{server}/postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return "", f"the tests on PostgreSQL: none answers at {place}"
    # The number keeps two suites on one machine out of each other's databases.
    return f"{server}/manyplaces_{os.getpid()}", ""


def main(arguments: list[str]) -> int:
    """Run the suite; returns the exit status."""
    outcome = Outcome()
    # Hundreds of sites and commands are started: twice as quickly where Python may keep what it has compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if arguments:
        run_tests("SQLite", "", arguments, outcome)
    else:
        with code_checked(outcome):
            run_tests("SQLite", "", WHOLE, outcome)
        database, reason = postgresql()
        if database:
            run_tests("PostgreSQL", database, [*WHOLE, *(f"--ignore={path}" for path in ONE_ROUND)], outcome)
        else:
            outcome.skipped.append(reason)
    if CI and outcome.skipped:
        outcome.failed.append("nothing may be skipped where CI=true")
    print()
    if outcome.skipped:
        print("Skipped: " + "; ".join(dict.fromkeys(outcome.skipped)))
    if outcome.failed:
        print("FAILED: " + "; ".join(outcome.failed))
    print("\n".join(outcome.lines), flush=True)
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
