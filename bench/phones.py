"""What the bench of committing sends: real forms over kept connections, from as many phones as asked for."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import loads

PATH = "/actions/bench/commit/"
DAY = "2099-05-01"
SEED = """
import datetime, django; django.setup()
from django.utils import timezone
from manyplaces.actions.models import Action, Demand
from manyplaces.places.models import School
now = timezone.now()
action = Action(slug="bench", name="Bench", kind="day", tactic="walk-in", date_edtf="2099-05-01",
    time_local=datetime.time(7, 45), opens_at=now, closes_at=now + datetime.timedelta(days=9))
action.full_clean(); action.save()
Demand.objects.create(action=action, slug="art", description="Art in every school")
for number in %r:
    School.objects.get_or_create(number=number, defaults={"name": f"Grant {number}", "match_key": "grant",
        "city_name": "Milwaukee", "city_slug": "milwaukee", "state": "WI", "lat": 43.0, "lon": -87.9})
"""
KEPT = """
import collections, django, json; django.setup()
from manyplaces.events.models import Commitment
from manyplaces.mail.models import Letter
letters = collections.Counter(Letter.objects.values_list("about", flat=True))
kept = collections.defaultdict(lambda: [0, 0])
for note, key in Commitment.objects.filter(action__slug="bench").values_list("note", "key"):
    kept[note][0] += 1
    kept[note][1] += letters[key]
print(json.dumps(kept))
"""
SCHOOLS = ("550960001175", "550960001176", "550960003058")


@dataclass(frozen=True)
class Sent:
    """One load: commitments a second, latencies in milliseconds, answers that were none, forms acknowledged."""

    rate: float
    p50: float
    p99: float
    errors: int
    acknowledged: frozenset[str]


def seed(env: dict[str, str]) -> None:
    """Make the action to which the phones commit."""
    subprocess.run([sys.executable, "-c", SEED % (SCHOOLS,)], cwd=loads.ROOT, env=env, check=True)


def kept(env: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Return how many commitments and letters each form made, by its note."""
    found = subprocess.run([sys.executable, "-c", KEPT], cwd=loads.ROOT, env=env, capture_output=True, check=True)
    return {form: (rows, letters) for form, (rows, letters) in json.loads(found.stdout).items()}


def request(port: int, form: str) -> bytes:
    """Return one form as a phone sends it: every other one for a school of the register."""
    dice = random.Random(form)
    given = {
        "do": "commit", "tactic": "walk-in", "day": DAY, "time": dice.choice(["", "7:20 am", "before the bell"]),
        "demands": "art", "expected": "40", "posters": "3", "note": form, "name": "Hana", "language": "en",
        "email": f"{form}@example.org",
    }  # fmt: skip
    if dice.random() < 0.5:
        given |= {"school": dice.choice(SCHOOLS), "q": "Grant Milwaukee"}
    if "school" not in given or dice.random() < 0.2:
        given |= {"school": "none", "venue": f"Park {form}", "city_name": "Milwaukee", "state": "WI"}
    body = urlencode(given).encode()
    source = ".".join(str(dice.randint(1, 250)) for _ in range(4))
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"X-Forwarded-For: {source}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Phone:
    """A connection that is kept, and opened again after it broke."""

    def __init__(self, port: int) -> None:
        """`port` is where the site is."""
        self.port = port
        self.reader: asyncio.StreamReader | None = None

    async def send(self, form: str) -> int:
        """Return the status that a form is answered with; 0 where no answer came."""
        try:
            if self.reader is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.writer.write(request(self.port, form))
            head = await self.reader.readuntil(b"\r\n\r\n")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            await self.reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
            return int(head.split(b" ", 2)[1])
        except (OSError, EOFError):
            self.close()
            return 0

    def close(self) -> None:
        """Forget the connection."""
        if self.reader is not None:
            self.writer.close()
        self.reader = None


def load(port: int, phones: int, seconds: float, name: str) -> Sent:
    """Send forms for so long, each once, and return what became of them."""
    return asyncio.run(_load(port, phones, seconds, name))


async def _load(port: int, phones: int, seconds: float, name: str) -> Sent:
    taken: list[float] = []
    acknowledged: set[str] = set()
    errors = 0
    began = time.perf_counter()

    async def phone(number: int) -> None:
        nonlocal errors
        mine, count = Phone(port), 0
        while (at := time.perf_counter()) < began + seconds:
            form = f"{name}{number}-{count}"
            count += 1
            if await mine.send(form) == 302:
                taken.append((time.perf_counter() - at) * 1000)
                acknowledged.add(form)
            else:
                errors += 1
        mine.close()

    await asyncio.gather(*(phone(number) for number in range(phones)))
    lasted = time.perf_counter() - began
    cuts = statistics.quantiles(taken or [0.0, 0.0], n=100)
    return Sent(len(taken) / lasted, cuts[49], cuts[98], errors, frozenset(acknowledged))


class Stubborn:
    """Phones that send a form again until it is acknowledged, whatever happens to the site."""

    def __init__(self, port: int, phones: int) -> None:
        """`phones` send at the same time."""
        self.port, self.phones = port, phones
        self.tried: set[str] = set()
        self.acknowledged: set[str] = set()
        self._last, self._done = threading.Event(), threading.Event()

    def run(self) -> None:
        """Send until `finish`; in a thread of its own."""
        asyncio.run(self._run())
        self._done.set()

    def finish(self) -> None:
        """Begin nothing new, and wait until everything that was begun is acknowledged, at most for a minute."""
        self._last.set()
        self._done.wait(60)

    async def _run(self) -> None:
        await asyncio.gather(*(self._phone(number) for number in range(self.phones)))

    async def _phone(self, number: int) -> None:
        mine, count = Phone(self.port), 0
        while not self._last.is_set():
            form = f"k{number}-{count}"
            count += 1
            self.tried.add(form)
            while await mine.send(form) != 302:
                await asyncio.sleep(0.05)
            self.acknowledged.add(form)
