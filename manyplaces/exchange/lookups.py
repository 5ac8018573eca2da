"""What rows of a table refer to (actions, cities, events), found once and remembered while an import runs."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.carried import Read
from manyplaces.core.shelves import Missing
from manyplaces.core.words import slug
from manyplaces.events.models import Event
from manyplaces.exchange.placing import cities_of
from manyplaces.journal.operations import Outcome
from manyplaces.places.models import City
from manyplaces.places.operations import find_or_add_city

MOST = 4_000  # so many cities are remembered before it begins anew


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row: the key it is known by, and whether it was added, changed or was so already."""

    key: str
    outcome: Outcome


class RunningNumbers:
    """Counts how often the same words came, in a file that only this process sees, so that memory stays bounded."""

    def __init__(self) -> None:
        self._counts = sqlite3.connect("")
        self._counts.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY, times INTEGER) WITHOUT ROWID")

    def number(self, digest: bytes) -> int:
        """Return 1 for the first time, 2 for the second and so on."""
        upsert = "INSERT INTO seen VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times"
        (times,) = self._counts.execute(upsert, (digest,)).fetchone()
        return int(times)


def nowhere(name: str) -> bytes:
    """Say of every file that it is not there."""
    raise Missing(name)


@dataclass
class Lookups:
    """Finds what rows refer to. After a row was refused, `forget` drops what may have been rolled back with it.

    `pictures` gives files that a table speaks of; without `keeps` nothing of them is put anywhere.
    """

    by: Actor
    pictures: Read = nowhere
    keeps: bool = True
    numbers: RunningNumbers = field(default_factory=RunningNumbers)
    _actions: dict[str, Action] = field(default_factory=dict)
    _cities: dict[tuple[str, str], City] = field(default_factory=dict)
    _places: dict[str, list[City]] = field(default_factory=dict)

    def forget(self) -> None:
        """Ask the database again from now on."""
        self._actions.clear()
        self._cities.clear()
        self._places.clear()

    def action(self, key: str, column: str = "action_id") -> Action:
        """Return the action of that short name; raises ValidationError where there is none."""
        if key not in self._actions:
            found = Action.every.filter(slug=key).first()
            if found is None:
                sentence = _("There is no action “%s”. Check the spelling, or import the file of actions first.")
                raise ValidationError({column: sentence % key[:60]})
            self._actions[key] = found
        return self._actions[key]

    def city(self, name: str, state: str, *, lat: float | None = None, lon: float | None = None) -> City:
        """Return the city, added if it is new; raises ValidationError where it cannot be one."""
        key = (state.strip().upper(), name)
        if key not in self._cities:
            if len(self._cities) >= MOST:
                self._cities.clear()
            self._cities[key] = find_or_add_city(name, state, by=self.by, lat=lat, lon=lon)
        return self._cities[key]

    def cities_of(self, action: Action) -> list[City]:
        """Return the cities in which the action has events."""
        if action.slug not in self._places:
            self._places[action.slug] = cities_of(action)
        return self._places[action.slug]

    def event(self, key: str, column: str = "key", action: Action | None = None) -> Event:
        """Return the event of that id (of the action, if one is given); raises ValidationError where there is none."""
        found = Event.every.select_related("action", "city").filter(key=key).first()
        if found is None or (action is not None and found.action_id != action.pk):
            sentence = _("There is no event “%s” in that action. Check the id, or import the file of events first.")
            raise ValidationError({column: sentence % key[:60]})
        return found

    def made_key(self, parts: list[str]) -> str:
        """Make an id from words: readable, and with a number that tells rows of the same words apart."""
        digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).digest()
        number = self.numbers.number(digest[:16])
        return f"{slug(' '.join(parts), 40)}-{digest.hex()[:8]}" + (f"-{number}" if number > 1 else "")


def together(key: str, first: Outcome, *others: Outcome | None) -> Taken:
    """Return what became of a row that filled several: what happened to the first, or changed if another did."""
    if first == "unchanged" and any(other not in (None, "unchanged") for other in others):
        return Taken(key, "changed")
    return Taken(key, first)
