"""Forms to be filled in by hand, drawn as one PDF: a page for each site."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

FORMS = Path(__file__).parent / "templates" / "lists" / "forms.typ"
SECONDS = 60


def forms_pdf(paper: dict[str, Any]) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of what `shapes.paper` gives, one page for each site.

    It is drawn in a process of its own, because the typesetter takes memory that a web process should not hold.
    Raises subprocess.SubprocessError where the typesetter fails or takes longer than a minute.
    """
    command = [sys.executable, "-P", "-m", "manyplaces.lists.drawings"]
    asked = json.dumps(paper).encode()
    return subprocess.run(command, input=asked, capture_output=True, timeout=SECONDS, check=True).stdout  # noqa: S603


def draw(paper: str) -> bytes:
    """Typeset the page of each site of `paper`, as JSON, in the letters of the site."""
    import typst

    family = importlib.util.find_spec("font_hanken_grotesk")
    folders = [Path(family.origin).parent / "files"] if family and family.origin else []
    # Without the machine's own fonts a page looks the same everywhere.
    drawn: bytes = typst.compile(
        FORMS, sys_inputs={"data": paper}, font_paths=folders, ignore_system_fonts=True, pdf_standards=["ua-1"]
    )
    return drawn


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(sys.stdin.read()))
