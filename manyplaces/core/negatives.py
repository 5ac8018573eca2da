"""Negatives: pictures as they were uploaded, faces and all, each sealed as it comes and destroyed with its key.

An upload never lies in the clear on a disk. It comes in parts, which may stop and go on later; each part is sealed
under a key of the negative's own (core.safes), so that whoever destroys the key has emptied every copy of it, the
oldest backup too. When it is needed as a whole it is put together in memory alone.

In the file each part is four bytes of length, and so many sealed bytes bound to its place.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from manyplaces.core.picturekinds import LARGEST_FILE
from manyplaces.core.picturerefusals import Refusal, Refused
from manyplaces.core.refusals import NotNow
from manyplaces.core.safes import destroy_safe, make_safe, seal_bytes_in, unseal_bytes_from
from manyplaces.core.sealing import Unopenable

# A phone sends a part of a megabyte or more; who sends crumbs wants to keep us busy.
MOST_PARTS = 2_000
KIND = "negatives"
NAME = re.compile(r"[a-z0-9]{1,40}")
LENGTH, SEALING = struct.Struct(">I"), 28


def begin_negative() -> str:
    """Make a negative with nothing in it yet, and return its name. Raises NotNow where the disk takes no more."""
    with _room_for_it():
        name = make_safe(KIND).removeprefix(f"{KIND}/")
        _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(_file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return name


def add_part(name: str, place: int, part: bytes) -> int:
    """Add a part that begins at byte `place` of the picture; returns how many bytes there are now, safe on the disk.

    A part that begins elsewhere than where the last one ended is not taken: the number says where to go on. Raises
    Refused for more bytes than a picture may have, Unopenable for a negative that is gone, and NotNow where the disk
    takes no more.
    """
    with _room_for_it(), _alone(name) as file:
        parts = list(_parts(file))
        known, end = _measured(parts)
        if place != known or not part:
            return known
        if known + len(part) > LARGEST_FILE or len(parts) >= MOST_PARTS:
            raise Refused(Refusal.TOO_MANY_BYTES)
        sealed = seal_bytes_in(f"{KIND}/{name}", part, KIND, f"{name}:{len(parts)}")
        file.seek(end)
        # What a power cut left of a part goes.
        file.truncate()
        file.write(LENGTH.pack(len(sealed)) + sealed)
        file.flush()
        os.fsync(file.fileno())
        return known + len(part)


def received(name: str) -> int:
    """Return how many bytes of the picture have come. Raises Unopenable for a negative that is gone."""
    with _alone(name) as file:
        return _measured(list(_parts(file)))[0]


@contextmanager
def opened_negative(name: str) -> Iterator[BinaryIO]:
    """Give the whole file, in memory alone, from its first byte on. Raises Unopenable for a negative that is gone."""
    with in_memory() as whole:
        with _alone(name) as file:
            for number, (place, length) in enumerate(list(_parts(file))):
                file.seek(place)
                sealed = file.read(length)
                whole.write(unseal_bytes_from(f"{KIND}/{name}", sealed, KIND, f"{name}:{number}"))
        whole.seek(0)
        yield whole


def destroy_negative(name: str) -> bool:
    """Destroy a negative for good, its key first; returns whether there was one."""
    if not NAME.fullmatch(name):
        return False
    there = destroy_safe(f"{KIND}/{name}") or _file(name).exists()
    _file(name).unlink(missing_ok=True)
    return there


def negatives() -> dict[str, datetime]:
    """Return the names of all negatives with when their last part came, also where only key or file is left."""
    found: dict[str, datetime] = {}
    for file in (*_keys().glob("*"), *_folder().glob("*")):
        with suppress(FileNotFoundError):
            found[file.name.partition(".")[0]] = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return found


@contextmanager
def in_memory() -> Iterator[BinaryIO]:
    """Give a file that another process can read and that lies on no disk, where the system has such."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("picture"), "w+b") as file:
            yield file
    else:
        with tempfile.TemporaryFile() as file:
            yield file


@contextmanager
def _alone(name: str) -> Iterator[BinaryIO]:
    """Give the file of a negative to one request at a time."""
    if not NAME.fullmatch(name):
        raise Unopenable("there is no such negative")
    try:
        file = _file(name).open("r+b")
    except FileNotFoundError:
        raise Unopenable("the negative was destroyed") from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


@contextmanager
def _room_for_it() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        sentence = _("The picture could not be stored: the disk may be full. Ask whoever runs this site.")
        raise NotNow(sentence) from fault


def _parts(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """Where each whole part begins, and its sealed length; the rest of one that a power cut tore is left out."""
    size, place = os.fstat(file.fileno()).st_size, 0
    while place + LENGTH.size <= size:
        file.seek(place)
        (length,) = LENGTH.unpack(file.read(LENGTH.size))
        if place + LENGTH.size + length > size:
            return
        yield place + LENGTH.size, length
        place += LENGTH.size + length


def _measured(parts: list[tuple[int, int]]) -> tuple[int, int]:
    """Bytes of the picture, and where in the file the last part ends."""
    return sum(length - SEALING for _place, length in parts), sum(parts[-1]) if parts else 0


def _folder() -> Path:
    return Path(settings.MEDIA_FOLDER) / KIND


def _keys() -> Path:
    return Path(settings.SAFES_FOLDER) / KIND


def _file(name: str) -> Path:
    return _folder() / name
