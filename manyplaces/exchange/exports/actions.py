"""The table of actions."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from manyplaces.actions.models import Action
from manyplaces.actions.rules import Kind
from manyplaces.exchange.exports.table import CHUNK, Table, header_with


def table(actions: QuerySet[Action]) -> Table:
    """Return the actions, oldest first."""
    return Table(header_with("actions", ()), _rows(actions.order_by("date_from", "slug")))


def _rows(actions: QuerySet[Action]) -> Iterator[dict[str, object]]:
    for action in actions.iterator(CHUNK):
        yield {
            "action_id": action.slug,
            "name": action.name,
            "kind": action.tactic if action.tactic and action.kind == Kind.DAY else f"{action.kind} of action",
            "date_edtf": action.date_edtf,
            "date_note": action.date_note,
        }
