"""Cancelling or postponing many events: at once, or, where very many letters go out, when a second one has agreed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event, Host
from manyplaces.events.operations.phases import Moved, called_off_facts, cancel_events, postpone_events
from manyplaces.people.models import Proposal
from manyplaces.people.operations import carried_out, propose
from manyplaces.people.rules import TRUSTED_DOORS

# More letters than this go out only when a second coordinator has agreed.
MOST_LETTERS = 500
KIND = "events.call_off"


@transaction.atomic
def call_off(
    step: str, events: Sequence[Event], *, reason: str, reason_es: str = "", moved_to: str = "", by: Actor
) -> Moved | Proposal:
    """Cancel or postpone events of one action; returns what was done, or the proposal that now waits for a second yes.

    Raises ValidationError for a missing reason or a day that cannot be read, PermissionDenied where one of the events
    lies outside of the actor's area.
    """
    facts = called_off_facts(reason, reason_es, moved_to)
    letters = Host.objects.filter(commitment__event__in=events).exclude(email_hash="").count()
    if letters <= MOST_LETTERS or by.door in TRUSTED_DOORS:
        return _carry_out(step, events, facts, by=by)
    payload: dict[str, Any] = {"step": step, "events": sorted(event.key for event in events), "by": by.name, **facts}
    for language in ("en", "es"):
        with translation.override(language):
            said = _("Cancel %(num)d events of %(action)s; %(letters)d letters go to their hosts.")
            if step == "postpone":
                said = _("Postpone %(num)d events of %(action)s; %(letters)d letters go to their hosts.")
            name = events[0].action.text("name", language)
            payload[language] = said % {"num": len(events), "action": name, "letters": letters}
    return propose(KIND, payload, by=by)


@transaction.atomic
def carry_out_call_off(proposal: Proposal, *, by: Actor) -> Moved:
    """Do what was proposed and agreed to; what has moved on meanwhile is left alone."""
    told = proposal.payload
    events = list(Event.every.select_related("action", "city").filter(key__in=told["events"]))
    facts = {name: told.get(name, "") for name in ("reason", "reason_es", "moved_to")}
    moved = _carry_out(told["step"], events, facts, by=Actor(told["by"], by.door))
    carried_out(proposal, by=by)
    return moved


def _carry_out(step: str, events: Sequence[Event], facts: dict[str, str], *, by: Actor) -> Moved:
    if step == "postpone":
        return postpone_events(events, **facts, by=by)
    return cancel_events(events, reason=facts["reason"], reason_es=facts["reason_es"], by=by)
