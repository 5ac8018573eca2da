"""Committing a list in one step, and undoing it in one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.rules import tactic_of
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, in_words
from manyplaces.core.spokendates import read_spoken
from manyplaces.core.words import fold
from manyplaces.events.models import Commitment
from manyplaces.events.operations import Offer, approve_many, check_offer, commit_sites
from manyplaces.events.rules.hosting import HostContact
from manyplaces.journal.operations import record, take_back
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.operations.matching import GONE
from manyplaces.lists.rules import AT_ONCE, Answer, Stage, Verdict, require_coordinator
from manyplaces.mail.operations import stop_letters
from manyplaces.mail.tasks import start
from manyplaces.people.rules import Role, may

PIECE = 100
UNDO_WITHIN = datetime.timedelta(hours=24)
# What may be committed: what is certain, and what was answered with anything but "leave it out".
READY = models.Q(verdict=Verdict.CERTAIN) | models.Q(answer__in=(Answer.SCHOOL, Answer.OWN))


@dataclass(frozen=True)
class _Said:
    """A day and a time as one row says them."""

    date_edtf: str
    time_local: datetime.time | None
    fold: int | None


@transaction.atomic
def commit_list(site_list: SiteList, *, by: Actor) -> SiteList:
    """Commit every row that is certain or answered; a longer list is left to the worker.

    Rows that wait for an answer stay on the list and can be committed later. Raises NotNow where the list is not ready.
    """
    stored = start_committing(site_list, by=by)
    if stored.row_count > AT_ONCE:
        start("lists.commit", {"list": stored.pk}, by=by, about=stored.uid)
        return stored
    while commit_rows(stored, by=by):
        pass
    return SiteList.objects.get(pk=stored.pk)


@transaction.atomic
def start_committing(site_list: SiteList, *, by: Actor) -> SiteList:
    """Set a list to be committed by `commit_rows`, piece by piece; raises NotNow where it is not ready."""
    require_coordinator(by)
    stored = (
        SiteList.objects.select_for_update(of=("self",)).select_related("action", "organisation").get(pk=site_list.pk)
    )
    if stored.stage != Stage.ASKING:
        raise NotNow(_("This list cannot be committed now: it is %s.") % stored.get_stage_display())
    waiting = stored.rows.filter(READY, commitment=None).count()
    if not waiting:
        raise NotNow(_("Nothing of this list can be committed yet. Answer which schools are meant, or throw it away."))
    stored.stage, stored.row_count, stored.done = Stage.COMMITTING, waiting, 0
    stored.full_clean(exclude=["action", "organisation"])
    stored.save(update_fields=["stage", "row_count", "done"])
    record(by, "sitelist.committing", stored, before={"rows": waiting}, unseen=True)
    return stored


@transaction.atomic
def commit_rows(site_list: SiteList, *, by: Actor) -> int:
    """Commit and approve the next rows of a list that is being committed; returns how many, 0 at its end.

    The coordinator who brought the list has looked at it, so what lies in his area is online at once.
    """
    require_coordinator(by)
    stored = (
        SiteList.objects.select_for_update(of=("self",)).select_related("action", "organisation").get(pk=site_list.pk)
    )
    if stored.stage != Stage.COMMITTING:
        return 0
    by = replace(by, errand=stored.errand)
    rows = list(stored.rows.filter(READY, commitment=None).select_related("school").order_by("line")[:PIECE])
    _commit(rows, stored, by)
    stored.done += len(rows)
    if not rows:
        left = stored.rows.filter(verdict__in=(Verdict.UNSURE, Verdict.UNKNOWN), answer=Answer.NONE).exists()
        stored.stage = Stage.ASKING if left else Stage.COMMITTED
        stored.committed_at = timezone.now()
        record(by, "sitelist.committed", stored, before={}, unseen=True)
    stored.full_clean(exclude=["action", "organisation"])
    stored.save(update_fields=["done", "stage", "committed_at"])
    return len(rows)


@transaction.atomic
def undo_list(site_list: SiteList, *, by: Actor) -> int:
    """Take back everything that was committed from a list, within 24 hours; returns how many commitments went.

    Raises NotNow where something of it was changed again since, by a host for example.
    """
    require_coordinator(by)
    stored = SiteList.objects.select_for_update().get(pk=site_list.pk)
    if not stored.committed_at or stored.undone_at:
        raise NotNow(_("Nothing of this list is committed."))
    if timezone.now() - stored.committed_at > UNDO_WITHIN:
        raise NotNow(_("A list can be undone for 24 hours. Now each site has to be withdrawn by itself."))
    keys = list(Commitment.objects.filter(errand=stored.errand).values_list("key", flat=True))
    # What hosts were to be told of their own commitment, and of its approval.
    for about in (*keys, stored.errand):
        stop_letters(about, by=by)
    stored.rows.update(commitment=None)
    take_back(stored.errand, by=by)
    stored.stage, stored.undone_at = Stage.UNDONE, timezone.now()
    stored.full_clean(exclude=["action", "organisation"])
    stored.save(update_fields=["stage", "undone_at"])
    record(by, "sitelist.undone", stored, before={"commitments": len(keys)})
    return len(keys)


def _commit(rows: Sequence[ListRow], site_list: SiteList, by: Actor) -> None:
    """Commit rows; one that is refused says why on the list and stops nobody else."""
    taken = _taken(rows, site_list.action)
    offers, of_rows, now = [], [], timezone.now()
    for row in rows:
        if row.school_id in taken:
            row.verdict, row.answer, row.sentence = Verdict.DOUBLE, Answer.NONE, _("It is in this action already.")
            continue
        try:
            offers.append(check_offer(Offer(_promise(row, site_list), _contact(row)), actor=by, now=now))
            of_rows.append(row)
            taken.add(row.school_id or -row.pk)
        except (ValidationError, PermissionDenied, NotNow) as refusal:
            row.verdict, row.answer = Verdict.REFUSED, Answer.NONE
            row.sentence = in_words(refusal)[:300]
    made = commit_sites(offers, by=by)
    for row, commitment in zip(of_rows, made, strict=True):
        row.commitment = commitment
    ListRow.objects.bulk_update(rows, ("commitment", "verdict", "answer", "sentence"))
    approve_many([commitment for commitment in made if _is_looked_at(commitment, by)], by=by)


def _is_looked_at(commitment: Commitment, by: Actor) -> bool:
    reach = {"action": commitment.action.slug, "state": commitment.state, "city": commitment.city_slug}
    return may(by, Role.COORDINATOR, Role.REVIEWER, **reach)


def _taken(rows: Sequence[ListRow], action: Action) -> set[int]:
    schools = [row.school_id for row in rows if row.school_id]
    standing = Commitment.objects.filter(action=action, school__in=schools).exclude(review__in=GONE)
    return set(standing.values_list("school_id", flat=True))


def _promise(row: ListRow, site_list: SiteList) -> Commitment:
    action, school = site_list.action, row.school
    said = _when(row, action)
    return Commitment(
        action=action,
        school=school,
        venue=school.name if school else row.venue,
        address=row.address or (school.street if school else ""),
        city_name=row.city_name,
        state=row.state,
        date_edtf=said.date_edtf,
        time_local=said.time_local,
        fold=said.fold,
        tactic=tactic_of(fold(row.tactic_words)) if row.tactic_words else action.tactic,
        hosts_words=row.hosts_words,
        vouched_by=site_list.organisation,
        expected=row.expected,
        posters=row.posters,
        stickers=row.stickers,
        note=row.note,
        language=row.language,
    )


def _when(row: ListRow, action: Action) -> _Said:
    """Read the row's own day and time; where it has none, the action's."""
    first = action.date_from
    if not (row.date_words or row.time_words):
        if first is None or first != action.date_to:
            raise ValidationError(_("Say on which day; this action has more than one."))
        return _Said(first.isoformat(), action.time_local, None)
    words = f"{row.date_words} {row.time_words}".strip()
    spoken = read_spoken(words, today=first or timezone.localdate(), zone="UTC")
    day = spoken.edtf if row.date_words else (first.isoformat() if first else None)
    if not day:
        raise ValidationError(_("“%s” names no day. Write it like October 6, 2016.") % row.date_words[:60])
    return _Said(day, spoken.time if spoken.time else action.time_local, spoken.fold)


def _contact(row: ListRow) -> HostContact | None:
    if not (row.email or row.phone):
        return None
    return HostContact(row.name, row.email, row.phone, row.language)
