"""What binds an entry of the journal to the one before it, and what may still be done to a closed record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

TAKEN_BACK = ".taken-back"
# What may be done to what hangs on a closed record: to close it and open it again, to put a correction beside it or,
# dated as well, into its recap, to say whether its links still work, and to take out whatever is private, out of time,
# taken down or somebody's picture.
MAY_FOLLOW = frozenset(
    {
        *("action.frozen", "action.emptied", "action.unfrozen"),
        *("correction.added", "recap.corrected"),
        *("commitment.contacts-forgotten", "sitelist.contacts-forgotten", "event.purged", "purge.added"),
        *("mediahit.link-changed", "mediahit.taken-down", "mediahit.stands-for"),
        *("safe.closed", "safe.destroyed", "materialversion.file_deleted"),
        *("takedown.added", "takedown.decided", "photo.taken-down", "photo.shown-again", "photo.deleted"),
        *("photo.destroyed", "photo.removed", "photo.declined", "photo.covered", "photo.prepared"),
    }
)


def may_follow(verb: str) -> bool:
    """Tell whether what a verb says may be done once the record is closed."""
    return verb in MAY_FOLLOW


def link_of(previous: str, content: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, over an entry's content (JSON values) and the link of the one before it.

    The first entry has an empty text before it. The content is written as JSON in ASCII with sorted names and without
    blanks, so that anybody can compute the chain from an export.
    """
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
