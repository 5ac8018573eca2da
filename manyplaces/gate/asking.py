"""Django is asked, or the rush before it; what comes back is an answer, and a page where it may be kept."""

from __future__ import annotations

import logging
import secrets
import time
from typing import Protocol
from wsgiref.types import WSGIApplication

from manyplaces.gate import logs
from manyplaces.gate.answers import Reply, settled
from manyplaces.gate.behind import Asked, call
from manyplaces.gate.statics import FOR_EVER
from manyplaces.gate.store import REVALIDATE, Page, Stamp
from manyplaces.gate.watch import Watch

logger = logging.getLogger("manyplaces.gate")


class Rush(Protocol):
    """What takes the forms of a rush before Django is asked; see manyplaces.gate.rush."""

    def shared_path(self, path: str) -> str: ...

    def led_to_form(self, path: str) -> Reply | None: ...

    def is_rush(self, path: str) -> bool: ...

    def look_ahead(self, paths: list[str]) -> dict[tuple[object, ...], str]: ...

    def take(self, asked: Asked) -> Reply | None: ...


class Asking:
    """What the one thread behind does with a request."""

    def __init__(self, wsgi: WSGIApplication, url: str, watch: Watch, rush: Rush | None) -> None:
        self.wsgi = wsgi
        self.url = url
        self.watch = watch
        self.rush = rush

    def ask(self, asked: Asked, *, storing: bool, encoding: str = "br") -> tuple[Reply, Page | None]:
        """Return the answer; the number of the record is read first, so that a page is never newer than it says."""
        stamp: Stamp | None = self.watch.stamp
        logs.current.request_id = request_id = secrets.token_hex(6)
        began = time.perf_counter()
        reply = self._rushed(asked) or call(self.wsgi, asked, self.url)
        took = round((time.perf_counter() - began) * 1000, 1)
        logger.info(asked.method, extra={"route": reply.route, "status": reply.status, "ms": took})
        logs.current.request_id = ""
        reply = settled(reply, asked.path)
        reply.extra = [(b"x-request-id", request_id.encode())]
        if not storing or not reply.is_public:
            if not reply.header(b"cache-control"):
                reply.headers.append((b"cache-control", b"no-cache"))
            reply.headers += reply.extra
            return reply, None
        dropped = (b"cache-control", b"vary", b"etag", b"last-modified", b"expires", b"pragma")
        fields = [field for field in reply.headers if field[0] not in dropped]
        # An address that names its content may be kept for ever.
        kept = FOR_EVER if b"immutable" in reply.header(b"cache-control") else REVALIDATE
        page = Page([*fields, (b"cache-control", kept)], reply.body, stamp)
        page.make(encoding)
        return reply, page

    def _rushed(self, asked: Asked) -> Reply | None:
        """Return the answer to a form that needs no Django; whatever fails there goes the long way."""
        if self.rush is None or asked.method != "POST" or not self.rush.is_rush(asked.path):
            return None
        try:
            return self.rush.take(asked)
        except Exception:
            logger.exception("A form of the rush could not be taken.")
            return None
