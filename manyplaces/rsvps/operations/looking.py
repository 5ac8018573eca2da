"""Looking at the clock: a day on which something is destroyed must have been said twice, an hour apart."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Max

from manyplaces.core.actor import Actor
from manyplaces.rsvps.models import Look
from manyplaces.rsvps.rules.forgetting import Reading, agrees, is_apart, is_doubtful

# Looks of machines that look no more are forgotten.
LOOKS_KEPT = datetime.timedelta(days=30)


@transaction.atomic
def look(reading: Reading, *, by: Actor) -> datetime.date | None:
    """Note that the clock was looked at, and return the day (UTC) that the look an hour before gave and this one too.

    None as long as there is none: after a start of the machine, and for a day after somebody has set its clock.
    """
    kept = Look.objects.select_for_update().filter(boot=reading.boot).first()
    if kept is None:
        wary = is_doubtful(Look.objects.aggregate(Max("at"))["at__max"], reading.now)
        Look.objects.bulk_create([Look(boot=reading.boot, uptime=reading.uptime, at=reading.now, is_wary=wary)])
        return None
    earlier = Reading(kept.at, kept.boot, kept.uptime)
    if not agrees(earlier, reading):
        _keep(kept, reading, wary=True)
        return None
    if not is_apart(earlier, reading, wary=kept.is_wary):
        return None
    _keep(kept, reading, wary=False)
    Look.objects.filter(at__lt=reading.now - LOOKS_KEPT).exclude(boot=reading.boot).delete()
    return earlier.now.date()


def _keep(kept: Look, reading: Reading, *, wary: bool) -> None:
    Look.objects.filter(pk=kept.pk).update(at=reading.now, uptime=reading.uptime, is_wary=wary)
