"""Manners on other people's websites: what robots.txt asks is done, nobody is hurried, no redirect is trusted."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from manyplaces.core.fetching import NAME, Fetched, Fetcher, Unreachable

MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
# Seconds between two requests to one site; where robots.txt asks for so much more that we would wait, we stay away.
PAUSE, LONGEST_PAUSE = 3.0, 10.0
# Seconds after which a visit is given up on its way.
LONGEST_VISIT = 30.0
# What robots.txt says is believed for so long, of so many sites.
BELIEVED, MOST_SITES = 3600.0, 500
LONGEST_ROBOTS, LONGEST_DELAY = 200_000, 86_400.0
Kept = TypeVar("Kept")


class Forbidden(Exception):
    """The site asks programs to stay away from this page."""


@dataclass(frozen=True)
class Visit:
    """A page that was asked for, and each answer on the way to it, the last one first in `came`."""

    came: tuple[Fetched, ...]

    @property
    def page(self) -> Fetched:
        """The last answer."""
        return self.came[0]


@dataclass
class Visitor:
    """Visits pages, one after the other."""

    fetcher: Fetcher
    pause: float = PAUSE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _robots: OrderedDict[str, tuple[float, RobotFileParser | None]] = field(default_factory=OrderedDict)
    _paged: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _last: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def visit(self, url: str) -> Visit:
        """Return a page and how we came there; raises Unreachable, or Forbidden where the site asks us to stay away."""
        came: list[Fetched] = []
        until = self.clock() + LONGEST_VISIT
        while True:
            if self.clock() > until:
                raise Unreachable("too slow")
            self._require_welcome(url)
            found = self._fetch(url)
            came.insert(0, found)
            target = found.header("Location")
            if found.status not in REDIRECTS or not target:
                return Visit(tuple(came))
            if len(came) > MOST_REDIRECTS:
                raise Unreachable("leads on and on")
            url = _joined(url, target)

    def _require_welcome(self, url: str) -> None:
        robots = self._robots_of(url)
        if robots is None or not robots.can_fetch(NAME, url):
            raise Forbidden
        site = _site(url)
        wait = self._paged.get(site, self.clock() - LONGEST_DELAY) + _pause_of(robots) - self.clock()
        if wait > LONGEST_PAUSE:
            raise Forbidden
        if wait > 0:
            self.sleep(wait)
        _keep(self._paged, site, self.clock())

    def _robots_of(self, url: str) -> RobotFileParser | None:
        """Return what the site of a page asks of us; None where it could not say, so that we stay away for now."""
        site = _site(url)
        known = self._robots.get(site)
        if known is not None and self.clock() - known[0] < BELIEVED:
            return known[1]
        found = self._read_robots(site)
        _keep(self._robots, site, (self.clock(), found))
        return found

    def _read_robots(self, site: str) -> RobotFileParser | None:
        url, robots = f"{site}/robots.txt", RobotFileParser()
        for _step in range(MOST_REDIRECTS + 1):
            answer = self._fetch(url)
            if answer.status in REDIRECTS and answer.header("Location"):
                url = _joined(url, answer.header("Location"))
                continue
            if answer.status >= 500 or answer.status == 429:
                return None
            text = answer.body[:LONGEST_ROBOTS].decode("utf-8", "replace") if answer.status == 200 else ""
            robots.parse(text.splitlines())
            return robots
        return None

    def _fetch(self, url: str) -> Fetched:
        """Ask for one address, not before its site has had its pause."""
        site = _site(url)
        wait = self._last.get(site, self.clock() - self.pause) + self.pause - self.clock()
        if wait > 0:
            self.sleep(wait)
        try:
            return self.fetcher.fetch(url)
        finally:
            _keep(self._last, site, self.clock())


def _keep(known: OrderedDict[str, Kept], site: str, what: Kept) -> None:
    """Remember something of a site, and forget the site of which was heard least lately."""
    known[site] = what
    known.move_to_end(site)
    while len(known) > MOST_SITES:
        known.popitem(last=False)


def _pause_of(robots: RobotFileParser) -> float:
    """Return how many seconds a site wants between two pages; a day at most."""
    asked = robots.crawl_delay(NAME)
    try:
        return min(float(asked or 0), LONGEST_DELAY)
    except ValueError:
        return 0.0


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target).partition("#")[0]
    except ValueError:
        raise Unreachable("no web address", is_unsafe=True) from None


def _site(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Unreachable("no web address", is_unsafe=True) from None
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
