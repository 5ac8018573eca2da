"""The worker is killed again and again: no letter is lost, jobs come to their end, every slot is started once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from manyplaces.mail import ledger, tasks
from manyplaces.mail.models import Job, Letter
from manyplaces.mail.queries import outbox
from manyplaces.mail.worker.doing import Doer, Interrupted
from tests.mail.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
KILLS = 4
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


class Process:
    """A worker of a site of its own, as a process."""

    def __init__(self, folder: Path, sink: Sink) -> None:
        self.folder, self.sink = folder, sink
        (folder / "traces").mkdir(parents=True)
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.env = kept | {"MANYPLACES_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings"}
        self.process: subprocess.Popen[bytes] | None = None

    def python(self, code: str) -> str:
        """Run a piece of code on that site."""
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        found = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stderr
        return found.stdout.strip()

    def start(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "tests.mail.tiny_worker", str(self.folder), str(self.sink.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.env)

    def end(self, number: signal.Signals) -> float:
        """End it by a signal; returns the seconds that took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(15)
        return time.monotonic() - began


OWE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from manyplaces.core.actor import Actor
from manyplaces.mail.letters import written
from manyplaces.mail.operations import owe_letter
from manyplaces.mail.tasks import start
nia, letter = Actor("Nia", "page", errand="e-1"), written("mail.try_out", "en")
for number in range(120):
    owe_letter("mail.try_out", f"host{number}@example.org", letter, language="en", key=str(number), by=nia)
start("tests.count", {"many": 300}, by=nia, about="c-1")
start("tests.fail", {}, by=nia)
"""
STAND = """
from manyplaces.mail.models import Job, Letter
from django.db.models import Count
print(dict(Letter.objects.values_list("state").annotate(Count("pk"))), dict(Job.objects.values_list("name", "state")))
"""


def wait_for(true: Callable[[], bool], seconds: float) -> None:
    """Wait until something is true."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_worker_that_is_killed_again_and_again_loses_nothing(tmp_path: Path, sink: Sink) -> None:
    worker = Process(tmp_path / "data", sink)
    worker.python(OWE)
    kills = 0
    while kills < KILLS:
        enough = min(len(sink.taken) + 15, 120)
        worker.start()
        # In the middle of its work, as long as there is any.
        wait_for(lambda enough=enough: len(sink.taken) >= enough, 20)  # type: ignore[misc]
        worker.end(signal.SIGKILL)
        kills += 1
    worker.start()
    traces = worker.folder / "traces"
    wait_for(lambda: (traces / "ends").exists() and len(set(sink.readers)) == 120, 30)
    wait_for(lambda: "'sent': 120" in worker.python(STAND), 10)
    assert worker.end(signal.SIGTERM) < 5
    assert set(sink.readers) == {f"host{number}@example.org" for number in range(120)}
    # Only what the server had taken when the worker died, before that was written down, may come twice.
    assert sink.doubled <= kills
    stand = worker.python(STAND)
    assert stand == "{'sent': 120} {'tests.count': 'done', 'tests.fail': 'open'}"
    assert (traces / "ends").read_text() == "c-1\n"
    assert {file.read_text() for file in traces.iterdir() if file.name.isdigit()} == {"Nia"}
    slots = Counter((traces / "slots").read_text().split())
    assert set(slots.values()) == {1}


@pytest.mark.django_db
def test_a_job_that_fails_is_begun_again_after_growing_pauses_and_given_up(nia: Any) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        job = tasks.start("tests.unknown", {"key": "c-1"}, by=nia)
        doer, begun = Doer(chance=lambda: 0.0), []
        for minute in range(200):
            clock.move_to(NOON + timedelta(minutes=minute))
            begun += [minute] if doer.do() else []
    job.refresh_from_db()
    assert begun == [0, 1, 3, 7, 15, 31, 63, 123]
    assert (job.state, job.error, job.tries) == ("failed", "LookupError", 8)


@pytest.mark.django_db
def test_an_interrupted_job_goes_on_and_is_not_counted(nia: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def count(payload: dict[str, Any], running: tasks.Running) -> None:
        for piece in range(3):
            running.tell(piece, 3)
            told.append(piece)
        assert (running.by.name, running.by.door, running.about) == ("Nia", "clock", "c-1")

    monkeypatch.setitem(tasks.JOBS, "tests.count", count)
    job = tasks.start("tests.count", {}, by=nia, about="c-1")
    Doer(is_ending=lambda: len(told) == 2).do()
    job.refresh_from_db()
    assert (job.state, job.tries, job.error, told) == ("open", 0, "", [0, 1])
    Doer().do()
    job.refresh_from_db()
    assert (job.state, job.tries, job.payload, told) == ("done", 1, {}, [0, 1, 0, 1, 2])
    assert issubclass(Interrupted, Exception) is False


@pytest.mark.django_db(transaction=True)
def test_a_slot_and_a_job_are_taken_by_one_of_many(nia: Any) -> None:
    job = tasks.start("tests.unknown", {}, by=nia)
    slots: list[bool] = []
    jobs: list[int] = []
    ready = threading.Barrier(8)

    def try_it() -> None:
        ready.wait()
        slots.append(ledger.claim_slot("tests.tick", 7, 2))
        now = timezone.now()
        jobs.extend(taken.pk for taken in ledger.take(ledger.due_jobs(now), 1, now, timedelta(minutes=1)))
        connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(slots), jobs) == ([False] * 7 + [True], [job.pk])
    assert [ledger.claim_slot("tests.tick", slot, 2) for slot in (7, 6, 8)] == [False, False, True]


@pytest.mark.django_db
def test_a_chore_is_started_once_in_its_slot_whatever_happens_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[datetime] = []

    def tick() -> None:
        ran.append(timezone.now())
        raise RuntimeError("CANARY")

    monkeypatch.setattr(tasks, "CHORES", {"tests.tick": tasks.Chore("tests.tick", 15, tick)})
    with time_machine.travel(NOON, tick=False) as clock:
        here, there = Doer(), Doer()
        for minute in range(0, 60):
            clock.move_to(NOON + timedelta(minutes=minute, seconds=30))
            here.tick()
            there.tick()
        # After a night without a worker it is started once, not for every slot that was missed.
        clock.move_to(NOON + timedelta(hours=9))
        assert (here.tick(), there.tick()) == (["tests.tick"], [])
    assert [moment - NOON for moment in ran[:-1]] == [timedelta(minutes=m, seconds=30) for m in (0, 15, 30, 45)]


@pytest.mark.django_db
def test_asking_what_is_due_is_one_query_and_the_outbox_two(
    owe: Callable[..., Any], nia: Any, django_assert_num_queries: Any
) -> None:
    ledger.beat(timezone.now(), "")
    assert ledger.is_anything_due(timezone.now()) == (False, False)
    for name in ("hana", "gil", "otto"):
        # One asks who writes, for the letter names the coalition.
        with django_assert_num_queries(3):
            owe(f"{name}@example.org")
        with django_assert_num_queries(1):
            assert ledger.is_anything_due(timezone.now()) == (True, False)
        with django_assert_num_queries(2):
            outbox()
    tasks.start("tests.unknown", {}, by=nia)
    assert ledger.is_anything_due(timezone.now()) == (True, True)
    stand = outbox()
    assert (stand.owed, stand.held, stand.failed, stand.worker_alive) == (3, 3, 0, True)
    assert stand.oldest_at == Letter.objects.order_by("made_at").values_list("made_at", flat=True)[0]
    assert Job.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("jump", [timedelta(hours=2), timedelta(days=366)])
def test_a_clock_that_was_too_far_and_is_set_back_lets_chores_begin_again_at_once(
    monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    ran: list[datetime] = []
    chore = tasks.Chore("tests.often", 1, lambda: ran.append(timezone.now()))
    monkeypatch.setattr(tasks, "CHORES", {chore.name: chore})
    for moment in (NOON, NOON + jump, NOON + timedelta(minutes=2), NOON + timedelta(minutes=2, seconds=9)):
        with time_machine.travel(moment, tick=False):
            Doer().tick()
    assert ran == [NOON, NOON + jump, NOON + timedelta(minutes=2)]
