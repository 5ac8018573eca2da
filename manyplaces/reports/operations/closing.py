"""The record of an action is closed when two have said so: nothing in it changes then, and what is private goes."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.actions.models import Action
from manyplaces.actions.operations import freeze_action, require_freezable, unfreeze_action
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Event
from manyplaces.events.operations import mark_unreported
from manyplaces.journal.operations import record
from manyplaces.mail.models import Letter
from manyplaces.mail.tasks import start
from manyplaces.people.models import Proposal
from manyplaces.people.operations import carried_out, due, propose, stop
from manyplaces.people.rules import Role, require
from manyplaces.reports.queries.closing import EMPTY, FREEZE, UNFREEZE, closing

LETTERS = "reports."
AT_ONCE = 500


@transaction.atomic
def propose_freeze(action: Action, *, by: Actor) -> Proposal:
    """Propose to close the record of an action; a second national coordinator agrees, and the clock does it.

    Raises NotNow, with what to do, for what is not over, and where an event is to come or a commitment to be reviewed.
    """
    require(by, Role.NATIONAL, action=action.slug)
    stored = Action.every.get(pk=action.pk)
    _require_settled(stored, timezone.now())
    said = _("Close the record of %(action)s: destroy what is private in it, and let nothing in it change any more")
    return propose(FREEZE, _payload(stored, said), by=by, roles=(Role.NATIONAL,))


@transaction.atomic
def propose_unfreeze(action: Action, *, by: Actor) -> Proposal:
    """Propose to open a closed record again, where closing it was a mistake; what was destroyed stays destroyed."""
    require(by, Role.NATIONAL, action=action.slug)
    stored = Action.every.get(pk=action.pk)
    if not stored.is_frozen:
        raise NotNow(_("The record of this action is not closed."))
    said = _("Open the closed record of %(action)s again, so that it can be changed")
    return propose(UNFREEZE, _payload(stored, said), by=by, roles=(Role.NATIONAL,))


def _require_settled(action: Action, now: datetime.datetime) -> None:
    require_freezable(action, now)
    found = closing(action, timezone.localdate(now))
    if found.to_come:
        raise NotNow(
            ngettext(
                "%(many)d event of this action is still to come. Wait for its day, or call it off.",
                "%(many)d events of this action are still to come. Wait for their days, or call them off.",
                found.to_come,
            )
            % {"many": found.to_come}
        )
    if found.to_review:
        raise NotNow(
            ngettext(
                "%(many)d commitment still waits for a decision. Decide it first.",
                "%(many)d commitments still wait for a decision. Decide them first.",
                found.to_review,
            )
            % {"many": found.to_review}
        )


def _payload(action: Action, said: str) -> dict[str, object]:
    payload: dict[str, object] = {"action": action.slug}
    for language in ("en", "es"):
        with translation.override(language):
            payload[language] = _(said) % {"action": action.text("name", language)}
    return payload


@transaction.atomic
def carry_out_closings(*, by: Actor) -> int:
    """Close and open the records that two agreed about; what is no longer possible is stopped. The clock does it."""
    done = 0
    for kind, step in ((FREEZE, _close), (UNFREEZE, _open)):
        for proposal in due(kind):
            try:
                with transaction.atomic():
                    step(Action.every.get(slug=proposal.payload["action"]), by)
                    carried_out(proposal, by=by)
            except (Action.DoesNotExist, NotNow):
                stop(proposal, by=by)
            else:
                done += 1
    return done


def _close(action: Action, by: Actor) -> None:
    now = timezone.now()
    # What nobody has reported is noted as such while that can still be noted.
    mark_unreported(now, by=by)
    _require_settled(action, now)
    freeze_action(action, now, by=by)
    start(EMPTY, {"action": action.slug}, by=by, about=action.slug)


def _open(action: Action, by: Actor) -> None:
    unfreeze_action(action, by=by)


@transaction.atomic
def forget_letters(action: Action, *, by: Actor) -> int:
    """Destroy letters that asked the hosts of a closed record for reports; returns how many, 500 at most."""
    keys = Event.every.filter(action=action, action__frozen_at__isnull=False).values("key")
    gone = 0
    for letter in Letter.objects.filter(kind__startswith=LETTERS, about__in=keys).order_by("pk")[:AT_ONCE]:
        record(by, "letter.removed", letter, before={}, unseen=True)
        gone += letter.delete()[0]
    return gone
