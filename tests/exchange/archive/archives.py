"""What the tests of archives share: one made of the sample, and how its files are read."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyplaces.core.signatures import sign
from manyplaces.exchange.archive.checking import Looked, check_archive
from manyplaces.exchange.archive.making import Made, make_archive


@dataclass
class Archive:
    """An archive that was made: what was told of it, and the content of each of its files."""

    made: Made
    files: dict[str, bytes]

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest, with its files by name."""
        told: dict[str, Any] = json.loads(self.files["manifest.json"])
        return {**told, "files": {row["file"]: row for row in told["files"]}}

    @property
    def pages(self) -> dict[str, str]:
        """All pages, by file."""
        return {name: body.decode() for name, body in self.files.items() if name.endswith(".html")}

    @property
    def addresses(self) -> dict[str, str]:
        """The file of each address of the site."""
        return {row["address"]: name for name, row in self.manifest["files"].items() if "address" in row}

    def look(self) -> Looked:
        """Check it."""
        return check_archive(self.made.file)

    def has(self, words: str) -> list[str]:
        """The files in which words stand."""
        return sorted(name for name, body in self.files.items() if words.encode() in body)


def archive(folder: Path, slug: str = "", **how: Any) -> Archive:
    """Make an archive of the test's own record, in this process: others do not see the record of a test."""
    made = make_archive(folder / "made.zip", slug=slug, processes=0, **how)
    return read(made)


def read(made: Made) -> Archive:
    """Read what was made."""
    with zipfile.ZipFile(made.file) as opened:
        return Archive(made, {name: opened.read(name) for name in opened.namelist()})


def changed(source: Path, target: Path, **files: bytes | None) -> Path:
    """Copy an archive with some files replaced, added, or (None) left out; a double underscore stands for a point."""
    wanted = {name.replace("__", "."): body for name, body in files.items()}
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in wanted:
                new.writestr(name, old.read(name))
        for name, body in wanted.items():
            if body is not None:
                new.writestr(name, body)
    return target


def signed(source: Path, target: Path, **files: bytes) -> Path:
    """The same, with a manifest, hashes and the site's own signature that say that it was always so."""
    with zipfile.ZipFile(source) as old:
        manifest = json.loads(old.read("manifest.json"))
    for word, body in files.items():
        name = word.replace("__", ".")
        row = {"file": name, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        manifest["files"] = [*(one for one in manifest["files"] if one["file"] != name), row]
    told = json.dumps(manifest).encode()
    rows = [*manifest["files"], {"file": "manifest.json", "sha256": hashlib.sha256(told).hexdigest()}]
    lines = "".join(f"{row['sha256']}  {row['file']}\n" for row in rows).encode()
    own = {"manifest__json": told, "MANIFEST__sha256": lines, "MANIFEST__sig": sign(lines)}
    return changed(source, target, **files, **own)
