"""The entry of the server: an ASGI application that answers from the page store and hands the rest to Django."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from wsgiref.types import WSGIApplication

from manyplaces.core.together import Unwritten
from manyplaces.gate.answers import METHODS, Reply, Send, Typed, own_reply, with_typed
from manyplaces.gate.asking import Asking, Rush
from manyplaces.gate.behind import Asked
from manyplaces.gate.headers import allow_pictures_of, security_headers
from manyplaces.gate.requests import Bodies, Broken, Request, brings_files, largest_body
from manyplaces.gate.statics import Asset, asset_page
from manyplaces.gate.store import Page, Store, Variant, best_encoding
from manyplaces.gate.violations import LARGEST, PATH, Violations
from manyplaces.gate.watch import Watch
from manyplaces.gate.working import Apart, Behind, Full, Gone

GRACE, MINUTE = 0.5, 60

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
logger = logging.getLogger("manyplaces.gate")


class Connection(Protocol):
    """An open connection that ends itself when it has been waited for too long."""

    def check(self, now: float) -> None: ...


class Gate:
    """Everything the server does with a request before and after Django."""

    def __init__(
        self,
        wsgi: WSGIApplication,
        read_generation: Callable[[], int],
        *,
        hosts: Iterable[str],
        url: str,
        port: int = 8000,
        assets: Iterable[Asset] = (),
        store: Store | None = None,
        proxies: int = 0,
        tiles: str = "",
        rush: Rush | None = None,
    ) -> None:
        """`hosts` are the names that may be asked for, `url` the public address, `assets` files served as they are.

        `proxies` servers in front are believed about who connected to them; pages may show pictures of `tiles`.
        """
        allow_pictures_of(tiles)
        self.url = url
        self.hosts = frozenset(host.lower() for host in hosts)
        self.known_hosts = frozenset(
            name.encode() for host in self.hosts for name in (host, f"{host}:{port}", f"{host}:80", f"{host}:443")
        )
        self.proxies = proxies
        self.rush = rush
        self.store = store or Store()
        self.watch = Watch(read_generation)
        self.asking = Asking(wsgi, url, self.watch, rush)
        self.behind, self.apart = Behind(look_ahead=rush.look_ahead if rush else None), Apart()
        self.packing = ThreadPoolExecutor(1, "packing")
        self.violations = Violations(self.hosts)
        self.assets = {asset.path.encode(): asset_page(asset) for asset in assets}
        self.rendering: dict[bytes, asyncio.Task[Page | Reply]] = {}
        self.connections: set[Connection] = set()
        self.most_connections = 10_000
        self.bodies = Bodies()
        self.hits = 0
        self._ticking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the threads and the clock; inside the event loop, after every fork."""
        self.watch.start()
        self.behind.start()
        self.apart.start()
        self._ticking = asyncio.get_running_loop().create_task(self._tick())

    def stop(self) -> None:
        """End what `start` began."""
        if self._ticking is not None:
            self._ticking.cancel()
        self.watch.stop()
        self.behind.stop()
        self.apart.stop()
        self.packing.shutdown(wait=False, cancel_futures=True)

    def ready(self, path: bytes, host: bytes, accepts: bytes) -> Variant | None:
        """Return a stored page or file at once, or nothing where the longer way must be gone."""
        if host not in self.known_hosts:
            return None
        found = self.store.fresh(path, accepts, self.watch.stamp)
        if found is None and path in self.assets:
            found = self.assets[path].get(best_encoding(accepts))
        self.hits += found is not None
        return found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever happens, there is an answer and it carries our headers."""
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["type"] != "http":
            return
        request = Request(scope)
        try:
            reply = await self._reply(request, receive)
        except (Full, Gone, Unwritten, asyncio.CancelledError):
            # Also when the site ends while somebody waits, and for who has hung up, where nobody reads it any more.
            reply = own_reply(503, request.path)
        except Exception:
            logger.exception("The gate failed.")
            reply = own_reply(500, request.path)
        await with_typed(reply, request.typed).send(request.method, send)

    async def _reply(self, request: Request, receive: Receive) -> Reply:
        if request.method not in METHODS:
            return own_reply(405, close=True)
        if not request.is_for(self.hosts):
            return own_reply(400, request.path, sentence=421, close=True)
        if request.method == "POST":
            return await self._posted(request, receive)
        if request.query or request.path == PATH or request.is_personal:
            return await self._rendered(request, b"")
        if self.rush is not None:
            led = self.rush.led_to_form(request.path)
            if led is not None:
                return led
            request.path = self.rush.shared_path(request.path)
        return await self._stored(request)

    async def _posted(self, request: Request, receive: Receive) -> Reply:
        limit = LARGEST if request.path == PATH else largest_body(request.path)
        try:
            body = await self.bodies.read(request, receive, limit)
        except Broken as broken:
            return own_reply(broken.status, request.path, sentence=broken.sentence, close=True)
        if request.path == PATH:
            self.violations.take(body)
            return Reply(204, list(security_headers(PATH)))
        request.typed = Typed(request.path, request.query, request.header(b"content-type").decode("latin-1"), body)
        return await self._rendered(request, body)

    async def _stored(self, request: Request) -> Reply:
        path = request.path.encode("utf-8", "replace")
        found = self.assets.get(path) or await self._page(path, request)
        if isinstance(found, Reply):
            return found
        encoding = best_encoding(request.header(b"accept-encoding"))
        variant = found.get(encoding)
        if variant is None:
            # Compressing a large page takes milliseconds in which this thread should answer others; and whoever asks
            # for a page that is there must not wait behind those who ask for pages that are not.
            await asyncio.get_running_loop().run_in_executor(self.packing, found.make, encoding)
            variant = self.store.make(path, found, encoding)
        self.hits += 1
        return variant.reply(request.header(b"if-none-match"))

    async def _page(self, path: bytes, request: Request) -> Page | Reply:
        """Return a page that is right now; one request renders it while the others wait for the same result."""
        found: Page | Reply = own_reply(503, request.path)
        for _ in range(3):
            old = self.store.get(path)
            if old is not None and old.stamp == self.watch.stamp:
                return old
            task = self.rendering.get(path)
            first = task is None
            if task is None:
                task = self.rendering[path] = asyncio.get_running_loop().create_task(self._render(path, request.path))
                task.add_done_callback(lambda _: self.rendering.pop(path, None))
            elif old is not None and time.monotonic() - self.watch.changed < GRACE:
                return old
            found = await asyncio.shield(task)
            if isinstance(found, Reply):
                # What is for one alone, and a file that is open once, is asked for anew by each of the others.
                if not first and (found.is_personal or found.file is not None):
                    return await self._rendered(request, b"")
                # While the record cannot be read at all, yesterday's page is better than an error.
                return old if old is not None and found.status >= 500 and self.watch.is_blind else found
            if found.stamp == self.watch.stamp:
                return found
        return found

    async def _render(self, path: bytes, name: str) -> Page | Reply:
        asked = Asked("GET", name)
        answer, page = await self.behind.ask(lambda: self.asking.ask(asked, storing=True))
        if page is None:
            self.store.drop(path) if answer.status < 500 else None
            return answer
        if page.stamp is not None:
            self.store.put(path, page)
        return page

    async def _rendered(self, request: Request, body: bytes) -> Reply:
        asked = request.asked(body, self.proxies, self.url)
        encoding = best_encoding(request.header(b"accept-encoding"))

        def work() -> tuple[Reply, Page | None]:
            # Nobody renders for who has gone; but what somebody sent to be kept is kept.
            if asked.method != "POST" and request.is_gone():
                raise Gone
            return self.asking.ask(asked, storing=asked.method != "POST", encoding=encoding)

        if asked.method == "POST" and brings_files(asked.path, len(body)):
            reply, _page = await self.apart.ask(work)
            return reply
        quick = asked.path if self.rush is not None and self.rush.is_rush(asked.path) else ""
        reply, page = await self.behind.ask(work, writes=asked.method == "POST", quick=quick)
        return reply if page is None else page.make(encoding).reply(request.header(b"if-none-match"), reply.extra)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "lifespan.startup":
            self.start()
            # Pages are only stored once the number is known; a database that does not answer is not waited for.
            for _ in range(100):
                if self.watch.looked:
                    break
                await asyncio.sleep(0.005)
            await send({"type": "lifespan.startup.complete"})
        self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _tick(self) -> None:
        loop, seconds = asyncio.get_running_loop(), 0
        while True:
            await asyncio.sleep(1.0)
            seconds += 1
            for connection in list(self.connections):
                connection.check(loop.time())
            if seconds % MINUTE == 0:
                stored = {"hits": self.hits, "pages": len(self.store.pages), "bytes": self.store.size}
                logger.info("stored pages", extra=stored | {"number": (self.watch.stamp or (None,))[0]})
                self.hits = 0
