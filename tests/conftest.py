"""What every test stands on: settings of its own, the cast, the shared material, and no skipping in CI."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

ROOT = Path(__file__).resolve().parent.parent
STARTED = time.monotonic()
CI = os.environ.get("CI") == "true"

# Nothing of the tests outlives them: where the machine has memory to spare, their files lie there, not on the disk.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 6 * 2**30 and os.access(MEMORY, os.W_OK):
    tempfile.tempdir = os.environ["TMPDIR"] = os.environ.get("TMPDIR", str(MEMORY))
# Before Django's settings are read: nothing of the person who runs the tests, neither settings nor record, is used.
FOLDER = Path(tempfile.mkdtemp(prefix="manyplaces-tests-"))
# What is made once for all workers (see tests/browser/conftest.py) lies with whoever has started them.
os.environ.setdefault("TESTS_PREPARED", str(FOLDER / "prepared"))
for name in [name for name in os.environ if name.startswith("MANYPLACES_") and name != "MANYPLACES_TEST_REPORT"]:
    del os.environ[name]
os.environ.pop("PORT", None)
os.environ["MANYPLACES_DATA"] = str(FOLDER)
os.environ["DJANGO_SETTINGS_MODULE"] = "manyplaces.config.settings"
django.setup()
# How long examples take to be made says how busy the machine is, and nothing about us.
examples.register_profile("any machine", suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("any machine")


def hurry_postgresql() -> None:
    """Let PostgreSQL not wait for the disk, and empty tables row by row: both are quicker where little is in them."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    options = connection.settings_dict["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=off".strip()

    def emptied(_style: Any, tables: list[str], **_how: bool) -> list[str]:
        # As a replica the session asks neither foreign keys nor what keeps the journal from being emptied.
        deletions = [f'DELETE FROM "{table}"' for table in tables]
        return ["SET LOCAL session_replication_role = replica", *deletions] if tables else []

    connection.ops.sql_flush = emptied  # type: ignore[method-assign, assignment]


hurry_postgresql()


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skipped test is a failed one."""
    report: Any = yield
    return _unskipped(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """In CI a skipped file is a failed one."""
    report: Any = yield
    return _unskipped(report)


def _unskipped(report: Any) -> Any:
    if CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped in CI, and this was: {_reason(report)}"
    return report


def _reason(report: Any) -> str:
    last = report.longrepr[-1] if isinstance(report.longrepr, tuple) else getattr(report, "wasxfail", report.longrepr)
    return str(last).removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what was skipped, and leave the summary to whoever runs the suite."""
    skipped = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    for reason, many in skipped.items():
        terminalreporter.write_line(f"SKIPPED {many}: {reason}", yellow=True, bold=True)
    place = os.environ.get("MANYPLACES_TEST_REPORT")
    if place:
        parts, _colour = terminalreporter.build_summary_stats_line()
        counts = ", ".join(text for text, _markup in parts) or "no tests ran"
        summary = f"{counts} in {time.monotonic() - STARTED:.1f}s"
        Path(place).write_text(json.dumps({"summary": summary, "skipped": skipped}))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Give each worker its own database; on SQLite a file, as the product has, for memory knows one connection."""
    from django.db import connection

    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(FOLDER / f"tests-{worker}.sqlite3")
    else:
        connection.settings_dict["TEST"]["NAME"] = f"test_{connection.settings_dict['NAME']}_{worker}"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Begin every test in English: a Spanish page that was asked for leaves its language on in the test's thread."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared material (real data, bad input) beside the checkout."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared material is not beside the checkout (../shared)")
    return folder


def _somebody(name: str, role: str = "", state: str = "", city: str = "", door: str = "page") -> Any:
    # Imported here because Django's settings must find the lines at the top of this file done.
    from manyplaces.core.actor import Actor, Grant

    grants = (Grant(role, state=state, city=city),) if role else ()
    return Actor(name, door=door, grants=grants)


@pytest.fixture
def nia() -> Any:
    """Nia, who coordinates nationally."""
    return _somebody("Nia", "national")


@pytest.fixture
def ruth() -> Any:
    """Ruth, who reviews what comes from Wisconsin."""
    return _somebody("Ruth", "reviewer", state="WI")


@pytest.fixture
def carla() -> Any:
    """Carla, who coordinates Milwaukee."""
    return _somebody("Carla", "coordinator", state="WI", city="milwaukee")


@pytest.fixture
def hana() -> Any:
    """Hana, who hosts at one school."""
    return _somebody("Hana", door="link")


@pytest.fixture
def gil() -> Any:
    """Gil, a guest."""
    return _somebody("Gil")


@pytest.fixture
def otto() -> Any:
    """Otto, a stranger with no rights."""
    return _somebody("Otto")
