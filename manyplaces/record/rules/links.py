"""Links of media hits: when two are one, what id a story has, and when a link is called gone."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from manyplaces.record.rules import LinkState
from manyplaces.record.rules.media import Answer

# What is put into a link to see where its readers come from; it says nothing about the page.
_TRACKING = re.compile(
    r"utm_\w+|mc_[ce]id|[fgy]clid|dclid|gbraid|wbraid|msclkid|igshid|ref|ref_src|cmpid|ocid|ncid|smid|share|amp|outputType"
    r"|_ga|_gl|spm|taid|fbclid|sh|feature|output",
    re.I,
)
_HOSTS = re.compile(r"^(?:www\d?|m|mobile|amp|edition)\.(?=[^.]+\.)")
_AMP = re.compile(r"(?:^/amp(?=/))|(?:[/.]amp(?:\.html)?/?$)", re.I)
_INDEX = re.compile(r"/(?:index\.(?:html?|php|aspx?))?$", re.I)
# Such a path is what a site shows instead of the page that it has no more.
_NOT_FOUND = re.compile(r"/(?:404|not-?found|page-?not-?found|error(?:404)?|gone)(?:\.\w{2,5})?/?$", re.I)

WEEK = datetime.timedelta(days=7)
SOON = datetime.timedelta(days=2)
# A link is called gone after so many failures in a row, the last of them so long after the first.
FAILURES, FOR_SO_LONG = 3, datetime.timedelta(days=4)
LONGEST_FAILURES = 1_000


def link_key(action: str, link: str) -> str:
    """Make the id of a media hit from its action's short name and its link: one story is one item."""
    return "link-" + hashlib.sha256(f"{action}\x1f{link}".encode("utf-8", "replace")).hexdigest()[:20]


def story_key(action: str, outlet: str, headline: str, date: str) -> str:
    """Make the id of a media hit without a link; outlet and headline are folded."""
    said = "\x1f".join((action, outlet, headline, date))
    return "story-" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:20]


def host_of(link: str) -> str:
    """Return the name of a link's website, without the "www." that says nothing."""
    found = re.match(r"https?://(?:[^/?#@]*@)?([^/?#:]+)", link, re.I)
    return found[1].lower().removeprefix("www.") if found else ""


def plain_link(link: str) -> str:
    """Return what two links to one page share: no scheme, no www., m. or amp, no marks of who shared it, no fragment.

    For comparing, never for following; empty where there is no link.
    """
    try:
        parts = urlsplit(link.strip())
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if not host:
        return ""
    path = _INDEX.sub("", _AMP.sub("", unquote(parts.path, errors="replace")))
    asked = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name)]
    query = f"?{urlencode(sorted(asked))}" if asked else ""
    return f"{_HOSTS.sub('', host)}{path.rstrip('/')}{query}"


def archive_address(archive: str, link: str, day: datetime.date | None) -> str:
    """Return where a web archive has a page, near to a day; empty without an archive or a link. Nobody is asked."""
    near = f"{day:%Y%m%d}" if day else "*"
    return f"{archive}{near}/{link}" if archive and link else ""


def leads_home(link: str, ended: str) -> bool:
    """Tell whether a link to one page ended at a site's front page, or at its page for what it has no more."""
    try:
        asked, path = urlsplit(link).path.rstrip("/"), urlsplit(ended).path
    except ValueError:
        return False
    if not asked or link == ended:
        return False
    return bool(_NOT_FOUND.search(path)) or (len(_INDEX.sub("", path).strip("/")) <= 2 and not urlsplit(ended).query)


def answer_of(status: int, link: str, ended: str) -> Answer:
    """Return what an answer of this status says of a link that ended at this address."""
    if 200 <= status < 300:
        return Answer.HOME if leads_home(link, ended) else Answer.LIVE
    if status in (404, 410):
        return Answer.GONE
    # Very many sites send programs away with 503, though people find the page.
    return Answer.REFUSED if 400 <= status < 500 or status == 503 else Answer.FAILED


@dataclass(frozen=True)
class Standing:
    """How often in a row a link was gone, since when, what is said of it, and when it is asked again."""

    failures: int
    failed_since: datetime.datetime | None
    state: str
    due_at: datetime.datetime


def standing_after(
    answer: str, now: datetime.datetime, *, before: Standing, has_copy: bool, is_believed: bool
) -> Standing:
    """Return where a link stands after an answer; `is_believed` is false where perhaps our own network was down.

    A door that is shut to programs, and a site that leads to its front page, say nothing about whether it is gone.
    """
    if answer == Answer.LIVE:
        return Standing(0, None, LinkState.LIVE, now + WEEK)
    if answer not in (Answer.GONE, Answer.FAILED):
        return replace(before, due_at=now + WEEK)
    failures, since = min(before.failures + 1, LONGEST_FAILURES), before.failed_since or now
    if failures < FAILURES or now - since < FOR_SO_LONG or not is_believed:
        return Standing(failures, since, before.state, now + SOON)
    return Standing(failures, since, LinkState.ARCHIVED if has_copy else LinkState.DEAD, now + WEEK)
