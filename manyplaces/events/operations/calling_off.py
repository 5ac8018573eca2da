"""Cancelling or postponing the events of an area, and declining what waits for review there, in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.phases import Moved, called_off_facts, cancel_events, postpone_events
from manyplaces.events.operations.review import Decided, decide
from manyplaces.journal.models import Entry


@transaction.atomic
def call_off(
    step: str,
    events: Sequence[Event],
    *,
    reason: str,
    reason_es: str = "",
    moved_to: str = "",
    waiting: Sequence[Commitment] = (),
    by: Actor,
) -> Moved:
    """Cancel or postpone events of one action, and decline what waits for review beside them, for the same reason.

    Once for the errand of `by`: a form that is sent twice does it once. Raises ValidationError for a missing reason or
    a day that cannot be read, PermissionDenied where one of the events lies outside of the actor's area, NotNow where
    it is done already.
    """
    facts = called_off_facts(reason, reason_es, moved_to)
    # Whoever sends the same form at the same moment waits here, and then finds it done.
    list(Event.every.select_for_update().filter(pk__in=[event.pk for event in events]).order_by("pk"))
    if by.errand and Entry.objects.filter(errand=by.errand).exists():
        raise NotNow(_("This is done already. Nobody is told twice."))
    why = {"reason": facts["reason"], "reason_es": facts["reason_es"]}
    moved = postpone_events(events, **facts, by=by) if step == "postpone" else cancel_events(events, **why, by=by)
    if waiting:
        moved = replace(moved, declined=len(decline_called_off(waiting, **why, by=by).done))
    return moved


@transaction.atomic
def decline_called_off(rows: Sequence[Commitment], *, reason: str, reason_es: str = "", by: Actor) -> Decided:
    """Decline what waits for review where events are called off, for the same reason, each in its host's language.

    On an errand of its own, so that reviewers can take it back like any other decision.
    """
    by = on_errand(replace(by, errand=""))
    decided = Decided(by.errand)
    for said, is_spanish in ((reason, False), (reason_es or reason, True)):
        picks = [(row.key, row.version) for row in rows if (row.language == "es") is is_spanish]
        if picks:
            part = decide("decline", picks, reason=said, by=by)
            decided.done.extend(part.done)
            decided.refused.extend(part.refused)
    return decided
