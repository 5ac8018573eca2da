"""A request as the gate reads it: its path, the name it is for, and its body within limits."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from manyplaces.core.addresses import in_english, is_personal
from manyplaces.core.throttle import mark
from manyplaces.gate.answers import PHOTOS_TOO_LARGE, UPLOAD_TOO_LARGE, Typed
from manyplaces.gate.behind import Asked

Receive = Callable[[], Awaitable[dict[str, Any]]]


DESK = "/desk/"
# Where a host sends photos by a plain form; a script sends them in parts, none of them larger than a form.
PHOTOS = re.compile(r"/host/[^/]+/photos/")
LARGEST = 1_000_000
LARGEST_ON_THE_DESK = 12_000_000
LARGEST_PHOTOS = 25_000_000
# A form without a file has no more.
SMALL = 65_536

# Bodies larger than a form's that one process takes in at the same time; and so many of photos, which anybody may send
# who makes up a link.
MOST_UPLOADS, MOST_PHOTOS = 8, 2

LONGEST_BODY_WAIT = 20.0
LONGEST_UPLOAD_WAIT = 60.0
MOST_DISCARDED = 8_000_000


def largest_body(path: str) -> int:
    """Return how many bytes a body sent to this path may have: the desk takes whole lists, a host's page photos."""
    if PHOTOS.fullmatch(in_english(path)):
        return LARGEST_PHOTOS
    return LARGEST_ON_THE_DESK if in_english(path).startswith(DESK) else LARGEST


def brings_files(path: str, size: int) -> bool:
    """Tell whether a body of so many bytes that is sent to this path takes long to read: photos, lists."""
    return size > SMALL or PHOTOS.match(in_english(path)) is not None


class Broken(Exception):
    """A request that is not answered as asked; `status` says why, and `sentence` in which words."""

    def __init__(self, status: int, sentence: int = 0) -> None:
        """`status` is 400, 408, 413 or 503."""
        super().__init__(status)
        self.status = status
        self.sentence = sentence


class Request:
    """What a visitor sent, as far as it is looked at; the address only ever becomes a mark (see `address_of`)."""

    def __init__(self, scope: dict[str, Any]) -> None:
        """`scope` is that of ASGI."""
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        # The form, once it has arrived whole.
        self.typed: Typed | None = None
        self.peer: str = (scope.get("client") or ("",))[0]
        # Our own wire says here whether the visitor still waits; behind another server we take it that he does.
        self.is_gone: Callable[[], bool] = scope.get("manyplaces.is_gone", lambda: False)

    def header(self, name: bytes) -> bytes:
        """Return the value of the first header of this name, or nothing."""
        return next((value for known, value in self.headers if known == name), b"")

    @property
    def is_personal(self) -> bool:
        """Whether the answer is for the one who asks and nobody else."""
        return is_personal(self.path)

    @property
    def is_large(self) -> bool:
        """Whether the body is more than a form has, or its length is not told."""
        length = self.header(b"content-length")
        return not length.isdigit() or int(length) > LARGEST

    def is_for(self, hosts: Collection[str]) -> bool:
        """Tell whether the request names exactly one host and that one is ours, with any port."""
        named = [value for name, value in self.headers if name == b"host"]
        if len(named) != 1:
            return False
        host, colon, port = named[0].decode("latin-1").lower().rpartition(":")
        if not colon or not port.isdigit():
            host = named[0].decode("latin-1").lower()
        return host.removesuffix(".") in hosts

    def asked(self, body: bytes, proxies: int, url: str) -> Asked:
        """Return the request as Django gets it; for one that only reads a public page, no header goes along.

        `proxies` and `url` as in `source_of`.
        """

        def text(name: bytes) -> str:
            return self.header(name).decode("latin-1")

        if self.method != "POST":
            if not self.is_personal:
                return Asked("GET", self.path, self.query)
            return Asked("GET", self.path, self.query, host=text(b"host"), cookie=text(b"cookie"))
        return Asked(
            "POST",
            self.path,
            self.query,
            host=text(b"host"),
            content_type=text(b"content-type"),
            cookie=text(b"cookie"),
            origin=text(b"origin"),
            referrer=text(b"referer"),
            fetch_site=text(b"sec-fetch-site"),
            source=source_of(self, proxies, url),
            body=body,
        )


def address_of(request: Request, proxies: int) -> str:
    """Return the network address that a request came from, as the outermost of `proxies` servers in front saw it.

    Each server adds to X-Forwarded-For who connected to it; what stands further left, anybody may have written.
    """
    if not proxies:
        return request.peer
    named = b",".join(value for name, value in request.headers if name == b"x-forwarded-for").decode("latin-1")
    seen = [part.strip() for part in named.split(",")][-proxies:]
    address = seen[0].strip("[]")
    # Some write the port behind an address of the fourth version.
    address = address.partition(":")[0] if address.count(":") == 1 else address
    return address if _is_address(address) else request.peer


def source_of(request: Request, proxies: int, url: str) -> str:
    """Return the mark of who sent this, see manyplaces.core.throttle; empty where nobody can be told apart."""
    address = address_of(request, proxies)
    # A public site is reached through a server on this machine: where it was not told about that one, everybody seems
    # to come from here, and all of them must not be stopped for what one does.
    is_own = not _is_address(address) or ipaddress.ip_address(address).is_loopback
    return "" if is_own and not proxies and url.startswith("https://") else mark(address)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class Bodies:
    """Takes in what is sent, so much at a time that it does not fill the memory."""

    def __init__(self) -> None:
        self.uploads = self.photos = 0
        # Who may send more than a form has, by his cookies; set by whoever knows how these are signed.
        self.may_upload: Callable[[str], bool] = lambda cookies: True

    async def read(self, request: Request, receive: Receive, limit: int) -> bytes:
        """Return the body if it arrives in time and is at most `limit` bytes; raises Broken otherwise."""
        if limit == LARGEST_PHOTOS:
            return await self._photos(request, receive)
        if limit > LARGEST and request.is_large and not self.may_upload(request.header(b"cookie").decode("latin-1")):
            # Strangers must not hold the places of those who bring a list.
            limit = LARGEST
        is_upload = request.is_large and limit > LARGEST
        if is_upload and self.uploads >= MOST_UPLOADS:
            raise Broken(503)
        self.uploads += is_upload
        try:
            return await read_body(request, receive, limit)
        except Broken as broken:
            if broken.status == 413 and limit > LARGEST:
                broken.sentence = UPLOAD_TOO_LARGE
            raise
        finally:
            self.uploads -= is_upload

    async def _photos(self, request: Request, receive: Receive) -> bytes:
        is_upload = request.is_large
        if is_upload and self.photos >= MOST_PHOTOS:
            raise Broken(503)
        self.photos += is_upload
        try:
            return await read_body(request, receive, LARGEST_PHOTOS)
        except Broken as broken:
            if broken.status == 413:
                broken.sentence = PHOTOS_TOO_LARGE
            raise
        finally:
            self.photos -= is_upload


async def read_body(request: Request, receive: Receive, limit: int) -> bytes:
    """Return the body; see `Bodies.read`."""
    length = request.header(b"content-length")
    announced = int(length) if length.isdigit() else 0
    # Whoever waits for our leave, or announces an endless body, is told at once; for others the rest is read
    # and thrown away, for many clients read the answer only when they have sent everything.
    if announced > max(MOST_DISCARDED, 2 * limit) or (announced > limit and request.header(b"expect")):
        raise Broken(413)
    try:
        async with asyncio.timeout(LONGEST_UPLOAD_WAIT if limit > LARGEST else LONGEST_BODY_WAIT):
            body = await _arriving(receive, limit)
    except TimeoutError:
        raise Broken(408) from None
    if body is None:
        raise Broken(413)
    return body


async def _arriving(receive: Receive, limit: int) -> bytes | None:
    """Return the body, or nothing where it was longer than `limit`, of which only the length is looked at."""
    parts: list[bytes] = []
    size = 0
    while size <= max(MOST_DISCARDED, 2 * limit):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Broken(400)
        size += len(message["body"])
        if size <= limit:
            parts.append(message["body"])
        if not message["more_body"]:
            break
    return b"".join(parts) if size <= limit else None
