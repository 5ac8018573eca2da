"""Papers printed on the desk: those of one event, and those of a whole city at once."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from manyplaces.actions.queries import paper_lines
from manyplaces.actions.rules import Paper
from manyplaces.desk.views.calling import seen
from manyplaces.events.drawings import papers_pdf
from manyplaces.events.models import Event
from manyplaces.events.queries.papers import ALL, on_paper, print_page
from manyplaces.events.shapes.papers import event_papers
from manyplaces.events.views.papers import paper_of, pdf
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role, may

LONGEST_AREA = 110


@for_roles(Role.COORDINATOR)
def action_print(request: Any, slug: str) -> HttpResponse:
    """Choose a city or a state; then every paper of all its schools, a file for each, in both languages."""
    page = print_page(seen(request, slug), request.actor, _area(request))
    return render(request, "desk/action_print.html", {"page": page})


@for_roles(Role.COORDINATOR)
def action_print_pdf(request: Any, slug: str, paper: str) -> HttpResponse:
    """One paper of all schools of an area, or all papers of each, some hundred sheets at a time."""
    page = print_page(seen(request, slug), request.actor, _area(request))
    part = request.GET.get("part", "1")
    sheaves = page.sheaves(paper) if paper in (ALL, *Paper) else []
    chosen = next((sheaf for sheaf in sheaves if str(sheaf.number) == part), None)
    if chosen is None:
        raise Http404
    lines = paper_lines(page.action, request.LANGUAGE_CODE)
    wanted = list(Paper) if paper == ALL else [Paper(paper)]
    drawn = papers_pdf(event_papers(page.action, on_paper(chosen.events), wanted, lines))
    return pdf(drawn, "-".join(filter(None, [paper, slug, page.chosen.replace("/", "-").lower(), part])))


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def event_paper(request: Any, key: str, paper: str) -> HttpResponse:
    """One paper of an event, or all of them."""
    found = get_object_or_404(Event.every.select_related("action", "city", "spelling__place"), key=key)
    area = {"action": found.action.slug, "state": found.city.state, "city": found.city.slug}
    if not may(request.actor, Role.REVIEWER, Role.COORDINATOR, **area):
        raise PermissionDenied
    return paper_of(request, found, paper)


def _area(request: Any) -> str:
    return str(request.GET.get("area", ""))[:LONGEST_AREA]
