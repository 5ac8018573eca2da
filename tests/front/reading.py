"""What a page says to whoever reads its HTML: language, titles, links, forms, anchors, linked data and plain text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

ALONE = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
INLINE = {"a", "b", "i", "em", "strong", "span", "wbr"}
UNSEEN = {"head", "script", "style", "template"}


@dataclass
class Said:
    """One page, as read."""

    language: str = ""
    titles: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    alternates: dict[str, str] = field(default_factory=dict)
    canonical: str = ""
    anchors: set[str] = field(default_factory=set)
    linked: list[dict[str, Any]] = field(default_factory=list)
    text: str = ""

    def has(self, words: str) -> bool:
        """Whether the words stand in the text, whatever blanks and capitals there are."""
        return plain(words) in plain(self.text)


def plain(text: str) -> str:
    """Return the text in small letters with single blanks."""
    return " ".join(text.split()).casefold()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said = Said()
        self.open: list[str] = []
        self.parts: list[str] = []
        self.piece: list[str] = []
        self.script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in ALONE:
            self.open.append(tag)
        if tag in ("title", "h1", "script"):
            self.piece = []
        if tag == "script":
            self.script = given.get("type", "")
        self._goes_on(tag, given)
        self.said.anchors |= {given["id"]} if "id" in given else set()
        # Two boxes side by side are two words.
        self.parts.append("" if tag in INLINE else " ")

    def _goes_on(self, tag: str, given: dict[str, str]) -> None:
        """Note what leads from here to elsewhere, and what the page loads."""
        said = self.said
        if tag == "html":
            said.language = given.get("lang", "")
        elif tag == "a" and "href" in given:
            said.links.append(given["href"])
        elif tag == "form":
            said.forms.append(given.get("action", ""))
        elif tag == "link":
            self._link(given)
        elif given.get("property") == "og:image":
            said.files.append(given["content"])
        elif tag in ("image", "use", "img", "script"):
            said.files += [given[name] for name in ("href", "src") if name in given]

    def _link(self, given: dict[str, str]) -> None:
        kinds = given.get("rel", "").split()
        if "canonical" in kinds:
            self.said.canonical = given["href"]
        elif "alternate" in kinds and "hreflang" in given:
            self.said.alternates[given["hreflang"]] = given["href"]
        else:
            self.said.files.append(given["href"])

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.open:
            return
        while self.open.pop() != tag:
            pass
        whole = "".join(self.piece)
        if tag == "title" and "svg" not in self.open:
            self.said.titles.append(whole)
        elif tag == "h1":
            self.said.headings.append(whole)
        elif tag == "script" and self.script == "application/ld+json":
            self.said.linked.append(json.loads(whole))

    def handle_data(self, data: str) -> None:
        self.piece.append(data)
        if not UNSEEN & set(self.open):
            self.parts.append(data)


def read(html: str) -> Said:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.said.text = re.sub(r"\s+", " ", "".join(reader.parts))
    return reader.said
