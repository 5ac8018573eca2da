"""Hosts are forgotten once the record of their event is final: what is public stays, how they are reached goes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q

from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations.holding import held, keep_held
from manyplaces.events.rules.hosting import KEPT_DAYS, LINK_DAYS
from manyplaces.journal.operations import record
from manyplaces.mail.models import Letter

# What a host wrote to nobody but the reviewers, and what only served to know his form again.
PRIVATE: dict[str, object] = {"remark": "", "answer": "", "set_aside": {}, "intent": None}
HOME: dict[str, object] = {"address": "", "lat": None, "lon": None}


@transaction.atomic
def keep_contact(host: Host, *, wanted: bool, by: Actor) -> Host:
    """Note whether a host wants us to keep how he is reached for the next time; else it is erased with his link."""
    held(host.commitment_id, by)
    fresh = Host.objects.select_for_update().get(pk=host.pk)
    if fresh.is_kept != wanted:
        fresh.is_kept = wanted
        keep_held(fresh, "host.changed", {"is_kept": not wanted}, by=by)
    return fresh


def commitments_to_forget(day: datetime.date) -> Iterator[Commitment]:
    """Yield the commitments whose private links are dead on a day and of whose hosts something is kept still.

    The links of a closed record are dead at once.
    """
    old = day - datetime.timedelta(days=LINK_DAYS)
    kept = Q(hosts__isnull=False) | ~Q(remark="") | ~Q(answer="") | ~Q(intent=None)
    due = Q(date_to__lt=old) | Q(action__frozen_at__isnull=False)
    rows = Commitment.objects.filter(kept, due).select_related("action", "event__action", "event__city")
    for row in rows.distinct().order_by("pk"):
        last_day = row.event.meant[1] if row.event is not None else None
        if row.action.is_frozen or last_day is None or last_day < old:
            yield row


@transaction.atomic
def forget_hosts(commitment: Commitment, day: datetime.date, *, by: Actor) -> int:
    """Erase the hosts of a commitment who did not ask us to keep them, the letters about it, and words to reviewers.

    Whoever asked is kept for two years. Returns how many hosts were erased.
    """
    stored = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    too_old = stored.day < day - datetime.timedelta(days=KEPT_DAYS)
    hosts = stored.hosts.all() if too_old else stored.hosts.filter(is_kept=False)
    hashes = set(hosts.exclude(email_hash="").values_list("email_hash", flat=True))
    gone = hosts.count()
    hosts.delete()
    # One letter may be about several sites; whoever hosts another one still has use for it.
    hashes -= set(Host.objects.filter(email_hash__in=hashes).values_list("email_hash", flat=True))
    Letter.objects.filter(Q(about=stored.key) | Q(to_hash__in=hashes), kind__startswith="events.").delete()
    if not gone and all(getattr(stored, name) == value for name, value in PRIVATE.items()):
        return 0
    known = [field.name for field in stored._meta.concrete_fields if field.is_relation]
    erased = PRIVATE | (HOME if stored.only_city else {})
    for name, value in erased.items():
        setattr(stored, name, value)
    stored.full_clean(exclude=known, validate_unique=False, validate_constraints=False)
    stored.save(update_fields=[*erased])
    if stored.only_city:
        # What was somebody's home was never shown, and nobody has to come there any more.
        Event.every.filter(pk=stored.event_id or 0, only_city=True).update(address="")
    record(by, "commitment.contacts-forgotten", stored, before={}, unseen=True)
    return gone
