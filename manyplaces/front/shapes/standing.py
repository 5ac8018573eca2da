"""The live tally as data, and its numbers in words."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from manyplaces.front.shapes.pieces import Shape
from manyplaces.record.models import TallyPoint
from manyplaces.record.queries.standing import Standing
from manyplaces.record.queries.turnouts import Turnout


def people_range(found: Standing | TallyPoint | Turnout) -> str:
    """Return people from low to high: "6,450", "400–520+"."""
    high = f"–{found.high:,}" if found.high != found.low else ""
    return f"{found.low:,}{high}{'+' if found.is_open else ''}"


def at_place(moment: datetime.datetime, zone: str = "UTC") -> str:
    """Return a day and minute by the clock of a place, named so that nobody takes it for another's."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z")


def tally(found: Standing | TallyPoint) -> Shape:
    """Return the numbers of an action, about 200 bytes: sites by where they stand, people from low to high.

    `at` is when the newest figure was stated, null where none was; of an older state since when it was so.
    """
    return {
        "committed": found.committed,
        "held": found.held,
        "reported": found.reported,
        "unreported": found.unreported,
        "cancelled": found.cancelled,
        "postponed": found.postponed,
        "people": [found.low, found.high],
        "at_least": found.is_open,
        "disputed": found.disputed,
        "at": found.at.strftime("%Y-%m-%dT%H:%M:%SZ") if found.at else None,
    }
