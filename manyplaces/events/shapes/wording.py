"""How the tactic and the place of an event are called, in the reader's language."""

from __future__ import annotations

from manyplaces.actions.rules import Tactic
from manyplaces.events.models import Event
from manyplaces.events.rules import city_tally


def tactic_words(event: Event) -> str:
    """Return the name of the event's tactic; where it is none of the known ones, the words that were given."""
    tactic = event.tactic or event.action.tactic
    if event.tactic_words and tactic in ("", Tactic.OTHER):
        return event.tactic_words
    return str(Tactic(tactic).label) if tactic else ""


def where_words(event: Event) -> str:
    """Return the event's own place, such as "Lincoln High School"; the city where none is named."""
    if event.public_place:
        return event.public_place.name
    return city_tally(event.public_venue) or event.public_venue or event.city.name
