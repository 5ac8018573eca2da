"""The tiny site, running; and a visitor who speaks HTTP byte by byte."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    """What came back: the status, the headers (names in small letters) and the body as it was on the wire."""

    status: int
    headers: dict[str, str]
    wire: bytes
    names: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The body as text, unpacked."""
        packed = self.headers.get("content-encoding") == "br"
        return (brotli.decompress(self.wire) if packed else self.wire).decode()


@dataclass
class Site:
    """Where the tiny site is and what it keeps."""

    port: int
    folder: Path
    process: int

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def get(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Send one request and read the one answer."""
        with self.connect() as wire:
            wire.sendall(request(path, method, body, **headers))
            return read_answer(wire, method)

    def raw(self, data: bytes) -> bytes:
        """Send bytes, and read until the other side closes."""
        with self.connect() as wire:
            wire.sendall(data)
            return read_all(wire)

    def set_number(self, number: int) -> None:
        """Change the record."""
        draft = self.folder / ".number"
        draft.write_text(str(number))
        draft.replace(self.folder / "number")

    def renders(self, path: str) -> int:
        """How often a page was rendered."""
        file = self.folder / ("renders-" + path.strip("/").replace("/", "-"))
        return file.stat().st_size if file.exists() else 0

    def log(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return [json.loads(line) for file in (self.folder / "logs").glob("*") for line in file.read_text().splitlines()]


def request(path: str, method: str = "GET", body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request; underscores in the names of headers stand for hyphens."""
    fields = {"host": "127.0.0.1"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        fields["content-length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def read_answer(wire: socket.socket, method: str = "GET") -> Answer:
    """Read exactly one answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = wire.recv(1)
        if not more:
            raise ConnectionError(f"closed after {data!r}")
        data += more
    lines = data.decode("latin-1").split("\r\n")
    pairs = [line.split(": ", 1) for line in lines[1:] if line]
    headers = {name.lower(): value for name, value in pairs}
    status = int(lines[0].split()[1])
    length = 0 if method == "HEAD" or status in (204, 304) else int(headers["content-length"])
    body = b""
    while len(body) < length:
        body += wire.recv(length - len(body))
    return Answer(status, headers, body, [name.lower() for name, _ in pairs])


def read_all(wire: socket.socket) -> bytes:
    """Read until the other side closes."""
    data = b""
    while more := wire.recv(65536):
        data += more
    return data


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def tiny_site(folder: Path, **settings: str) -> Iterator[Site]:
    """The tiny site, with the record at number 1."""
    port = free_port()
    (folder / "number").write_text("1")
    command = [sys.executable, "-m", "tests.gate.tinysite", str(port), str(folder)]
    with (folder / "stderr").open("wb") as errors:
        environment = os.environ | {"PYTHONPATH": str(ROOT)} | settings
        process = subprocess.Popen(command, cwd=ROOT, stderr=errors, env=environment)
    found = Site(port, folder, process.pid)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                found.get("/up")
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, (folder / "stderr").read_text()
                time.sleep(0.05)
        yield found
    finally:
        process.terminate()
        assert process.wait(8) == 0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The tiny site, as it is on a laptop."""
    with tiny_site(tmp_path) as found:
        yield found
