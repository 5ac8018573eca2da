"""Looking an archive through: every file against the manifest, and every link of every page against the files.

It reads pages with a parser of its own kind and knows nothing of how they were made.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from manyplaces.core.signatures import in_short, is_signed
from manyplaces.exchange.archive.packing import FORMAT, HASHES, KEY, MANIFEST, SIGNATURE

# A list of files is never longer than this, and a page never larger: who says so wants to fill the memory.
LARGEST = 200_000_000
PIECE = 1_000_000
AWAY = re.compile(r"(?:https?|mailto|tel|sms):", re.I)
SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
STYLE_URL = re.compile(r"""url\(\s*["']?([^"')]+)""")
# What loads something by itself, and in which attribute it names it.
LOADING = {
    "img": ("src", "srcset"), "source": ("src", "srcset"), "link": ("href",), "script": ("src",), "image": ("href",),
    "iframe": ("src",), "embed": ("src",), "object": ("data",), "video": ("src", "poster"), "audio": ("src",),
    "track": ("src",), "use": ("href",),
}  # fmt: skip
# What does nothing where there is no server, or would turn all links of a page.
NEEDS_SERVER = ("form", "base", "iframe")
# So many of the links that a program would follow are no links of people: they name the page itself.
SELF = ("canonical", "alternate")

# What reading a damaged file of a ZIP may raise, and what its content may when it is understood.
DAMAGED = (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error)


class NoArchive(Exception):
    """The file cannot be looked through at all; the text says why."""


@dataclass
class Looked:
    """What was found: how many files and pages, links between them and links away, and each fault as a sentence.

    `key` is the one line of the public key with which it was signed.
    """

    files: int = 0
    pages: int = 0
    links: int = 0
    away: int = 0
    key: str = ""
    faults: list[str] = field(default_factory=list)


def check_archive(file: Path, tell: Callable[[int, int], None] = lambda _done, _all: None) -> Looked:
    """Look an archive through and return what was found; `tell` gets how many files of how many are done.

    Raises NoArchive for what is no archive.
    """
    try:
        with zipfile.ZipFile(file) as opened:
            return _Checking(opened, tell).look()
    except (OSError, zipfile.BadZipFile) as fault:
        raise NoArchive(f"{file} cannot be read as a ZIP file ({fault}).") from fault


class _Checking:
    def __init__(self, opened: zipfile.ZipFile, tell: Callable[[int, int], None]) -> None:
        self.zip, self.tell = opened, tell
        self.found = Looked()
        self.names = {entry.filename: entry for entry in opened.infolist()}
        self.anchors: dict[str, set[str]] = {}
        # Links into pages, which can be looked at when all pages are known: from where, whereto, into which part.
        self.into: list[tuple[str, str, str]] = []

    def look(self) -> Looked:
        rows = self._manifest()
        listed = {MANIFEST, HASHES, SIGNATURE}
        for number, row in enumerate(rows):
            name = str(row["file"])
            listed.add(name)
            self._file(name, row)
            self.tell(number + 1, len(rows))
        for name in sorted(set(self.names) - listed):
            self._fault(f"{name} is in the ZIP and not in {MANIFEST}.")
        if len(self.names) != len(self.zip.infolist()):
            self._fault("The ZIP has two files of one name.")
        self._hashes(rows)
        self._signature()
        for here, target, part in self.into:
            if part not in self.anchors.get(target, ()):
                self._fault(f"{here} leads to {target}#{part}, and there is no such place on that page.")
        return self.found

    def _fault(self, sentence: str) -> None:
        self.found.faults.append(sentence)

    def _manifest(self) -> list[Mapping[str, Any]]:
        try:
            told = json.loads(self._read(MANIFEST, LARGEST))
            rows = told["files"]
            if told["format"] != FORMAT or not all(isinstance(row["file"], str) for row in rows):
                raise ValueError
        except (*DAMAGED, TypeError) as fault:
            raise NoArchive(f"It has no {MANIFEST} that can be read, so it is no archive of Manyplaces.") from fault
        return list(rows)

    def _read(self, name: str, longest: int) -> bytes:
        with self.zip.open(name) as opened:
            body = opened.read(longest + 1)
        if len(body) > longest:
            raise ValueError(name)
        return body

    def _file(self, name: str, row: Mapping[str, Any]) -> None:
        entry = self.names.get(name)
        if entry is None:
            return self._fault(f"{name} is missing.")
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            return self._fault(f"{name} is no name for a file of an archive.")
        if entry.file_size != row.get("bytes"):
            return self._fault(f"{name} has {entry.file_size} bytes and should have {row.get('bytes')}.")
        self.found.files += 1
        is_read = name.endswith((".html", ".css", ".svg"))
        try:
            body = self._sound(name, entry.file_size, str(row.get("sha256")), keep=is_read)
        except DAMAGED:
            return self._fault(f"{name} is damaged: its content is not the one that was written.")
        if is_read:
            self._links(name, body.decode("utf-8", "replace"))

    def _sound(self, name: str, size: int, sha256: str, *, keep: bool) -> bytes:
        """Return the content (nothing unless it is to be kept) if its hash is right; raises ValueError otherwise."""
        if keep and size > LARGEST:
            raise ValueError(name)
        digest, kept = hashlib.sha256(), b""
        with self.zip.open(name) as opened:
            for piece in iter(lambda: opened.read(PIECE), b""):
                digest.update(piece)
                kept += piece if keep else b""
        if digest.hexdigest() != sha256:
            raise ValueError(name)
        return kept

    def _hashes(self, rows: list[Mapping[str, Any]]) -> None:
        """Compare the list for `sha256sum` with the manifest."""
        manifest = hashlib.sha256(self._read(MANIFEST, LARGEST)).hexdigest()
        wanted = {f"{row['sha256']}  {row['file']}" for row in rows} | {f"{manifest}  {MANIFEST}"}
        try:
            given = set(self._read(HASHES, LARGEST).decode().splitlines())
        except DAMAGED:
            return self._fault(f"{HASHES} is missing or damaged.")
        if given != wanted:
            self._fault(f"{HASHES} does not say the same as {MANIFEST}.")

    def _signature(self) -> None:
        """Verify that whoever has the key in the archive signed the list, and note which key it is."""
        try:
            hashes, signature, key = (self._read(name, LARGEST) for name in (HASHES, SIGNATURE, KEY))
            self.found.key = in_short(key)
            is_theirs = is_signed(hashes, signature, key)
        except DAMAGED:
            return self._fault(f"{SIGNATURE} or {KEY} is missing or damaged.")
        if not is_theirs:
            self._fault(f"{HASHES} was changed after it was signed.")

    def _links(self, here: str, text: str) -> None:
        if here.endswith(".css"):
            for link in STYLE_URL.findall(text):
                self._link(here, link, loads=True)
            return
        page = _Page()
        page.feed(text)
        self.anchors[here] = page.anchors
        self.found.pages += here.endswith(".html")
        for tag in sorted(page.needing):
            self._fault(f"{here} has a <{tag}>, which does nothing without a server.")
        for link, loads in page.links:
            self._link(here, link, loads=loads)

    def _link(self, here: str, link: str, *, loads: bool) -> None:
        if AWAY.match(link) or link.startswith("//"):
            self.found.away += 1
            if loads or link.startswith("//"):
                self._fault(f"{here} loads {link} from elsewhere.")
            return
        if link.startswith("data:") and loads:
            return
        path, _, part = link.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), unquote(path))) if path else here
        self.found.links += 1
        if SCHEME.match(link) or "?" in link or path.startswith("/") or target not in self.names:
            self._fault(f"{here} leads to {link}, and there is no such file in the archive.")
        elif part and target.endswith(".html"):
            self.into.append((here, target, unquote(part)))


class _Page(HTMLParser):
    """The links and anchors of a page, and what in it needs a server."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, bool]] = []
        self.anchors: set[str] = set()
        self.needing: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if "id" in named:
            self.anchors.add(named["id"])
        if tag in NEEDS_SERVER or (tag == "script" and named.get("type") != "application/ld+json"):
            self.needing.add(tag)
        if tag in ("a", "area") and "href" in named:
            self.links.append((named["href"], False))
        loads = tag != "link" or named.get("rel") not in SELF
        for name in LOADING.get(tag, ()):
            if named.get(name):
                self.links += [(link, loads) for link in _each(name, named[name])]


def _each(name: str, value: str) -> Iterator[str]:
    """Yield the addresses in an attribute: of srcset each without its size."""
    if name != "srcset":
        yield value
        return
    for source in value.split(","):
        yield from source.split()[:1]
