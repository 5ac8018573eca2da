"""A row of the file of actions, and the actions that a mapping file calls."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.operations import call_action, describe_action
from manyplaces.actions.rules import Kind, Tactic
from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.exchange.cells import Cells, read_when
from manyplaces.exchange.lookups import Lookups, Taken, together

# An action's day has no place yet, so "today" is that of the capital.
ZONE = "America/New_York"
KINDS: dict[str, tuple[Kind, str]] = {
    **{f"{kind.value} of action": (kind, "") for kind in Kind},
    **{kind.value: (kind, "") for kind in Kind},
    **{fold(tactic.value): (Kind.DAY, tactic.value) for tactic in Tactic},
}


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """Call the action that the row describes."""
    action = _action(cells)
    return Taken(action.slug, call_action(action, by=by).outcome)


def call(found: Mapping[str, str], by: Actor) -> Taken:
    """Call an action of a mapping file, with its Spanish name."""
    action = _action(Cells(0, dict(found)))
    kept = call_action(action, by=by)
    if not found.get("name_es"):
        return Taken(action.slug, kept.outcome)
    kept.row.refresh_from_db()
    kept.row.name_es = found["name_es"]
    return together(action.slug, kept.outcome, describe_action(kept.row, by=by).outcome)


def _action(cells: Cells) -> Action:
    words = ", ".join(f"{kind.value} of action" for kind in Kind)
    sentence = _("Write %s, or a tactic such as walk-in.") % words
    spoken = cells.choice("kind", {words: words for words in KINDS}, sentence)
    kind, tactic = KINDS[spoken]
    if cells.found.get("tactic"):
        tactic = cells.choice("tactic", {fold(one.value): one.value for one in Tactic}, _("Write one of the tactics."))
    return Action(
        slug=cells.text("action_id"),
        name=cells.text("name"),
        kind=kind,
        tactic=tactic,
        date_edtf=read_when(cells, ZONE).edtf,
        date_note=cells.text("date_note"),
    )
