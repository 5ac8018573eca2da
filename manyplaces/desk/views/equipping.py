"""What belongs to an action, on the desk: parts and demands, and the goals by state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.operations import remove_demand, remove_part, set_demand, set_goals, set_part
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.desk.forms.equipping import DemandForm, GoalsForm, PartForm
from manyplaces.desk.views.calling import reached, shown_version
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role

FIELDS = {
    "part": ("name", "name_es", "date_edtf", "covers", "summary", "summary_es"),
    "demand": ("description", "description_es"),
}
DONE, WRONG, LATE = 302, 200, 409
Form = PartForm | DemandForm


@for_roles(Role.NATIONAL)
def action_parts(request: Any, slug: str) -> HttpResponse:
    """The parts of an action and its demands, each with a form of its own, and an empty one for the next."""
    stored = reached(request, slug)
    known: dict[str, Part | Demand | None] = {
        **{f"part-{part.slug}": part for part in stored.parts.order_by("date_from", "pk")},
        **{f"demand-{demand.slug}": demand for demand in stored.demands.order_by("pk")},
        **{"part-": None, "demand-": None},
    }
    which, status = request.POST.get("which", ""), WRONG
    forms = {name: _form(name, row, request.POST if name == which else None) for name, row in known.items()}
    if request.method == "POST":
        if which in forms:
            status = _told(request, forms[which], stored, known[which])
        else:
            kind, form = _of_one_that_is_gone(which, request.POST)
            forms[f"{kind}-"], status = form, DONE if request.POST.get("step") == "remove" else LATE
    if status == DONE:
        return redirect("desk:action_parts", slug)
    groups = {kind: [form for name, form in forms.items() if name.startswith(f"{kind}-")] for kind in FIELDS}
    context = {"action": stored, "parts": groups["part"], "demands": groups["demand"], "tab": "action_parts"}
    return render(request, "desk/action_parts.html", context | {"late": status == LATE}, status=status)


def _form(name: str, row: Part | Demand | None, sent: Any) -> Form:
    kind = name.partition("-")[0]
    shown = {field: getattr(row, field) for field in FIELDS[kind]} if row else {}
    return (PartForm if kind == "part" else DemandForm)(sent, initial=shown, prefix=name)


def _of_one_that_is_gone(which: str, sent: Any) -> tuple[str, Form]:
    """Return the kind of what somebody else has removed, and what was typed about it in the form for a new one."""
    kind = which.partition("-")[0]
    if kind not in FIELDS:
        raise Http404
    form = _form(f"{kind}-", None, {f"{kind}--{name}": sent.get(f"{which}-{name}", "") for name in FIELDS[kind]})
    form.add_error(None, _("Somebody removed this meanwhile. What you typed stands here: add it anew if it is needed."))
    return kind, form


def _told(request: Any, form: Form, action: Action, known: Part | Demand | None) -> int:
    """Do what one form of the page asks for; return whether it is DONE, something is WRONG, or somebody was before."""
    version = shown_version(request) if known else None
    if request.POST.get("step") == "remove" and known is not None:
        remove: Callable[..., None] = remove_part if isinstance(known, Part) else remove_demand
        try:
            remove(known, version=version, by=request.actor)
        except NotNow as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is removed."))
        return DONE
    if not form.is_valid():
        return WRONG
    short_name, late = known.slug if known else "", False
    with refusals_on(form):
        try:
            if isinstance(form, PartForm):
                set_part(form.part(action, short_name), version=version, by=request.actor)
            else:
                set_demand(form.demand(action, short_name), version=version, by=request.actor)
        except NotNow:
            late = True
            raise
    if form.is_valid():
        messages.success(request, _("The changes are kept."))
        return DONE
    return LATE if late else WRONG


@for_roles(Role.NATIONAL)
def action_goals(request: Any, slug: str) -> HttpResponse:
    """How many sites are wanted in each state; only the states that were changed are said anew."""
    stored = reached(request, slug)
    known = {goal.state: goal.goal or None for goal in stored.state_goals.all()}
    form, status = GoalsForm(request.POST or None, initial=known), WRONG
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            set_goals(stored, form.goals(), shown=form.shown(), by=request.actor)
        if form.is_valid():
            messages.success(request, _("The goals are kept."))
            return redirect("desk:action_goals", slug)
        form.take_over(known)
        status = LATE
    total = sum(goal or 0 for goal in known.values())
    context = {"action": stored, "form": form, "total": total, "tab": "action_goals"}
    return render(request, "desk/action_goals.html", context, status=status)
