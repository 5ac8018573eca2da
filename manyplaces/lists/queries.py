"""What the pages of a list show: its rows by what is to be done with them, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from manyplaces.core.actor import Actor
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.rules import Answer, Stage, Verdict
from manyplaces.people.queries import Known, Part, holds, iso
from manyplaces.people.rules import may
from manyplaces.places.models import School

ON_A_PAGE = 100
# Forms in one PDF: typeset in about half a second, so that nobody waits for it.
IN_A_PDF = 200


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
    asked: list[Asked]
    rows: Page[ListRow]
    shown: str

    @property
    def is_busy(self) -> bool:
        """Whether the worker is at work on it."""
        return self.of.stage in (Stage.MATCHING, Stage.COMMITTING)


def lists_of(by: Actor) -> QuerySet[SiteList]:
    """Return the lists somebody may see, newest first: his own, and for a national coordinator all."""
    found = SiteList.objects.select_related("action", "organisation").order_by("-pk")
    return found if may(by) else found.filter(person=by.person)


def list_page(site_list: SiteList, shown: str = "", number: str = "1") -> ListPage:
    """Return what the page of one list shows; `shown` is a verdict to which the rows are narrowed. Five queries."""
    rows = site_list.rows.order_by("line")
    ready = Q(verdict=Verdict.CERTAIN) | Q(answer__in=(Answer.SCHOOL, Answer.OWN))
    sums = rows.aggregate(
        ready=Count("pk", filter=ready & Q(commitment=None)),
        committed=Count("pk", filter=Q(commitment__isnull=False)),
        returning=Count("pk", filter=Q(returning_from__isnull=False)),
        **{verdict.value: Count("pk", filter=Q(verdict=verdict)) for verdict in Verdict},
    )
    asking = list(rows.filter(verdict__in=(Verdict.UNSURE, Verdict.UNKNOWN), commitment=None)[:ON_A_PAGE])
    known = School.objects.in_bulk({key for row in asking for key in row.suggestions})
    others = rows.select_related("school", "returning_from", "commitment")
    others = others.filter(verdict=shown) if shown else others.exclude(verdict__in=("", *_asked_kinds()))
    return ListPage(
        of=site_list,
        counts={verdict.value: sums[verdict.value] for verdict in Verdict},
        ready=sums["ready"],
        committed=sums["committed"],
        returning=sums["returning"],
        asked=[Asked(row, [known[key] for key in row.suggestions if key in known]) for row in asking],
        rows=Paginator(others, ON_A_PAGE).get_page(number),
        shown=shown,
    )


def standing(lists: list[SiteList]) -> dict[int, dict[str, int]]:
    """Return for each list how many rows wait for an answer and how many are committed; one query."""
    found: dict[int, dict[str, int]] = {each.pk: {"waiting": 0, "committed": 0} for each in lists}
    waiting = Q(verdict__in=_asked_kinds(), answer=Answer.NONE, commitment=None)
    counted = ListRow.objects.filter(of__in=lists).values("of").order_by()
    for each in counted.annotate(
        waiting=Count("pk", filter=waiting), committed=Count("pk", filter=Q(commitment__isnull=False))
    ):
        found[each["of"]] = {"waiting": each["waiting"], "committed": each["committed"]}
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


@holds
def site_lists(known: Known) -> Part:
    """The lists of sites that somebody took in."""
    rows = SiteList.objects.filter(Q(person=known.person.pk) | Q(made_by__in=known.names))
    return Part(
        _("Lists of sites that you took in"),
        rows.order_by("pk"),
        lambda row: {"list": row.uid, "title": row.title, "stage": row.stage, "made_at": iso(row.made_at)},
    )


@holds
def list_rows(known: Known) -> Part:
    """The rows of lists that name somebody's address."""
    return Part(
        _("Rows of lists with your address"),
        ListRow.objects.filter(email_hash__in=known.hashes).order_by("pk"),
        lambda row: {"venue": row.venue, "city": row.city_name, "name": row.name, "phone": row.phone},
    )
