"""What the desk and the operator see of letters: how many wait, what went wrong, whether the worker lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from manyplaces.mail.ledger import WORKER
from manyplaces.mail.models import Heartbeat, Letter
from manyplaces.mail.rules import is_alive


@dataclass(frozen=True)
class Outbox:
    """How many letters are owed, undeliverable, and held because no mail server is set; since when the oldest waits."""

    owed: int
    failed: int
    held: int
    oldest_at: datetime | None
    worker_alive: bool
    worker_seen_at: datetime | None
    # What is wrong with our own mail server, as a sentence, and since when; empty where nothing is.
    trouble: str = ""
    trouble_since: datetime | None = None


def outbox() -> Outbox:
    """Return how the letters stand; two queries."""
    owed = Q(state=Letter.State.OWED)
    counted = Letter.objects.filter(owed | Q(state=Letter.State.FAILED)).aggregate(
        owed=Count("pk", filter=owed),
        failed=Count("pk", filter=Q(state=Letter.State.FAILED)),
        oldest_at=Min("made_at", filter=owed),
    )
    seen = Heartbeat.objects.filter(name=WORKER).first()
    return Outbox(
        **counted,
        held=0 if settings.SMTP else counted["owed"],
        worker_alive=is_alive(seen.seen_at if seen else None, timezone.now()),
        worker_seen_at=seen.seen_at if seen else None,
        trouble=str(seen.get_trouble_display()) if seen and seen.trouble else "",
        trouble_since=seen.trouble_since if seen else None,
    )


def letters_about(about: str) -> list[Letter]:
    """Return the letters about a subject, newest first; one query."""
    return list(Letter.objects.filter(about=about).order_by("-pk"))


def unsettled_letters(most: int = 200) -> list[Letter]:
    """Return the letters that are owed or undeliverable, the oldest first; one query."""
    unsettled = Letter.objects.filter(state__in=[Letter.State.OWED, Letter.State.FAILED])
    return list(unsettled.order_by("pk")[:most])
