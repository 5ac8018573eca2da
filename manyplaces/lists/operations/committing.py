"""Committing a list in one step: what is clear goes online, what smells waits for a reviewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.rules import require_open
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Commitment
from manyplaces.events.operations import approve_many, commit_sites
from manyplaces.events.queries.queue import smelling
from manyplaces.events.rules import Review
from manyplaces.lists.models import NO_CONTACT, READY, ListRow, SiteList
from manyplaces.lists.operations.holding import FOUND, has_rest, held, keep_list, not_now
from manyplaces.lists.operations.matching import mark_doubles
from manyplaces.lists.operations.promising import offered, refuse_blocked
from manyplaces.lists.queries import taken
from manyplaces.lists.rules import AT_ONCE, OPEN, Answer, Stage, Verdict
from manyplaces.mail.tasks import start
from manyplaces.people.rules import Role, may
from manyplaces.places.operations import learn_alias

PIECE = 100


@transaction.atomic
def commit_list(site_list: SiteList, *, by: Actor) -> SiteList:
    """Commit every row that is certain or answered; a longer list is left to the worker.

    Rows that wait for an answer stay on the list and can be committed later. Raises NotNow where the list is not ready
    or its action takes no commitments.
    """
    stored = start_committing(site_list, by=by)
    if stored.in_hand > AT_ONCE:
        start("lists.commit", {"list": stored.pk, "person": by.person}, by=by, about=stored.uid)
        return stored
    while commit_rows(stored, by=by):
        pass
    return SiteList.objects.defer("upload_sealed").get(pk=stored.pk)


@transaction.atomic
def start_committing(site_list: SiteList, *, by: Actor) -> SiteList:
    """Set a list to be committed by `commit_rows`, piece by piece; raises NotNow where it is not ready."""
    stored = held(site_list, by=by)
    if stored.stage not in OPEN:
        raise NotNow(not_now(stored))
    require_open(stored.action, timezone.now())
    waiting = stored.rows.filter(READY, commitment=None).count()
    if not waiting:
        raise NotNow(_("Nothing of this list can be committed yet. Answer which schools are meant, or throw it away."))
    stored.stage, stored.in_hand, stored.done = Stage.COMMITTING, waiting, 0
    # From now on its columns are right, and what it says of people is kept no longer than it is needed.
    stored.upload_sealed, stored.undone_at = b"", None
    names = ("stage", "in_hand", "done", "upload_sealed", "undone_at")
    keep_list(stored, names, "committing", {"rows": waiting}, by=by)
    return stored


@transaction.atomic
def commit_rows(site_list: SiteList, *, by: Actor) -> int:
    """Commit the next rows of a list that is being committed; returns how many, 0 at its end.

    The coordinator who brought the list has looked at it, so what lies in his area is online at once, unless something
    of it smells: that waits for a reviewer.
    """
    stored = held(site_list, by=by)
    if stored.stage != Stage.COMMITTING:
        return 0
    by = replace(by, errand=stored.errand)
    ready = stored.rows.filter(READY, commitment=None).select_related("school")
    rows = list(ready.order_by("line")[:PIECE])
    if rows:
        _commit(rows, stored, by)
        stored.done += len(rows)
        keep_list(stored, ("done",), by=by)
    else:
        _end(stored)
        keep_list(stored, ("stage", "committed_at"), "committed", by=by)
    return len(rows)


@transaction.atomic
def stop_committing(site_list: SiteList, *, by: Actor) -> SiteList:
    """Stop a list that is being committed; what is committed stays, and the rest can be committed later."""
    stored = held(site_list, by=by)
    if stored.stage != Stage.COMMITTING:
        raise NotNow(not_now(stored))
    _end(stored)
    keep_list(stored, ("stage", "committed_at"), "stopped", by=by)
    return stored


def _end(stored: SiteList) -> None:
    some = stored.rows.exclude(commitment=None).exists()
    stored.stage = Stage.COMMITTED if some and not has_rest(stored) else Stage.ASKING
    stored.committed_at = timezone.now() if some else None
    # What was left out or is there already is not needed any more. Refused rows can still be corrected.
    gone = models.Q(verdict=Verdict.DOUBLE) | models.Q(answer=Answer.SKIP)
    stored.rows.filter(gone).update(**NO_CONTACT)


def _commit(rows: Sequence[ListRow], site_list: SiteList, by: Actor) -> None:
    """Commit rows; one that is refused says why on the list and stops nobody else."""
    mark_doubles(rows, taken(site_list.action, rows), site_list)
    new = [row for row in rows if row.verdict != Verdict.DOUBLE]
    offers = [(row, offered(row, by)) for row in new]
    pairs = refuse_blocked([(row, offer) for row, offer in offers if offer is not None])
    made = commit_sites([offer for _row, offer in pairs], by=by)
    for (row, _offer), commitment in zip(pairs, made, strict=True):
        row.commitment, row.reason, row.facts = commitment, "", {}
        for name, nothing in NO_CONTACT.items():
            setattr(row, name, nothing)
        _learn(row, by)
    ListRow.objects.bulk_update(rows, (*FOUND, "commitment", *NO_CONTACT))
    _approve(made, by)


def _learn(row: ListRow, by: Actor) -> None:
    """Remember the name under which a school was written, where it had to be asked about."""
    if row.school is not None and row.answer == Answer.SCHOOL:
        state, city_slug = row.typed_where
        learn_alias(row.school, row.venue, state=state, city_slug=city_slug, action=row.of.action.slug, by=by)


def _approve(made: Sequence[Commitment], by: Actor) -> None:
    """Put online what nobody needs to look at once more; what an organisation's trust has put there is there."""
    waiting = [
        commitment for commitment in made if commitment.review == Review.WAITING and _is_looked_at(commitment, by)
    ]
    smells = smelling([commitment.pk for commitment in waiting])
    approve_many([commitment for commitment in waiting if commitment.pk not in smells], by=by)


def _is_looked_at(commitment: Commitment, by: Actor) -> bool:
    reach = {"action": commitment.action.slug, "state": commitment.state, "city": commitment.city_slug}
    return may(by, Role.COORDINATOR, Role.REVIEWER, **reach)
