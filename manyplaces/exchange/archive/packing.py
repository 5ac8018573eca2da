"""Pieces into one ZIP, in the order of their names, so that the same record gives the same bytes; with a list."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings

from manyplaces.core.signatures import in_short, public_key, sign
from manyplaces.exchange.archive.collecting import Collected
from manyplaces.exchange.archive.texts import Facts, about_page, readme
from manyplaces.exchange.archive.writing import ABOUT
from manyplaces.people.queries import coalition

FORMAT = 1
MANIFEST, HASHES, README, INDEX = "manifest.json", "MANIFEST.sha256", "README.txt", "index.html"
# The site signs the list of hashes, and with it everything.
SIGNATURE, KEY = "MANIFEST.sig", "signing-key.pem"
LEVEL = 6
# What is packed already becomes no smaller.
PACKED = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".woff2", ".pdf", ".zip", ".gz", ".mp4", ".docx", ".xlsx")
MAY_READ = 0o100644 << 16


class Packing:
    """A ZIP while it is being written; in a `with`, and `finish` before its end."""

    def __init__(self, draft: Path, folder: Path, facts: Facts, found: Collected) -> None:
        """The pieces lie in files in `folder`; see rendering and writing."""
        self.facts, self.found, self.folder = facts, found, folder
        self.zip = zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self.rows: list[dict[str, Any]] = []
        self.outside: set[str] = set()
        self.in_vain: Counter[str] = Counter()
        self._sources: dict[tuple[str, int], int] = {}
        self._files: dict[str, str] = {}

    def __enter__(self) -> Packing:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for source in self._sources.values():
            os.close(source)
        self.zip.close()

    @property
    def many(self) -> int:
        """How many files it has until now."""
        return len(self.rows)

    def add(self, piece: Mapping[str, Any], written: Mapping[str, Any]) -> None:
        """Add one file of the site, as `Writer.write` told of it."""
        name, number, place, size = written["place"]
        source = self._sources.get((name, number))
        if source is None:
            source = self._sources[name, number] = os.open(self.folder / f"{name}-{number}", os.O_RDONLY)
        self._files[piece["address"]] = written["file"]
        self.outside.update(written.get("outside", ()))
        self.in_vain.update(written.get("missing", ()))
        row = {"file": written["file"], "bytes": size, "sha256": written["sha256"]}
        self.rows.append({**row, "address": piece["address"], "type": piece["kind"]})
        self._write(written["file"], os.pread(source, size, place))

    def finish(self) -> None:
        """Add what the archive says of itself, and the list of all that is in it."""
        begins = {
            start: self._files[self._onward(start)] for start in self.facts.starts if self._onward(start) in self._files
        }
        about = about_page(self.facts, begins, self._files).encode()
        self._own(ABOUT, about)
        if INDEX not in self._files.values():
            self._own(INDEX, about)
        self._own(README, readme(self.facts, begins).encode())
        self._own(KEY, public_key())
        self._own(MANIFEST, self._manifest().encode())
        lines = [f"{row['sha256']}  {row['file']}\n" for row in sorted(self.rows, key=lambda row: str(row["file"]))]
        hashes = "".join(lines).encode()
        self._write(HASHES, hashes)
        self._write(SIGNATURE, sign(hashes))

    def _onward(self, address: str) -> str:
        return self.found.moved.get(address, address)

    def _own(self, file: str, body: bytes) -> None:
        self.rows.append({"file": file, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()})
        self._write(file, body)

    def _write(self, file: str, body: bytes) -> None:
        made = self.facts.made_at
        entry = zipfile.ZipInfo(file, (made.year, made.month, made.day, made.hour, made.minute, made.second))
        entry.compress_type = zipfile.ZIP_STORED if file.lower().endswith(PACKED) else zipfile.ZIP_DEFLATED
        # The same on every system that makes it.
        entry.create_system, entry.external_attr = 3, MAY_READ
        self.zip.writestr(entry, body, compresslevel=LEVEL)

    def _manifest(self) -> str:
        """Return what a program reads of the archive, each file on a line; of what was left out it has counts alone."""
        facts, left_out = self.facts, self.found.left_out
        told = {
            "format": FORMAT,
            "software": _software(),
            "site": str(settings.SITE_URL),
            "kept_by": coalition().name,
            "about": facts.slug or "everything",
            "record_number": facts.number,
            "made_at": facts.made_at.isoformat(),
            "begins_at": ABOUT,
            "signed_with": in_short(public_key()),
            "left_out": {
                "addresses_that_need_the_site": left_out["needs_the_site"],
                "addresses_made_on_demand": left_out["made_on_demand"],
                "addresses_not_there": left_out["not_there"],
                **facts.kept_off,
            },
            "links_in_vain": dict(sorted(self.in_vain.items())),
            "links_that_lead_away": sorted(self.outside),
        }
        rows = sorted(self.rows, key=lambda row: str(row["file"]))
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        head = json.dumps(told, ensure_ascii=False, indent=1).removesuffix("\n}")
        return f'{head},\n "files": [\n{lines}\n]\n}}\n'


def _software() -> str:
    try:
        return f"Manyplaces {version('manyplaces')}"
    except PackageNotFoundError:
        return "Manyplaces"
