"""What the words in the place column of a media hit speak of: the whole action, a state, or a city of the action."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from manyplaces.actions.models import Action
from manyplaces.core.words import fold
from manyplaces.places.geometry import STATES
from manyplaces.places.models import City

_STATES = {fold(name): code for code, names in STATES.items() for name in names}
_STATES |= {f"{code.lower()} state": code for code in STATES}
_STATES |= {f"{fold(names[0])} state": code for code, names in STATES.items()}


@dataclass(frozen=True)
class Scope:
    """A city with its state, a state alone, or neither."""

    city: City | None = None
    state: str = ""


def scope_of(words: str, among: Iterable[City]) -> Scope:
    """Return the scope that words name among the cities of an action; none where they name several or none."""
    said = fold(words)
    if not said:
        return Scope()
    cities = [city for city in among if said in _names(city)]
    state = _STATES.get(said, "")
    if len(cities) == 1 and state in ("", cities[0].state):
        return Scope(cities[0], cities[0].state)
    return Scope(None, state) if not cities else Scope()


def cities_of(action: Action) -> list[City]:
    """Return the cities in which the action has events."""
    return list(City.objects.filter(events__action=action).distinct().order_by("pk"))


def _names(city: City) -> set[str]:
    return {city.folded, f"{city.folded} {city.state.lower()}"}
