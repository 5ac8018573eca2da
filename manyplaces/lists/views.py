"""The pages of lists: bring one, answer what is unclear, commit it in one step, undo it in one."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.actions.models import Demand
from manyplaces.core.refusals import NotNow, in_words, refusals_on
from manyplaces.lists import drawings
from manyplaces.lists.forms import ColumnsForm, ListForm
from manyplaces.lists.models import SiteList
from manyplaces.lists.operations import (
    answer_rows,
    commit_list,
    forget_list,
    match_list,
    name_columns,
    take_list,
    undo_list,
)
from manyplaces.lists.queries import list_page, lists_of, parts_on_paper, rows_on_paper, standing
from manyplaces.lists.rules import Stage, Verdict
from manyplaces.lists.shapes import paper
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role

_ANSWER = re.compile(r"row-(\d{1,18})")
NEWEST = 50


@for_roles(Role.COORDINATOR)
def lists(request: Any) -> HttpResponse:
    """The lists so far, and the form for another one."""
    form = ListForm(request.POST or None, request.FILES or None, initial={"action": request.GET.get("action")})
    if request.method == "POST" and form.is_valid():
        found = form.instance
        upload = form.cleaned_data["upload"]
        found.title = found.title or (upload.name[:120] if upload else _("Pasted names"))
        with refusals_on(form):
            take_list(found, text=form.cleaned_data["text"], upload=upload.read() if upload else b"", by=request.actor)
            match_list(found, by=request.actor)
        if form.is_valid():
            return redirect("lists:site_list", uid=found.uid)
    newest = list(lists_of(request.actor)[:NEWEST])
    context = {"form": form, "lists": newest, "standing": standing(newest)}
    return render(request, "lists/lists.html", context, status=422 if form.errors else 200)


@for_roles(Role.COORDINATOR)
def site_list(request: Any, uid: str) -> HttpResponse:
    """One list: what was found, what is asked, and the steps that are open."""
    found = get_object_or_404(lists_of(request.actor), uid=uid)
    if request.method == "POST":
        return _step(request, found)
    if found.stage == Stage.COLUMNS:
        return redirect("lists:columns", uid=uid)
    shown = request.GET.get("show", "")
    page = list_page(found, shown if shown in Verdict else "", request.GET.get("page", "1"))
    return render(request, "lists/site_list.html", {"page": page, "list": found, "parts": parts_on_paper(found)})


@for_roles(Role.COORDINATOR)
def columns(request: Any, uid: str) -> HttpResponse:
    """Say which column of the file stands for what; it is remembered for the next such file."""
    found = get_object_or_404(lists_of(request.actor), uid=uid)
    if found.stage != Stage.COLUMNS:
        return redirect("lists:site_list", uid=uid)
    form = ColumnsForm(found.header, request.POST or None, initial=found.columns)
    if request.method == "POST" and form.is_valid():
        chosen = {name: column for name, column in form.cleaned_data.items() if column}
        with refusals_on(form):
            match_list(name_columns(found, chosen, by=request.actor), by=request.actor)
        if form.is_valid():
            return redirect("lists:site_list", uid=uid)
    return render(request, "lists/columns.html", {"form": form, "list": found}, status=422 if form.errors else 200)


@for_roles(Role.COORDINATOR)
def forms_pdf(request: Any, uid: str, part: int) -> HttpResponse:
    """Print a form for each site of a list, some hundreds at a time; contacts are not on it."""
    found = get_object_or_404(lists_of(request.actor), uid=uid)
    rows = rows_on_paper(found, part) if part else []
    if not rows:
        raise Http404
    demands = Demand.objects.filter(action=found.action).order_by("pk")
    address = settings.SITE_URL.rstrip("/") + reverse("events:commit", args=[found.action.slug])
    drawn = drawings.forms_pdf(paper(found, rows, demands, address))
    headers = {"Content-Disposition": f'attachment; filename="forms-{found.action.slug}-{part}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)


def _step(request: Any, found: SiteList) -> HttpResponse:
    """Take the step that a button of the list asks for, and say what became of it."""
    try:
        sentence = _taken(request, found)
    except (ValidationError, NotNow, PermissionDenied) as refusal:
        messages.error(request, in_words(refusal))
        return redirect("lists:site_list", uid=found.uid)
    if sentence:
        messages.success(request, sentence)
    if request.POST.get("step") == "forget":
        return redirect("lists:lists")
    return redirect("lists:site_list", uid=found.uid)


def _taken(request: Any, found: SiteList) -> str:
    step, by = request.POST.get("step"), request.actor
    if step in ("answer", "commit"):
        taken = answer_rows(found, _answers(request), by=by)
        if step == "answer":
            return ngettext("%d answer was kept.", "%d answers were kept.", taken) % taken
        committed = commit_list(found, by=by)
        return _("The list is committed.") if committed.stage != Stage.COMMITTING else ""
    if step == "undo":
        gone = undo_list(found, by=by)
        return ngettext("%d site was taken back.", "%d sites were taken back.", gone) % gone
    if step == "forget":
        forget_list(found, by=by)
        return _("The list was thrown away.")
    raise NotNow(_("There is no such step."))


def _answers(request: HttpRequest) -> dict[int, str]:
    named = ((_ANSWER.fullmatch(name), value) for name, value in request.POST.items())
    return {int(match[1]): str(value) for match, value in named if match}
