"""Asking the site's own views for pages, as a visitor would, all within one state of the record.

Orders and answers are JSON. What is large (the pages themselves) goes into a file, and the answer says where.
"""

from __future__ import annotations

import html
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.utils import translation

from manyplaces.exchange.archive import pages
from manyplaces.exchange.archive.addresses import own_address
from manyplaces.exchange.archive.writing import Writer
from manyplaces.exchange.queries import where_the_record_stands
from manyplaces.front.assets import assets
from manyplaces.front.templating import form_of
from manyplaces.front.views.answering import answer, overheard
from manyplaces.people.queries import read_once

Reply = dict[str, Any]
_TYPES = {"json": "application/json", "ics": "text/calendar", "atom": "application/atom+xml"}
READ_ONLY = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class Broken(Exception):
    """A page of the site could not be shown; `address` is which."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Renderer:
    """Gives pages out and writes them down; between `begin` and `end` all of them are of one state of the record."""

    def __init__(self, folder: Path, number: int) -> None:
        """Write bodies into `folder`, in the file of this number."""
        self.number = number
        self.bodies = (folder / f"bodies-{number}").open("w+b")
        self.folder = folder
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.assets = {asset.path: asset for asset in assets()}
        self.site = str(settings.SITE_URL).rstrip("/")
        self._in_hand = False

    def do(self, order: Mapping[str, Any]) -> Any:
        """Follow an order: its one key names what to do, its value with what."""
        ((what, given),) = order.items()
        steps: dict[str, Callable[[Any], Any]] = {
            "begin": self.begin,
            "look": self.look,
            "names": self.learn,
            "write": self.write,
        }
        return steps[what](given)

    def begin(self, _given: object = None) -> Reply:
        """Hold the record fast as it is now; returns its number, and how far the journal has come."""
        self.end()
        # What Django does after every request would let go of the state that is held.
        request_finished.disconnect(close_old_connections)
        if not connection.in_atomic_block:
            # Not by `atomic`, which locks out everybody who writes.
            with connection.cursor() as cursor:
                cursor.execute("BEGIN" if connection.vendor == "sqlite" else READ_ONLY)
            self._in_hand = True
        number, entry = where_the_record_stands()
        return {"number": number, "entry": entry}

    def end(self) -> None:
        """Let the record go."""
        if self._in_hand:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
            self._in_hand = False
        request_finished.connect(close_old_connections)

    def look(self, addresses: list[str]) -> list[Reply]:
        """Ask for addresses; with a page come its other forms, which are made of the same rows."""
        found = [answered for address in addresses for answered in self._looked(address)]
        self.bodies.flush()
        return found

    def _looked(self, address: str) -> Iterator[Reply]:
        if (asset := self.assets.get(address)) is not None:
            yield self._kept(address, asset.content_type, asset.body)
            return
        request = self._request(address)
        with overheard() as heard:
            response: Any = self.handler.get_response(request)
        body, kind = _body(response), response.headers.get("Content-Type", "")
        if response.status_code >= 500:
            raise Broken(address)
        if response.status_code != 200:
            yield {"address": address, "to": response.headers.get("Location", ""), "why": "not_there"}
            return
        if not _is_for_all(response):
            yield {"address": address, "why": "needs_the_site"}
            return
        if not kind.startswith("text/html"):
            yield self._kept(address, kind, body)
            return
        page = pages.stripped(body.decode())
        if pages.is_not_for_keeping(page):
            yield {"address": address, "why": "needs_the_site"}
            return
        yield self._kept(address, kind, page.encode(), pages.links_in(page))
        if len(heard) == 1:
            yield from self._other_forms(request, *heard[0], page)

    def _other_forms(self, request: Any, name: str, shown: Any, page: str) -> Iterator[Reply]:
        """Make the forms of a page that its head names, without asking the database again."""
        language = request.LANGUAGE_CODE
        for form in ("json", "ics", "atom"):
            address = form_of(request.path, form)
            if f'<link rel="alternate" type="{_TYPES[form]}" href="{html.escape(address)}"' not in page:
                continue
            with translation.override(language), read_once():
                response = answer(request, name, shown, form)
            yield self._kept(address, response.headers["Content-Type"], response.content)

    def _request(self, address: str) -> WSGIRequest:
        site = urlsplit(self.site)
        path = address.encode("utf-8", "replace").decode("latin-1")
        named = {"SERVER_NAME": site.hostname or "localhost", "SERVER_PORT": str(site.port or 80)}
        return WSGIRequest(
            {
                "REQUEST_METHOD": "GET",
                "SCRIPT_NAME": "",
                "PATH_INFO": path,
                "QUERY_STRING": "",
                "HTTP_HOST": site.netloc,
                "wsgi.url_scheme": site.scheme,
                "wsgi.input": io.BytesIO(),
                **named,
            }
        )

    def _kept(self, address: str, kind: str, body: bytes, links: tuple[list[str], list[str]] | None = None) -> Reply:
        """Write a body down; returns where it is, and which addresses of the site it leads to and shows."""
        if kind.startswith("text/css"):
            links = [], pages.links_in_styles(body.decode())
        own = [
            sorted({found[0] for link in some if (found := own_address(link, address, self.site))} - {address})
            for some in links or ([], [])
        ]
        place = self.bodies.seek(0, os.SEEK_END)
        self.bodies.write(body)
        return {
            "address": address,
            "kind": kind,
            "place": [self.number, place, len(body)],
            "leads": own[0],
            "shows": own[1],
        }

    def learn(self, file: str) -> Reply:
        """Read which address is in which file of the archive, before anything is written."""
        self.writer = Writer(self.folder, self.number, json.loads(Path(file).read_text("utf-8")), self.site)
        return {}

    def write(self, pieces: list[Reply]) -> list[Reply]:
        """Write pieces as they are in the archive."""
        return self.writer.write(pieces)


def _body(response: Any) -> bytes:
    body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return body


def _is_for_all(response: Any) -> bool:
    control = response.headers.get("Cache-Control", "").lower()
    return not response.cookies and "no-store" not in control and "private" not in control
