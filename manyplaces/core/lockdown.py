"""Whether the site is closed to every change: asked by each door before it lets anybody in.

A row of the database says so. Before it can be written, a file in the data folder does, for the database may be busy
for long at just that moment.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from manyplaces.core.models import Lockdown


def locked_since() -> datetime | None:
    """Return since when the site is closed, or None while it is open; one query at most."""
    if is_closing():
        return datetime.fromtimestamp(_file().stat().st_mtime, UTC)
    return Lockdown.objects.values_list("since", flat=True).first()


def is_locked() -> bool:
    """Tell whether the site is closed; one query at most."""
    return is_closing() or Lockdown.objects.exists()


def is_closing() -> bool:
    """Tell whether the site is being closed: until that is done nobody is let in at all. No query."""
    return _file().exists()


def begin_closing() -> None:
    """Close the site to everybody at once, on this machine."""
    _file().touch(mode=0o600)


def end_closing() -> None:
    """Leave it to the database from now on to say whether the site is closed."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    found: Path = settings.CLOSING_FILE
    return found
