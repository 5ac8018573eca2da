"""What a process does once it is known which pages there are: it writes them as they are in the archive."""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext as _

from manyplaces.core.addresses import SPANISH, in_english
from manyplaces.exchange.archive.addresses import own_address, quoted, way_up, why_not
from manyplaces.exchange.archive.pages import Rewriting, leads_away

ABOUT = "archive.html"
BANNER = """<aside class="width archived" aria-label="{label}">
<p class="note">{words} <a href="{up}{about}">{more}</a></p>
</aside>
"""
Piece = Mapping[str, Any]


class Writer:
    """Writes pieces of an archive into a file of its own."""

    def __init__(self, folder: Path, number: int, known: Mapping[str, Any], site: str) -> None:
        """`known` has under `files` in which file each address is, under `moved` where an address leads on to.

        Where it has a `slug`, the archive is of that action alone, and what is not in it is on the `site`.
        """
        self.folder, self.number, self.site = folder, number, site
        self.files: Mapping[str, str] = known["files"]
        self.moved: Mapping[str, str] = known["moved"]
        self.is_part = bool(known["slug"])
        self.pieces = (folder / f"pieces-{number}").open("w+b")
        self.targets = {address: html.escape(quoted(file)) for address, file in self.files.items()}
        self._bodies: dict[int, int] = {}
        self._banners: dict[tuple[str, str], str] = {}

    def write(self, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
        """Write pieces; returns of each where it is, its size and hash, what it leads to in vain, and what away."""
        done = [self._written(piece) for piece in pieces]
        self.pieces.flush()
        return done

    def close(self) -> None:
        """Close all files."""
        self.pieces.close()
        for body in self._bodies.values():
            os.close(body)

    def _written(self, piece: Piece) -> dict[str, Any]:
        address, kind = piece["address"], piece["kind"].partition(";")[0]
        body = self._body(*piece["place"])
        told: dict[str, Any] = {"file": self.files[address], "place": ["bodies", *piece["place"]]}
        if kind in ("text/html", "text/css"):
            turning = _Turning(self, address)
            rewriting = Rewriting(turning.leads)
            text = body.decode()
            text = rewriting.page(text, self._banner(address)) if kind == "text/html" else rewriting.sheet(text)
            body = text.encode()
            told["place"] = ["pieces", self.number, self.pieces.seek(0, os.SEEK_END), len(body)]
            self.pieces.write(body)
            told |= {"missing": sorted(turning.missing), "outside": sorted(rewriting.outside)}
        return told | {"sha256": hashlib.sha256(body).hexdigest()}

    def _body(self, number: int, place: int, size: int) -> bytes:
        if number not in self._bodies:
            self._bodies[number] = os.open(self.folder / f"bodies-{number}", os.O_RDONLY)
        return os.pread(self._bodies[number], size, place)

    def _banner(self, address: str) -> str:
        """Return what says on top of a page that it is one of an archive."""
        language = "es" if address.startswith(SPANISH) else "en"
        up = way_up(self.files[address])
        if (language, up) not in self._banners:
            with translation.override(language):
                said = _("A page of an archive. What needs the site itself, such as signing up, is left out.")
                self._banners[language, up] = BANNER.format(
                    label=html.escape(_("About this copy")),
                    words=html.escape(said),
                    more=html.escape(_("About this archive")),
                    up=up,
                    about=ABOUT,
                )
        return self._banners[language, up]


class _Turning:
    """Turns the links of one page or stylesheet."""

    def __init__(self, writer: Writer, here: str) -> None:
        self.writer, self.here = writer, here
        self.up = way_up(writer.files[here])
        self.missing: set[str] = set()

    def leads(self, link: str) -> str:
        """Return what stands in the archive for a link; see pages.Rewriting."""
        writer = self.writer
        own = own_address(link, self.here, writer.site)
        if own is None:
            return link if leads_away(link) else ""
        address, part = own
        address = writer.moved.get(address, address)
        if (target := writer.targets.get(address)) is not None:
            return f"{self.up}{target}{html.escape(part)}"
        if why_not(address):
            return ""
        if writer.is_part and in_english(address) == "/":
            # What the archive is about, instead of the first page of everything.
            return f"{self.up}{ABOUT}"
        if writer.is_part:
            return html.escape(writer.site + quote(address, safe="/:!$&'()*+,;=@~") + part)
        self.missing.add(address)
        return ""
