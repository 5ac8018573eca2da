"""What the pages of a list show: its rows by what is to be done with them, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, QuerySet, When
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.events.rules import Review
from manyplaces.lists.models import READY, ListRow, SiteList
from manyplaces.lists.queries.around import changed_since
from manyplaces.lists.rules import FIELDS, OPEN, UNDO_WITHIN, Answer, Stage, Verdict, may_commit
from manyplaces.people.rules import may
from manyplaces.places.models import School, SchoolAlias
from manyplaces.places.queries import find_schools

ON_A_PAGE = 100
QUESTIONS_ON_A_PAGE = 50
# Forms in one PDF: typeset in about half a second, so that nobody waits for it.
# Some 4 MB of memory each while they are drawn.
IN_A_PDF = 160


@dataclass(frozen=True)
class Asked:
    """A row that waits for an answer, with the schools it might be."""

    row: ListRow
    schools: list[School]


@dataclass(frozen=True)
class ListPage:
    """One list: how many rows of each kind, the questions, and one page of the rows that need none."""

    of: SiteList
    counts: dict[str, int]
    ready: int
    committed: int
    returning: int
    waiting: int
    changed: int
    asked: list[Asked]
    questions: Page[ListRow]
    rows: Page[ListRow]
    shown: str

    @property
    def is_busy(self) -> bool:
        """Whether the worker is at work on it."""
        return self.of.stage in (Stage.MATCHING, Stage.COMMITTING, Stage.UNDOING)

    @property
    def columns(self) -> list[tuple[object, str]]:
        """Which column stands for what, as long as that can be changed."""
        said = self.of.columns if self.of.header and self.of.stage == Stage.ASKING and not self.of.committed_at else {}
        return [(field.label, said[field.name]) for field in FIELDS if field.name in said]

    @property
    def is_open(self) -> bool:
        """Whether rows can be answered and committed."""
        return self.of.stage in OPEN

    @property
    def may_undo(self) -> bool:
        """Whether what was committed can be taken back in one step."""
        at = self.of.committed_at
        return bool(self.is_open and at and not self.of.undone_at and timezone.now() - at < UNDO_WITHIN)


@dataclass(frozen=True)
class RowPage:
    """One row: the names by which its words are known already, and the schools that a search has found."""

    row: ListRow
    names: list[SchoolAlias]
    found: list[School]
    q: str


def lists_of(by: Actor) -> QuerySet[SiteList]:
    """Return the lists somebody may see, newest first: his own, and for a national coordinator all."""
    found = SiteList.objects.select_related("action", "organisation").defer("upload_sealed").order_by("-pk")
    return found if may(by) else found.filter(person=by.person)


def list_page(site_list: SiteList, shown: str = "", number: str = "1", asked: str = "1") -> ListPage:
    """Return what the page of one list shows; `shown` is a verdict to which the rows are narrowed.

    Questions come a page at a time (`asked`), those without an answer first. Seven queries; five more where it can be
    undone.
    """
    rows = site_list.rows.order_by("line")
    is_committed = Q(commitment__isnull=False)
    sums = rows.aggregate(
        ready=Count("pk", filter=READY & Q(commitment=None)),
        committed=Count("pk", filter=is_committed),
        waiting=Count("pk", filter=is_committed & Q(commitment__review=Review.WAITING, commitment__event=None)),
        returning=Count("pk", filter=Q(returning_from__isnull=False)),
        **{verdict.value: Count("pk", filter=Q(verdict=verdict)) for verdict in Verdict},
        own=Count("pk", filter=Q(verdict=Verdict.UNKNOWN, answer=Answer.OWN)),
        asking=Count("pk", filter=Q(verdict__in=_asked_kinds(), answer=Answer.NONE, commitment=None)),
    )
    questions = Paginator(_questions(rows), QUESTIONS_ON_A_PAGE).get_page(asked)
    known = School.objects.in_bulk({key for row in questions for key in _offered(row)})
    others = rows.select_related("school", "returning_from", "commitment")
    asked_about = Q(verdict__in=_asked_kinds(), commitment=None)
    others = others.filter(verdict=shown) if shown else others.exclude(verdict="").exclude(asked_about)
    page = ListPage(
        of=site_list,
        counts={verdict.value: sums[verdict.value] for verdict in Verdict}
        | {name: sums[name] for name in ("asking", "own")},
        ready=sums["ready"],
        committed=sums["committed"],
        returning=sums["returning"],
        waiting=sums["waiting"],
        changed=0,
        asked=[Asked(row, [known[key] for key in _offered(row) if key in known]) for row in questions],
        questions=questions,
        rows=Paginator(others, ON_A_PAGE).get_page(number),
        shown=shown,
    )
    return replace(page, changed=len(changed_since(site_list.errand))) if page.may_undo else page


def _questions(rows: QuerySet[ListRow]) -> QuerySet[ListRow]:
    is_answered = Case(When(answer=Answer.NONE, then=0), default=1)
    asked = rows.filter(verdict__in=_asked_kinds(), commitment=None)
    return asked.select_related("school").order_by(is_answered, "line")


def _offered(row: ListRow) -> list[int]:
    """Return the keys of the schools that a question offers: what was answered is among them."""
    own = [row.school_id] if row.school_id and row.school_id not in row.suggestions else []
    return [*own, *row.suggestions]


def row_page(row: ListRow, q: str, by: Actor) -> RowPage:
    """Return what the page of one row shows; `q` is what is searched for among the schools of the reader's area."""
    state, city_slug = row.typed_where
    names = SchoolAlias.objects.filter(state=state, city_slug=city_slug, folded=row.folded).select_related("school")
    slug = row.of.action.slug
    found = [each.school for each in find_schools(q, state=state, city_slug=city_slug, limit=20)] if q else []
    mine = [school for school in found if may_commit(by, slug, school.state, school.city_slug)]
    return RowPage(row, list(names), mine[:10], q)


def standing(lists: list[SiteList]) -> dict[int, dict[str, int]]:
    """Return for each list how many rows are ready, wait for an answer, and are committed; one query."""
    found: dict[int, dict[str, int]] = {each.pk: {"ready": 0, "waiting": 0, "committed": 0} for each in lists}
    waiting = Q(verdict__in=_asked_kinds(), answer=Answer.NONE, commitment=None)
    counted = ListRow.objects.filter(of__in=lists).values("of").order_by()
    sums = counted.annotate(
        ready=Count("pk", filter=READY & Q(commitment=None)),
        waiting=Count("pk", filter=waiting),
        committed=Count("pk", filter=Q(commitment__isnull=False)),
    )
    for each in sums:
        found[each["of"]] = {name: each[name] for name in ("ready", "waiting", "committed")}
    return found


def rows_on_paper(site_list: SiteList, part: int) -> list[ListRow]:
    """Return the sites of a list that get a form, a part of them at a time; `part` counts from 1. One query."""
    first = (part - 1) * IN_A_PDF
    return list(_on_paper(site_list).select_related("school").order_by("line")[first : first + IN_A_PDF])


def parts_on_paper(site_list: SiteList) -> list[tuple[int, int, int]]:
    """Return the parts in which the forms of a list are printed: number, first and last form. One query."""
    many = _on_paper(site_list).count()
    starts = range(1, many + 1, IN_A_PDF)
    return [(part, first, min(first + IN_A_PDF - 1, many)) for part, first in enumerate(starts, 1)]


def _on_paper(site_list: SiteList) -> QuerySet[ListRow]:
    """Every site but those that are left out or cannot be taken: what is still asked is printed as written."""
    return site_list.rows.exclude(answer=Answer.SKIP).exclude(verdict=Verdict.REFUSED)


def _asked_kinds() -> tuple[str, ...]:
    return (Verdict.UNSURE.value, Verdict.UNKNOWN.value)
