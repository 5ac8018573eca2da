"""What was destroyed of what attendees and hosts left, and what sums of it stay."""

from __future__ import annotations

from django.db.models import QuerySet

from manyplaces.rsvps.models import PastCrowd, Purge
from manyplaces.rsvps.rules.forgetting import FEWEST


def destroyed() -> QuerySet[Purge]:
    """Return what was destroyed, newest first: by day, action, state and kind."""
    return Purge.objects.select_related("action").order_by("-on", "action__slug", "state", "what")


def past_crowds() -> list[PastCrowd]:
    """Return how many had said that they come, by action and state, where it is five people or more."""
    rows = PastCrowd.objects.filter(people__gte=FEWEST).select_related("action")
    return list(rows.order_by("-action__date_from", "action__slug", "state"))
