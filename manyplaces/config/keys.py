"""The installation's secret key: made once, kept in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from manyplaces.config.environment import Unsafe

LEAST_LENGTH = 50


def secret_key(file: Path) -> str:
    """Return the key in `file`, making both on the first start; raises Unsafe where it is weak or open to others."""
    return secret_keys(file)[0]


def secret_keys(file: Path) -> list[str]:
    """Return the key in `file` and after it those before, which are still believed; else as `secret_key`."""
    if not file.exists():
        _make(file, [])
    if open_to_others(file):
        raise Unsafe(f"other users of this machine can read the key file {file}; run: chmod 600 {file}")
    keys = [line.strip() for line in file.read_text("ascii", "replace").splitlines() if line.strip()] or [""]
    if any(len(key) < LEAST_LENGTH or len(set(key)) < 12 for key in keys):
        raise Unsafe(f"the key in {file} is too weak; move the file away and start again to get a strong one.")
    return keys


def open_to_others(file: Path) -> bool:
    """Tell whether a file is there that others than its owner may read or change."""
    return file.exists() and bool(file.stat().st_mode & 0o077)


def renew_secret_key(file: Path, *, keep: bool) -> None:
    """Put a new key into `file`; with `keep` the last one is still believed, so that nobody is signed out."""
    old = secret_keys(file)[:1] if keep else []
    _make(file, old, replace=True)


class KeyWatch:
    """Notices that another process put a new key into the file."""

    def __init__(self, file: Path) -> None:
        """What is in the file now is known."""
        self.file = file
        self._known = self._version()

    def renewed(self) -> list[str]:
        """Return the keys if the file has changed since the last time, else none."""
        found = self._version()
        if found == self._known or not found:
            return []
        self._known = found
        return secret_keys(self.file)

    def _version(self) -> tuple[int, int] | None:
        try:
            found = self.file.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns


def _make(file: Path, others: list[str], *, replace: bool = False) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Two processes may start at once: each writes its own file and one link wins, so nobody reads a half-written key.
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write("\n".join([secrets.token_urlsafe(64), *others]) + "\n")
        out.flush()
        os.fsync(out.fileno())
    if replace:
        draft.replace(file)
        return
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
