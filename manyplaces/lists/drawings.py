"""Forms to be filled in by hand, drawn as one PDF: a page for each site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from manyplaces.core.typesetting import typeset

FORMS = Path(__file__).parent / "templates" / "lists" / "forms.typ"
SECONDS = 60


def forms_pdf(paper: dict[str, Any]) -> bytes:
    """Return a tagged PDF of what `shapes.paper` gives, one page for each site; raises as `typeset` does."""
    return typeset(FORMS, paper, seconds=SECONDS)
