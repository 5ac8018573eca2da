"""What stands at the head of a page, read in one go from its start to its end, however the page is broken.

No parser of whole pages is used: with each of those that we could have, a page can be written that takes minutes.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

# So much of a page is looked at, so long a tag is read, so many of them.
MOST_TEXT, LONGEST_TAG, MOST_TAGS, LONGEST_DATA = 400_000, 2_500, 200, 200_000
_TAG = re.compile(r"<(meta|title|script|style|textarea|noscript|html)(?=[\s/>])", re.I)
_END = re.compile(r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_CLOSED = {name: re.compile(f"</{name}", re.I) for name in ("title", "script", "style", "textarea")}


@dataclass
class Head:
    """What was found: the contents of meta tags by name, the title, texts of linked data, the language."""

    meta: dict[str, str] = field(default_factory=dict)
    title: str = ""
    data: list[str] = field(default_factory=list)
    language: str = ""


def head_of(text: str) -> Head:
    """Return what stands at the head of a page."""
    text, found, at = text[:MOST_TEXT], Head(), 0
    for _tag in range(MOST_TAGS):
        at = _next_tag(text, at)
        tag = _TAG.match(text, at) if at >= 0 else None
        if tag is None:
            break
        name = tag[1].lower()
        ended = _END.match(text[tag.end() : tag.end() + LONGEST_TAG])
        inside = tag.end() + (ended.end() if ended else 0)
        given = _attributes(text[tag.end() : inside])
        at = _take(found, name, given, text, inside)
        if at < 0:
            break
    return found


def _next_tag(text: str, at: int) -> int:
    """Return where the next tag begins that says something, outside of what is commented out; -1 where none does."""
    tag = _TAG.search(text, at)
    while tag is not None:
        comment = text.find("<!--", at, tag.start())
        if comment < 0:
            return tag.start()
        ended = text.find("-->", comment + 4)
        if ended < 0:
            return -1
        at = ended + 3
        # Searched anew only where the tag was commented out, or a page of comments would take for ever.
        tag = tag if tag.start() >= at else _TAG.search(text, at)
    return -1


def _take(found: Head, name: str, given: dict[str, str], text: str, inside: int) -> int:
    """Keep what a tag says; returns where it goes on, -1 where what it opened is never closed."""
    if name == "meta":
        key = given.get("property") or given.get("name") or given.get("itemprop") or ""
        found.meta.setdefault(key.strip().lower(), given.get("content", ""))
    elif name == "html":
        found.language = found.language or given.get("lang", "")[:2].lower()
    if name not in _CLOSED:
        return inside
    closed = _CLOSED[name].search(text, inside)
    within = text[inside : closed.start()] if closed else text[inside : inside + LONGEST_TAG]
    if name == "title" and not found.title:
        found.title = html.unescape(within[:LONGEST_TAG].partition("<")[0])
    elif name == "script" and closed and given.get("type", "").strip().lower() == "application/ld+json":
        found.data.append(within[:LONGEST_DATA])
    return closed.end() if closed else -1


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        found.setdefault(match[1].lower(), html.unescape(match[2] or match[3] or match[4] or ""))
    return found


def words_in(text: str) -> str:
    """Return the words of a page, its tags, scripts and styles left out; one pass, whatever is broken in it."""
    kept: list[str] = []
    hidden = ""
    for number, piece in enumerate(text.split("<")):
        tag, closed, words = ("", ">", piece) if number == 0 else piece.partition(">")
        name = tag.strip().lower().partition(" ")[0]
        if hidden:
            hidden = "" if name == f"/{hidden}" else hidden
            words = "" if hidden else words
        elif name in ("script", "style", "template"):
            hidden, words = name, ""
        if not closed and not hidden:
            words = ""
        kept.append(words)
    lines = (" ".join(line.split()) for line in html.unescape("\n".join(kept)).splitlines())
    return "\n".join(line for line in lines if line)
