"""The page store: ready bytes of public pages by path, each in brotli, gzip and plain, until the record changes."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import brotli

from manyplaces.gate.answers import Reply
from manyplaces.gate.headers import Headers, written

Stamp = tuple[int, int]  # The number of the record and the UTC day a page was rendered for.

LIMIT = 24_000_000
OVERHEAD = 1_000
SHORTEST = 200
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
TEXT = (
    *("text/", "application/json", "application/ld+json", "application/atom+xml", "image/svg+xml", "application/xml"),
    "application/x-manyplaces-points",
)
NOT_WHEN_UNCHANGED = (b"content-length", b"content-encoding", b"content-type")
REVALIDATE = b"public, max-age=0, must-revalidate"


class Variant(NamedTuple):
    """One page in one encoding: its tag, and what follows the status line of a 200 and of a 304."""

    tag: bytes
    head: bytes
    whole: bytes
    unchanged: bytes
    fields: Headers

    @property
    def body(self) -> bytes:
        """The body's bytes as they go over the wire."""
        return self.whole[len(self.head) :]

    def reply(self, tags: bytes, extra: Iterable[tuple[bytes, bytes]] = ()) -> Reply:
        """Return the answer to a request with this If-None-Match: the page, or that nothing has changed."""
        if tags and matches(tags, self.tag):
            kept = [field for field in self.fields if field[0] not in NOT_WHEN_UNCHANGED]
            return Reply(304, [*kept, *extra])
        return Reply(200, [*self.fields, *extra], self.body)


def compressible(content_type: str) -> bool:
    """Tell whether bytes of this type become notably fewer by compression."""
    return content_type.startswith(TEXT) or content_type.split(";")[0].endswith(("javascript", "+json"))


@lru_cache(maxsize=512)
def best_encoding(accepts: bytes) -> str:
    """Return "br", "gzip" or "" for an Accept-Encoding header; of two that are liked equally, brotli."""
    weights: dict[str, float] = {}
    for item in accepts.decode("latin-1").lower().split(","):
        name, _, weight = item.partition(";")
        try:
            weights[name.strip()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0.0
    rest = weights.get("*", 0.0)
    best = max(("br", "gzip"), key=lambda name: weights.get(name, rest))
    return best if weights.get(best, rest) > 0 else ""


def matches(tags: bytes, tag: bytes) -> bool:
    """Tell whether an If-None-Match header names this tag (or any)."""
    return tags == tag or any(one.strip().removeprefix(b"W/") in (tag, b"*") for one in tags.split(b","))


class Page:
    """One stored answer; its encodings are made when first asked for."""

    __slots__ = ("compresses", "counted", "fields", "packed", "stamp", "variants")

    def __init__(self, fields: Headers, body: bytes, stamp: Stamp | None) -> None:
        """`fields` are all headers but those of encoding and length; a stamp of None is right for ever."""
        content_type = next((value.decode("latin-1") for name, value in fields if name == b"content-type"), "")
        self.stamp = stamp
        self.counted = 0
        self.fields = fields
        self.compresses = compressible(content_type) and len(body) >= SHORTEST
        # Only the smallest form is kept: the others are made from it for the few clients that ask for them.
        self.packed = brotli.compress(body, quality=BROTLI_QUALITY) if self.compresses else body
        self.variants: dict[str, Variant] = {}
        self.make("br")

    @property
    def size(self) -> int:
        """The bytes this page takes in memory, roughly."""
        return OVERHEAD + sum(len(variant.whole) + len(variant.unchanged) for variant in self.variants.values())

    def make(self, encoding: str) -> Variant:
        """Return the page in this encoding, compressing it if it was never asked for so."""
        encoding = encoding if self.compresses else ""
        if encoding not in self.variants:
            self.variants[encoding] = self._encoded(encoding)
            self.packed = b""
        return self.variants[encoding]

    def get(self, encoding: str) -> Variant | None:
        """Return the page in this encoding if it is ready."""
        return self.variants.get(encoding if self.compresses else "")

    def _encoded(self, encoding: str) -> Variant:
        packed = self.variants["br"].body if "br" in self.variants else self.packed
        if encoding == "br" or not self.compresses:
            body = packed
        else:
            plain = brotli.decompress(packed)
            body = gzip.compress(plain, GZIP_LEVEL, mtime=0) if encoding == "gzip" else plain
        tag = b'"%b"' % hashlib.sha256(body).hexdigest()[:20].encode()
        fields = [*self.fields, (b"etag", tag)]
        if self.compresses:
            fields.append((b"vary", b"Accept-Encoding"))
        unchanged = written([field for field in fields if field[0] not in NOT_WHEN_UNCHANGED]) + b"\r\n"
        if encoding:
            fields.append((b"content-encoding", encoding.encode()))
        fields.append((b"content-length", b"%d" % len(body)))
        head = written(fields) + b"\r\n"
        return Variant(tag, head, head + body, unchanged, fields)


class Store:
    """Pages by path, the least recently read leaving first when they take more than `limit` bytes together."""

    def __init__(self, limit: int = LIMIT) -> None:
        """`limit` is in bytes."""
        self.limit = limit
        self.size = 0
        self.pages: OrderedDict[bytes, Page] = OrderedDict()

    def get(self, path: bytes) -> Page | None:
        """Return the page of this path, fresh or not."""
        return self.pages.get(path)

    def fresh(self, path: bytes, accepts: bytes, stamp: Stamp | None) -> Variant | None:
        """Return the page of this path for a client that accepts these encodings, if it is ready and of this stamp."""
        page = self.pages.get(path)
        if page is None or page.stamp != stamp:
            return None
        self.pages.move_to_end(path)
        return page.get(best_encoding(accepts))

    def put(self, path: bytes, page: Page) -> None:
        """Keep a page instead of what was stored under this path; one above an eighth of the limit is not."""
        self.drop(path)
        if page.size > self.limit // 8 or any(mark in path for mark in b"?#%"):
            return
        self.pages[path] = page
        self._count(page)

    def make(self, path: bytes, page: Page, encoding: str) -> Variant:
        """Return the page in an encoding, counting the bytes that this adds to the store."""
        variant = page.make(encoding)
        if self.pages.get(path) is page:
            self._count(page)
        return variant

    def drop(self, path: bytes) -> None:
        """Forget the page of this path."""
        page = self.pages.pop(path, None)
        if page is not None:
            self.size -= page.counted

    def _count(self, page: Page) -> None:
        # What was counted is remembered: encodings are made in another thread, between two looks of this one.
        size = page.size
        self.size += size - page.counted
        page.counted = size
        while self.size > self.limit:
            _, oldest = self.pages.popitem(last=False)
            self.size -= oldest.counted
