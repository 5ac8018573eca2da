"""What stands on the papers of an action: ours or the coalition's own words, both languages side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, PaperText
from manyplaces.actions.operations import remove_paper_text, write_paper
from manyplaces.actions.queries import own_texts, paper_lines
from manyplaces.actions.rules import LONGEST, Paper, check_text, names_in, our_text, read_text
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.desk.forms.equipping import PaperForm
from manyplaces.desk.views.calling import reached, shown_version
from manyplaces.events.drawings import papers_pdf
from manyplaces.events.queries.papers import sample
from manyplaces.events.shapes.papers import Lines, event_papers
from manyplaces.events.views.papers import for_any, pdf
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role

TOLD, WRONG, LATE = 302, 422, 409


@for_roles(Role.NATIONAL)
def action_papers(request: Any, slug: str) -> HttpResponse:
    """Every paper, and in which languages the coalition has words of its own on it."""
    stored = reached(request, slug)
    own = own_texts(stored)
    rows = [(paper, [code for code in ("en", "es") if (paper.value, code) in own]) for paper in Paper]
    context = {"action": stored, "rows": rows, "tab": "action_papers"}
    return render(request, "desk/action_papers.html", context)


@for_roles(Role.NATIONAL)
def action_paper(request: Any, slug: str, paper: str) -> HttpResponse:
    """The words on one paper: changed, looked at as PDF before they are kept, or ours again."""
    stored, kind = reached(request, slug), _kind(paper)
    own = own_texts(stored)
    shown = {code: own.get((kind.value, code)) or our_text(kind, code) for code in ("en", "es")}
    form, status = PaperForm(request.POST or None, initial=shown, longest=LONGEST[kind]), 200
    if request.method == "POST":
        if request.POST.get("back") in shown:
            return _ours(request, stored, kind, request.POST["back"])
        if request.POST.get("preview") in shown and (drawn := _preview(stored, kind, form, request.POST["preview"])):
            return drawn
        status = _kept(request, stored, kind, form) if "preview" not in request.POST else WRONG
    if status == TOLD:
        return redirect("desk:action_paper", slug, paper)
    context = {
        "action": stored,
        "paper": kind,
        "form": form,
        "own": [code for code in ("en", "es") if (kind.value, code) in own],
        "ours": {code: our_text(kind, code) for code in ("en", "es")},
        "names": {code: names_in(code) for code in ("en", "es")},
        "longest": LONGEST[kind],
        "tab": "action_papers",
        "is_late": status == LATE,
    }
    return render(request, "desk/action_paper.html", context, status=status)


@for_roles(Role.NATIONAL)
def action_paper_pdf(request: Any, slug: str, paper: str) -> HttpResponse:
    """One paper of an action as it is printed now, with a school of it where there is one."""
    stored, kind = reached(request, slug), _kind(paper)
    return _drawn(stored, kind, paper_lines(stored, request.LANGUAGE_CODE))


def _kind(paper: str) -> Paper:
    if paper not in Paper:
        raise Http404
    return Paper(paper)


def _kept(request: Any, action: Action, paper: Paper, form: PaperForm) -> int:
    """Keep what was typed; return whether it is TOLD, something is WRONG, or somebody was before (LATE)."""
    if not form.is_valid():
        return WRONG
    late, changed = False, 0
    with refusals_on(form):
        try:
            changed = write_paper(action, paper, form.texts, version=shown_version(request), by=request.actor)
        except NotNow:
            late = True
            raise
    if not form.is_valid():
        return LATE if late else WRONG
    messages.success(request, _("The changes are kept.") if changed else _("Nothing was changed."))
    return TOLD


def _ours(request: Any, action: Action, paper: Paper, language: str) -> HttpResponse:
    row = PaperText(action=action, paper=paper, language=language)
    try:
        remove_paper_text(row, version=shown_version(request), by=request.actor)
        messages.success(request, _("Our own text is printed again. Yours stays in the journal."))
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:action_paper", action.slug, paper.value)


def _preview(action: Action, paper: Paper, form: PaperForm, language: str) -> HttpResponse | None:
    """Answer with the paper as it would be with what was typed, which is not kept; None where something is wrong."""
    if not form.is_valid():
        return None
    text = form.texts[language]
    with refusals_on(form):
        try:
            check_text(text, paper)
        except ValidationError as refusal:
            raise ValidationError({language: refusal.messages}) from refusal
    if not form.is_valid():
        return None
    with translation.override(language):
        return _drawn(action, paper, {**paper_lines(action, language), paper: read_text(text, paper)})


def _drawn(action: Action, paper: Paper, lines: Lines) -> HttpResponse:
    """Answer with a paper as a school of the action has it; where it has none yet, with lines to write on."""
    row = sample(action, paper)
    printed = event_papers(action, [row], [paper], lines) if row else for_any(action, paper, lines)
    return pdf(papers_pdf(printed), f"{paper.value}-{action.slug}")
