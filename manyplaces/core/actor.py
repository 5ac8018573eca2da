"""Who acts, through which door, and on what errand: what every operation is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Somebody or something that changes the world.

    `name` says who (a person's public name or a part of the system, never an address), `door` through which door
    (page, api, import, command), `errand` groups what was done in one go, such as the number of an import.
    """

    name: str
    door: str
    errand: str = ""
