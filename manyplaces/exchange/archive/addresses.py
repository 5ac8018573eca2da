"""Which addresses of the site go into an archive, in which file each of them lies, and how a page there names it."""

from __future__ import annotations

import html
import mimetypes
import re
from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote, unquote, urljoin

from manyplaces.core.addresses import LINKS, SPANISH, in_english, is_personal
from manyplaces.front.assets import ROBOTS

Reason = Literal["", "needs_the_site", "made_on_demand"]

# What is nothing without a server that answers: searches, forms, and what programs ask.
_LIVE = re.compile(
    r"/(?:search(?:/|\.json$)|t/|texts/|healthz$|places/find\.json$"
    r"|actions/[^/]+/(?:near[/.]|commit/)|events/[^/]+/come/|photos/[^/]+/take-down/)"
)
# What some file system cannot have in a name, and names that Windows keeps for itself.
_NOT_IN_NAMES = re.compile(r'[<>:"|?*\\\x00-\x1f]')
_KEPT_BY_WINDOWS = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.I)
# Signs that need no percent in the address of a file.
_PLAIN = "!$&'()*+,;=@~"


def own_address(link: str, here: str, site: str) -> tuple[str, str] | None:
    """Return where a link (as it stands in an attribute) of the page `here` leads on this site, and into which part.

    The address is a path without percents, with its query; the part begins with "#" or is empty. None for what leads
    away. `site` is the site's own address without a slash at its end.
    """
    link = html.unescape(link) if "&" in link else link
    if link.startswith(site) and link[len(site) : len(site) + 1] in ("", "/", "#", "?"):
        link = link[len(site) :] or "/"
    elif not link.startswith("/") or link.startswith("//"):
        if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", link):
            return None
        link = urljoin(quote(here), link)
    address, mark, part = link.partition("#")
    path, question, query = address.partition("?")
    return shared(unquote(path)) + question + query, mark + part


def shared(path: str) -> str:
    """Return the one address of what stands under two: a table is the same in every language."""
    return in_english(path) if path.endswith(".csv") else path


def why_not(address: str) -> Reason:
    """Return why an address of the site cannot be in any archive, or nothing where it may be."""
    path, question, _query = address.partition("?")
    english = in_english(path)
    if question or is_personal(path) or english.startswith(LINKS) or _LIVE.match(english):
        return "needs_the_site"
    return "made_on_demand" if any(rule.match(path) for rule in _robots()) else ""


@cache
def _robots() -> tuple[re.Pattern[str], ...]:
    """What robots.txt asks programs to leave alone: it is made anew for each who asks, which takes long."""
    rules = re.findall(r"^Disallow: (/\S+)$", ROBOTS, re.M)
    return tuple(re.compile(re.escape(rule).replace(r"\*", ".*")) for rule in rules)


class Scope:
    """What an archive is about: the whole record, or one action with its events and what these lead to."""

    def __init__(self, slug: str = "", events: frozenset[str] = frozenset()) -> None:
        """`slug` is empty for the whole record; `events` are the keys of the events of the action."""
        self.slug = slug
        self.events = events

    def starts(self, languages: list[str]) -> list[str]:
        """Return the addresses from which everything else is found."""
        start = f"/actions/{self.slug}/" if self.slug else "/"
        return [start if code == "en" else SPANISH.rstrip("/") + start for code in languages]

    def wants(self, address: str, holder: str, *, embedded: bool) -> bool:
        """Tell whether an address belongs in the archive that a page of it, `holder`, leads to or (embedded) shows."""
        if not self.slug or embedded or self._is_own(address):
            return True
        if self._is_of_others(address):
            return False
        # Places and groups of the action are in it; what these lead to in turn is only what is theirs.
        stem = in_english(holder).rstrip("/")
        return self._is_own(holder) or in_english(address).startswith((f"{stem}/", f"{stem}."))

    def _is_own(self, address: str) -> bool:
        english = in_english(address)
        if english.startswith("/events/"):
            name = english.removeprefix("/events/").partition("/")[0]
            return name in self.events or name.rpartition(".")[0] in self.events
        return english.startswith((f"/actions/{self.slug}/", f"/actions/{self.slug}."))

    def _is_of_others(self, address: str) -> bool:
        english = in_english(address)
        return english.startswith(("/actions/", "/events/", "/about/data", "/index.")) or english == "/"


def files_of(kinds: Mapping[str, str]) -> dict[str, str]:
    """Return in which file of the archive each address lies, by its content type; the addresses stay where they can.

    Two names that differ by capitals alone are one for Windows and macOS: the second gets a number.
    """
    taken: set[str] = set()
    files = {}
    for address in sorted(kinds):
        name = _file_of(address, kinds[address].partition(";")[0])
        found, number = name, 2
        while found.casefold() in taken:
            found = str(PurePosixPath(name).with_stem(f"{PurePosixPath(name).stem}~{number}"))
            number += 1
        taken.add(found.casefold())
        files[address] = found
    return files


def _file_of(address: str, kind: str) -> str:
    path = address + "index" if address.endswith("/") else address
    name = "/".join(_plain(part) for part in path.strip("/").split("/"))
    if kind == "text/html":
        return name if name.endswith(".html") else f"{name}.html"
    if "." in name.rpartition("/")[2]:
        return name
    return name + (mimetypes.guess_extension(kind) or "")


def _plain(part: str) -> str:
    part = _NOT_IN_NAMES.sub("-", part).rstrip(". ") or "-"
    return f"{part}-" if _KEPT_BY_WINDOWS.match(part) else part


def quoted(file: str) -> str:
    """Return a file's name as it stands in an address."""
    return quote(file, safe=f"/{_PLAIN}")


def way_up(file: str) -> str:
    """Return the way from a file to the root of the archive."""
    return "../" * file.count("/")
