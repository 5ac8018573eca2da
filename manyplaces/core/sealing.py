"""Contacts at rest: sealed under a key that is not in the database, and found again by a keyed hash.

The keys lie in a file of the data folder, a line each: a number, a colon, 32 random bytes in base64. The highest number
seals; all of them open. Of a key that was dropped the line keeps what hashes ("look-up:" before the bytes): it opens
nothing, and addresses of which we have only the hash, such as of who wants no letters, are still found.

A sealed text is one byte with the number, twelve random bytes, and AES-256-GCM's output, bound to the field and the row
it was sealed for, so that it cannot be moved to another.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12
MOST_KEYS = 255
LOOK_UP = "look-up:"


class Unopenable(Exception):
    """A sealed text whose key is gone, or that was changed or moved."""


@dataclass(frozen=True)
class Key:
    """One key of the file: whole, or of a dropped one only what hashes."""

    whole: bytes
    hashing: bytes

    @property
    def opens(self) -> bool:
        """Whether it can still open what it sealed."""
        return bool(self.whole)


@dataclass(frozen=True)
class Ring:
    """The keys of one file by number, each as it seals and as it hashes; a dropped one only hashes."""

    ciphers: dict[int, AESGCM]
    hashing: dict[int, bytes]

    @property
    def newest(self) -> int:
        """The number of the key that seals."""
        return max(self.ciphers)


def seal(text: str, field: str, row: str) -> bytes:
    """Return the text sealed for a field ("people.person.email") of a row (its uid); nothing for an empty text."""
    if not text:
        return b""
    held, nonce = ring(), secrets.token_bytes(NONCE)
    sealed = held.ciphers[held.newest].encrypt(nonce, text.encode(), _bound(field, row))
    return bytes([held.newest]) + nonce + sealed


def unseal(sealed: bytes | memoryview, field: str, row: str) -> str:
    """Return the text that was sealed for this field of this row; raises Unopenable."""
    whole = bytes(sealed)
    if not whole:
        return ""
    cipher = ring().ciphers.get(whole[0])
    if cipher is None:
        raise Unopenable(f"the key number {whole[0]} is not in the key file")
    try:
        return cipher.decrypt(whole[1 : 1 + NONCE], whole[1 + NONCE :], _bound(field, row)).decode()
    except InvalidTag:
        raise Unopenable("a sealed text was changed, or moved from another row") from None


def key_number(sealed: bytes | memoryview) -> int:
    """Return the number of the key under which a text is sealed; 0 for nothing."""
    return bytes(sealed)[0] if sealed else 0


def lookup(text: str, purpose: str, number: int | None = None) -> str:
    """Return the keyed hash, 43 letters, by which a text ("email" in small letters) is found; empty for nothing.

    `number` chooses an older key, for rows that were not sealed anew yet; see `lookups`.
    """
    if not text:
        return ""
    held = ring()
    key = held.hashing[held.newest if number is None else number]
    found = hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256")
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()


def lookups(text: str, purpose: str) -> list[str]:
    """Return the keyed hash of a text under each key there is, newest first: what a query must look for."""
    return [lookup(text, purpose, number) for number in sorted(ring().hashing, reverse=True)] if text else []


def add_key(file: Path) -> int:
    """Add a key to the file and return its number; what was sealed before stays readable."""
    numbers = [number for number, _ in _read(file)]
    number = max(numbers, default=0) + 1
    if number > MOST_KEYS:
        raise Unopenable(f"{file} holds {MOST_KEYS} keys; take old ones away first")
    _write(file, [*_lines(file), _line(number, _made())])
    return number


def drop_keys(file: Path) -> int:
    """Drop every key but the newest, and return how many went; for when nothing is sealed by them any more."""
    keys = _read(file)
    old = [number for number, key in keys if key.opens and number < max(number for number, key in keys if key.opens)]
    lines = [_line(number, key if number not in old else Key(b"", key.hashing)) for number, key in keys]
    _write(file, lines)
    return len(old)


def open_keys(file: Path) -> list[int]:
    """Return the numbers of the keys in the file that open something; more than one while they are being changed."""
    return sorted(number for number, key in _read(file) if key.opens)


def ring() -> Ring:
    """Return the keys, read anew when the file has changed; the file is made on first use."""
    file = Path(settings.CONTACTS_KEY_FILE)
    if not file.exists():
        _make(file)
    found = file.stat()
    return _ring(file, (found.st_ino, found.st_mtime_ns))


@lru_cache(maxsize=1)
def _ring(file: Path, version: tuple[int, int]) -> Ring:
    keys = dict(_read(file))
    ciphers = {number: AESGCM(_derived(key.whole, b"manyplaces sealing")) for number, key in keys.items() if key.opens}
    return Ring(ciphers, {number: key.hashing for number, key in keys.items()})


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, purpose).derive(key)


def _bound(field: str, row: str) -> bytes:
    return f"{field}\0{row}".encode()


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text("ascii").splitlines() if line.strip()] if file.exists() else []


def _read(file: Path) -> list[tuple[int, Key]]:
    found = []
    for line in _lines(file):
        number, _, rest = line.partition(":")
        kept = base64.b64decode(rest.removeprefix(LOOK_UP))
        dropped = rest.startswith(LOOK_UP)
        found.append((int(number), Key(b"", kept) if dropped else Key(kept, _derived(kept, b"manyplaces look-up"))))
    return found


def _line(number: int, key: Key) -> str:
    kept = base64.b64encode(key.whole or key.hashing).decode()
    return f"{number}:{'' if key.opens else LOOK_UP}{kept}"


def _made() -> Key:
    whole = secrets.token_bytes(32)
    return Key(whole, _derived(whole, b"manyplaces look-up"))


def _make(file: Path) -> None:
    draft = _drafted(file, [_line(1, _made())])
    try:
        # Two processes may start at once: one link wins, so that both use the same key.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write(file: Path, lines: list[str]) -> None:
    _drafted(file, lines).replace(file)


def _drafted(file: Path, lines: list[str]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write("\n".join(lines) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return draft
