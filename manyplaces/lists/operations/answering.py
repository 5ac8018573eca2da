"""Answering which school a row means; the answer is remembered, so that nobody is asked a second time."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import record
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.operations.matching import settle
from manyplaces.lists.rules import Answer, Stage, Verdict, require_coordinator
from manyplaces.people.rules import Role, may
from manyplaces.places.models import School
from manyplaces.places.operations import learn_alias

ASKED = (Verdict.UNSURE, Verdict.UNKNOWN)


@transaction.atomic
def answer_rows(site_list: SiteList, answers: Mapping[int, str], *, by: Actor) -> int:
    """Take answers by row: a school's registry number, "own" (take it as written), "skip", or "" for none.

    Returns how many were taken. The name of a row becomes an alias of the school that was chosen.
    """
    require_coordinator(by)
    stored = SiteList.objects.select_for_update(of=("self",)).select_related("action").get(pk=site_list.pk)
    if stored.stage != Stage.ASKING:
        raise NotNow(_("This list cannot be answered now: it is %s.") % stored.get_stage_display())
    rows = list(stored.rows.filter(pk__in=answers, verdict__in=ASKED, commitment=None))
    schools = {school.number: school for school in School.objects.filter(number__in=set(answers.values()))}
    taken = 0
    for row in rows:
        taken += _answer(row, answers[row.pk], schools, stored, by)
    ListRow.objects.bulk_update(rows, ("answer", "school", "state", "city_name", "city_slug", "sentence"))
    if taken:
        stored.full_clean(exclude=["action", "organisation"])
        record(by, "sitelist.answered", stored, before={"rows": taken}, unseen=True)
    return taken


def _answer(row: ListRow, answer: str, schools: dict[str, School], site_list: SiteList, by: Actor) -> int:
    if answer in ("", Answer.OWN, Answer.SKIP):
        row.answer = Answer(answer)
        settle(row, None)
        return int(bool(answer))
    school = schools.get(answer)
    if school is None:
        raise ValidationError({"answers": _("Line %d: there is no school with this number.") % row.line})
    if not may(by, Role.COORDINATOR, action=site_list.action.slug, state=school.state, city=school.city_slug):
        raise ValidationError({"answers": _("Line %d: this school lies outside the area you coordinate.") % row.line})
    # Where it is in the words of whoever typed the list: there the name will be looked for the next time.
    learn_alias(school, row.venue, by=by)
    row.answer = Answer.SCHOOL
    settle(row, school)
    return 1
