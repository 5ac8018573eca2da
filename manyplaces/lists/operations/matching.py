"""Looking the rows of a list up: in the registry, in the action itself, and in earlier actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.operations.holding import FOUND, held, keep_list, not_now
from manyplaces.lists.operations.promising import offered, read_words, refuse_blocked
from manyplaces.lists.queries import Taken, known_places, returning, taken, waiting_for
from manyplaces.lists.rules import AT_ONCE, OPEN, WHOLE, Answer, Reason, Stage, Verdict, may_commit
from manyplaces.mail.tasks import start
from manyplaces.places.models import School
from manyplaces.places.queries import match_schools

PIECE = 200


@transaction.atomic
def match_list(site_list: SiteList, *, by: Actor) -> SiteList:
    """Look a short list up at once; a longer one is left to the worker. Returns the list as it stands."""
    if site_list.stage != Stage.MATCHING:
        return site_list
    if site_list.in_hand > AT_ONCE:
        start("lists.match", {"list": site_list.pk, "person": by.person}, by=by, about=site_list.uid)
        return site_list
    while match_rows(site_list, by=by):
        pass
    return site_list


@transaction.atomic
def match_rows(site_list: SiteList, *, by: Actor) -> int:
    """Look the next rows up that have no verdict yet; returns how many, 0 when the list is ready to be committed."""
    stored = held(site_list, by=by)
    if stored.stage != Stage.MATCHING:
        site_list.stage = stored.stage
        return 0
    rows = list(stored.rows.filter(verdict="").select_related("school").order_by("line")[:PIECE])
    if rows:
        look_up(rows, by)
        ListRow.objects.bulk_update(rows, FOUND, batch_size=PIECE)
        stored.done += len(rows)
    is_done = not stored.rows.filter(verdict="").exists()
    stored.stage = Stage.ASKING if is_done else Stage.MATCHING
    keep_list(stored, ("done", "stage"), "matched" if is_done else "", by=by)
    site_list.stage, site_list.done = stored.stage, stored.done
    return len(rows)


@transaction.atomic
def look_again(site_list: SiteList, *, by: Actor) -> SiteList:
    """Look up again what was refused, doubled or is asked about, with what is said of the whole list now.

    Takes city, state, day, time and languages for rows that name none. Answers stay.
    """
    stored = held(site_list, by=by)
    if stored.stage not in OPEN:
        raise NotNow(not_now(stored))
    for name in WHOLE:
        setattr(stored, name, getattr(site_list, name))
    again = stored.rows.filter(commitment=None).exclude(answer=Answer.SKIP)
    ListRow.objects.filter(pk__in=again.values("pk")).update(verdict="", reason="", facts={})
    stored.in_hand, stored.done, stored.stage = again.count(), 0, Stage.MATCHING
    keep_list(stored, (*WHOLE, "in_hand", "done", "stage"), "looked-up-again", by=by)
    return match_list(stored, by=by)


def look_up(rows: list[ListRow], actor: Actor) -> None:
    """Find what rows of one list mean, and what follows from it; nothing is written."""
    _find([row for row in rows if read_words(row)], actor)
    settle(rows, actor)


def settle(rows: Sequence[ListRow], actor: Actor) -> None:
    """Note what follows from the schools that rows stand for: whose area it is, doubles, what is refused, who returns.

    The rows are of one list; four queries.
    """
    alive = [row for row in rows if row.verdict != Verdict.REFUSED and not _refuse_foreign(row, actor)]
    settled = [row for row in alive if is_settled(row)]
    if not settled:
        return
    action = settled[0].of.action
    mark_doubles(settled, taken(action, settled), settled[0].of)
    settled = [row for row in settled if row.verdict != Verdict.DOUBLE]
    offers = [(row, offered(row, actor, is_asked_only=True)) for row in settled]
    refuse_blocked([(row, offer) for row, offer in offers if offer is not None])
    waiting, before = waiting_for(action, settled), returning(action, settled)
    for row in settled:
        row.returning_from_id = before.get(row.pk)
        if row.verdict == Verdict.CERTAIN and row.school_id in waiting:
            row.say(Verdict.CERTAIN, Reason.WAITS)


def is_settled(row: ListRow) -> bool:
    """Tell whether it is clear which site a row stands for."""
    return row.verdict == Verdict.CERTAIN or row.answer in (Answer.SCHOOL, Answer.OWN)


def mark_doubles(rows: Sequence[ListRow], there: Taken, site_list: SiteList) -> None:
    """Mark rows whose site is in the action already, or is that of another row of the list."""
    others = site_list.rows.select_related("school").exclude(verdict__in=(Verdict.DOUBLE, Verdict.REFUSED, ""))
    others = others.filter(Q(school__in=[row.school_id for row in rows]) | Q(school=None, answer=Answer.OWN))
    for row in others.exclude(pk__in=[row.pk for row in rows]).order_by("line"):
        if is_settled(row) and not row.commitment_id:
            there.add(row)
    for row in rows:
        if found := there.why(row):
            row.say(Verdict.DOUBLE, found[0], **found[1])
            row.answer = Answer.NONE
        else:
            there.add(row)


def _find(rows: list[ListRow], actor: Actor) -> None:
    """Find the schools that rows may mean; only those of the area of whoever brought the list are offered."""
    numbered = {row.number for row in rows if row.number}
    known = {school.number: school for school in School.objects.filter(number__in=numbered)}
    areas: dict[tuple[str, str, str], list[ListRow]] = defaultdict(list)
    for row in rows:
        if row.number in known:
            row.school = known[row.number]
            row.say(Verdict.CERTAIN)
        elif row.answer == Answer.SCHOOL and row.school is not None:
            row.say(Verdict.UNSURE)
        else:
            row.school = None
            areas[*row.typed_where, row.district].append(row)
    for (state, city_slug, district), those in areas.items():
        names = [row.venue for row in those]
        matches = match_schools(names, state=state, city_slug=city_slug, district=district)
        for row, match in zip(those, matches, strict=True):
            row.school = match.school if match.verdict == "certain" else None
            row.say(Verdict(match.verdict))
            _offer(row, match.suggestions, actor)
    _find_places([row for row in rows if row.verdict == Verdict.UNKNOWN])


def _offer(row: ListRow, schools: list[School], actor: Actor) -> None:
    mine = [school for school in schools if may_commit(actor, row.of.action.slug, school.state, school.city_slug)]
    row.suggestions = [school.pk for school in mine]
    if row.verdict == Verdict.UNSURE and not mine:
        row.say(Verdict.UNKNOWN, Reason.ELSEWHERE)


def _find_places(rows: list[ListRow]) -> None:
    """Take what the registry has not, but the record has, as it is written: it was asked about before."""
    places = known_places(rows) if rows else set()
    for row in rows:
        state, _name, short = row.where
        if not (state and short):
            row.say(Verdict.REFUSED, Reason.NO_PLACE)
        elif not row.answer and (state, short, row.folded) in places:
            row.answer = Answer.OWN


def _refuse_foreign(row: ListRow, actor: Actor) -> bool:
    """Refuse what lies outside the area; which of several schools it is decides where it is, and is asked first."""
    state, _name, short = row.where
    if row.verdict == Verdict.UNSURE and row.school is None and row.answer != Answer.OWN:
        return False
    if may_commit(actor, row.of.action.slug, state, short):
        return False
    row.say(Verdict.REFUSED, Reason.OUTSIDE)
    return True
