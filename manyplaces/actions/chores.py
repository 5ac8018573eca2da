"""What the clock starts in this room."""

from __future__ import annotations

from django.utils import timezone

from manyplaces.actions.operations import delete_files, turn_openings
from manyplaces.core.actor import Actor
from manyplaces.mail.tasks import every

CLOCK = Actor("clock", "clock")


@every("actions.open_and_close", minutes=1)
def open_and_close() -> int:
    """Let pages show that commitments are taken now, or no longer."""
    return turn_openings(timezone.now(), by=CLOCK)


@every("actions.delete_files", minutes=60)
def delete_files_of_removed() -> int:
    """Leave nothing on the disk that can no longer be put back."""
    return delete_files(timezone.now(), by=CLOCK)
