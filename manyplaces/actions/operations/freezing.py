"""The record of an action is closed for good, and opened again where that was a mistake."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.operations.listing import is_draft, locked
from manyplaces.actions.rules import is_over
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import record


def require_freezable(action: Action, now: datetime.datetime) -> None:
    """Raise NotNow, with what to do, for a draft, for what is not over, and for what is closed already."""
    action.require_unfrozen()
    if is_draft(action):
        raise NotNow(_("This action is a draft. There is no record to close."))
    if not is_over(action, now):
        raise NotNow(_("This action is not over yet. Its record can be closed from the day after its last day."))


@transaction.atomic
def freeze_action(action: Action, now: datetime.datetime, *, by: Actor) -> Action:
    """Close the record of an action: from now on nothing that hangs on it changes (see `journal.operations.frozen`).

    Whatever is private in it is destroyed by whoever calls this, afterwards. Raises what `require_freezable` raises.
    """
    stored = locked(action.pk, by)
    require_freezable(stored, now)
    stored.frozen_at, stored.emptied_at, stored.is_taking = now, None, False
    return _keep(stored, "action.frozen", {"frozen_at": None}, by=by)


@transaction.atomic
def mark_emptied(action: Action, now: datetime.datetime, *, by: Actor) -> Action:
    """Note that nothing private is left of a closed record."""
    stored = locked(action.pk, by)
    if stored.emptied_at is None and stored.is_frozen:
        stored.emptied_at = now
        _keep(stored, "action.emptied", {"emptied_at": None}, by=by)
    return stored


@transaction.atomic
def unfreeze_action(action: Action, *, by: Actor) -> Action:
    """Let the record of an action be changed again; what was destroyed stays so. Raises NotNow for one not closed."""
    stored = locked(action.pk, by)
    if stored.frozen_at is None:
        raise NotNow(_("The record of this action is not closed."))
    before: dict[str, object] = {"frozen_at": stored.frozen_at.isoformat()}
    stored.frozen_at = None
    return _keep(stored, "action.unfrozen", before, by=by)


@transaction.atomic(savepoint=False)
def _keep(stored: Action, verb: str, before: dict[str, object], *, by: Actor) -> Action:
    stored.version += 1
    stored.full_clean(validate_unique=False, validate_constraints=False)
    stored.save(update_fields=["frozen_at", "emptied_at", "is_taking", "version"])
    record(by, verb, stored, before=before)
    return stored
