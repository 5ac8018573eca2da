"""The safes of an action: found, or made when somebody leaves something of himself for the first time."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.safes import destroy_safe, make_safe
from manyplaces.rsvps.models import Safe


@transaction.atomic
def safe_for(action: int, kind: Safe.Kind, *, by: Actor) -> str:
    """Return the name of the action's open safe of a kind, which is made where there is none.

    Not recorded: the journal would tell for ever, to the moment, when the first of them left something of himself.
    """
    del by
    known = Safe.objects.filter(action=action, kind=kind, closed_at=None).values_list("name", flat=True).first()
    if known is not None:
        return str(known)
    safe = Safe(action=Action.every.get(pk=action), kind=kind, name=make_safe())
    safe.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            safe.save(force_insert=True)
    except IntegrityError:
        # Another process was quicker; nothing lies in ours.
        destroy_safe(safe.name)
        return str(Safe.objects.get(action=action, kind=kind, closed_at=None).name)
    return safe.name
