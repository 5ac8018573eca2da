"""Real sites: served as an operator does it, begun before and copied where that is quicker."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
COMMAND = [sys.executable, "-P", "-m", "manyplaces"]


@dataclass
class Site:
    """A running site: its address and the folder of its record."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    database: str = ""

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Ask the site's own database, past everything that the product does with what it finds there."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                return connection.execute(question.encode()).fetchall()
        with closing(sqlite3.connect(f"file:{self.data}/manyplaces.sqlite3?mode=ro", uri=True)) as connection:
            return connection.execute(question).fetchall()

    def change(self, statement: str) -> None:
        """Change the site's own database past the product: what an earlier test left is put back."""
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                connection.execute(statement.encode())
            return
        with closing(sqlite3.connect(f"{self.data}/manyplaces.sqlite3", timeout=20)) as connection, connection:
            connection.execute(statement)


def run(site: Site, program: str) -> str:
    """Run a program on the site's own record and return what it prints."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    given = {"MANYPLACES_DATA": str(site.data), "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings"}
    env = {**kept, **given, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        pytest.fail(f"{url} is answered with {error.code}")
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextmanager
def own_database(name: str) -> Iterator[str]:
    """The DATABASE_URL of a site: empty for SQLite, or a PostgreSQL database made for it and dropped at the end."""
    given = os.environ.get("DATABASE_URL", "")
    if not given:
        yield ""
        return
    import psycopg

    server, _, base = given.rpartition("/")
    own = f"{base}_{name}_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{own}"')
        try:
            yield f"{server}/{own}"
        finally:
            connection.execute(f'DROP DATABASE "{own}" WITH (FORCE)')


@contextmanager
def served(data: Path, database: str, **settings: str) -> Iterator[Site]:
    """Serve a site as an operator does, on a free port, until the end of the `with`; on SQLite it was begun before."""
    if not database and not data.exists():
        shutil.copytree(prepared("empty" if settings.get("MANYPLACES_SAMPLE") == "no" else "sample"), data)
    with _started(data, database, **settings) as site:
        yield site


@contextmanager
def _started(data: Path, database: str, **settings: str) -> Iterator[Site]:
    port = _free_port()
    given = {"MANYPLACES_DATA": str(data), "PORT": str(port), "DATABASE_URL": database, **settings}
    log = data.with_name("said")
    with log.open("wb") as said:
        process = subprocess.Popen([*COMMAND, "up"], env={**os.environ, **given}, stdout=said, stderr=said)
        try:
            began = time.monotonic()
            while not _answers(f"http://127.0.0.1:{port}/"):
                if process.poll() is not None or time.monotonic() - began > START_SECONDS:
                    pytest.fail(f"the site did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield Site(f"http://127.0.0.1:{port}", data, process, database)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def prepared(kind: str) -> Path:
    """A data folder to be copied, made once for all workers of a run: "empty", or with the "sample", or "walkouts" too.

    A first start makes a hundred tables, draws letters and reads the sample; nobody has to wait for it twenty times.
    """
    folder = Path(os.environ["TESTS_PREPARED"])
    folder.mkdir(exist_ok=True)
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / kind / "data").exists():
            (folder / kind).mkdir(exist_ok=True)
            draft = folder / kind / "draft"
            if kind == "walkouts":
                shutil.copytree(prepared("sample"), draft)
            with _started(draft, "", MANYPLACES_SAMPLE="no" if kind == "empty" else "yes") as site:
                if kind == "walkouts":
                    bring_walkouts(site)
            draft.rename(folder / kind / "data")
    return folder / kind / "data"


def bring_walkouts(site: Site) -> None:
    """Import the 2,324 walkouts of 2018 while the site is served."""
    walkouts, mapping = ROOT.parent / "shared/data/walkouts_2018.csv", ROOT / "manyplaces/sample/walkouts_2018.toml"
    command = [*COMMAND, "import", "events", str(walkouts), "--mapping", str(mapping)]
    settings = {"MANYPLACES_DATA": str(site.data), "DATABASE_URL": site.database}
    done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # The site learns of a change within a second.
    time.sleep(1)
