"""When reminders go: each at its hour on the clock of the event's place, and how long it is of use."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

EVENING = datetime.time(18)
# Nobody is woken before five; where no hour is known, the letter lies there at six.
EARLIEST, WITHOUT_HOUR = datetime.time(5), datetime.time(6)
EARLY_AHEAD = datetime.timedelta(minutes=90)
HOST_AHEAD = datetime.timedelta(hours=1)
NOON = datetime.time(12)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Reminder(models.TextChoices):
    """What there is to remind of."""

    EVENING = "evening", _("Reminders to attendees, the evening before")
    EARLY = "early", _("Reminders to attendees, early on the day")
    HOST_EVENING = "host_evening", _("Reminders to hosts, the evening before")
    HOST_HOUR = "host_hour", _("Reminders to hosts, an hour before")


TO_HOSTS = (Reminder.HOST_EVENING, Reminder.HOST_HOUR)


@dataclass(frozen=True)
class Start:
    """When an event begins, as far as it is known: its day, the local time or None, and the zone (an IANA name)."""

    day: datetime.date
    clock: datetime.time | None
    zone: str
    fold: int = 0

    @property
    def moment(self) -> datetime.datetime | None:
        """The moment, in UTC; one that the clocks skip is that which they show instead. None without a time."""
        return _at(self.day, self.clock, self.zone, self.fold) if self.clock else None

    @property
    def ends(self) -> datetime.datetime:
        """Until when a letter that was written is still of use on its way: the start, or noon where none is known."""
        return self.moment or _at(self.day, NOON, self.zone)


def first_day(edtf: str) -> datetime.date | None:
    """Return the day on which a date (EDTF) begins; None where no day is known, or not for sure."""
    begin = edtf.partition("/")[0]
    return datetime.date.fromisoformat(begin) if _DAY.fullmatch(begin) else None


def hours_of(kind: str, start: Start) -> tuple[datetime.datetime, datetime.datetime] | None:
    """Return from when and until when a reminder is begun, in UTC; None where there is none of the kind.

    The time between is for a worker that stood still: what is late and still of use is sent.
    """
    moment, midnight = start.moment, _at(start.day, datetime.time(), start.zone)
    if kind in (Reminder.EVENING, Reminder.HOST_EVENING):
        return _at(start.day - datetime.timedelta(days=1), EVENING, start.zone), midnight
    if moment is None:
        return (_at(start.day, WITHOUT_HOUR, start.zone), start.ends) if kind == Reminder.EARLY else None
    if kind == Reminder.HOST_HOUR:
        return moment - HOST_AHEAD, moment
    begins = max(moment - EARLY_AHEAD, _at(start.day, EARLIEST, start.zone))
    return (begins, moment) if begins < moment else None


def is_time(kind: str, start: Start, now: datetime.datetime) -> bool:
    """Tell whether a reminder is to be begun now."""
    hours = hours_of(kind, start)
    return hours is not None and hours[0] <= now < hours[1]


def _at(day: datetime.date, clock: datetime.time, zone: str, fold: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(day, clock, ZoneInfo(zone)).replace(fold=fold).astimezone(datetime.UTC)
