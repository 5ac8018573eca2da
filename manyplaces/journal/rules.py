"""What binds an entry of the journal to the one before it, and how one is known that takes something back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

TAKEN_BACK = ".taken-back"


def link_of(previous: str, content: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, over an entry's content (JSON values) and the link of the one before it.

    The first entry has an empty text before it. The content is written as JSON in ASCII with sorted names and without
    blanks, so that anybody can compute the chain from an export.
    """
    text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
