"""What the clock does for the record: it notes how the numbers of what is under way change."""

from __future__ import annotations

from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.mail.tasks import every
from manyplaces.record.models import TallyPoint
from manyplaces.record.operations import note_tally
from manyplaces.record.queries.standing import followed, standing

CLOCK = Actor("clock", "clock")


@every("record.note_tallies", minutes=1)
def note_tallies() -> int:
    """Note the numbers of every action under way that are others than a minute ago; returns of how many."""
    today, noted = timezone.localdate(), 0
    for action in followed(today):
        found = standing(action, today)
        if not found.is_empty:
            noted += note_tally(TallyPoint(action=action, **found.numbers), by=CLOCK) is not None
    return noted
