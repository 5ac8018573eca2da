"""Asking the site's own views for pages, as a visitor would, all within one state of the record.

Orders and answers are JSON. What is large (the pages themselves) goes into a file, and the answer says where.
"""

from __future__ import annotations

import html
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.utils import translation

from manyplaces.core.addresses import in_english
from manyplaces.core.holding import hold, let_go
from manyplaces.exchange.archive import pages
from manyplaces.exchange.archive.addresses import own_address
from manyplaces.exchange.archive.sheets import sheet_of
from manyplaces.exchange.archive.writing import Writer
from manyplaces.exchange.queries import where_the_record_stands
from manyplaces.front.assets import assets
from manyplaces.front.templating import form_of
from manyplaces.front.views.answering import answer, overheard
from manyplaces.people.queries import read_once

Reply = dict[str, Any]
_TYPES = {"json": "application/json", "ics": "text/calendar", "atom": "application/atom+xml"}
_IN_LANGUAGES = re.compile(r'<link rel="alternate" hreflang="(en|es)" href="([^"]*)"')
# What these show is asked of the database in no language, so that one answer is enough for all.
ALIKE = frozenset(("event", "city", "state", "place", "organisation"))
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
        self._told: set[str] | None = None
        self.writer: Writer | None = None

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

    def begin(self, is_whole: bool) -> Reply:
        """Hold the record fast as it is now; returns its number, and how far the journal has come.

        Where all of the record `is_whole`, whatever a page leads to is told once; else it matters which page does.
        """
        self._let_go()
        self._told = set() if is_whole else None
        # What Django does after every request would let go of the state that is held.
        request_finished.disconnect(close_old_connections)
        if not connection.in_atomic_block:
            # Not by `atomic`, which locks out everybody who writes.
            with connection.cursor() as cursor:
                cursor.execute("BEGIN" if connection.vendor == "sqlite" else READ_ONLY)
            self._in_hand = True
        hold()
        number, entry = where_the_record_stands()
        return {"number": number, "entry": entry}

    def end(self) -> None:
        """Let the record go, and the files."""
        self._let_go()
        self.bodies.close()
        if self.writer is not None:
            self.writer.close()

    def _let_go(self) -> None:
        let_go()
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
        elif not _is_for_all(response, body, kind):
            yield {"address": address, "why": "needs_the_site"}
        elif not kind.startswith("text/html"):
            yield self._kept(address, kind, body)
        else:
            page = pages.stripped(body.decode())
            yield self._kept(address, kind, page.encode(), pages.links_in(page))
            yield from self._with_it(request, heard, page)

    def _with_it(self, request: Any, heard: list[tuple[str, Any]], page: str) -> Iterator[Reply]:
        """Make what shows the same as a page."""
        if len(heard) == 1:
            name, shown = heard[0]
            yield from self._other_forms(request, name, shown, page)
            yield from self._table(request.path, name, shown, page)
            if name in ALIKE:
                yield from self._other_languages(request, name, shown, page)

    def _other_forms(self, request: Any, name: str, shown: Any, page: str) -> Iterator[Reply]:
        """Make the forms of a page that its head names, without asking the database again."""
        for form, kind in _TYPES.items():
            address = form_of(request.path, form)
            if f'<link rel="alternate" type="{kind}" href="{html.escape(address)}"' in page:
                with translation.override(request.LANGUAGE_CODE), read_once():
                    response = answer(request, name, shown, form)
                yield self._kept(address, response.headers["Content-Type"], response.content)

    def _table(self, address: str, name: str, shown: Any, page: str) -> Iterator[Reply]:
        """Make the table of a page in which it stands; there is one for all languages, under the English address."""
        table = form_of(address, "csv")
        if table == in_english(table) and f'<link rel="alternate" type="text/csv" href="{html.escape(table)}"' in page:
            sheet = sheet_of(name, shown)
            if sheet is not None:
                yield self._kept(table, "text/csv; charset=utf-8", sheet)

    def _other_languages(self, request: Any, name: str, shown: Any, page: str) -> Iterator[Reply]:
        """Make the page and its forms in the other languages that its head names, without asking the database again."""
        for language, link in _IN_LANGUAGES.findall(page):
            own = own_address(link, request.path, self.site)
            if own is None or own[0] == request.path:
                continue
            asked = copy(request)
            asked.path = asked.path_info = own[0]
            asked.LANGUAGE_CODE = language
            with translation.override(language), read_once():
                response = answer(asked, name, shown, "html")
            other = pages.stripped(response.content.decode())
            yield self._kept(own[0], response.headers["Content-Type"], other.encode(), pages.links_in(other))
            yield from self._other_forms(asked, name, shown, other)

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
        own = [self._own(some, address) for some in links or ([], [])]
        place = self.bodies.seek(0, os.SEEK_END)
        self.bodies.write(body)
        return {
            "address": address,
            "kind": kind,
            "place": [self.number, place, len(body)],
            "leads": own[0],
            "shows": own[1],
        }

    def _own(self, links: list[str], here: str) -> list[str]:
        found = {own[0] for link in links if (own := own_address(link, here, self.site))} - {here}
        if self._told is not None:
            found -= self._told
            self._told |= found
        return sorted(found)

    def learn(self, file: str) -> Reply:
        """Read which address is in which file of the archive, before anything is written."""
        self.writer = Writer(self.folder, self.number, json.loads(Path(file).read_text("utf-8")), self.site)
        return {}

    def write(self, pieces: list[Reply]) -> list[Reply]:
        """Write pieces as they are in the archive; `learn` comes before it."""
        return self.writer.write(pieces) if self.writer else []


def _body(response: Any) -> bytes:
    body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    return body


def _is_for_all(response: Any, body: bytes, kind: str) -> bool:
    """Tell whether an answer is a piece of the record; a page that nobody may keep or find was made for who asked.

    A picture or file may be for no cache at all, so that it can be taken down at once.
    """
    if response.cookies or not kind.startswith("text/html"):
        return not response.cookies
    is_kept = "no-store" not in response.headers.get("Cache-Control", "").lower()
    return is_kept and not pages.is_not_for_keeping(body.decode())
