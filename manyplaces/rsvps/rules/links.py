"""The secrets of who comes: made from others with the site's key, so that none of them needs to be kept."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from manyplaces.core.tokens import ALPHABET

UID_LETTERS = 20
# What a link proves: who sent the form, who reads the letters to its address, or the texts to its number.
FORM, LETTER, TEXT = "form", "letter", "text"
PROVES = {LETTER: "email", TEXT: "phone"}
# So many letters of the uid, and of a signature, stand in a text, where there is little room: together 99 bits.
SHORT, SIGNED = 10, 8


@lru_cache(maxsize=512)  # Asked twice of each form of a rush.
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
    for proof in (LETTER, FORM, TEXT):
        try:
            return signing.Signer(salt=f"manyplaces.rsvps.{proof}", sep=".").unsign(token), proof
        except signing.BadSignature:
            continue
    return "", ""


def short_link_of(uid: str) -> str:
    """Return the secret that stands in a text; `is_short_for` tells whose it is."""
    return uid[:SHORT] + _short_signer().signature(uid)[:SIGNED]


def short_range(token: str) -> tuple[str, str]:
    """Return between which uids, both included, that of a text's secret lies; nothing lies between two empty ones."""
    begin = token[:SHORT]
    is_whole = len(token) == SHORT + SIGNED and all(letter in ALPHABET for letter in begin)
    return (begin, begin + ALPHABET[-1] * (UID_LETTERS - SHORT)) if is_whole else ("", "")


def is_short_for(token: str, uid: str) -> bool:
    """Tell whether the secret of a text is that of a row."""
    signer = _short_signer()
    keys = [signer.key, *signer.fallback_keys]
    return any(constant_time_compare(token, uid[:SHORT] + signer.signature(uid, key)[:SIGNED]) for key in keys)


def inbound_secret() -> str:
    """Return the secret in the address to which the gateway passes on what people text back."""
    return salted_hmac("manyplaces.rsvps.inbound", "texts", algorithm="sha256").hexdigest()[:32]


def _short_signer() -> signing.Signer:
    return signing.Signer(salt="manyplaces.rsvps.short", sep=".")
