"""The live tally as data."""

from __future__ import annotations

from manyplaces.front.shapes.pieces import Shape
from manyplaces.record.models import TallyPoint
from manyplaces.record.queries.standing import Standing


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
