"""A gateway for text messages that listens on this machine and keeps what was posted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from manyplaces.config.environment import Gateway


@dataclass
class TextSink:
    """What was taken, as (number, text), and the answers still to be given, 202 where none is left; 0 hangs up."""

    answers: list[int] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def gateway(self) -> Gateway:
        """As the operator sets it."""
        return Gateway("127.0.0.1", self.port, "/send?from=us", False, "CANARY-token")

    @contextmanager
    def listening(self) -> Iterator[TextSink]:
        """Listen until the end of the `with`, on the same port each time."""
        sink = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                sink.paths.append(f"GET {self.path}")
                self.send_response(200)
                self.end_headers()

            def do_POST(self) -> None:
                sink.post(self)

            def log_message(self, *words: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Answering)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def post(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one post."""
        posted = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        self.paths.append(request.path)
        self.seen.append({name.lower(): value for name, value in request.headers.items()})
        status = self.answers.pop(0) if self.answers else 202
        if not status:
            request.close_connection = True
            return
        if 200 <= status < 300:
            self.taken.append((posted["to"], posted["text"]))
            self.keys.append(request.headers["Idempotency-Key"])
        request.send_response(status)
        request.send_header("Location", "/elsewhere")
        request.end_headers()
        request.wfile.write(f"{posted['to']} {posted['text']}".encode())
