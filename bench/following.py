"""Those who follow the numbers of an action: viewers over kept connections, sites that report, a server of nothing."""

from __future__ import annotations

import asyncio
import json
import random
import resource
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import asdict, dataclass

import loads

SEED = """
import django; django.setup()
import json
import datetime
from django.utils import timezone
from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from tests.events.calling import october
from tests.rsvps.coming import walk_in
action = october(slug="followed", name="Followed")
keys = [walk_in(action, f"School {number}", email=f"h{number}@example.org").key for number in range(%d)]
today = (timezone.localdate() - datetime.timedelta(days=1)).isoformat()
Action.every.filter(pk=action.pk).update(date_edtf=today, date_from=today, date_to=today)
Event.every.filter(action=action).update(date_edtf=today, date_from=today, date_to=today, time_local=None)
print(json.dumps(keys))
"""
REPORT = """
import django; django.setup()
import sys, time
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.reports.models import Report
from manyplaces.reports.operations import take_report
for number, key in enumerate(sys.argv[1:]):
    time.sleep(1)
    event = Event.every.get(key=key)
    take_report(Report(uid=f"bench{number:017}", event=event, people_words="62"), by=Actor("bench", "command"))
    print(number + 1, time.time(), flush=True)
"""


@dataclass(frozen=True)
class Seen:
    """What viewers were answered: how many a second, unchanged or new, failed, and latencies in milliseconds."""

    rate: float
    same: int
    new: int
    failed: int
    p50: float
    p99: float
    most: float


def seed(env: dict[str, str], sites: int) -> list[str]:
    """Make an action of yesterday with so many sites, and return their keys."""
    words = [sys.executable, "-c", SEED % sites]
    found = subprocess.run(words, cwd=loads.ROOT, env=env, check=True, capture_output=True, text=True)
    keys: list[str] = json.loads(found.stdout)
    return keys


class Reporting:
    """Sites that report, one a second, in a process of its own; and how soon each is in the numbers."""

    def __init__(self, env: dict[str, str], events: list[str], address: str) -> None:
        """`address` is that of the numbers."""
        words = [sys.executable, "-c", REPORT, *events]
        self.process = subprocess.Popen(words, cwd=loads.ROOT, env=env, stdout=subprocess.PIPE, text=True)
        self.address, self.fresh = address, [0.0][:0]
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        for line in self.process.stdout or ():
            number, at = line.split()
            while self._held() < int(number):
                time.sleep(0.05)
            self.fresh.append(time.time() - float(at))

    def _held(self) -> int:
        with urllib.request.urlopen(self.address, timeout=30) as answer:
            return int(json.load(answer)["held"])

    def end(self) -> list[float]:
        """Stop reporting; returns after how many seconds each report was in the numbers."""
        self.process.terminate()
        self.process.wait(10)
        self.thread.join(10)
        return self.fresh


class Idle:
    """A server that answers every request with 304 and does nothing else, in a process of its own."""

    def __init__(self) -> None:
        self.port = loads.free_port()
        self.process = subprocess.Popen([sys.executable, __file__, "idle", str(self.port)])
        time.sleep(1)

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


def look(port: int, path: str, viewers: int, every: float, seconds: float) -> Seen:
    """Let so many look for some time, in a process of its own."""
    words = [sys.executable, __file__, "look", str(port), path, str(viewers), str(every), str(seconds)]
    found = subprocess.run(words, check=True, capture_output=True, text=True)
    return Seen(**json.loads(found.stdout))


class Viewer(asyncio.Protocol):
    """One browser: it asks, reads, and asks again after its time, over one connection."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd, self.tag, self.asked, self.got = crowd, b"", 0.0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin at a moment of its own."""
        self.transport = transport
        self.crowd.loop.call_later(random.random() * self.crowd.every, self.ask)

    def ask(self) -> None:
        """Ask for the numbers with the tag that is known."""
        if self.crowd.is_over or self.transport.is_closing():
            return
        known = b"If-None-Match: %b\r\n" % self.tag if self.tag else b""
        self.asked, self.got = time.perf_counter(), b""
        self.transport.write(self.crowd.request + known + b"\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Read an answer to its end, and wait."""
        self.got += data
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end:
            return
        status, fields = head[9:12], head.lower()
        size = int(fields.partition(b"content-length: ")[2].split(b"\r")[0] or 0) if status == b"200" else 0
        if len(body) < size:
            return
        self.crowd.took.append((time.perf_counter() - self.asked) * 1000)
        self.crowd.said[status] = self.crowd.said.get(status, 0) + 1
        if b"etag: " in fields:
            start = fields.index(b"etag: ") + 6
            self.tag = head[start:].split(b"\r")[0]
        self.asked = 0.0
        self.crowd.loop.call_later(self.crowd.every, self.ask)

    def connection_lost(self, fault: Exception | None) -> None:
        """Whoever is hung up on before the end was failed."""
        if not self.crowd.is_over:
            self.crowd.failed += 1


class Crowd:
    """All viewers, and what they were answered."""

    def __init__(self, port: int, path: str, every: float) -> None:
        self.port, self.every, self.is_over, self.failed = port, every, False, 0
        self.request = b"GET %b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept-Encoding: br\r\n" % (path.encode(), port)
        self.took: list[float] = []
        self.said: dict[bytes, int] = {}

    async def run(self, viewers: int, seconds: float) -> Seen:
        """Come, look for some time, and count what was answered from the moment at which everybody was there."""
        self.loop = asyncio.get_running_loop()
        for _ in range(0, viewers, 100):
            coming = [self.loop.create_connection(lambda: Viewer(self), "127.0.0.1", self.port) for _ in range(100)]
            await asyncio.gather(*coming[: min(100, viewers)])
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.every)
        self.took, self.said, began = [], {}, time.perf_counter()
        await asyncio.sleep(seconds)
        self.is_over = True
        took, lasted = sorted(self.took), time.perf_counter() - began
        same, new = self.said.get(b"304", 0), self.said.get(b"200", 0)
        others = sum(self.said.values()) - same - new
        p99 = took[int(len(took) * 0.99)] if took else 0.0
        middle = statistics.median(took) if took else 0.0
        return Seen(len(took) / lasted, same, new, self.failed + others, middle, p99, took[-1] if took else 0.0)


class _Nothing(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        answer = b'HTTP/1.1 304 Not Modified\r\netag: "0"\r\n\r\n'
        self.transport.write(answer * data.count(b"\r\n\r\n"))  # type: ignore[attr-defined]


async def _idle(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Nothing, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if sys.argv[1] == "idle":
        asyncio.run(_idle(int(sys.argv[2])))
    else:
        port, path, viewers, every, seconds = sys.argv[2:]
        seen = asyncio.run(Crowd(int(port), path, float(every)).run(int(viewers), float(seconds)))
        print(json.dumps(asdict(seen)))
