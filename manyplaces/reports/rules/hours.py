"""When a site is asked how it went: at noon, in the evening, and once more the day after, by the clock of its place."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

NOON, EVENING, LATEST = datetime.time(12), datetime.time(18), datetime.time(21)
# Nobody is asked before it has lasted so long.
LASTS = datetime.timedelta(hours=1)
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Asking:
    """One time to ask: its name, from when and until when a letter is of use, in UTC."""

    name: str
    begins: datetime.datetime
    ends: datetime.datetime


def askings(day: datetime.date, clock: datetime.time | None, zone: str) -> list[Asking]:
    """Return when a site is asked whose event was on this day at this local time, or at one that nobody has said."""

    def at(when: datetime.date, hour: datetime.time) -> datetime.datetime:
        return datetime.datetime.combine(when, hour, ZoneInfo(zone)).astimezone(datetime.UTC)

    over = (at(day, clock) if clock else at(day, datetime.time())) + LASTS
    times = [
        Asking("noon", at(day, NOON), at(day, EVENING)),
        Asking("evening", at(day, EVENING), at(day, LATEST)),
        Asking("once_more", at(day + ONE_DAY, NOON), at(day + ONE_DAY, LATEST)),
    ]
    return [one for one in times if over <= one.begins]


def asking_now(day: datetime.date, clock: datetime.time | None, zone: str, now: datetime.datetime) -> Asking | None:
    """Return the time to ask that is now, None where there is none."""
    return next((one for one in askings(day, clock, zone) if one.begins <= now < one.ends), None)
