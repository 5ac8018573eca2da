"""Work that a browser does before its form is taken where very many come from one place.

It is a matter of seconds for one and of hours for thousands. A proof is a number that, written behind the form's own
key and the day, makes a SHA-256 with so many zero bits in front. The form's key is taken once, so a proof is too; and
what was worked out yesterday is of no use today.
"""

from __future__ import annotations

import datetime
import hashlib

# So many bits for the first form beyond what is free, one more each time their number doubles, and no more than a phone
# works out within a few seconds.
FIRST_BITS, MOST_BITS = 14, 19
LONGEST_PROOF = 16


def bits_for(beyond: int) -> int:
    """Return how many zero bits are asked for the `beyond`th form (from 1) beyond what is free; 0 for none."""
    return 0 if beyond < 1 else min(MOST_BITS, FIRST_BITS + beyond.bit_length() - 1)


def riddle(key: str, day: datetime.date) -> str:
    """Return the text behind which the number is written."""
    return f"{key}:{day.isoformat()}:"


def bits_of(key: str, proof: str, day: datetime.date) -> int:
    """Return how many zero bits a proof has, for a form's key today (or until shortly after midnight, yesterday's)."""
    if not proof.isascii() or not proof.isdigit() or len(proof) > LONGEST_PROOF:
        return 0
    return max(_zeros(riddle(key, when) + proof) for when in (day, day - datetime.timedelta(days=1)))


def _zeros(text: str) -> int:
    digest = hashlib.sha256(text.encode()).digest()
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()
