"""The poster of an event or of a whole action: one page to hang up, with the code that leads to its page."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from manyplaces.core.codes import qr_svg
from manyplaces.core.typesetting import typeset

POSTER = Path(__file__).parent.parent / "templates" / "front" / "poster.typ"
SECONDS = 20
# The record changes more often than what stands on a poster; some 40 KB each.
KEPT = 64


def poster_pdf(printed: dict[str, Any]) -> bytes:
    """Return a PDF of one page of what `shapes.posters` gives; raises as `typeset` does."""
    return _drawn(json.dumps(printed, sort_keys=True))


@lru_cache(maxsize=KEPT)
def _drawn(printed: str) -> bytes:
    words = json.loads(printed)
    return typeset(POSTER, {**words, "code": qr_svg(words["link"])}, seconds=SECONDS)
