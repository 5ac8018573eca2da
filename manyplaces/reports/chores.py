"""What the clock does for reports: it has hosts asked how it went."""

from __future__ import annotations

from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.mail.tasks import every
from manyplaces.reports.operations import ask_for_reports

CLOCK = Actor("clock", "clock")


@every("reports.ask", minutes=5)
def ask() -> int:
    """Ask the hosts of sites that have not reported, at their hours; returns how many letters are owed."""
    return ask_for_reports(timezone.now(), by=CLOCK)
