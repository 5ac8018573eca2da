"""Secrets that people hold: links, sessions and codes. We keep only what proves them, never the secret itself."""

from __future__ import annotations

import hashlib
import secrets

# Letters and digits that nobody confuses when reading them out.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_token() -> str:
    """Return a new secret of 128 bits, 22 letters that fit into an address."""
    return secrets.token_urlsafe(16)


def digest(token: str) -> str:
    """Return what we keep of a secret: its SHA-256 in hexadecimal; the secret cannot be made from it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_key(length: int = 10) -> str:
    """Return a random key for a row that is shown in addresses; not secret, but nobody can count on from it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_code(digits: int = 6) -> str:
    """Return a code to be typed, of so many decimal digits."""
    return f"{secrets.randbelow(10**digits):0{digits}d}"
