"""The table of the actions whose record is closed."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from manyplaces.actions.models import Action
from manyplaces.exchange.exports.table import Table, header_with


def table(actions: QuerySet[Action]) -> Table:
    """Return the actions whose record is closed, oldest first."""
    closed = actions.exclude(frozen_at=None).order_by("date_from", "slug")
    return Table(header_with("closings", ()), _rows(closed))


def _rows(actions: QuerySet[Action]) -> Iterator[dict[str, object]]:
    for action in actions:
        yield {"action_id": action.slug, "closed_at": action.frozen_at.isoformat() if action.frozen_at else ""}
