"""What a page of the press says of itself: outlet, headline, date, language; read from what it was sent as."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from manyplaces.core.words import clean_line
from manyplaces.record.rules.heads import head_of

MOST_BODY = 1_000_000
LONGEST = {"outlet": 200, "headline": 500}
FIRST_YEAR = 1990
# How pages of the web are written; other names of the standard library are no letters, or unpack what is packed.
_CHARSETS = re.compile(
    r"utf-?8|us-ascii|ascii|latin-?1|iso-?8859-?(?:\d|1[0-6])|windows-?125\d|cp125\d|koi8-[ru]|macintosh|mac-roman"
    r"|shift[_-]?jis|euc-(?:jp|kr)|gb2312|gbk|gb18030|big5|utf-16(?:le|be)?",
    re.I,
)
_SAID_IN_PAGE = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_SAID_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_DAY = re.compile(r"\s*(\d{4})-?(\d\d)-?(\d\d)(?!\d)")
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_TITLES = ("og:title", "twitter:title", "dc.title", "headline")
_OUTLETS = ("og:site_name", "application-name", "dc.publisher")
_DATES = (
    *("article:published_time", "og:article:published_time", "datepublished", "article.published", "publishdate"),
    *("parsely-pub-date", "sailthru.date", "dc.date.issued", "dc.date", "dcterms.created", "pubdate", "date"),
)
_ARTICLE = re.compile(r"(?:^|\W)(?:\w*Article|Report|BlogPosting|Posting|VideoObject|NewsVideo)$")


@dataclass(frozen=True)
class PageFacts:
    """What a page says of itself, each a plain line; empty where it says nothing. The date is a day: 2014-11-14."""

    outlet: str = ""
    headline: str = ""
    date: str = ""
    language: str = ""


def text_of(body: bytes, content_type: str) -> str:
    """Return the text of a page; a charset that is unknown or no charset at all is read as UTF-8."""
    for mark, charset in _MARKS.items():
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    header, page = _SAID_IN_HEADER.search(content_type), _SAID_IN_PAGE.search(body[:2048])
    for said in (header[1] if header else "", page[1].decode("ascii") if page else ""):
        if _CHARSETS.fullmatch(said):
            try:
                return body.decode(said, "replace")
            except LookupError:
                continue
    return body.decode("utf-8", "replace")


def facts_of(body: bytes, content_type: str, today: datetime.date) -> PageFacts:
    """Return what a page says of itself; nothing for what is no page of text."""
    if not re.match(r"\s*(?:text/html|application/xhtml\+xml)\b", content_type or "text/html", re.I):
        return PageFacts()
    said = head_of(text_of(body[:MOST_BODY], content_type))
    article = next(_articles(said.data), {})
    headline = _first(said.meta, _TITLES) or _text(article.get("headline")) or said.title
    outlet = _first(said.meta, _OUTLETS) or _named(article.get("publisher"))
    dates = [said.meta.get(name, "") for name in _DATES] + [_text(article.get("datePublished"))]
    return PageFacts(
        _line(outlet, "outlet"),
        _without_outlet(_line(headline, "headline"), _line(outlet, "outlet")),
        next((day for words in dates if (day := _day(words, today))), ""),
        said.language if re.fullmatch("[a-z]{2}", said.language) else "",
    )


def _articles(texts: list[str]) -> Iterator[dict[str, Any]]:
    for text in texts:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for item in _items(found):
            if any(_ARTICLE.search(kind) for kind in _texts(item.get("@type"))):
                yield item


def _items(found: Any) -> Iterator[dict[str, Any]]:
    """Yield what linked data is about: one thing, a list, or a graph of them."""
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, dict):
            yield item
            inner = item.get("@graph")
            yield from (one for one in inner if isinstance(one, dict)) if isinstance(inner, list) else ()


def _texts(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _text(value: Any) -> str:
    return next(iter(_texts(value)), "")


def _named(value: Any) -> str:
    for one in value if isinstance(value, list) else [value]:
        name = _text(one.get("name")) if isinstance(one, dict) else _text(one)
        if name:
            return name
    return ""


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := meta.get(name, "").strip())), "")


def _line(text: str, name: str) -> str:
    """Return a text of a stranger as one clean line, cut; empty where it is no text."""
    try:
        return clean_line(" ".join(text.replace("\x00", " ").split())[: LONGEST[name]], LONGEST[name])
    except ValidationError:
        return ""


def _without_outlet(headline: str, outlet: str) -> str:
    """Return a headline without the name of its outlet, which titles have at their end."""
    if not outlet:
        return headline
    ended = re.compile(rf"\s*[|–—·:-]\s*(?:www\.)?{re.escape(outlet)}\s*$", re.I)
    return ended.sub("", headline) or headline


def _day(words: str, today: datetime.date) -> str:
    found = _DAY.match(words)
    try:
        day = datetime.date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return ""
    is_likely = day is not None and day.year >= FIRST_YEAR and day <= today + datetime.timedelta(days=1)
    return day.isoformat() if day is not None and is_likely else ""
