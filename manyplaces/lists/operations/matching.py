"""Matching the rows of a list with the registry, with what is committed already, and with earlier actions."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.events.models import Commitment, Event
from manyplaces.events.rules import Review
from manyplaces.journal.operations import record
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.rules import AT_ONCE, Answer, Stage, Verdict, require_coordinator
from manyplaces.mail.tasks import start
from manyplaces.people.rules import Role, may
from manyplaces.places.models import School
from manyplaces.places.queries import match_schools

PIECE = 200
# What is not among them stands in nobody's way.
GONE = (Review.DECLINED, Review.WITHDRAWN, Review.MERGED)


@transaction.atomic
def match_list(site_list: SiteList, *, by: Actor) -> SiteList:
    """Match a short list at once; a longer one is left to the worker. Returns the list as it stands."""
    if site_list.stage != Stage.MATCHING:
        return site_list
    if site_list.row_count > AT_ONCE:
        start("lists.match", {"list": site_list.pk}, by=by, about=site_list.uid)
        return site_list
    while match_rows(site_list, by=by):
        pass
    return site_list


@transaction.atomic
def match_rows(site_list: SiteList, *, by: Actor) -> int:
    """Match the next rows that have no verdict yet; returns how many, 0 when the list is ready to be committed."""
    require_coordinator(by)
    stored = SiteList.objects.select_for_update(of=("self",)).select_related("action").get(pk=site_list.pk)
    rows = list(stored.rows.filter(verdict="").order_by("line")[:PIECE])
    if rows:
        _find(rows)
        _refuse_foreign(rows, stored, by)
        _find_doubles(rows, stored)
        _find_returning(rows, stored)
        names = ("verdict", "sentence", "school", "suggestions", "returning_from", "state", "city_name", "city_slug")
        ListRow.objects.bulk_update(rows, names, batch_size=PIECE)
        stored.done += len(rows)
    if not stored.rows.filter(verdict="").exists():
        stored.stage = Stage.ASKING
        record(by, "sitelist.matched", stored, before={}, unseen=True)
    stored.full_clean(exclude=["action", "organisation"])
    stored.save(update_fields=["done", "stage"])
    site_list.stage, site_list.done = stored.stage, stored.done
    return len(rows)


def settle(row: ListRow, school: School | None) -> None:
    """Set what follows from the school that a row stands for."""
    row.school = school
    if school:
        row.state, row.city_name, row.city_slug = school.state, school.city_name, school.city_slug


def _find(rows: list[ListRow]) -> None:
    numbered = {row.number for row in rows if row.number}
    known = {school.number: school for school in School.objects.filter(number__in=numbered)}
    areas: dict[tuple[str, str, str], list[ListRow]] = defaultdict(list)
    for row in rows:
        if row.number in known:
            row.verdict = Verdict.CERTAIN
            settle(row, known[row.number])
        else:
            areas[row.state, row.city_slug, row.district].append(row)
    for (state, city_slug, district), those in areas.items():
        names = [row.venue for row in those]
        for row, match in zip(
            those, match_schools(names, state=state, city_slug=city_slug, district=district), strict=True
        ):
            row.verdict = Verdict(match.verdict)
            row.suggestions = [school.pk for school in match.suggestions]
            settle(row, match.school if row.verdict == Verdict.CERTAIN else None)
            if row.verdict == Verdict.UNKNOWN and not (row.state and row.city_slug):
                row.verdict = Verdict.REFUSED
                row.sentence = _("No school of this name was found. Say in which city and state it is.")


def _refuse_foreign(rows: list[ListRow], site_list: SiteList, by: Actor) -> None:
    for row in rows:
        reach = {"action": site_list.action.slug, "state": row.state, "city": row.city_slug}
        # Which of several it is decides where it is: that is asked first.
        if row.verdict in (Verdict.CERTAIN, Verdict.UNKNOWN) and not may(by, Role.COORDINATOR, **reach):
            row.verdict, row.sentence = Verdict.REFUSED, _("This lies outside the area you coordinate.")


def _key(row: ListRow) -> str:
    """What two rows share that stand for one site."""
    return f"s{row.school_id}" if row.school_id else f"{row.state}/{row.city_slug}/{fold(row.venue)}"


def _find_doubles(rows: list[ListRow], site_list: SiteList) -> None:
    """Mark rows whose site stands further up in the list, or is in the action already by whatever door."""
    taken = _committed(rows, site_list)
    earlier = site_list.rows.filter(
        verdict=Verdict.CERTAIN, school__in=[row.school_id for row in rows if row.school_id]
    )
    seen = {f"s{row.school_id}": row.line for row in earlier}
    for row in rows:
        if row.verdict not in (Verdict.CERTAIN, Verdict.UNKNOWN):
            continue
        key, day = _key(row), row.date_words
        if key in taken:
            row.verdict, row.sentence = Verdict.DOUBLE, taken[key]
        elif f"{key}|{day}" in seen or key in seen:
            line = seen.get(f"{key}|{day}") or seen[key]
            row.verdict, row.sentence = Verdict.DOUBLE, _("The same as line %d.") % line
        else:
            seen[f"{key}|{day}"] = row.line
            if row.school_id:
                seen.setdefault(key, row.line)


def _committed(rows: list[ListRow], site_list: SiteList) -> dict[str, str]:
    """Return, by key, in whose words a site is in the action already."""
    schools = {row.school_id for row in rows if row.school_id}
    places = [row for row in rows if row.verdict == Verdict.UNKNOWN]
    standing = Commitment.objects.filter(action=site_list.action).exclude(review__in=GONE)
    found = {}
    for school, errand, organisation in standing.filter(school__in=schools).values_list(
        "school_id", "errand", "vouched_by__name"
    ):
        found[f"s{school}"] = _already(organisation, errand)
    free = standing.filter(school=None, city_slug__in={row.city_slug for row in places})
    for state, city_slug, venue, errand, organisation in free.values_list(
        "state", "city_slug", "venue", "errand", "vouched_by__name"
    ):
        found[f"{state}/{city_slug}/{fold(venue)}"] = _already(organisation, errand)
    numbers = {row.school.number: row.school_id for row in rows if row.school}
    listed = Event.every.filter(action=site_list.action, spelling__place__registry_number__in=numbers)
    for number in listed.values_list("spelling__place__registry_number", flat=True):
        found.setdefault(f"s{numbers[str(number)]}", _("It is in this action already."))
    return found


def _already(organisation: str | None, errand: str) -> str:
    if organisation:
        return _("It is in this action already, through %s.") % organisation
    return _("It is in this action already, through a list.") if errand else _("It is in this action already.")


def _find_returning(rows: list[ListRow], site_list: SiteList) -> None:
    """Note for each school the latest earlier action in which it took part."""
    numbers = {row.school.number: row for row in rows if row.school}
    took_part = Event.every.filter(spelling__place__registry_number__in=numbers).exclude(action=site_list.action)
    pairs = took_part.values_list("spelling__place__registry_number", "action").order_by("action__date_from", "pk")
    latest = {str(number): action for number, action in pairs}
    for row in rows:
        if row.school and row.school.number in latest:
            row.returning_from_id = latest[row.school.number]


def answer_of(row: ListRow) -> str:
    """Return what is known of a row without asking: its school where it is certain."""
    return Answer.SCHOOL if row.verdict == Verdict.CERTAIN else row.answer
