"""A store of the tests' own that speaks as much S3 as pictures need, and believes only who signs rightly."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from manyplaces.config.environment import PictureStore

KEY, SECRET = "manyplaces", "not-a-secret-of-anybody"


class Store:
    """The objects by name, what was asked, and how many more are taken before its disk is full."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str, datetime]] = {}
        self.asked: list[str] = []
        self.room = 1000
        self.port = 0

    @property
    def setting(self) -> PictureStore:
        """The setting that leads here."""
        return PictureStore("photos", "walk-ins/2026", f"http://127.0.0.1:{self.port}", "us-east-1", KEY, SECRET)


class Handler(BaseHTTPRequestHandler):
    """PUT, GET, HEAD and DELETE of an object, and the list of a bucket."""

    protocol_version = "HTTP/1.1"
    store: Store

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer(self) -> None:
        """Answer what may be asked by whoever signed it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        self.store.asked.append(f"{self.command} {unquote(parts.path)}")
        if not signed(self.command, parts, dict(self.headers.items()), body):
            return self.say(403)
        name = unquote(parts.path).removeprefix("/photos").removeprefix("/")
        if self.command == "GET" and not name:
            return self.listed(dict(parse_qsl(parts.query)))
        return {"PUT": self.put, "DELETE": self.delete}.get(self.command, self.get)(name, body)

    do_GET = do_HEAD = do_PUT = do_DELETE = answer  # noqa: N815 (the names of the methods)

    def put(self, name: str, body: bytes) -> None:
        """Take an object."""
        if not self.store.room:
            return self.say(507)
        self.store.room -= 1
        self.store.objects[name] = (body, self.headers["Content-Type"], datetime.now(UTC))
        self.say(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def get(self, name: str, _body: bytes) -> None:
        """Give an object."""
        if name not in self.store.objects:
            return self.say(404)
        content, kind, since = self.store.objects[name]
        when = format_datetime(since, usegmt=True)
        return self.say(
            200, content, ETag=f'"{hashlib.md5(content).hexdigest()}"', Content_Type=kind, Last_Modified=when
        )

    def delete(self, name: str, _body: bytes) -> None:
        """Let an object be gone."""
        self.store.objects.pop(name, None)
        self.say(204)

    def listed(self, asked: dict[str, str]) -> None:
        """Give the list, two at a time."""
        names = sorted(name for name in self.store.objects if name.startswith(asked.get("prefix", "")))
        begin = int(asked.get("continuation-token", "0"))
        page, more = names[begin : begin + 2], begin + 2 < len(names)
        rows = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{self.store.objects[name][2]:%Y-%m-%dT%H:%M:%S.000Z}"
            f'</LastModified><ETag>"x"</ETag><Size>{len(self.store.objects[name][0])}</Size></Contents>'
            for name in page
        )
        token = f"<NextContinuationToken>{begin + 2}</NextContinuationToken>" if more else ""
        self.say(
            200,
            f"<ListBucketResult><Name>photos</Name><KeyCount>{len(page)}</KeyCount><MaxKeys>2</MaxKeys>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}</ListBucketResult>".encode(),
            Content_Type="application/xml",
        )


def signed(method: str, parts: Any, headers: dict[str, str], body: bytes) -> bool:
    """Whether a request is signed with our secret (AWS Signature Version 4) and its body is the one that was meant."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    found = re.fullmatch(
        rf"AWS4-HMAC-SHA256 Credential={KEY}/((\d{{8}})/([\w-]+)/s3/aws4_request), SignedHeaders=([\w;-]+), "
        r"Signature=([0-9a-f]{64})",
        lower.get("authorization", ""),
    )
    if not found or lower["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
        return False
    scope, day, region, names, signature = found.groups()
    query = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True))
    )
    lines = "".join(f"{name}:{lower[name]}\n" for name in names.split(";"))
    asked = "\n".join([method, parts.path, query, lines, names, lower["x-amz-content-sha256"]])
    text = f"AWS4-HMAC-SHA256\n{lower['x-amz-date']}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    key = f"AWS4{SECRET}".encode()
    for word in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, word.encode(), "sha256")
    return hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), signature)


@contextmanager
def a_store() -> Iterator[Store]:
    """A store that runs on this machine's loopback."""
    store = Store()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (Handler,), {"store": store}))
    store.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
