"""A backup read from its beginning to its end: every hash compared before anything of it is used."""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manyplaces.exchange.backup.shape import BEGIN, END, END_HASH, FILE, FORMAT, MEMBER, NoBackup, Progress, Table

Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Begin:
    """What a backup says of itself first."""

    version: str
    made_at: str
    migrations: list[tuple[str, str]]
    keys: dict[str, str]
    tables: dict[str, Table]
    rows: int


def members(file: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every member, in order; raises NoBackup where the file cannot be read so."""
    try:
        with tarfile.open(file, mode="r|") as tar:
            for entry in tar:
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is None or not _is_known(entry.name):
                    raise NoBackup(f"{file.name} holds {entry.name[:80]}, which no backup does")
                with closing(content):
                    yield entry.name, content.read()
    except (tarfile.TarError, EOFError) as fault:
        raise NoBackup(f"{file.name} is no backup, or damaged ({fault})") from fault
    except OSError as fault:
        raise NoBackup(f"{file.name} cannot be read ({fault.strerror or fault})") from fault


def _is_known(name: str) -> bool:
    return name in (BEGIN, END, END_HASH) or bool(MEMBER.fullmatch(name) or FILE.fullmatch(name))


def begin_of(file: Path) -> Begin:
    """Return what a backup says first; raises NoBackup."""
    for name, content in members(file):
        if name != BEGIN:
            break
        return read_begin(content)
    raise NoBackup(f"{file.name} is no backup")


def read_begin(content: bytes) -> Begin:
    """Read the first member; raises NoBackup for one of another kind."""
    try:
        told = json.loads(content)
        if told["format"] != FORMAT:
            raise NoBackup(f"this is {told['format']!r:.60}, which this version does not read")
        tables = {
            name: Table(name, stored_as, tuple((str(one), str(kind)) for one, kind in columns))
            for name, stored_as, columns in told["tables"]
        }
        migrations = [(str(room), str(name)) for room, name in told["migrations"]]
        return Begin(told["version"], told["made_at"], migrations, told["keys"], tables, int(told["rows"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise NoBackup("the beginning of the backup cannot be read") from fault


def look_through(file: Path, tell: Tell = lambda _progress: None) -> dict[str, Any]:
    """Compare every member with its hash, and return the last list; raises NoBackup with what is wrong."""
    size, seen, found = max(file.stat().st_size, 1) if file.exists() else 1, 0, {}
    last: dict[str, bytes] = {}
    for name, content in members(file):
        if name in (END, END_HASH):
            last[name] = content
        elif name in found:
            raise NoBackup(f"{name} is in {file.name} twice")
        else:
            found[name] = [len(content), hashlib.sha256(content).hexdigest()]
        seen += len(content) + 512
        tell(Progress("checking", min(seen, size), size))
    if set(last) != {END, END_HASH}:
        raise NoBackup(f"{file.name} has no end: it was cut off")
    if hashlib.sha256(last[END]).hexdigest().encode() != last[END_HASH]:
        raise NoBackup(f"the list at the end of {file.name} is damaged")
    told: dict[str, Any] = json.loads(last[END])
    wrong = sorted({*told["files"]} ^ {*found}) or sorted(name for name in found if told["files"][name] != found[name])
    if wrong:
        raise NoBackup(f"{len(wrong)} pieces of {file.name} are damaged or missing, the first of them {wrong[0]}")
    return told
