"""How often one source may do something, without keeping who it is.

A source is the network address that a form came from (of IPv6 the first 64 bits), as a mark: its HMAC under a random
salt. Salt and counters lie in memory that all processes of a site share and that no file stands behind; it is made when
this module is first loaded, so load it before forking. The salt is thrown away and made anew every hour: then nobody,
not we either, can tell from which address a mark came. A restart forgets everything.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import mmap
import secrets
import struct
import time
from collections.abc import Mapping
from typing import Any

from django.utils.translation import ngettext

from manyplaces.core.locks import SiteLock

SOURCE = "manyplaces.source"
SALT_LIVES = 3600.0
SALT_BYTES = 32

# The memory: the hour of the salt (a double) and the salt; after these slots of one counter each: fingerprint, the
# moment its time is over, and how often.
HEAD = struct.Struct(f"<d{SALT_BYTES}s")
SLOT = struct.Struct("<QdI4x")
SLOTS = 65_536
PROBED = 8

_memory = mmap.mmap(-1, HEAD.size + SLOT.size * SLOTS)
_lock = SiteLock()


def mark(address: str) -> str:
    """Return the mark of a network address, 22 letters, the same for at most an hour; empty for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        # One household or phone has a whole network of 64 bits and may change within it at will.
        found = found.ipv4_mapped or ipaddress.ip_network((found.packed[:8] + bytes(8), 64)).network_address
    with _lock:
        salt = _salt(time.time())
    return hmac.digest(salt, found.packed, "sha256").hex()[:22]


def source_of(meta: Mapping[str, Any]) -> str:
    """Return the mark of who sent a form, from `request.META`; empty where nobody can be told apart."""
    return str(meta.get(SOURCE, ""))


def take(source: str, what: str, most: int, seconds: float) -> bool:
    """Count one more of `what` from this source; returns False where that is more than `most` within `seconds`.

    The time begins with the first. What is not told apart (an empty source) is never too much.
    """
    if not source:
        return True
    now = time.time()
    with _lock:
        place, count, until = _found(_fingerprint(source, what), now)
        count, until = (count + 1, until) if until > now else (1, now + seconds)
        SLOT.pack_into(_memory, place, _fingerprint(source, what), until, min(count, 2**32 - 1))
    return count <= most


def counted(source: str, what: str) -> int:
    """Return how many of `what` were counted from a source within the time that began with the first."""
    if not source:
        return 0
    with _lock:
        return _found(_fingerprint(source, what), time.time())[1]


def wait(source: str, what: str) -> int:
    """Return in how many seconds a source that did `what` too often may do it again; 0 for now."""
    if not source:
        return 0
    now = time.time()
    with _lock:
        _, count, until = _found(_fingerprint(source, what), now)
    return max(0, round(until - now + 0.5)) if count else 0


def too_many(seconds: int) -> str:
    """Return the sentence for a form that came too often, for who must wait so long."""
    minutes = max(1, -(-seconds // 60))
    return ngettext(
        "Too many forms came from where you are. Please wait %(num)s minute, then send this one again.",
        "Too many forms came from where you are. Please wait %(num)s minutes, then send this one again.",
        minutes,
    ) % {"num": minutes}


def cluster(source: str) -> int | None:
    """Return a random number that everything from this source has in common until the salt changes."""
    if not source:
        return None
    return int.from_bytes(hashlib.sha256(f"cluster {source}".encode()).digest()[:8], "big") >> 1


def forget() -> None:
    """Throw away salt and counters."""
    with _lock:
        _memory[:] = bytes(len(_memory))


def _salt(now: float) -> bytes:
    made, salt = HEAD.unpack_from(_memory, 0)
    if not 0 <= now - made < SALT_LIVES:
        salt = secrets.token_bytes(SALT_BYTES)
        HEAD.pack_into(_memory, 0, now, salt)
    return bytes(salt)


def _fingerprint(source: str, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{what}\0{source}".encode()).digest()[:8], "big") | 1


def _found(fingerprint: int, now: float) -> tuple[int, int, float]:
    """Return (place in memory, count, until when) of a counter; one that is not there gets the oldest place near."""
    oldest, oldest_until = 0, float("inf")
    for step in range(PROBED):
        place = HEAD.size + (fingerprint // 2 + step) % SLOTS * SLOT.size
        known, until, count = SLOT.unpack_from(_memory, place)
        if known == fingerprint and until > now:
            return place, count, until
        if until < oldest_until:
            oldest, oldest_until = place, until
    return oldest, 0, 0.0
