"""A row of the file of closings: since when nothing in the record of an action changes any more."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.exchange.cells import Cells, read_moment
from manyplaces.exchange.imports.actions import ZONE
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.reports.operations import bring_closing


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """Close the record that the row names."""
    action = lookups.action(cells.text("action_id"))
    moment = read_moment(cells, "closed_at", ZONE)
    if moment is None:
        raise ValidationError({"closed_at": _("Say when it was closed, such as 2026-12-01T09:12-05:00.")})
    lookups.forget()
    return Taken(action.slug, bring_closing(action, moment, by=by))
