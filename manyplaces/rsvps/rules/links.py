"""The secrets of who comes: made from others with the site's key, so that none of them needs to be kept."""

from __future__ import annotations

import hashlib

from django.core import signing
from django.utils.crypto import salted_hmac

from manyplaces.core.tokens import ALPHABET

UID_LETTERS = 20
# What a link proves: who sent the form, or who reads the letters to its address.
FORM, LETTER = "form", "letter"


def uid_of(form_key: str) -> str:
    """Return the uid of the row that a form's key makes: one key, one row, and the key cannot be made from it."""
    number = int.from_bytes(salted_hmac("manyplaces.rsvps.uid", form_key, algorithm="sha256").digest(), "big")
    letters = []
    for _place in range(UID_LETTERS):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def body_digest(form_key: str, parts: list[str]) -> str:
    """Return what tells whether a form was sent with the same content; nobody without the key can try contents."""
    return hashlib.sha256("\0".join([form_key, *parts]).encode()).hexdigest()


def link_of(uid: str, proof: str) -> str:
    """Return the secret of somebody's own page; `proof` is FORM or LETTER."""
    return signing.Signer(salt=f"manyplaces.rsvps.{proof}", sep=".").sign(uid)


def read_link(token: str) -> tuple[str, str]:
    """Return the uid that a secret is for, and what it proves; both empty for a forged one."""
    for proof in (LETTER, FORM):
        try:
            return signing.Signer(salt=f"manyplaces.rsvps.{proof}", sep=".").unsign(token), proof
        except signing.BadSignature:
            continue
    return "", ""
