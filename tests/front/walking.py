"""Walks through the whole site along its links, as a search engine would."""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.test import Client

from tests.front.reading import Said, read

# What is no text though its kind does not say so.
BINARY = ("application/pdf", "application/zip", "application/x-manyplaces-points")


@dataclass
class Answer:
    """What came back for one address."""

    status: int
    view: str
    kind: str
    cookies: int
    body: bytes = b""
    said: Said | None = None
    location: str = ""


@dataclass
class Walk:
    """All addresses of a site with their answers, and every link into a page: (page, anchor) to where it stands."""

    answers: dict[str, Answer] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)

    def of_kind(self, kind: str) -> dict[str, bytes]:
        """The bodies of all answers of a content type, by address."""
        return {path: answer.body for path, answer in self.answers.items() if answer.kind == kind}

    @property
    def pages(self) -> dict[str, Said]:
        """All HTML pages, by address."""
        return {path: answer.said for path, answer in self.answers.items() if answer.said}


def own(link: str) -> str:
    """Return the path and query of a link that stays on the site, else nothing."""
    if link.startswith("/") and not link.startswith("//"):
        return link
    own_site = link == settings.SITE_URL or link.startswith(settings.SITE_URL + "/")
    return (link[len(settings.SITE_URL) :] or "/") if own_site else ""


def walk(starts: Iterable[str]) -> Walk:
    """Ask for the starts and for every address of the site that is linked from what comes back."""
    client, found, waiting = Client(), Walk(), deque(starts)
    seen = set(waiting)
    while waiting:
        path = waiting.popleft()
        answer = found.answers[path] = ask(client, path)
        for link in _links(path, answer):
            address, _, anchor = link.partition("#")
            if anchor:
                found.anchors.setdefault((address, unquote(anchor)), path)
            if address not in seen and not address.startswith("/static/"):
                seen.add(address)
                waiting.append(address)
    return found


def ask(client: Client, path: str) -> Answer:
    """Ask for one address without following where it leads."""
    response = client.get(path)
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    view = "" if response.status_code == 404 else response.resolver_match.view_name
    answer = Answer(response.status_code, view, kind, len(response.cookies))
    answer.location = response.headers.get("Location", "")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "text/html" and response.status_code == 200:
        answer.said = read(body.decode())
    else:
        answer.body = body
    return answer


def _links(path: str, answer: Answer) -> list[str]:
    if answer.location:
        return [own(answer.location)]
    if answer.said is None:
        return _links_in_text(answer)
    said = answer.said
    # Where a form leads to within the page is there once it was sent.
    forms = [form.partition("#")[0] for form in said.forms]
    given = [*said.links, *said.files, *forms, *said.alternates.values(), said.canonical]
    whole = [(urlsplit(path).path + link if link.startswith("#") else link) for link in given]
    return [mine for link in whole if (mine := own(link))]


def _links_in_text(answer: Answer) -> list[str]:
    if not answer.kind.startswith(("text/", "application/")) or answer.kind in BINARY:
        return []
    text = answer.body.decode()
    # A calendar folds its long lines, and Atom writes & as an entity.
    text = re.sub(r"\r\n ", "", text) if answer.kind == "text/calendar" else html.unescape(text)
    return [mine for link in re.findall(re.escape(settings.SITE_URL) + r"[^\s\"'<>\\,]*", text) if (mine := own(link))]
