"""When what attendees left is due to be destroyed, and whether the clock that says so may be believed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from manyplaces.rsvps.rules import UNCONFIRMED_DAYS, is_over

# What belongs to an event whose day nobody knows goes so many days after it was made: nothing is kept for ever.
DAYLESS_DAYS = 90
# And whatever its event's day is, nothing is kept for longer than this.
MOST_DAYS = 366
# Two looks at the clock, so far apart, must both say that something is due.
APART = datetime.timedelta(hours=1)
# Where the clock was set, so long a time must have passed instead: people find out in a day that a clock is wrong.
APART_WARY = datetime.timedelta(hours=24)
# A site that was off for longer than this, or comes back earlier than it went, may have started with a wrong clock.
OFF_AT_MOST = datetime.timedelta(days=7)
# Where the clock has run so much more or less than the machine, somebody has set it, and looking begins anew.
AT_MOST_OFF = datetime.timedelta(minutes=10)
# A number of people is kept only where it is that of so many.
FEWEST = 5
# So many rows are destroyed in one transaction.
AT_ONCE = 500


@dataclass(frozen=True)
class Reading:
    """What the clocks say: the time, and how many seconds the machine runs since which start."""

    now: datetime.datetime
    boot: str
    uptime: float


def agrees(earlier: Reading, later: Reading) -> bool:
    """Tell whether between two readings of one machine its clock has gone on as time has."""
    ran = datetime.timedelta(seconds=later.uptime - earlier.uptime)
    return earlier.boot == later.boot and abs((later.now - earlier.now) - ran) <= AT_MOST_OFF


def is_apart(earlier: Reading, later: Reading, *, wary: bool) -> bool:
    """Tell whether two readings that agree lie far enough apart, by the clock and by how long the machine ran."""
    least = APART_WARY if wary else APART
    return later.now - earlier.now >= least and later.uptime - earlier.uptime >= least.total_seconds()


def is_doubtful(before: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Tell whether a machine that has just started may have the wrong time, from when it was last looked at."""
    return before is not None and not datetime.timedelta(0) <= now - before <= OFF_AT_MOST


def are_needs_due(last_day: datetime.date | None, day: datetime.date) -> bool:
    """Tell whether access needs for an event are destroyed: from the day after, on whichever clock of the country."""
    return is_over(last_day, day)


def are_answers_due(last_day: datetime.date | None, day: datetime.date, keep_days: int) -> bool:
    """Tell whether everything that was left for an event is destroyed: `keep_days` days after its last day."""
    return last_day is not None and day > last_day + datetime.timedelta(days=keep_days)


def unconfirmed_until(day: datetime.date) -> datetime.date:
    """Return before which day it was said what is destroyed now because nobody has confirmed it."""
    return day - datetime.timedelta(days=UNCONFIRMED_DAYS)


def aged_until(day: datetime.date) -> datetime.date:
    """Return before which day it was said what is destroyed now, though its event is still to come."""
    return day - datetime.timedelta(days=MOST_DAYS)


def dayless_until(day: datetime.date) -> datetime.date:
    """Return before which day it was said what is destroyed now although its event has no day."""
    return day - datetime.timedelta(days=DAYLESS_DAYS)
