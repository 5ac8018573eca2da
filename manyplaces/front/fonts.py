"""The site's own web fonts, cut from an open family to the letters that English and Spanish need."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

# The file name pages ask for, and the cut of Hanken Grotesk (SIL Open Font License) it is made from.
FONTS = {"display.woff2": "HankenGrotesk-Bold.otf", "text.woff2": "HankenGrotesk-Regular.otf"}
VERSION = "2"
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *(0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2032, 0x2033),
    *(0x2039, 0x203A, 0x20AC, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2264, 0x2265, 0x00D7),
)
FEATURES = ["kern", "liga", "tnum", "lnum", "ccmp", "mark", "locl"]


def fonts(folder: Path) -> dict[str, bytes]:
    """Return the fonts by name, cut once and kept in `folder`; nothing where they cannot be made."""
    if not all((folder / f"{VERSION}-{name}").exists() for name in FONTS):
        # In a process of its own: the tools take memory that a web process should not hold.
        command = [sys.executable, "-m", "manyplaces.front.fonts", str(folder)]
        made = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
        if made.returncode:
            return {}
    return {name: (folder / f"{VERSION}-{name}").read_bytes() for name in FONTS}


def cut(source: Path, target: Path) -> None:
    """Write the letters of `source` (OpenType) that we need to `target` as WOFF2."""
    from fontTools.subset import Options, Subsetter, load_font, save_font

    options = Options(flavor="woff2", layout_features=FEATURES, hinting=False, desubroutinize=False)
    options.name_IDs = [0, 1, 2, 4, 6, 14]
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    save_font(font, str(draft), options)
    draft.replace(target)


def make(folder: Path) -> None:
    """Cut all fonts into `folder`; raises FileNotFoundError where the family is not installed."""
    family = importlib.util.find_spec("font_hanken_grotesk")
    if family is None or not family.origin:
        raise FileNotFoundError("font_hanken_grotesk")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, source in FONTS.items():
        cut(Path(family.origin).parent / "files" / source, folder / f"{VERSION}-{name}")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
