"""The wire: HTTP/1.1 as uvicorn speaks it, with stored pages answered before anything else is set in motion."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from manyplaces.gate.answers import raw_reply
from manyplaces.gate.entry import Gate
from manyplaces.gate.headers import written
from manyplaces.gate.store import matches

HEADERS_WITHIN = 10.0
KEPT_OPEN = 15.0
WRITTEN_WITHIN = 60.0
LARGEST_HEADERS = 32_768
MOST_PIPELINED = 32
# A request with one of these has a body or asks for more than a page: it goes the longer way.
NOT_SIMPLE = frozenset((b"content-length", b"transfer-encoding", b"upgrade", b"expect", b"range"))

IDLE, HEADERS, WORK = range(3)


class GateProtocol(HttpToolsProtocol):
    """One connection: what is stored is written at once, everything else goes through ASGI in order."""

    gate: Gate

    def __init__(self, *args: Any, **named: Any) -> None:
        """As uvicorn makes it; the application must be a Gate."""
        super().__init__(*args, **named)
        self.gate = self.config.loaded_app
        self.answered = False
        self.stage = IDLE
        self.since = self.loop.time()
        self.head_size = 0
        self.stuck_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to count the time this connection takes."""
        super().connection_made(transport)
        self.gate.connections.add(self)
        if len(self.gate.connections) > self.gate.most_connections:
            # One more would leave no file to open for the database: better a clear answer than none to anybody.
            self._refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.gate.connections.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; headers without end are refused, for the parser itself would take any amount."""
        if self.transport.is_closing():
            return
        if self.stage != WORK:
            self.head_size += len(data)
        super().data_received(data)
        if self.stage == HEADERS and self.head_size > LARGEST_HEADERS and not self.transport.is_closing():
            self._refuse(431)

    def resume_writing(self) -> None:
        """Go on: whoever fetches a large file slowly reads all the same."""
        self.stuck_since = 0.0
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP with the same headers as everything else."""
        self._refuse(400)

    def on_message_begin(self) -> None:
        """A request begins; what ASGI needs is only made when it is known that ASGI is needed."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self.answered = False
        if self.stage == IDLE:
            self.stage = HEADERS
            self.since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Answer from the store if the page is there, right, and nobody is before us on this connection."""
        self.head_size = 0
        if self.transport.is_closing() or self._answer_from_store():
            self.answered = True
            return
        if not self.url.startswith(b"/") or len(self.pipeline) >= MOST_PIPELINED:
            self.answered = True
            self._refuse(400)
            return
        self.stage = WORK
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.stage = WORK
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]
        scope["manyplaces.is_gone"] = self.transport.is_closing
        super().on_headers_complete()
        if self.parser.should_upgrade():
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take in a part of a body that somebody waits for."""
        if not self.answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole."""
        if self.answered:
            self.stage = IDLE if self.stage == HEADERS else self.stage
            self.since = self.loop.time()
        else:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer that went through ASGI is out; from now the connection is idle."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self.stage = IDLE
            self.since = self.loop.time()

    def check(self, now: float) -> None:
        """End the connection if it has been waited for too long: for headers, for the next request, for its reading."""
        if self.flow.write_paused or self.transport.is_closing():
            self.stuck_since = self.stuck_since or now
            if now - self.stuck_since > WRITTEN_WITHIN:
                self.transport.abort()
            return
        self.stuck_since = 0.0
        if self.stage == HEADERS and now - self.since > HEADERS_WITHIN:
            self._refuse(408)
        elif self.stage == IDLE and now - self.since > KEPT_OPEN:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        self.transport.write(raw_reply(status))
        self.transport.close()

    def _answer_from_store(self) -> bool:
        cycle: Any = self.cycle
        if self.flow.write_paused or (cycle is not None and not cycle.response_complete):
            return False
        method = self.parser.get_method()
        if method not in (b"GET", b"HEAD") or self.parser.get_http_version() != "1.1":
            return False
        known = dict(self.headers)
        # A header that comes twice goes the longer way, as does whatever has a body or wishes of its own.
        if len(known) != len(self.headers) or not NOT_SIMPLE.isdisjoint(known):
            return False
        if known.get(b"connection", b"keep-alive") != b"keep-alive":
            return False
        found = self.gate.ready(self.url, known.get(b"host", b""), known.get(b"accept-encoding", b""))
        if found is None:
            return False
        tags = known.get(b"if-none-match")
        date = written(self.server_state.default_headers)
        if tags and matches(tags, found.tag):
            self.transport.write(b"HTTP/1.1 304 Not Modified\r\n" + date + found.unchanged)
        else:
            self.transport.write(b"HTTP/1.1 200 OK\r\n" + date + (found.head if method == b"HEAD" else found.whole))
        return True
