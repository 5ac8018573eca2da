"""A real web server on this machine, with every trap that a link can lead into."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STORY = b"""<!doctype html><html lang="es"><head><title>Entran juntos | El Nuevo D\xc3\xada</title>
<meta property="og:title" content="Entran juntos en Mayag&uuml;ez">
<meta property="og:site_name" content="El Nuevo D\xc3\xada">
<meta property="article:published_time" content="2014-11-14T07:00:00-04:00"></head>
<body><script>alert(1)</script></body></html>"""


class Trap(BaseHTTPRequestHandler):
    """Answers by what the path asks for; every request is remembered in `server.asked`."""

    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_told: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        path = self.path.partition("?")[0]
        with suppress(BrokenPipeError, ConnectionResetError):
            if path in self.server.says:
                self.answer(*self.server.says[path])
            else:
                getattr(self, "on_" + path.strip("/").partition("/")[0].replace(".", "_"), self.on_nothing)()

    def answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        """Send an answer; Content-Length is that of the body unless the headers say another."""
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body)), "Content-Type": "text/html"} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def on_nothing(self) -> None:
        """Nothing is here."""
        self.answer(404, {}, b"not here")

    def on_story(self) -> None:
        """A page as papers have it, with a cookie that nobody wants."""
        self.answer(200, {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": "who=you"}, STORY)

    def on_to(self) -> None:
        """Lead to what stands behind the question mark."""
        self.answer(302, {"Location": self.path.partition("?")[2]})

    def on_round(self) -> None:
        """Lead on and on."""
        self.answer(302, {"Location": f"/round/{len(self.server.asked)}"})

    def on_endless(self) -> None:
        """Send without an end."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65_536)

    def on_slow(self) -> None:
        """Send the body a byte at a time."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _byte in range(1000):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.2)

    def on_head(self) -> None:
        """Send the first line a byte at a time."""
        for sign in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1000:
            self.wfile.write(bytes([sign]))
            self.wfile.flush()
            time.sleep(0.2)

    def on_bomb(self) -> None:
        """Send 200 MB of nothing in 200 KB."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()
        self.answer(200, {"Content-Encoding": "gzip"}, packed)

    def on_packed(self) -> None:
        """Send a packed page, honestly."""
        self.answer(200, {"Content-Encoding": "gzip", "Content-Type": "text/html; charset=utf-8"}, gzip.compress(STORY))

    def on_broken(self) -> None:
        """Say that it is packed, and send something else."""
        self.answer(200, {"Content-Encoding": "gzip"}, b"this is not packed")

    def on_odd(self) -> None:
        """Send it packed in a way that nobody asked for."""
        self.answer(200, {"Content-Encoding": "br"}, b"\x0b\x02\x80hi\x03")

    def on_rubbish(self) -> None:
        """Send what is no answer."""
        self.wfile.write(b"\x00\xff\xfe this is no HTTP\r\n\r\n")

    def on_many(self) -> None:
        """Send more headers than anybody reads."""
        self.send_response(200)
        for number in range(500):
            self.send_header(f"X-{number}", "y")
        self.end_headers()

    def on_status(self) -> None:
        """Answer with the status in the path."""
        self.answer(int(self.path.rpartition("/")[2]), {}, b"as you wish")


class Trapped(ThreadingHTTPServer):
    """The server, with what it was asked and what it says at given paths."""

    daemon_threads = True

    def __init__(self, host: str) -> None:
        super().__init__((host, 0), Trap)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.says: dict[str, tuple[int, dict[str, str], bytes]] = {}

    @property
    def at(self) -> str:
        """Its address and port."""
        return f"{self.server_address[0]}:{self.server_address[1]}"

    @property
    def pages(self) -> list[str]:
        """The paths that were asked for, but robots.txt."""
        return [path for path, _headers in self.asked if path != "/robots.txt"]


@contextmanager
def trap(host: str = "127.0.0.1") -> Iterator[Trapped]:
    """Serve on an address of this machine; each of 127.0.0.1, 127.0.0.2, ... is a site of its own."""
    server = Trapped(host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
