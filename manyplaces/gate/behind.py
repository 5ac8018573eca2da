"""What stands behind the gate: Django, as it is asked and as it answers."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol, runtime_checkable
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from manyplaces.core.throttle import SOURCE
from manyplaces.gate.answers import Reply, own_reply
from manyplaces.gate.headers import FILE_POLICY, OURS, Headers, is_stricter, security_headers

ROUTE = "manyplaces.route"

logger = logging.getLogger("manyplaces.gate")


@dataclass(frozen=True)
class Asked:
    """A request as Django gets it: nothing about who asks, and for a public page that is read not even a header.

    `source` is the mark that all requests from one address share for at most an hour; see manyplaces.core.throttle.
    """

    method: str
    path: str
    query: bytes = b""
    host: str = ""
    content_type: str = ""
    cookie: str = ""
    origin: str = ""
    referrer: str = ""
    fetch_site: str = ""
    source: str = ""
    body: bytes = b""


class _OpenFile:
    """A file that is handed over unread (PEP 3333), so that the largest one takes no memory."""

    def __init__(self, file: BinaryIO, block_size: int = 0) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(65_536), b"")

    def close(self) -> None:
        self.file.close()


class _Complaints:
    """Takes what an application writes about its errors and makes it lines of the log."""

    def write(self, text: str) -> None:
        if text.strip():
            logger.error("%s", text.strip()[:2000])

    def writelines(self, lines: list[str]) -> None:
        self.write("".join(lines))

    def flush(self) -> None:
        """Nothing is held back."""


def environ(asked: Asked, site_url: str) -> dict[str, Any]:
    """Return the request in the form of WSGI; the address of who asks is not in it."""
    site = urlsplit(site_url)
    values = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": asked.path.encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": asked.query.decode("latin-1"),
        "SERVER_NAME": site.hostname or "localhost",
        "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "",
        "CONTENT_LENGTH": str(len(asked.body)),
        # What is stored for everybody must not depend on the name that one visitor asked for.
        "HTTP_HOST": asked.host or site.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(asked.body),
        "wsgi.file_wrapper": _OpenFile,
        "wsgi.errors": _Complaints(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    given = {
        "CONTENT_TYPE": asked.content_type,
        "HTTP_COOKIE": asked.cookie,
        "HTTP_ORIGIN": asked.origin,
        "HTTP_REFERER": asked.referrer,
        "HTTP_SEC_FETCH_SITE": asked.fetch_site,
        SOURCE: asked.source,
    }
    return values | {name: value for name, value in given.items() if value}


def call(wsgi: WSGIApplication, asked: Asked, site_url: str) -> Reply:
    """Ask the application and return its whole answer with our security headers; its failure is a plain page."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda data: None

    values = environ(asked, site_url)
    try:
        parts = wsgi(values, start_response)
        if isinstance(parts, _OpenFile):
            status, given = started[-1]
            return Reply(int(status[:3]), _headers(given, asked), route=str(values.get(ROUTE, "-")), file=parts.file)
        try:
            body = b"".join(parts)
        finally:
            if isinstance(parts, _Closes):
                parts.close()
        status, given = started[-1]
    except Exception:
        logger.exception("A page could not be rendered.", extra={"route": values.get(ROUTE, "-")})
        return own_reply(500, asked.path)
    return Reply(int(status[:3]), _headers(given, asked), body, route=str(values.get(ROUTE, "-")))


@runtime_checkable
class _Closes(Protocol):
    def close(self) -> None: ...


def _headers(given: list[tuple[str, str]], asked: Asked) -> Headers:
    kept = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given]
    ours = OURS | {b"content-length", b"server", b"date", b"connection", b"transfer-encoding"}
    asked_for = [field for field in kept if is_stricter(field)]
    if any(name == b"content-disposition" and value.startswith(b"attachment") for name, value in kept):
        # A file that somebody gave us is for the disk: whatever is in it, it is no page of ours.
        asked_for.append((b"content-security-policy", FILE_POLICY))
    added = [field for field in security_headers(asked.path, asked.method) if field[0] not in dict(asked_for)]
    return [(name, value) for name, value in kept if name not in ours] + asked_for + added
