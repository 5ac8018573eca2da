"""Hana's laptop, a server, a crash: `manyplaces up` serves, survives the loss of its processes, and ends cleanly."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Up:
    """A running `manyplaces up`."""

    process: subprocess.Popen[str]
    port: int
    data: Path
    errors: Path

    def get(self, path: str = "/") -> http.client.HTTPResponse:
        """Ask for a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def children(self) -> list[int]:
        """The processes that are there: two for the web, and the worker, as long as none was replaced."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(child) for child in found.split()]

    def everyone(self) -> list[int]:
        """Starter, web processes and worker."""
        return [self.process.pid, *self.children()]


def settings(data: Path, port: int, **given: str) -> dict[str, str]:
    """The environment of a start without the sample, on SQLite."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"MANYPLACES_DATA": str(data), "MANYPLACES_SAMPLE": "no", "PORT": str(port)} | given


def command(*words: str) -> list[str]:
    """The command line of `manyplaces`."""
    return [sys.executable, "-m", "manyplaces", *words]


def wait_for(true: Callable[[], bool], seconds: float) -> float:
    """Wait until something is true; returns the seconds it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


def is_gone(process: int) -> bool:
    """Whether there is no such process any more; one that only waits to be collected is gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def catches(process: int, number: signal.Signals) -> bool:
    """Whether a process has said what it does on this signal."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return bool(int(lines["SigCgt"], 16) >> (number - 1) & 1)


def started(tmp_path: Path, **given: str) -> Up:
    """Start and wait for the line that says where the site is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    errors = tmp_path / "errors"
    with errors.open("w") as out:
        process = subprocess.Popen(
            command("up"),
            cwd=ROOT,
            env=settings(tmp_path / "data", port, **given),
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
            start_new_session=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line == f"Manyplaces is served on http://127.0.0.1:{port} - Ctrl-C stops it.\n", errors.read_text()
    return Up(process, port, tmp_path / "data", errors)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    """A site that is served; whatever the test did, nothing of it is left."""
    running = started(tmp_path)
    yield running
    for process in running.everyone() if running.process.poll() is None else []:
        os.kill(process, signal.SIGKILL)
    running.process.wait(5)


def test_the_site_is_served_by_two_processes_and_a_worker_and_says_how_it_is(up: Up) -> None:
    assert up.get("/robots.txt").status == 200
    assert len(up.children()) == 3
    found = subprocess.run(
        command("check"), cwd=ROOT, env=settings(up.data, up.port), capture_output=True, text=True, check=False
    )
    lines = dict(line.split(maxsplit=1) for line in found.stdout.splitlines() if line.startswith("  "))
    assert (found.returncode, found.stderr, found.stdout.splitlines()[-1]) == (0, "", "All is well.")
    wanted = {"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "foreign_keys": "1", "integrity": "ok"}
    assert {name: lines[name] for name in wanted} == wanted
    assert (lines["PORT"], lines["MANYPLACES_DATA"]) == (str(up.port), str(up.data))


def test_what_is_in_the_data_folder_is_for_its_owner_alone(up: Up) -> None:
    up.get("/")
    loose = [file for file in [up.data, *up.data.rglob("*")] if file.stat().st_mode & 0o077]
    assert loose == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_all_within_five_seconds(up: Up, number: signal.Signals) -> None:
    up.get("/robots.txt")
    idle = socket.create_connection(("127.0.0.1", up.port))
    everyone = up.everyone()
    began = time.monotonic()
    up.process.send_signal(number)
    assert up.process.wait(6) == 0
    assert time.monotonic() - began < 5
    assert [is_gone(process) for process in everyone] == [True] * 4
    idle.close()


def test_a_second_ctrl_c_ends_all_at_once(up: Up) -> None:
    # A process that hears nothing stands for one that hangs; in its first moments it would not survive a SIGTERM.
    children = up.children()
    wait_for(lambda: all(catches(child, signal.SIGTERM) for child in children), 5)
    os.kill(children[0], signal.SIGSTOP)
    up.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert up.process.poll() is None
    began = time.monotonic()
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(3) == 0
    assert time.monotonic() - began < 1
    assert [is_gone(child) for child in children] == [True] * 3


def test_ctrl_c_at_the_terminal_reaches_everyone_and_still_ends_cleanly(up: Up) -> None:
    everyone = up.everyone()
    os.killpg(up.process.pid, signal.SIGINT)
    assert up.process.wait(5) == 0
    assert [is_gone(process) for process in everyone] == [True] * 4


def test_a_process_that_is_killed_is_replaced_and_nobody_is_refused(up: Up) -> None:
    first = up.children()
    os.kill(first[0], signal.SIGKILL)
    assert {up.get("/robots.txt").status for _ in range(20)} == {200}
    wait_for(lambda: len(set(up.children()) - {first[0]}) == 3, 3)
    assert up.get("/robots.txt").status == 200
    assert "A web process ended by itself; another one is started" in up.errors.read_text()


def test_a_worker_that_is_killed_is_replaced_while_the_site_is_served(up: Up) -> None:
    wait_for(lambda: up.get("/healthz").status == 200, 10)
    worker = up.children()[-1]
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: len(set(up.children()) - {worker}) == 3, 5)
    assert "The worker ended by itself; another one is started" in up.errors.read_text()
    assert up.get("/healthz").status == 200


def test_when_the_starter_is_killed_the_others_end_themselves(up: Up) -> None:
    children = up.children()
    up.process.kill()
    up.process.wait(5)
    wait_for(lambda: all(is_gone(child) for child in children), 5)
    with pytest.raises(ConnectionRefusedError):
        up.get("/robots.txt")


def test_a_closed_terminal_ends_nothing(up: Up) -> None:
    os.killpg(up.process.pid, signal.SIGHUP)
    time.sleep(0.5)
    assert (up.get("/robots.txt").status, len(up.children())) == (200, 3)


def test_a_taken_port_is_one_sentence(up: Up, tmp_path: Path) -> None:
    env = settings(tmp_path / "second", up.port)
    second = subprocess.run(command("up"), cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=20)
    sentence = f"port {up.port} is taken by another program; end that one or set PORT to another number."
    assert (second.stderr, second.returncode) == (f"Manyplaces does not start: {sentence}\n", 1)
    assert up.get("/robots.txt").status == 200


def test_the_second_start_takes_under_five_seconds_and_answers_at_once(up: Up, tmp_path: Path) -> None:
    up.process.send_signal(signal.SIGTERM)
    up.process.wait(5)
    began = time.monotonic()
    again = started(tmp_path)
    try:
        assert time.monotonic() - began < 5
        served = time.monotonic()
        assert again.get("/").status in (200, 404)
        assert time.monotonic() - served < 1
    finally:
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(5) == 0


def test_the_whole_tree_is_small_and_never_loads_the_gazetteer(up: Up) -> None:
    for path in ("/", "/es/", "/search/?q=chicago", "/about/data/"):
        up.get(path)
    shares = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in up.everyone()]
    kilobytes = sum(int(line.split()[1]) for share in shares for line in share.splitlines() if line.startswith("Pss:"))
    assert kilobytes < 250_000
    # The gazetteer's table is a file that is read whole; whoever has loaded it is larger than 150 MB.
    resident = [int(line.split()[1]) for share in shares for line in share.splitlines() if line.startswith("Rss:")]
    assert max(resident) < 150_000


def test_a_change_made_by_another_process_is_seen_by_all_within_a_second(up: Up) -> None:
    raising = "import django; django.setup(); from manyplaces.core.generation import raise_generation as r; r()"
    env = settings(up.data, up.port, DJANGO_SETTINGS_MODULE="manyplaces.config.settings")
    before = requests_of(up)
    for _ in range(20):
        up.get("/")
    stored = requests_of(up)
    subprocess.run([sys.executable, "-c", raising], cwd=ROOT, env=env, check=True)
    time.sleep(1.0)
    for _ in range(20):
        up.get("/")
    # Each of the two processes renders the page once before the change and once after it, at most.
    assert 1 <= stored - before <= 2
    assert 1 <= requests_of(up) - stored <= 2


def requests_of(up: Up) -> int:
    """How many pages were rendered, as the log says."""
    return sum(file.read_text().count('"what": "GET"') for file in (up.data / "logs").iterdir())


def test_without_the_data_folder_everything_begins_anew(tmp_path: Path) -> None:
    for _ in range(2):
        running = started(tmp_path)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(5) == 0
        shutil.rmtree(running.data)


def test_help_names_every_command_without_loading_the_site(tmp_path: Path) -> None:
    shown = subprocess.run(command("--help"), cwd=ROOT, env={}, capture_output=True, text=True, check=True)
    for name in ("up", "demo", "check", "import", "undo-import", "export"):
        assert f"\n  {name} " in shown.stdout
    assert not (ROOT / "--help").exists()
