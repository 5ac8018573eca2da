"""Answering which school a row means, and correcting what a row says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import clean_texts, record
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.operations.holding import FOUND, held, not_now
from manyplaces.lists.operations.matching import look_up, settle
from manyplaces.lists.operations.reading import read_state
from manyplaces.lists.rules import OPEN, Answer, Reason, Verdict, may_commit
from manyplaces.places.models import School, SchoolAlias
from manyplaces.places.operations import forget_alias

# What is clear was not asked, and may still be wrong.
ASKED = (Verdict.CERTAIN, Verdict.UNSURE, Verdict.UNKNOWN)
SAID = (
    *("venue", "city_name", "state", "address", "date_words", "time_words"),
    *("tactic_words", "hosts_words", "note", "spoken_words", "access_words", "safety", "capacity"),
)


@dataclass(frozen=True)
class Answered:
    """How many answers were taken, and how many were not: why is said in their rows."""

    taken: int
    wrong: int


@transaction.atomic
def answer_rows(site_list: SiteList, answers: Mapping[int, str], *, by: Actor) -> Answered:
    """Take answers by row: a school's registry number, "own" (take it as written), "skip", or "" for none.

    Each is taken by itself. The name of a row becomes an alias of its school when the list is committed.
    """
    stored = held(site_list, by=by)
    if stored.stage not in OPEN:
        raise NotNow(not_now(stored))
    rows = list(stored.rows.filter(pk__in=answers, verdict__in=ASKED, commitment=None).select_related("school"))
    schools = {school.number: school for school in School.objects.filter(number__in=set(answers.values()))}
    changed = [row for row in rows if answers[row.pk] != _answer_of(row)]
    fine = [row for row in changed if _answer(row, answers[row.pk], schools, by)]
    settle([row for row in fine if row.answer in (Answer.SCHOOL, Answer.OWN)], by)
    ListRow.objects.bulk_update(changed, FOUND)
    if fine:
        stored.full_clean(exclude=["action", "organisation", "upload_sealed"], validate_unique=False)
        record(by, "sitelist.answered", stored, before={"rows": len(fine)}, unseen=True)
    return Answered(sum(bool(answers[row.pk]) for row in fine), len(changed) - len(fine))


def _answer_of(row: ListRow) -> str:
    return row.school.number if row.school and row.answer == Answer.SCHOOL else str(row.answer)


def _answer(row: ListRow, answer: str, schools: dict[str, School], by: Actor) -> bool:
    row.reason, row.facts = "", {}
    if answer in ("", Answer.OWN, Answer.SKIP):
        row.answer, row.school = Answer(answer), None
        # What was found by itself and is not meant is asked about from now on.
        row.verdict = Verdict.UNSURE if row.verdict == Verdict.CERTAIN else row.verdict
        return True
    school = schools.get(answer)
    if school is None or not may_commit(by, row.of.action.slug, school.state, school.city_slug):
        row.say(Verdict(row.verdict), Reason.OUTSIDE if school else Reason.NO_SUCH)
        return False
    row.answer, row.school = Answer.SCHOOL, school
    row.verdict = Verdict.UNSURE if row.verdict == Verdict.CERTAIN else row.verdict
    return True


@transaction.atomic
def correct_row(row: ListRow, *, by: Actor) -> ListRow:
    """Bring a row into line with what it should say (`SAID`), and look it up again.

    Raises ValidationError by field for what cannot be kept; what is still wrong then is said in the row.
    """
    stored = held(row.of, by=by)
    fresh = stored.rows.select_for_update().select_related(None).get(pk=row.pk)
    if stored.stage not in OPEN or fresh.commitment_id:
        raise NotNow(not_now(stored))
    for name in SAID:
        setattr(fresh, name, getattr(row, name))
    clean_texts(fresh)
    try:
        fresh.state = read_state(fresh.state)
    except ValidationError as refusal:
        raise ValidationError({"state": refusal.messages}) from refusal
    if not fresh.venue:
        raise ValidationError({"venue": _("Say where: choose a school, or give the name of the place.")})
    fresh.answer, fresh.school = Answer.NONE, None
    fresh.full_clean(exclude=["of", "school", "returning_from", "commitment", "verdict"], validate_unique=False)
    look_up([fresh], by)
    fresh.save()
    record(by, "sitelist.row-corrected", stored, before={"line": fresh.line}, unseen=True)
    return fresh


@transaction.atomic
def forget_name(row: ListRow, *, by: Actor) -> int:
    """Forget the school that the name of a row was remembered for, and look the row up again; returns how many."""
    stored = held(row.of, by=by)
    fresh = stored.rows.get(pk=row.pk)
    state, city_slug = fresh.typed_where
    known = SchoolAlias.objects.filter(state=state, city_slug=city_slug, folded=fresh.folded)
    names = list(known.select_related("school"))
    for alias in names:
        forget_alias(alias, action=stored.action.slug, by=by)
    if fresh.commitment_id is None and stored.stage in OPEN:
        fresh.answer, fresh.school = Answer.NONE, None
        look_up([fresh], by)
        fresh.save()
    stored.full_clean(exclude=["action", "organisation", "upload_sealed"], validate_unique=False)
    record(by, "sitelist.name-forgotten", stored, before={"line": fresh.line}, unseen=True)
    return len(names)
