"""A row of the file of corrections: a dated note beside a closed record, or of a recap that is public."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.exchange.cells import Cells, read_moment
from manyplaces.exchange.imports.actions import ZONE
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.record.models import Correction
from manyplaces.reports.operations import bring_correction

OF = {"record": "record", "recap": "recap"}


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """Put the note that the row holds to where it belongs."""
    action = lookups.action(cells.text("action_id"))
    correction = Correction(
        uid=cells.text("id"),
        action=action,
        event=lookups.event(cells.text("event_id"), "event_id", action) if cells.text("event_id") else None,
        body=cells.text("text"),
        body_es=cells.text("text_es"),
        signed=cells.text("signed"),
        made_at=read_moment(cells, "made_at", ZONE) or timezone.now(),
    )
    of_recap = cells.choice("of", OF, _("Write record or recap.")) == "recap"
    kept = bring_correction(correction, of_recap=of_recap, by=by)
    return Taken(kept.row.uid, kept.outcome)
