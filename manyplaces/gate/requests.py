"""A request as the gate reads it: its path, the name it is for, and its body within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from manyplaces.gate.behind import Asked

LONGEST_BODY_WAIT = 20.0
MOST_DISCARDED = 8_000_000


class Broken(Exception):
    """A request that is not answered as asked; `status` says why."""

    def __init__(self, status: int) -> None:
        """`status` is 400, 408 or 413."""
        super().__init__(status)
        self.status = status


class Request:
    """What a visitor sent, as far as it is looked at; X-Forwarded-For and the address are not."""

    def __init__(self, scope: dict[str, Any]) -> None:
        """`scope` is that of ASGI."""
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        # Our own wire says here whether the visitor still waits; behind another server we take it that he does.
        self.is_gone: Callable[[], bool] = scope.get("manyplaces.is_gone", lambda: False)

    def header(self, name: bytes) -> bytes:
        """Return the value of the first header of this name, or nothing."""
        return next((value for known, value in self.headers if known == name), b"")

    def is_for(self, hosts: Collection[str]) -> bool:
        """Tell whether the request names exactly one host and that one is ours, with any port."""
        named = [value for name, value in self.headers if name == b"host"]
        if len(named) != 1:
            return False
        host, colon, port = named[0].decode("latin-1").lower().rpartition(":")
        if not colon or not port.isdigit():
            host = named[0].decode("latin-1").lower()
        return host.removesuffix(".") in hosts

    def asked(self, body: bytes) -> Asked:
        """Return the request as Django gets it; for one that only reads, no header goes along."""
        if self.method != "POST":
            return Asked("GET", self.path, self.query)

        def text(name: bytes) -> str:
            return self.header(name).decode("latin-1")

        return Asked(
            "POST",
            self.path,
            self.query,
            host=text(b"host"),
            content_type=text(b"content-type"),
            cookie=text(b"cookie"),
            origin=text(b"origin"),
            referrer=text(b"referer"),
            body=body,
        )


async def read_body(request: Request, receive: Callable[[], Awaitable[dict[str, Any]]], limit: int) -> bytes:
    """Return the body if it arrives in time and is at most `limit` bytes; raises Broken otherwise."""
    length = request.header(b"content-length")
    announced = int(length) if length.isdigit() else 0
    # Whoever waits for our leave, or announces an endless body, is told at once; for others the rest is read
    # and thrown away, for many clients read the answer only when they have sent everything.
    if announced > MOST_DISCARDED or (announced > limit and request.header(b"expect")):
        raise Broken(413)
    try:
        async with asyncio.timeout(LONGEST_BODY_WAIT):
            body = await _arriving(receive, limit)
    except TimeoutError:
        raise Broken(408) from None
    if body is None:
        raise Broken(413)
    return body


async def _arriving(receive: Callable[[], Awaitable[dict[str, Any]]], limit: int) -> bytes | None:
    """Return the body, or nothing where it was longer than `limit`, of which only the length is looked at."""
    parts: list[bytes] = []
    size = 0
    while size <= MOST_DISCARDED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Broken(400)
        size += len(message["body"])
        if size <= limit:
            parts.append(message["body"])
        if not message["more_body"]:
            break
    return b"".join(parts) if size <= limit else None
