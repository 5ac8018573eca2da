"""An action as people will see it once it is published: its page, the toolkit for hosts, the form for commitments."""

from __future__ import annotations

import copy
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.actions.queries import toolkit
from manyplaces.actions.rules import Visibility, papers_for_any, require_open
from manyplaces.core.refusals import NotNow
from manyplaces.desk.views.calling import reached
from manyplaces.events.forms import CommitForm
from manyplaces.front.queries.action import action_page
from manyplaces.front.views.answering import context_of
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role


@for_roles(Role.NATIONAL)
def action_preview(request: Any, slug: str) -> HttpResponse:
    """The page of the action; its buttons lead to the two other previews."""
    stored = reached(request, slug)
    context = context_of(request, "action", action_page(as_public(stored)))
    return render(
        request, "desk/action_preview.html", context | {"linked": None, "stored": stored, "doors": request.path}
    )


@for_roles(Role.NATIONAL)
def action_preview_toolkit(request: Any, slug: str) -> HttpResponse:
    """Guidelines, files and links, as hosts are offered them."""
    stored = reached(request, slug)
    pieces, papers = toolkit(stored, request.LANGUAGE_CODE), papers_for_any(stored, timezone.localdate())
    page = {"action": as_public(stored), "pieces": pieces, "papers": papers}
    files = request.path.replace("/preview/toolkit/", "/toolkit/")
    context = {
        "papers_at": request.path.replace("/preview/toolkit/", "/papers/"),
        "page": page,
        "name": "toolkit",
        "linked": None,
        "stored": stored,
        "files": files,
    }
    return render(request, "desk/action_preview_toolkit.html", context)


@for_roles(Role.NATIONAL)
def action_preview_commit(request: Any, slug: str) -> HttpResponse:
    """The form for commitments as it looks once it is open; whatever is sent, nothing is committed."""
    stored = reached(request, slug)
    shown, now, closed = as_public(stored), timezone.now(), ""
    try:
        require_open(shown, max(now, shown.opens_at or now))
    except NotNow as refusal:
        closed = str(refusal)
    form = None if closed else CommitForm(shown)
    page: dict[str, Any] = {
        "page": shown,
        "action": shown,
        "form": form,
        "closed": closed,
        "looked": False,
        "schools": [],
    }
    context = page | {"stored": stored, "sent": request.method == "POST"}
    return render(request, "desk/action_preview_commit.html", context)


def as_public(stored: Action) -> Action:
    """Return the action, unsaved, as if it were published."""
    shown = copy.copy(stored)
    shown.visibility = Visibility.PUBLIC
    return shown
