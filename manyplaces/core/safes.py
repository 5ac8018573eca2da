"""Safes: each holds one random key, and what is sealed in it is gone everywhere once the key is destroyed.

Backups keep what was deleted. What must not outlive its purpose is therefore sealed under a key of its own, a file of
its own in a folder that no backup of the database holds: whoever destroys the file has emptied the oldest backup too.
A file is made, written through to the disk and only then used, so that no power cut leaves rows whose key is lost.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from manyplaces.core.sealing import NONCE, Unopenable
from manyplaces.core.tokens import new_key

ENDING, KEY = ".safe", 32
NAME = re.compile(r"(?:[a-z]{1,20}/)?[a-z0-9]{1,40}")


@dataclass(frozen=True)
class _Keys:
    cipher: AESGCM
    hashing: bytes


def make_safe(kind: str = "") -> str:
    """Make a safe and return its name; it is on the disk when this returns.

    One of a kind lies in a folder of its own, so that whoever keeps the books of the others does not find it.
    """
    name = f"{kind}/{new_key(16)}" if kind else new_key(16)
    folder = _file(name).parent
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _settle(folder.parent)
    handle = os.open(_file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(base64.b64encode(secrets.token_bytes(KEY)))
        out.flush()
        os.fsync(out.fileno())
    _settle(folder)
    return name


def is_whole(name: str) -> bool:
    """Tell whether the safe can still be opened."""
    return bool(NAME.fullmatch(name)) and _file(name).exists()


def safes() -> list[str]:
    """Return the names of the safes there are, without those of a kind."""
    return sorted(file.name.removesuffix(ENDING) for file in _folder().glob(f"*{ENDING}"))


def destroy_safe(name: str) -> bool:
    """Destroy a safe for good; returns whether there was one. What it sealed cannot be read again, wherever it lies."""
    if not is_whole(name):
        return False
    file = _file(name)
    # Written over first: where the disk allows it, not even the freed block holds the key.
    with file.open("r+b") as out:
        out.write(secrets.token_bytes(file.stat().st_size))
        out.flush()
        os.fsync(out.fileno())
    file.unlink()
    _settle(file.parent)
    _keys.cache_clear()
    return True


def seal_in(name: str, text: str, field: str, row: str) -> bytes:
    """Return the text sealed in a safe for a field of a row (its uid), as core.sealing does; raises Unopenable."""
    return seal_bytes_in(name, text.encode(), field, row) if text else b""


def seal_bytes_in(name: str, content: bytes, field: str, row: str) -> bytes:
    """Return bytes sealed as `seal_in` seals a text; 28 bytes longer than they were. Raises Unopenable."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _opened(name).cipher.encrypt(nonce, content, f"{field}\0{row}".encode())


def unseal_from(name: str, sealed: bytes | memoryview, field: str, row: str) -> str:
    """Return the text that was sealed for this field of this row; raises Unopenable, also once the safe is gone."""
    whole = bytes(sealed)
    return unseal_bytes_from(name, whole, field, row).decode() if whole else ""


def unseal_bytes_from(name: str, sealed: bytes, field: str, row: str) -> bytes:
    """Return the bytes that were sealed for this field of this row; raises Unopenable, also once the safe is gone."""
    try:
        opened: bytes = _opened(name).cipher.decrypt(sealed[:NONCE], sealed[NONCE:], f"{field}\0{row}".encode())
    except InvalidTag:
        raise Unopenable("what was sealed was changed, or moved from another row") from None
    return opened


def lookup_in(name: str, text: str, purpose: str) -> str:
    """Return the keyed hash, 43 letters, by which a text is found among what the safe holds; raises Unopenable."""
    if not text:
        return ""
    found = hmac.digest(_opened(name).hashing, f"{purpose}\0{text}".encode(), "sha256")
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def _opened(name: str) -> _Keys:
    if not NAME.fullmatch(name):
        raise Unopenable("there is no such safe")
    try:
        # The file is asked for each time: another process may have destroyed it.
        found = _file(name).stat()
    except FileNotFoundError:
        # This process may still have the key in its memory.
        _keys.cache_clear()
        raise Unopenable("the safe was destroyed") from None
    return _keys(_file(name), (found.st_ino, found.st_mtime_ns))


@lru_cache(maxsize=64)
def _keys(file: Path, version: tuple[int, int]) -> _Keys:
    try:
        whole = base64.b64decode(file.read_bytes(), validate=True)
    except (FileNotFoundError, binascii.Error):
        whole = b""
    if len(whole) != KEY:
        # It was written over, and whoever did so was interrupted before the file was gone.
        raise Unopenable("the safe was destroyed")
    return _Keys(AESGCM(_derived(whole, b"manyplaces safe")), _derived(whole, b"manyplaces look-up"))


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, purpose).derive(key)


def _folder() -> Path:
    found: Path = settings.SAFES_FOLDER
    return found


def _file(name: str) -> Path:
    return _folder() / f"{name}{ENDING}"


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
