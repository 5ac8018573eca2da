"""Whether the site is closed to every change: asked by each door before it lets anybody in."""

from __future__ import annotations

from datetime import datetime

from manyplaces.core.models import Lockdown


def locked_since() -> datetime | None:
    """Return since when the site is closed, or None while it is open; one query."""
    return Lockdown.objects.values_list("since", flat=True).first()


def is_locked() -> bool:
    """Tell whether the site is closed; one query."""
    return locked_since() is not None
