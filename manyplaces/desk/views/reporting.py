"""How it went, on the desk: who has not reported, the grid for what came on paper, words that wait for a look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.core.refusals import NotNow, sentences
from manyplaces.desk.views.calling import seen
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role
from manyplaces.places.models import City
from manyplaces.reports.forms.grid import GridRow, read_grid, read_source
from manyplaces.reports.operations import decide_words, take_report
from manyplaces.reports.queries import MOST_ROWS, report_of, reports_page, rows_of, rows_typed
from manyplaces.reports.rules import CountedBy, How, Source


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def reports(request: Any, slug: str) -> HttpResponse:
    """Which sites have reported and which have not, and the words that somebody has to look at."""
    action = seen(request, slug)
    if request.method == "POST":
        found = report_of(request.POST.get("report", "")[:20], request.actor)
        if found is None:
            messages.error(request, _("This is gone already."))
        else:
            shown = request.POST.get("do") == "show"
            decide_words(found, shown=shown, by=request.actor)
            messages.success(
                request, _("Shown on the page of the event.") if shown else _("Kept back; the number counts.")
            )
        return redirect("desk:reports", slug)
    return render(request, "desk/reports.html", {"page": reports_page(action, request.actor)})


@for_roles(Role.COORDINATOR)
def report_grid(request: Any, slug: str, state: str, city: str) -> HttpResponse:
    """Type the reports of a city row by row; what is complete is kept, what is wrong stays with a sentence."""
    action = seen(request, slug)
    found = get_object_or_404(City, state=state.upper(), slug=city)
    pages = Paginator(rows_of(action, found, request.actor), MOST_ROWS).get_page(request.GET.get("page", 1))
    if not pages and request.method != "POST":
        raise Http404
    rows, source = read_grid(list(pages), {}), read_source(request.POST)
    if request.method == "POST":
        # The sites that the form speaks of, also where somebody has reported meanwhile: what was typed is not lost.
        keys = [name.removeprefix("uid-") for name in request.POST if name.startswith("uid-")]
        rows, kept = _take(
            read_grid(rows_typed(action, found, keys, request.actor), request.POST), source, request.actor
        )
        _tell(request, kept)
        if not any(row.wrong for row in rows):
            is_done = not rows_of(action, found, request.actor)
            return redirect("desk:reports", slug) if is_done else redirect(request.get_full_path())
    context = {"action": action, "city": found, "rows": rows, "pages": pages, "source": source}
    words = {"hows": How, "counters": CountedBy, "sources": Source}
    wrong = any(row.wrong for row in rows)
    return render(request, "desk/report_grid.html", context | words, status=422 if wrong else 200)


def _take(rows: list[GridRow], source: str, by: Any) -> tuple[list[GridRow], int]:
    """Keep every row in which something was typed; returns the others, and how many were kept."""
    left, kept = [], 0
    for row in rows:
        if row.is_empty:
            left.append(row)
            continue
        try:
            if row.bad_numbers:
                raise ValidationError(
                    _("Write numbers for adults and pupils; words such as “hundreds” go into the third field.")
                )
            take_report(row.report(source), by=by)
            kept += 1
        except (ValidationError, NotNow, PermissionDenied) as refusal:
            row.wrong = [sentence for _field, sentence in sentences(refusal)]
            left.append(row)
    return left, kept


def _tell(request: Any, kept: int) -> None:
    if kept:
        words = ngettext("%(num)s report is kept.", "%(num)s reports are kept.", kept)
        messages.success(request, words % {"num": kept})
