"""What the benches of saying that one comes share: an event, those who come to it, and what was kept of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import loads
from arriving import Sent

SEED = """
import django; django.setup()
from django.utils import timezone
from tests.events.calling import october
from tests.rsvps.coming import walk_in
print(walk_in(october(), capacity=%r).key)
"""
KEPT = """
import collections, django, json, sys; django.setup()
from django.db import connection
from django.db.models import Sum
from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Crowd, Rsvp
from manyplaces.rsvps.rules.links import uid_of
keys = open(sys.argv[1]).read().split()
rows = collections.Counter(Rsvp.objects.values_list("uid", flat=True))
asking = Rsvp.objects.filter(state="asked").count()
counted = {state: Rsvp.objects.filter(state=state).aggregate(all=Sum("people"))["all"] or 0
    for state in ("coming", "waiting")}
crowds = Crowd.objects.aggregate(coming=Sum("coming"), waiting=Sum("waiting"))
whole = "ok"
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        whole = cursor.execute("PRAGMA integrity_check").fetchone()[0]
uids = {uid_of(key): key for key in keys}
print(json.dumps({"rows": sum(rows.values()), "lost": sum(uid not in rows for uid in uids),
    "doubled": sum(many - 1 for many in rows.values()), "asking": asking,
    "letters": Letter.objects.filter(kind="rsvps.confirm").count(), "whole": whole,
    "miscounted": sum(abs(counted[state] - (crowds[state] or 0)) for state in counted)}))
"""


# Whatever was started and has not ended yet; see `end_all`.
_started: list[subprocess.Popen[bytes]] = []


def seed(env: dict[str, str], capacity: int | None = None) -> str:
    """Make an event to which people come, and return its key."""
    words = [sys.executable, "-c", SEED % capacity]
    return subprocess.run(words, cwd=loads.ROOT, env=env, check=True, capture_output=True, text=True).stdout.strip()


def kept(env: dict[str, str], acknowledged: Path) -> dict[str, int | str]:
    """Count in the database itself: what is lost of the keys in a file, what is doubled, miscounted."""
    words = [sys.executable, "-c", KEPT, str(acknowledged)]
    found = subprocess.run(words, cwd=loads.ROOT, env=env, check=True, capture_output=True, text=True)
    counted: dict[str, int | str] = json.loads(found.stdout)
    return counted


def tell(env: dict[str, str], acknowledged: Path) -> bool:
    """Print what was kept of what was acknowledged, and say whether all of it is right."""
    found = kept(env, acknowledged)
    many = len(acknowledged.read_text().split())
    print(
        f"  acknowledged {many:,}, rows {found['rows']:,}, lost {found['lost']}, doubled {found['doubled']}, "
        f"counters beside the rows {found['miscounted']}, letters {found['letters']:,} for {found['asking']:,} "
        f"addresses, database {found['whole']}"
    )
    is_right = (found["lost"], found["doubled"], found["miscounted"], found["whole"]) == (0, 0, 0, "ok")
    return is_right and found["letters"] == found["asking"]


def begin(port: int, event: str, acknowledged: Path, **given: object) -> subprocess.Popen[str]:
    """Start to send in a process of its own; see `Crowd` and `run` for what may be given."""
    words = {"clients": 64, "seconds": 5.0, "mode": "bare", "name": "", "keep_alive": True, "stubborn": False, **given}
    told = json.dumps({"port": port, "event": event, "acknowledged": str(acknowledged), **words})
    return subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("arriving.py")), told], stdout=subprocess.PIPE, text=True
    )


def result(running: subprocess.Popen[str]) -> Sent:
    """Wait for the end, and return what became of what was sent."""
    text, _ = running.communicate()
    return Sent(**json.loads(text))


def killed(env: dict[str, str], event: str, told: Path, kills: int, *, mode: str = "mixed") -> list[float]:
    """Kill a site under load so often, while everybody sends again what got no answer.

    Returns in order of size how many seconds it took after each kill until a form was acknowledged again.
    """
    process = start(env)
    begun = begin(int(env["PORT"]), event, told, clients=64, seconds=1e9, mode=mode, name="k", stubborn=True)
    pauses = []
    try:
        for number in range(kills):
            wait_for(told, lines(told) + 30 + (number * 37) % 300)
            kill(process)
            at, already = time.perf_counter(), lines(told)
            process = start(env)
            wait_for(told, already + 1)
            pauses.append(time.perf_counter() - at)
    finally:
        begun.terminate()
        begun.wait()
        end(process)
    return sorted(pauses)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a site, all its processes at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def lines(file: Path) -> int:
    """Return how many forms were acknowledged so far."""
    return file.read_bytes().count(b"\n") if file.exists() else 0


def wait_for(file: Path, many: int) -> None:
    """Wait until so many forms were acknowledged, at most for a minute."""
    began = time.monotonic()
    while lines(file) < many:
        if time.monotonic() - began > 60:
            sys.exit("Nothing was acknowledged for a minute.")
        time.sleep(0.005)


def start(env: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
    """Start the site as the leader of a group of its own, and wait until it is served."""
    command = [sys.executable, *(words or ("-m", "manyplaces", "up"))]
    process = subprocess.Popen(
        command, cwd=loads.ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    _started.append(process)
    if process.stdout is None or b"served" not in process.stdout.readline():
        sys.exit("The site did not start.")
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End the site as Ctrl-C does."""
    os.kill(process.pid, signal.SIGTERM)
    process.wait(20)


def end_all() -> None:
    """Kill whatever was started and still runs."""
    for process in _started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGCONT)
            kill(process)
    _started.clear()
