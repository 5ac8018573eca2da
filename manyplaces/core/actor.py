"""Who acts, through which door, on what errand, and with which rights: what every operation is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grant:
    """A right: a role, for one action or all, in one city, one state or everywhere; an empty text means every one.

    `action` is the action's short name, `state` its two letters, `city` the city's slug within that state. Texts
    instead of keys, so that the ground and the people need not know actions and places.
    """

    role: str
    action: str = ""
    state: str = ""
    city: str = ""


@dataclass(frozen=True)
class Actor:
    """Somebody or something that changes the world.

    `name` says who (a person's public name or a part of the system, never an address), `door` through which door
    (page, link, api, import, command, clock), `errand` groups what was done in one go, such as the number of an import.
    `person` is the key of the account, 0 where there is none; `grants` are its rights; `holds` is the key of the one
    commitment whose private link was shown.
    """

    name: str
    door: str
    errand: str = ""
    person: int = 0
    grants: tuple[Grant, ...] = ()
    holds: str = ""
