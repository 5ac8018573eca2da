"""What those who come must be told: whether it takes place, on which day, at what time, and where."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import models
from django.utils.crypto import salted_hmac

from manyplaces.core import fuzzydates
from manyplaces.core.words import fold
from manyplaces.events.rules import Phase

# More letters than this that one person causes within a day go out only when a second one has agreed; see
# docs/decisions/0012-attendees-are-told-at-once.md.
MOST_TOLD = 2_000
ON, CANCELLED, POSTPONED = "on", "cancelled", "postponed"
# Off the pages: its host has paused it, so that nothing is certain; or it is one event with another now.
PAUSED, MERGED = "paused", "merged"
NOT_ON = (CANCELLED, PAUSED, MERGED)
# Two spellings of one place lie no farther apart, in degrees: about 200 m.
SAME_PLACE = 0.002


class Kind(models.TextChoices):
    """Which letter tells it."""

    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    MOVED = "moved"
    ON_AGAIN = "on_again"
    PAUSED = "paused"
    MERGED = "merged"


@dataclass(frozen=True)
class Facts:
    """What people go by: day (EDTF, of what was postponed the new one or nothing), local time, and where.

    `place` is the number of the place, 0 for none, `at` its position; `name` how it is called. Of an address only a
    digest is here: it may be that of somebody's home.
    """

    state: str = ON
    day: str = ""
    time: str = ""
    name: str = ""
    place: int = 0
    at: tuple[float, float] | None = None
    address: str = ""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Facts:
        """Return them as they were kept."""
        at = kept.get("at")
        return cls(**{**kept, "at": (at[0], at[1]) if at else None})

    @property
    def kept(self) -> dict[str, Any]:
        """As they are kept, plain JSON."""
        return {**asdict(self), "at": list(self.at) if self.at else None}

    @property
    def digest(self) -> str:
        """What tells them from others."""
        text = json.dumps([value for name, value in sorted(asdict(self).items()) if name != "at"])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def last_day(self) -> datetime.date | None:
        """The last day, None where none is known."""
        return fuzzydates.read(self.day).latest if self.day else None


def state_of(phase: str) -> str:
    """Return whether what stands so takes place, as far as anybody said."""
    return str(phase) if phase in (Phase.CANCELLED, Phase.POSTPONED) else ON


def address_digest(address: str) -> str:
    """Return what tells one address from another, and from which neither can be made."""
    return salted_hmac("manyplaces.rsvps.address", fold(address)).hexdigest()[:16] if address else ""


def going_on(before: Facts, now: Facts) -> Facts:
    """Return what is true now, with what was told before where nothing is told any more: hiding a place moves none."""
    hidden = not (now.name or now.place)
    place = replace(now, name=before.name, place=before.place, at=before.at) if hidden else now
    return replace(place, address=now.address or before.address, time=now.time or before.time)


def changes(before: Facts, now: Facts) -> list[str]:
    """Return which of "state", "day", "time", "place" and "address" are other than they were told."""
    if now.state == PAUSED:
        return [] if is_off(before) else ["state"]
    if now.state in NOT_ON:
        return [] if before.state == now.state else ["state"]
    # What is to take place on a new day is on, whatever its phase is called.
    found = ["state"] if is_off(before) != is_off(now) else []
    found += ["day"] if now.day and before.day != now.day else []
    found += ["time"] if now.time and before.time != now.time else []
    found += ["place"] if not _same_place(before, now) else []
    return found + (["address"] if now.address and before.address != now.address else [])


def kind_of(before: Facts, now: Facts) -> Kind:
    """Return which letter tells the change."""
    if now.state in NOT_ON:
        return Kind(now.state)
    if now.state == POSTPONED and (is_off(now) or now.day != before.day):
        return Kind.POSTPONED
    return Kind.ON_AGAIN if is_off(before) and now.day == before.day else Kind.MOVED


def is_off(facts: Facts) -> bool:
    """Tell whether nothing takes place, or nobody knows when, whether or where."""
    return facts.state in NOT_ON or (facts.state == POSTPONED and not facts.day)


def is_past(before: Facts, now: Facts, today: datetime.date) -> bool:
    """Tell whether both what was told and what is true now are over, so that there is nothing to tell any more."""
    days = [facts.last_day for facts in (before, now)]
    return all(day is not None and day < today for day in days)


def _same_place(before: Facts, now: Facts) -> bool:
    if not (now.name or now.place):
        return True
    if fold(before.name) == fold(now.name) or (now.place and before.place == now.place):
        return True
    if before.at is None or now.at is None:
        return False
    return all(abs(one - other) < SAME_PLACE for one, other in zip(before.at, now.at, strict=True))


@dataclass(frozen=True)
class Sent:
    """A letter about a change: the number of the change, whether it went out, whether it was stopped as untrue."""

    number: int
    is_sent: bool
    is_stopped: bool


def known_by(letters: Iterable[Sent], befores: Mapping[int, str]) -> str:
    """Return the digest of what a reader surely still goes by; empty where that is not known for sure.

    `befores` gives for each change the digest of what was true before it. Only whose letter was stopped before it left
    surely knows what was true before; whoever has no letter may have come later.
    """
    known = ""
    for letter in sorted(letters, key=lambda one: one.number):
        if letter.is_sent:
            known = ""
        elif letter.is_stopped and not known:
            known = befores.get(letter.number, "")
    return known
