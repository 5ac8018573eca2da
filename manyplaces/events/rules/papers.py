"""Which papers there are to print for an event, and when."""

from __future__ import annotations

import datetime
from typing import Protocol

from manyplaces.actions.rules import AFTERWARDS, Paper
from manyplaces.events.rules import Covers, Phase

# So many days after the day of an event its form and its release are still of use.
AFTER_DAYS = 90


class Printed(Protocol):
    """What is asked of an event: whether it is public, what it stands for, how far it has come, and when it is."""

    is_listed: bool
    covers: str
    phase: str

    @property
    def meant(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last day on which it is to take place."""


def papers_of(event: Printed, today: datetime.date) -> list[Paper]:
    """Return the papers of an event that are of use today, in the order of printing.

    None of what is not public, of a whole city's summary, of what is cancelled or put off to nobody knows when.
    """
    last = event.meant[1]
    is_off = event.phase == Phase.CANCELLED or (event.phase == Phase.POSTPONED and last is None)
    if not event.is_listed or event.covers == Covers.CITY or is_off:
        return []
    if last is not None and today > last + datetime.timedelta(days=AFTER_DAYS):
        return []
    is_over = event.phase in (Phase.HELD, Phase.UNREPORTED) or (last is not None and today > last)
    return [paper for paper in Paper if not is_over or paper in AFTERWARDS]


def destroyed_on(last: datetime.date | None, days: int) -> datetime.date | None:
    """Return the day by which a sign-in sheet is destroyed, so many days after the last day of the event."""
    return last + datetime.timedelta(days=days) if last is not None else None
