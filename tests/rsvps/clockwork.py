"""A clock that is passed, set and read by hand, and the chore that looks at it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from manyplaces.core.tokens import new_key
from manyplaces.rsvps.chores import forget_due
from manyplaces.rsvps.models import Look
from manyplaces.rsvps.rules.forgetting import Reading

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


@dataclass
class Clock:
    """The clock of a machine, and for how many seconds it has run."""

    now: datetime.datetime
    boot: str = ""
    uptime: float = 1000.0

    def pass_(self, time: datetime.timedelta) -> None:
        """Let time pass."""
        self.now += time
        self.uptime += time.total_seconds()

    def jump(self, time: datetime.timedelta) -> None:
        """Set the clock, and let no time pass."""
        self.now += time

    def set(self, now: datetime.datetime) -> None:
        """Let time pass until then."""
        self.pass_(now - self.now)

    def look(self) -> int:
        """Do the chore once; returns how many rows were destroyed."""
        return forget_due(Reading(self.now, self.boot or "here", self.uptime))

    def run(self) -> int:
        """Do the chore for some hours around now on a machine that was never off; returns how much was destroyed."""
        if not self.boot:
            self.boot = new_key(16)
            Look.objects.all().delete()
        gone = 0
        for _hour in range(4):
            gone += self.look()
            self.pass_(HOUR)
        return gone
