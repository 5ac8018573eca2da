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
from django.utils.translation import gettext_lazy, ngettext

from manyplaces.actions.models import Demand
from manyplaces.actions.queries import paper_lines
from manyplaces.core.refusals import NotNow, in_words, refusals_on
from manyplaces.events.drawings import papers_pdf
from manyplaces.events.views.papers import pdf
from manyplaces.lists.forms import ColumnsForm, ListForm, RowForm, WholeForm
from manyplaces.lists.models import ListRow, SiteList
from manyplaces.lists.operations import (
    answer_rows,
    commit_list,
    correct_row,
    forget_list,
    forget_name,
    look_again,
    match_list,
    name_columns,
    stop_committing,
    stop_undoing,
    take_list,
    undo_list,
)
from manyplaces.lists.operations.reading import samples_of
from manyplaces.lists.operations.taking import file_of
from manyplaces.lists.queries import list_page, lists_of, parts_on_paper, row_page, rows_on_paper, standing
from manyplaces.lists.rules import Stage, Verdict
from manyplaces.lists.shapes import paper
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role

_ANSWER = re.compile(r"row-(\d{1,18})")
NEWEST = 50
# Steps that need nothing but the list, and what is said of them.
SIMPLE = {
    "forget": (forget_list, gettext_lazy("The list was thrown away.")),
    "stop": (stop_committing, gettext_lazy("Stopped. What was committed stays; the rest can be committed later.")),
    "stop-undoing": (stop_undoing, gettext_lazy("Stopped. What was taken back is gone; the rest stays committed.")),
}


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
    numbers = request.GET.get("page", "1"), request.GET.get("asked", "1")
    page = list_page(found, shown if shown in Verdict else "", *numbers)
    context = {"page": page, "list": found, "parts": parts_on_paper(found), "form": WholeForm(instance=found)}
    return render(request, "lists/site_list.html", context)


@for_roles(Role.COORDINATOR)
def columns(request: Any, uid: str) -> HttpResponse:
    """Say which column of the file stands for what; it is remembered for the next such file."""
    found = get_object_or_404(lists_of(request.actor), uid=uid)
    if found.stage not in (Stage.COLUMNS, Stage.MATCHING, Stage.ASKING) or not found.upload_sealed:
        return redirect("lists:site_list", uid=uid)
    form = ColumnsForm(found.header, request.POST or None, initial=found.columns)
    if request.method == "POST" and form.is_valid():
        chosen = {name: column for name, column in form.cleaned_data.items() if column}
        with refusals_on(form):
            match_list(name_columns(found, chosen, by=request.actor), by=request.actor)
        if form.is_valid():
            return redirect("lists:site_list", uid=uid)
    context = {"form": form, "list": found, "samples": samples_of(file_of(found))}
    return render(request, "lists/columns.html", context, status=422 if form.errors else 200)


@for_roles(Role.COORDINATOR)
def row(request: Any, uid: str, line: int) -> HttpResponse:
    """One row: say that another school is meant, correct what it says, forget what its name was remembered for."""
    of = get_object_or_404(lists_of(request.actor), uid=uid)
    found = get_object_or_404(of.rows.select_related("school"), line=line)
    step = request.POST.get("step", "")
    if step in ("choose", "forget"):
        _chosen(request, found, step)
        return redirect("lists:site_list", uid=uid)
    form = RowForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            correct_row(form.instance, by=request.actor)
        if form.is_valid():
            return redirect("lists:site_list", uid=uid)
    page = row_page(found, request.GET.get("q", "")[:200], request.actor)
    context = {"page": page, "row": found, "list": of, "form": form}
    return render(request, "lists/row.html", context, status=422 if form.errors else 200)


@for_roles(Role.COORDINATOR)
def forms_pdf(request: Any, uid: str, part: int) -> HttpResponse:
    """Print a form for each site of a list, some hundreds at a time; contacts are not on it."""
    found = get_object_or_404(lists_of(request.actor), uid=uid)
    rows = rows_on_paper(found, part) if part else []
    if not rows:
        raise Http404
    demands = Demand.objects.filter(action=found.action).order_by("pk")
    address = settings.SITE_URL.rstrip("/") + reverse("events:commit", args=[found.action.slug])
    lines = paper_lines(found.action, request.LANGUAGE_CODE)
    return pdf(papers_pdf(paper(found, rows, demands, address, lines)), f"forms-{found.action.slug}-{part}")


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
    step, by = request.POST.get("step", ""), request.actor
    if step in ("answer", "commit"):
        answered = answer_rows(found, _answers(request), by=by)
        if answered.wrong:
            messages.error(request, _wrong_words(answered.wrong))
        if step == "commit":
            return _committed_words(commit_list(found, by=by))
        return ngettext("%d answer was kept.", "%d answers were kept.", answered.taken) % answered.taken
    if step == "undo":
        gone = undo_list(found, but_changed="but_changed" in request.POST, by=by)
        # Of a longer list the page tells how far it is.
        return ngettext("%d site was taken back.", "%d sites were taken back.", gone) % gone if gone else ""
    if step == "again":
        form = WholeForm(request.POST, instance=found)
        if not form.is_valid():
            raise ValidationError([sentence for several in form.errors.values() for sentence in several])
        look_again(form.instance, by=by)
        return ""
    if step in SIMPLE:
        SIMPLE[step][0](found, by=by)
        return str(SIMPLE[step][1])
    raise NotNow(_("There is no such step."))


def _wrong_words(many: int) -> str:
    return (
        ngettext(
            "%d answer could not be taken. The question says why.",
            "%d answers could not be taken. The questions say why.",
            many,
        )
        % many
    )


def _committed_words(found: SiteList) -> str:
    """Say what became of a list that was committed just now; nothing where the worker is at work on it."""
    if found.stage == Stage.COMMITTING:
        return ""
    page = list_page(found)
    words = [ngettext("%d site is committed.", "%d sites are committed.", page.committed) % page.committed]
    if page.waiting:
        sentence = ngettext(
            "%d of them waits for a reviewer: something in it is unusual.",
            "%d of them wait for a reviewer: something in them is unusual.",
            page.waiting,
        )
        words.append(sentence % page.waiting)
    if refused := page.counts["refused"]:
        sentence = ngettext(
            "%d row could not be taken: see below what to correct.",
            "%d rows could not be taken: see below what to correct.",
            refused,
        )
        words.append(sentence % refused)
    return " ".join(words)


def _chosen(request: Any, found: ListRow, step: str) -> None:
    """Take the school that was chosen for a row, or forget what its name was remembered for."""
    try:
        if step == "forget":
            forget_name(found, by=request.actor)
            messages.success(request, _("Forgotten. The next list asks which school is meant."))
        elif answer_rows(found.of, {found.pk: request.POST.get("number", "")}, by=request.actor).wrong:
            messages.error(request, _wrong_words(1))
    except NotNow as refusal:
        messages.error(request, in_words(refusal))


def _answers(request: HttpRequest) -> dict[int, str]:
    named = ((_ANSWER.fullmatch(name), value) for name, value in request.POST.items())
    return {int(match[1]): str(value) for match, value in named if match}
