"""The tables that come along with a page of the archive, made of the events that the page shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from manyplaces.events.models import Event
from manyplaces.exchange.exports.events import table_of
from manyplaces.exchange.exports.table import CHUNK, written

# The events that the table of a page has, by the page's name; in the order of the actions where it shows several.
EVENTS: dict[str, Callable[[Any], list[Event]]] = {
    "city": lambda page: page.events,
    "state": lambda page: [event for row in page.cities for event in row.events],
    "place": lambda page: [event for chapter in page.chapters for event in chapter.events],
}


def sheet_of(name: str, page: Any) -> bytes | None:
    """Return the table of a page, to the byte as the site gives it, without asking the database.

    None where that cannot be: pages that have another table, more events than are read at once, and actions without a
    day, which each database puts elsewhere.
    """
    events = EVENTS[name](page) if name in EVENTS else []
    if not events or len(events) > CHUNK or any(event.action.date_from is None for event in events):
        return None
    ordered = sorted(events, key=lambda event: (event.action.date_from, event.action.slug, event.pk))
    return written(table_of(ordered))
