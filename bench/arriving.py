"""Guests who say that they come: a program of its own, as cheap as it can be, for it shares the machine with the site.

Every form has its own key and its own network address. Started by `guests.begin`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode


@dataclass
class Sent:
    """One load: forms a second, latencies of forms in milliseconds, answers that were none; pages and their latency."""

    rate: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    most: float = 0.0
    errors: dict[str, int] = field(default_factory=dict)
    pages: int = 0
    pages_p99: float = 0.0
    first: float = 0.0
    forms: int = 0


def new_key(name: str) -> str:
    """Return the key of a form, 22 letters; the same name, the same key."""
    return base64.urlsafe_b64encode(hashlib.md5(name.encode(), usedforsecurity=False).digest())[:22].decode()


def form(port: int, event: str, name: str, mode: str, *, close: bool = False) -> tuple[bytes, bytes]:
    """Return what a browser sends to see the page and to send its form."""
    dice = random.Random(name)
    typed = {"people": str(dice.choice((1, 1, 1, 2, 3, 4))), "name": "", "email": "", "needs": "", "speaks": ""}
    if mode == "address" or (mode == "mixed" and dice.random() < 0.33):
        typed |= {"name": "Gil Ramos", "email": f"{name}@example.org", "evening": "on"}
    source = ".".join(str(dice.randint(1, 250)) for _ in range(4))
    path = f"/events/{event}/come/{new_key(name)}/"
    body = urlencode(typed | {"more_about": "", "proof": ""}).encode()
    host = f"Host: 127.0.0.1:{port}\r\n"
    page = f"GET {path} HTTP/1.1\r\n{host}X-Forwarded-For: {source}\r\nAccept-Encoding: br\r\n\r\n"
    head = (
        f"POST {path} HTTP/1.1\r\n{host}Origin: http://127.0.0.1:{port}\r\nX-Forwarded-For: {source}\r\n"
        f"{'Connection: close' if close else 'Connection: keep-alive'}\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return page.encode(), head.encode() + body


class Wire(asyncio.Protocol):
    """A connection on which one request is under way at a time."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self.answer: asyncio.Future[int] | None = None
        self.data = b""
        self.size = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready to ask."""
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """Send a request; the future is the status, or 0 where none came."""
        self.answer = asyncio.get_running_loop().create_future()
        self.data, self.size = b"", -1
        if self.transport.is_closing():
            self.answer.set_result(0)
        else:
            self.transport.write(request)
        return self.answer

    def data_received(self, data: bytes) -> None:
        """Take in an answer until it is whole."""
        self.data += data
        if self.size < 0 and (end := self.data.find(b"\r\n\r\n")) > 0:
            at = self.data.lower().find(b"content-length: ", 0, end)
            self.size = end + 4 + (int(self.data[at + 16 : self.data.index(b"\r", at)]) if at > 0 else 0)
        if 0 <= self.size <= len(self.data):
            self._settle(int(self.data[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever was asked got no answer."""
        self._settle(0)

    def _settle(self, status: int) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(status)


@dataclass
class Crowd:
    """Guests who each open the page, send the form, and begin anew as somebody else."""

    port: int
    event: str
    mode: str
    name: str
    keep_alive: bool
    stubborn: bool
    acknowledged: Path
    taken: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    errors: dict[int, int] = field(default_factory=dict)
    until: float = 0.0
    first: float = 0.0

    async def run(self, clients: int, seconds: float) -> Sent:
        """Send for so long; what is under way at the end is waited for."""
        began = time.perf_counter()
        self.until = began + seconds
        with self.acknowledged.open("a", buffering=1) as self.out:
            await asyncio.gather(*(self._guest(number) for number in range(clients)))
        lasted = time.perf_counter() - began
        cuts, pages = (statistics.quantiles(found or [0.0, 0.0], n=100) for found in (self.taken, self.seen))
        most, errors = max(self.taken or [0.0]), {str(status): many for status, many in self.errors.items()}
        forms, rate = len(self.taken), len(self.taken) / lasted
        return Sent(rate, cuts[49], cuts[98], most, errors, len(self.seen), pages[98], self.first - began, forms)

    async def _guest(self, number: int) -> None:
        wire, count = None, 0
        while time.perf_counter() < self.until:
            name = f"{self.name}{number}-{count}"
            count += 1
            page, sent = form(self.port, self.event, name, self.mode, close=not self.keep_alive)
            while True:
                if wire is None or wire.transport.is_closing():
                    wire = await self._connected()
                if wire is not None and await self._step(wire, page, sent, name):
                    break
                if not self.stubborn:
                    break
                await asyncio.sleep(0.02)
            if wire is not None and not self.keep_alive:
                wire.transport.close()
                wire = None

    async def _connected(self) -> Wire | None:
        try:
            return (await asyncio.get_running_loop().create_connection(Wire, "127.0.0.1", self.port))[1]
        except OSError:
            self._failed(0)
            return None

    async def _step(self, wire: Wire, page: bytes, sent: bytes, name: str) -> bool:
        at = time.perf_counter()
        status = await wire.ask(page)
        if status != 200:
            return self._failed(status)
        self.seen.append((time.perf_counter() - at) * 1000)
        at = time.perf_counter()
        status = await wire.ask(sent)
        if status != 302:
            return self._failed(status)
        self.first = self.first or time.perf_counter()
        self.taken.append((time.perf_counter() - at) * 1000)
        self.out.write(f"{new_key(name)}\n")
        return True

    def _failed(self, status: int) -> bool:
        self.errors[status] = self.errors.get(status, 0) + 1
        return False


def main() -> None:
    """Send what the first word asks for, and print what became of it."""
    import uvloop

    asked = json.loads(sys.argv[1])
    clients, seconds = asked.pop("clients"), asked.pop("seconds")
    crowd = Crowd(**asked | {"acknowledged": Path(asked["acknowledged"])})
    print(json.dumps(uvloop.run(crowd.run(clients, seconds)).__dict__))


if __name__ == "__main__":
    main()
