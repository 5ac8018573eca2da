"""Pictures: from an upload to three sizes in which faces are covered, and nothing else that came with it.

An upload is a negative (core.negatives). `prepare` has it opened in a process of its own (core.darkroom) and puts the
sizes where the site's pictures lie (core.shelves). Their names hang together by a random key; a new covering is a new
picture with a new key, so that a browser never shows an old one for it. Who calls keeps the key in a row, in one
transaction with whatever else becomes true; what no row knows is swept away.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import mmap
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from manyplaces.core.negatives import destroy_negative, in_memory, negatives, opened_negative
from manyplaces.core.picturekinds import Found, look
from manyplaces.core.picturerefusals import Refusal, Refused
from manyplaces.core.prints import SIZES, Order, file_name
from manyplaces.core.shelves import Missing, shelf
from manyplaces.core.tokens import new_key

# On a machine that is busy a picture takes longer than its seconds of the processor.
WAITED = 300
# What was begun longer ago than this and is in no row is nobody's any more.
LEFT_ALONE = timedelta(hours=1)
# A decoder that is brought to one of these was given something that it cannot read; any other end is our own trouble.
BROUGHT_DOWN = {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGSYS}


class Undone(Exception):
    """A picture could not be prepared through no fault of its own; its text says where, and it is tried again later."""


@dataclass(frozen=True)
class Box:
    """A part of a picture to be covered, in pixels of its large size."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Size:
    """A file of a picture: its name, by which `picture_file` gives it, its pixels and its bytes."""

    file: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True)
class Prepared:
    """What became of an upload: a picture in three sizes and what is covered in it, or a refusal and nothing else."""

    key: str = ""
    large: Size | None = None
    middle: Size | None = None
    small: Size | None = None
    boxes: tuple[Box, ...] = ()
    refusal: str = ""


def prepare(negative: str, boxes: Sequence[Box] | None = None) -> Prepared:
    """Make a picture of an upload, with these boxes covered, or else with every face that is found.

    The negative stays as it is: whoever keeps the picture in a row destroys it afterwards. Raises Unopenable for a
    negative that is gone, Unreachable and Undone.
    """
    with opened_negative(negative) as film:
        try:
            found = _looked_at(film)
        except Refused as refused:
            return Prepared(refusal=refused.reason.value)
        return _developed(film, found, boxes)


def cover_more(key: str, boxes: Sequence[Box]) -> Prepared:
    """Make a new picture of one that is prepared, with these boxes covered beside what is covered in it already.

    Its `boxes` are the new ones alone. What is covered stays so: without a negative nothing can be uncovered. The old
    picture stays until it is discarded. Raises Missing where it is gone, Unreachable and Undone.
    """
    with in_memory() as film:
        film.write(shelf().read(file_name(key, "large")))
        film.seek(0)
        return _developed(film, _looked_at(film), boxes)


def picture_file(name: str) -> bytes:
    """Return a file of a picture by its name; raises Missing and Unreachable."""
    if not _is_ours(name):
        raise Missing(name)
    return shelf().read(name)


def discard(key: str) -> None:
    """Delete a picture in all its sizes, also one that is gone already; raises Unreachable."""
    for size in SIZES:
        shelf().delete(file_name(key, size))


def sweep(pictures: Collection[str], kept: Collection[str], now: datetime) -> int:
    """Delete what an interrupted upload or preparation left an hour ago; returns how many files and negatives.

    `pictures` are the keys, and `kept` the names of negatives, that rows know; raises Unreachable.
    """
    before, gone = now - LEFT_ALONE, 0
    for name, since in list(shelf().names()):
        if since < before and name.partition("-")[0] not in pictures:
            shelf().delete(name)
            gone += 1
    for name, since in negatives().items():
        if since < before and name not in kept:
            gone += destroy_negative(name)
    for folder in _darkroom().glob("*/"):
        if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < before:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone


def _is_ours(name: str) -> bool:
    key = name.partition("-")[0]
    return key.isalnum() and name in {file_name(key, size) for size in SIZES}


def _looked_at(film: BinaryIO) -> Found:
    size = os.fstat(film.fileno()).st_size
    if not size:
        raise Refused(Refusal.EMPTY)
    with mmap.mmap(film.fileno(), size, access=mmap.ACCESS_READ) as content:
        return look(content)


def _developed(film: BinaryIO, found: Found, boxes: Sequence[Box] | None) -> Prepared:
    key = new_key(24)
    with _darkroom_to_ourselves() as lock:
        network = "" if boxes is not None else str(_network())
        folder = _darkroom() / key
        folder.mkdir(mode=0o700)
        try:
            covered = None if boxes is None else [(box.left, box.top, box.width, box.height) for box in boxes]
            order = Order(found.kind, found.width, found.height, str(folder), key, network, os.getpid(), covered)
            done = _done(order, film, lock)
            if "refused" in done:
                return Prepared(refusal=done["refused"])
            for file in done["files"]:
                shelf().put(folder / file["name"])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    large, middle, small = (Size(file["name"], file["width"], file["height"], file["bytes"]) for file in done["files"])
    return Prepared(key, large, middle, small, tuple(Box(*box) for box in done["boxes"]))


def _done(order: Order, film: BinaryIO, lock: int) -> dict[str, Any]:
    """Have the order done by a process of its own, and return what it says."""
    command = [sys.executable, "-P", "-m", "manyplaces.core.darkroom", json.dumps(asdict(order))]
    try:
        # The lock goes along: where we are killed, nobody else begins before the process that we started has ended.
        ended = subprocess.run(  # noqa: S603 (the command is ours)
            command, stdin=film, capture_output=True, timeout=WAITED, check=False, env=_environment(), pass_fds=(lock,)
        )
    except subprocess.TimeoutExpired:
        raise Undone(f"no end within {WAITED} seconds") from None
    if -ended.returncode == signal.SIGXCPU:
        return {"refused": Refusal.TOO_HEAVY.value}
    if -ended.returncode in BROUGHT_DOWN:
        return {"refused": Refusal.DAMAGED.value}
    if ended.returncode:
        raise Undone(f"exit code {ended.returncode}")
    said: dict[str, Any] = json.loads(ended.stdout)
    if "fault" in said:
        raise Undone(said["fault"])
    return said


def _environment() -> dict[str, str]:
    """What the process needs of the environment: nothing that opens anything, and one thread for each task."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    ours = str(Path(__file__).resolve().parents[2])
    return kept | {"PYTHONPATH": ours, "MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _network() -> Path:
    # Numbers take memory that a web process should not hold: only whoever prepares loads them.
    from manyplaces.core.faces import network_file

    file = network_file(Path(settings.ASSETS_FOLDER))
    if not file.exists():
        command = [sys.executable, "-P", "-m", "manyplaces.core.faces", str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=WAITED, env=_environment())  # noqa: S603 (the command is ours)
    return file


def _darkroom() -> Path:
    return Path(settings.MEDIA_FOLDER) / "darkroom"


@contextlib.contextmanager
def _darkroom_to_ourselves() -> Iterator[int]:
    """One picture at a time on this machine, whoever asks; gives the handle of the lock."""
    _darkroom().mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(_darkroom() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)
