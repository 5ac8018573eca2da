"""A site of a few lines behind the real gate: what the tests of the gate talk to, as a process of its own."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyplaces.gate import logs
from manyplaces.gate.entry import Gate
from manyplaces.gate.server import bind, serve

FOLDER = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()
WORDS = " ".join(f"Walk-in at school number {number}." for number in range(200))


@dataclass(frozen=True)
class Leaflet:
    """A file that is served as it is."""

    path: str
    content_type: str
    body: bytes
    immutable: bool


EXTRA = {
    "/cookie": [("Set-Cookie", "a=b")],
    "/mine": [("Cache-Control", "private, no-store")],
    "/desk/kept": [("Cache-Control", "public, max-age=60")],
    "/sign-out/": [("Clear-Site-Data", '"cache", "cookies"'), ("Set-Cookie", "session=; Max-Age=0")],
    "/linked": [("Referrer-Policy", "no-referrer")],
    "/loose": [("Referrer-Policy", "unsafe-url"), ("Content-Security-Policy", "default-src *")],
    "/file": [("Content-Disposition", 'attachment; filename="a.pdf"'), ("Cache-Control", "private, max-age=60")],
    "/colour": [("Cache-Control", "public, max-age=31536000, immutable")],
    "/often": [("Retry-After", "500")],
}
LEAFLETS = (
    Leaflet("/static/site.css", "text/css; charset=utf-8", b"body{color:#000}" * 50, immutable=False),
    Leaflet("/static/site.0a1b2c3d.css", "text/css; charset=utf-8", b"body{color:#000}" * 50, immutable=True),
)


def number() -> int:
    """The number of the record; no file, no number, as when the database is gone."""
    return int((FOLDER / "number").read_text())


def renders(path: str) -> int:
    """Note that a page was rendered once more, and say how often it was now."""
    file = FOLDER / ("renders-" + path.strip("/").replace("/", "-"))
    with file.open("ab") as out:
        out.write(b".")
    return file.stat().st_size


def site(environ: dict[str, Any], start: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
    """Answer with what the test needs to see."""
    path = environ["PATH_INFO"]
    body = f"<p>number {number() if (FOLDER / 'number').exists() else '?'} of {path}</p>{WORDS}"
    if path == "/broken":
        raise RuntimeError("what Gil typed: gil@example.org")
    if path in ("/slow", "/kit", "/slow/post", "/host/hana/photos/slow"):
        time.sleep(0.4)
    if path.endswith("/echo"):
        body = json.dumps({name: value for name, value in environ.items() if isinstance(value, str)})
    if path in ("/archive", "/desk/archive", "/kit"):
        start("200 OK", [("Content-Type", "application/zip"), ("Content-Disposition", 'attachment; filename="a.zip"')])
        return environ["wsgi.file_wrapper"]((FOLDER / "archive").open("rb"))  # type: ignore[no-any-return]
    if path.endswith("/post"):
        body = f"{environ['REQUEST_METHOD']} {len(environ['wsgi.input'].read())}"
    renders(path)
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Language", "en"), *EXTRA.get(path, [])]
    start(status(path), headers)
    return [b"" if path in ("/often", "/closed") else body.encode()]


def status(path: str) -> str:
    """Which paths are found; /failing is as long as there is no file `failing`."""
    if path == "/failing" and (FOLDER / "failing").exists():
        return "500 Internal Server Error"
    if path == "/closed":
        return "503 Service Unavailable"
    if path == "/often":
        return "429 Too Many Requests"
    return "404 Not Found" if path.startswith("/nowhere") else "200 OK"


if __name__ == "__main__":
    port = int(sys.argv[1])
    logs.set_up(FOLDER / "logs", 14)
    gate = Gate(
        site,
        number,
        hosts=["127.0.0.1", "otto.example"],
        url="http://127.0.0.1",
        port=port,
        assets=LEAFLETS,
        proxies=int(os.environ.get("PROXIES", "0")),
    )
    # Nobody writes into this pipe and its other end stays open as long as this process lives.
    serve(gate, bind("127.0.0.1", port), os.pipe()[0])
