"""A row of the file of claims."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.exchange.cells import Cells, read_moment, read_when
from manyplaces.exchange.imports.actions import ZONE
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.record.models import Claim
from manyplaces.record.operations import state_claim
from manyplaces.record.rules import ClaimPhase

PHASES = {phase.value: phase.value for phase in ClaimPhase} | {"canceled": ClaimPhase.CANCELLED.value}


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """State the claim that the row describes."""
    action = lookups.action(cells.text("action_id"))
    event = lookups.event(cells.text("event_id"), "event_id", action) if cells.text("event_id") else None
    city = None
    if cells.text("city"):
        city = lookups.city(cells.text("city"), cells.needed("state", _("The state is missing. Write two letters.")))
    elif cells.text("state"):
        raise ValidationError({"city": _("The city is missing. A claim is about an action, a city or an event.")})
    claim = Claim(
        action=action,
        event=event,
        city=city,
        phase=cells.choice("phase", PHASES, _("Write planned, registered, committed, held, cancelled or context.")),
        metric_words=cells.text("metric"),
        value_words=cells.text("value_text"),
        low=cells.whole("low"),
        high=cells.whole("high"),
        basis=cells.text("basis"),
        claimant=cells.text("claimed_by"),
        source_url=cells.text("source_url"),
        date_edtf=read_when(cells, city.zone if city else ZONE).edtf,
        said_at=read_moment(cells, "stated_at", city.zone if city else ZONE),
    )
    kept = state_claim(claim, by=by)
    return Taken(f"{kept.row.metric_words}: {kept.row.value_words}", kept.outcome)
