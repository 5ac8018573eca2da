"""The installation's secret key: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from manyplaces.config.environment import Unsafe

LEAST_LENGTH = 50


def secret_key(file: Path) -> str:
    """Return the key in `file`, making both on the first start; raises Unsafe where it is weak or open to others."""
    if not file.exists():
        _make(file)
    if file.stat().st_mode & 0o077:
        raise Unsafe(f"other users of this machine can read the key file {file}; run: chmod 600 {file}")
    key = file.read_text("ascii", "replace").strip()
    if len(key) < LEAST_LENGTH or len(set(key)) < 12:
        raise Unsafe(f"the key in {file} is too weak; move the file away and start again to get a strong one.")
    return key


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two processes may start at once: each writes its own file and one link wins, so nobody reads a half-written key.
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(64) + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
