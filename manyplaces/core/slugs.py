"""Short names for addresses that are still free."""

from __future__ import annotations

from collections.abc import Collection


def free_slug(base: str, taken: Collection[str]) -> str:
    """Return `base`, or `base-2`, `base-3` and so on: the first that is not taken."""
    number = next(n for n in range(1, len(taken) + 2) if (f"{base}-{n}" if n > 1 else base) not in taken)
    return f"{base}-{number}" if number > 1 else base
