"""The site's own signature (Ed25519): what it gives out can be told from what somebody else made or changed.

The key is a file beside the other keys in the data folder, made when it is first asked for. Whoever has the public
half can verify a signature without us: openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in FILE -sigfile FILE.sig
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from django.conf import settings

FILE, LENGTH = "signing.key", 32


def sign(body: bytes) -> bytes:
    """Return the site's signature of these bytes, 64 bytes; the same bytes always get the same."""
    return _key().sign(body)


def public_key() -> bytes:
    """Return the public half of the site's key as PEM."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def is_signed(body: bytes, signature: bytes, public: bytes) -> bool:
    """Tell whether the owner of a public key (PEM) signed these bytes; raises ValueError for what is no such key."""
    key = load_pem_public_key(public)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True


def in_short(public: bytes) -> str:
    """Return the one line of a public key (PEM) that differs from key to key."""
    return "".join(line for line in public.decode("ascii", "replace").splitlines() if not line.startswith("-"))


def _key() -> Ed25519PrivateKey:
    file: Path = settings.ENVIRONMENT.data / "keys" / FILE
    if not file.exists():
        _make(file)
    return Ed25519PrivateKey.from_private_bytes(file.read_bytes())


def _make(file: Path) -> None:
    """Put a new key in its place, whole or not at all; another process may have been first."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    draft = file.with_name(f".{FILE}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(secrets.token_bytes(LENGTH))
        written.flush()
        os.fsync(written.fileno())
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
