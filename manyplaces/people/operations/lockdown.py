"""Closing the site to every change when something has gone badly wrong, and opening it again."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.models import Lockdown
from manyplaces.journal.operations import record
from manyplaces.people.models import FirstRunCode, Session, SignIn
from manyplaces.people.rules import TRUSTED_DOORS


@transaction.atomic
def lock_down(*, by: Actor) -> int:
    """Close the site to every change; returns how many sessions were ended.

    Every session, code and code of the first run ends with this transaction, also where the site is closed already.
    From then on letters and jobs rest, and the doors let in national coordinators alone, who have to sign in anew (see
    manyplaces.gate.lockdown). For whoever runs the machine.
    """
    _require_the_machine(by)
    stored = Lockdown.objects.select_for_update().first()
    row = stored or Lockdown(since=timezone.now())
    row.full_clean()
    row.save()
    ended, _kinds = Session.objects.all().delete()
    SignIn.objects.all().delete()
    FirstRunCode.objects.all().delete()
    record(by, "lockdown.begun", row, before={"sessions": ended}, unseen=True)
    return ended


@transaction.atomic
def unlock(*, by: Actor) -> bool:
    """Open the site again; returns whether it was closed. Who was signed in before has to sign in anew."""
    _require_the_machine(by)
    row = Lockdown.objects.select_for_update().first()
    if row is None:
        return False
    record(by, "lockdown.ended", row, before={"since": row.since.isoformat()}, unseen=True)
    row.delete()
    return True


def _require_the_machine(by: Actor) -> None:
    # Not even a national coordinator: it may be one of their accounts that somebody has got hold of.
    if by.door not in TRUSTED_DOORS:
        raise PermissionDenied(_("Only whoever runs the machine can do this."))
