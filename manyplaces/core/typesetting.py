"""A PDF of what a Typst file prints, drawn in a process of its own and in the letters of the site."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

# Files of one room may use those of another; nothing outside the package is read.
ROOT = Path(__file__).parent.parent
# Without the machine's own fonts a page looks the same everywhere. A letter that ours lack makes it no PDF/UA, so
# that it is looked for in those of the machine; where they have it neither, a box stands for it.
WAYS: tuple[dict[str, Any], ...] = (
    {"ignore_system_fonts": True, "pdf_standards": ["ua-1"]},
    {"ignore_system_fonts": False, "pdf_standards": ["ua-1"]},
    {"ignore_system_fonts": False},
)


def typeset(file: Path, printed: dict[str, Any], *, seconds: int) -> bytes:
    """Return a tagged PDF (PDF/UA-1) of `file`, which reads what is `printed` as JSON from `sys.inputs.data`.

    It is drawn in a process of its own, because the typesetter takes memory that a web process should not hold.
    Raises subprocess.SubprocessError where the typesetter fails or takes longer than so many seconds.
    """
    command = [sys.executable, "-P", "-m", "manyplaces.core.typesetting", str(file)]
    asked = json.dumps(printed).encode()
    return subprocess.run(command, input=asked, capture_output=True, timeout=seconds, check=True).stdout  # noqa: S603


def draw(file: Path, printed: str) -> bytes:
    """Typeset `file` with what is `printed` as JSON."""
    import typst

    family = importlib.util.find_spec("font_hanken_grotesk")
    folders = [Path(family.origin).parent / "files"] if family and family.origin else []
    problem: Exception | None = None
    for ways in WAYS:
        try:
            drawn: bytes = typst.compile(file, root=ROOT, sys_inputs={"data": printed}, font_paths=folders, **ways)
        except typst.TypstError as found:
            problem = problem or found
        else:
            return drawn
    raise problem or AssertionError


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(Path(sys.argv[1]), sys.stdin.read()))
