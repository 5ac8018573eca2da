"""What a map says about some of its points, in words."""

from __future__ import annotations

from collections.abc import Iterable

from manyplaces.core import fuzzydates
from manyplaces.core.localtimes import clock_words
from manyplaces.events.models import Event
from manyplaces.events.shapes.wording import tactic_words, where_words
from manyplaces.front.queries.points import step
from manyplaces.front.shapes import addresses
from manyplaces.front.shapes.pieces import Shape
from manyplaces.front.shapes.wording import phase_words


def part(events: Iterable[Event], language: str) -> Shape:
    """Return some events as the map's panel shows them; `at` tells the script that its points are still the same."""
    return {"events": [_event(event, language) for event in events]}


def _event(event: Event, language: str) -> Shape:
    time, moment = event.time_local, event.starts_at
    name, city = where_words(event), str(event.city)
    words = [fuzzydates.words(event.date_text, language) if event.date_text else ""]
    if time:
        words.append(f"{clock_words(time)} {moment.tzname() if moment else ''}".strip())
    return {
        "at": step(event.shown_lat or 0.0, event.shown_lon or 0.0),
        "url": addresses.event(event.key, language),
        "name": city if name == event.city.name else name,
        "city": "" if name == event.city.name else city,
        "when": ", ".join(filter(None, words)),
        "tactic": tactic_words(event),
        "phase": event.phase,
        "phase_words": phase_words(event.phase),
    }
