"""The papers of schools as PDF: a commitment form, flyers, the agenda and whatever else there is to print."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from manyplaces.core.codes import qr_svg
from manyplaces.core.typesetting import typeset

PAPERS = Path(__file__).parent / "templates" / "events" / "paper" / "papers.typ"
SECONDS = 60
# What one host or visitor asks for is asked for again; some 40 KB for each sheet.
KEPT, FEW = 64, 8


def papers_pdf(printed: dict[str, Any]) -> bytes:
    """Return a tagged PDF of what `shapes.papers` gives, of letter size; raises as `typeset` does.

    So many sheets as one school has are drawn once for the same words.
    """
    few = len(printed["sheets"]) <= FEW
    return _kept(json.dumps(printed, sort_keys=True)) if few else _drawn(printed)


@lru_cache(maxsize=KEPT)
def _kept(printed: str) -> bytes:
    return _drawn(json.loads(printed))


def _drawn(printed: dict[str, Any]) -> bytes:
    links = sorted({site["link"] for site in printed["sites"]})
    return typeset(PAPERS, {**printed, "codes": {link: qr_svg(link) for link in links}}, seconds=SECONDS)
