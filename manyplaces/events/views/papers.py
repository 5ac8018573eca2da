"""Papers as PDF: those of a host's own event by his private link, and those that anybody prints for his school."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.queries import paper_lines
from manyplaces.actions.rules import Paper, papers_for_any
from manyplaces.events.drawings import papers_pdf
from manyplaces.events.models import Event
from manyplaces.events.queries.hosts import host_by_link
from manyplaces.events.queries.papers import ALL, on_paper
from manyplaces.events.shapes.papers import Lines, Printed, event_papers
from manyplaces.events.shapes.papers import any_paper as any_shape


def host_paper(request: HttpRequest, token: str, paper: str) -> HttpResponse:
    """One paper of a host's event, or all of them; of what is not online there is none."""
    host = host_by_link(token)
    if host is None or host.proved_at is None or host.commitment.event_id is None:
        raise Http404
    events = Event.objects.select_related("action", "city", "spelling__place")
    return paper_of(request, get_object_or_404(events, pk=host.commitment.event_id), paper)


def any_paper(request: HttpRequest, slug: str, paper: str) -> HttpResponse:
    """One paper without a school's name on it, for whoever is not online yet; none of an action that is over."""
    action = get_object_or_404(Action, slug=slug)
    if paper not in papers_for_any(action, timezone.localdate()):
        raise Http404
    lines = paper_lines(action, request.LANGUAGE_CODE)
    return pdf(papers_pdf(for_any(action, Paper(paper), lines)), f"{paper}-{action.slug}")


def paper_of(request: Any, event: Event, paper: str) -> HttpResponse:
    """Answer with a paper of an event, or with all; raises Http404 for one that it does not have today."""
    rows = on_paper([event])
    wanted = [known for row in rows for known in row.papers if paper in (ALL, known)]
    if not wanted:
        raise Http404
    lines = paper_lines(event.action, request.LANGUAGE_CODE)
    return pdf(papers_pdf(event_papers(event.action, rows, wanted, lines)), f"{paper}-{event.key}")


def for_any(action: Action, paper: Paper, lines: Lines) -> Printed:
    """Return a paper without a school's name on it; its code leads to the form for commitments, or to the action."""
    demands = list(Demand.objects.filter(action=action).order_by("pk"))
    view = "events:commit" if paper == Paper.COMMITMENT else "front:action"
    address = settings.SITE_URL.rstrip("/") + reverse(view, args=[action.slug])
    return any_shape(action, paper, demands, address, lines)


def pdf(content: bytes, name: str) -> HttpResponse:
    """Answer with a PDF that the browser shows; saved, it has this name."""
    shown = f'inline; filename="{name.replace(":", "-")}.pdf"'
    return HttpResponse(content, "application/pdf", headers={"Content-Disposition": shown})
