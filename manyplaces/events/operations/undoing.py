"""Taking back what was decided in one go, within a day, and telling those who were told."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations.approving import bring_back
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.telling import tell_hosts
from manyplaces.events.rules.steps import DECISIONS, STEPS, may_take
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import TAKEN_BACK, take_back
from manyplaces.mail.operations import stop_letters
from manyplaces.mail.queries import letters_about

# So long a decision can be taken back as a whole.
UNDO = timedelta(hours=24)
# What an undo of decisions touches; cities, places and organisations that came along stay.
DECIDED = (Commitment, Event, Host)


@transaction.atomic
def undo_review(errand: str, *, by: Actor) -> int:
    """Take back everything that was decided on an errand within the last day; returns how many commitments.

    Letters that were not sent yet are stopped; whoever got one is told that reviewers look again.
    """
    keys = _subjects(errand, Commitment)
    other = Entry.objects.filter(errand=errand, subject_kind=Commitment._meta.label_lower).exclude(verb__in=DECISIONS)
    if other.exists():
        # Such as a list, which is undone as a list.
        keys = []
    rows = list(Commitment.objects.select_related("action").filter(pk__in=keys))
    if not rows:
        raise NotNow(_("There is nothing to undo. A decision can be taken back for 24 hours."))
    if not all(may_take(STEPS["approve"], by, row) for row in rows):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    told = _take_back(errand, by=by)
    # Nobody decides on what he saw before.
    Commitment.objects.filter(pk__in=keys).update(version=F("version") + 1)
    for row in Commitment.objects.select_related("action").filter(pk__in=keys):
        bring_back(row, errand, by=by)
        if row.hosts.filter(uid__in=told).exists():
            tell_hosts(row, "again", letters.again, by=on_errand(by))
    return len(rows)


def _subjects(errand: str, kind: type[models.Model]) -> list[int]:
    """Return the rows of a kind that were changed on an errand within the last day; none where it was undone."""
    if not errand or Entry.objects.filter(verb__endswith=TAKEN_BACK, before__errand=errand).exists():
        return []
    done = Entry.objects.filter(errand=errand, subject_kind=kind._meta.label_lower, at__gt=timezone.now() - UNDO)
    return sorted(set(done.values_list("subject_id", flat=True)))


def _take_back(errand: str, *, by: Actor) -> set[str]:
    """Stop the letters of an errand and take it back; returns the hosts who have got one already, by their uid."""
    told = {letter.key.split(":")[1] for letter in letters_about(errand) if letter.sent_at}
    stop_letters(errand, by=by)
    try:
        take_back(errand, by=by, only=DECIDED)
    except NotNow as changed:
        sentence = _("Something of this was changed again since, so it can no longer be undone together.")
        raise NotNow(sentence) from changed
    return told


@transaction.atomic
def restore_events(errand: str, *, by: Actor) -> int:
    """Let everything take place that was cancelled or postponed on an errand within the last day; returns how many.

    Letters that were not sent yet are stopped; whoever got one is told again.
    """
    keys = _subjects(errand, Event)
    events = list(Event.every.select_related("action", "city").filter(pk__in=keys))
    if not events:
        raise NotNow(_("There is nothing to undo. A decision can be taken back for 24 hours."))
    if not all(may_take(STEPS["restore"], by, event) for event in events):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    told = _take_back(errand, by=by)
    by = on_errand(by)
    hosts = Host.objects.filter(commitment__event__in=keys, uid__in=told)
    for row in Commitment.objects.select_related("action").filter(hosts__in=hosts).distinct():
        tell_hosts(row, "restored", letters.restored, by=by)
    return len(events)
