"""What the desk and the operator see of letters: how many wait, what went wrong, whether the worker lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Min, Q, QuerySet, Subquery, Value
from django.utils import timezone

from manyplaces.core.contacts import email_hashes
from manyplaces.mail.ledger import WORKER
from manyplaces.mail.models import Heartbeat, Job, Letter, Slot, Suppression
from manyplaces.mail.rules import JOURNAL_CHANGED, is_alive


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
    # How many jobs were given up, and how many of the clock's chores failed the last time.
    jobs: int = 0
    chores: int = 0
    # Whether the nightly check has found the journal changed.
    journal_changed: bool = False


def outbox() -> Outbox:
    """Return how the letters and the worker stand; two queries."""
    owed = Q(state=Letter.State.OWED)
    counted = Letter.objects.filter(owed | Q(state=Letter.State.FAILED)).aggregate(
        owed=Count("pk", filter=owed),
        failed=Count("pk", filter=Q(state=Letter.State.FAILED)),
        oldest_at=Min("made_at", filter=owed),
    )
    seen = _heartbeat().filter(name=WORKER).first()
    return Outbox(
        **counted,
        held=0 if settings.SMTP else counted["owed"],
        worker_alive=is_alive(seen.seen_at if seen else None, timezone.now()),
        worker_seen_at=seen.seen_at if seen else None,
        trouble=str(seen.get_trouble_display()) if seen and seen.trouble else "",
        trouble_since=seen.trouble_since if seen else None,
        jobs=(seen.jobs or 0) if seen else 0,
        chores=(seen.chores or 0) if seen else 0,
        journal_changed=bool(seen and seen.journal_changed),
    )


def _heartbeat() -> Any:
    """Return the rows of heartbeats with what failed: who is alive may fail at what he does."""
    failed = Job.objects.filter(state=Job.State.FAILED).order_by().values("state").annotate(many=Count("pk"))
    slots = Slot.objects.exclude(error="").exclude(error=JOURNAL_CHANGED)
    broken = slots.annotate(same=Value(1)).order_by().values("same").annotate(many=Count("pk"))
    return Heartbeat.objects.annotate(
        jobs=Subquery(failed.values("many")),
        chores=Subquery(broken.values("many")),
        journal_changed=Exists(Slot.objects.filter(error=JOURNAL_CHANGED)),
    )


def letters_about(about: str) -> list[Letter]:
    """Return the letters about a subject, newest first; one query."""
    return list(Letter.objects.filter(about=about).order_by("-pk"))


def unsettled_letters() -> QuerySet[Letter]:
    """Return the letters that are undeliverable or owed, in this order, the oldest first."""
    unsettled = Letter.objects.filter(state__in=[Letter.State.OWED, Letter.State.FAILED])
    return unsettled.order_by("state", "pk")


def waiting_letters() -> list[dict[str, Any]]:
    """Return the letters that are owed: how many of each kind, since when, and what puts them off; one query."""
    owed = Letter.objects.filter(state=Letter.State.OWED).values("kind", "channel", "error").order_by()
    found = owed.annotate(many=Count("pk"), since=Min("made_at")).order_by("since", "kind", "channel", "error")
    return [row | {"why": Letter.Error(row["error"]).label if row["error"] else ""} for row in found]


def failed_letters() -> QuerySet[Letter]:
    """Return the letters that could not be delivered, the oldest first."""
    return Letter.objects.filter(state=Letter.State.FAILED).order_by("pk")


def failed_jobs() -> list[Job]:
    """Return the jobs that were given up, the newest first, at most 50; one query."""
    return list(Job.objects.filter(state=Job.State.FAILED).order_by("-pk")[:50])


def is_unwanted(letter: Letter) -> bool:
    """Tell whether its reader has left the list of a letter since it was owed; at most one query. Raises Unopenable.

    By the hash of his address in another safe his wish does not find it.
    """
    if not (letter.unsubscribe and letter.safe):
        return False
    return Suppression.objects.filter(email_hash__in=email_hashes(letter.to), unsubscribe=letter.unsubscribe).exists()
