"""What belongs to an action, on the desk: parts and demands, goals by state, the toolkit for hosts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Material, MaterialVersion, Part
from manyplaces.actions.operations import (
    add_material,
    add_material_version,
    remove_demand,
    remove_material,
    remove_part,
    set_demand,
    set_goals,
    set_part,
)
from manyplaces.actions.queries import content_of, toolkit, version_at
from manyplaces.actions.views import file_answer
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.desk.forms.equipping import DemandForm, GoalsForm, OfferForm, PartForm, PieceForm
from manyplaces.desk.views.calling import reached
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role

PART = ("name", "name_es", "date_edtf", "covers", "summary", "summary_es")
DEMAND = ("description", "description_es")


@for_roles(Role.NATIONAL)
def action_parts(request: Any, slug: str) -> HttpResponse:
    """The parts of an action and its demands, each with a form of its own, and an empty one for the next."""
    stored = reached(request, slug)
    sent = request.POST if request.method == "POST" else {}
    parts = {part.slug: part for part in stored.parts.order_by("date_from", "pk")}
    demands = {demand.slug: demand for demand in stored.demands.order_by("pk")}
    forms: dict[str, PartForm | DemandForm] = {}
    for key, part in [*parts.items(), ("", None)]:
        shown = {name: getattr(part, name) for name in PART} if part else {}
        name = f"part-{key}"
        forms[name] = PartForm(sent if sent.get("which") == name else None, initial=shown, prefix=name)
    for key, demand in [*demands.items(), ("", None)]:
        shown = {name: getattr(demand, name) for name in DEMAND} if demand else {}
        name = f"demand-{key}"
        forms[name] = DemandForm(sent if sent.get("which") == name else None, initial=shown, prefix=name)
    if sent:
        kind, _hyphen, key = sent.get("which", "").partition("-")
        if sent.get("which") not in forms:
            raise Http404
        known: Part | Demand | None = (parts if kind == "part" else demands).get(key)
        if _told(request, forms[sent["which"]], stored, known):
            return redirect("desk:action_parts", slug)
    groups = {kind: [form for name, form in forms.items() if name.startswith(kind)] for kind in ("part", "demand")}
    context = {"action": stored, "parts": groups["part"], "demands": groups["demand"], "tab": "action_parts"}
    return render(request, "desk/action_parts.html", context)


def _told(request: Any, form: PartForm | DemandForm, action: Action, known: Part | Demand | None) -> bool:
    """Do what one form of the page asks for; tell whether it was done."""
    if request.POST.get("step") == "remove" and known is not None:
        remove: Callable[..., None] = remove_part if isinstance(known, Part) else remove_demand
        try:
            remove(known, by=request.actor)
        except NotNow as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is removed."))
        return True
    if not form.is_valid():
        return False
    short_name = known.slug if known else ""
    with refusals_on(form):
        if isinstance(form, PartForm):
            set_part(form.part(action, short_name), by=request.actor)
        else:
            set_demand(form.demand(action, short_name), by=request.actor)
    if form.is_valid():
        messages.success(request, _("The changes are kept."))
    return form.is_valid()


@for_roles(Role.NATIONAL)
def action_goals(request: Any, slug: str) -> HttpResponse:
    """How many sites are wanted in each state."""
    stored = reached(request, slug)
    known = {goal.state: goal.goal or None for goal in stored.state_goals.all()}
    form = GoalsForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            set_goals(stored, form.goals(), by=request.actor)
        if form.is_valid():
            messages.success(request, _("The goals are kept."))
            return redirect("desk:action_goals", slug)
    total = sum(goal or 0 for goal in known.values())
    context = {"action": stored, "form": form, "total": total, "tab": "action_goals"}
    return render(request, "desk/action_goals.html", context)


@for_roles(Role.NATIONAL)
def action_toolkit(request: Any, slug: str) -> HttpResponse:
    """The toolkit: a new piece, a newer version of one, or one taken away."""
    stored = reached(request, slug)
    pieces = toolkit(stored, request.LANGUAGE_CODE)
    sent = request.POST if request.method == "POST" else {}
    key = sent.get("which", "")
    keys = [piece.material.key for piece in pieces]
    forms = {one: OfferForm(*_of(request, one), prefix=one) for one in keys}
    new = PieceForm(*_of(request, "new"), prefix="new")
    if sent and _equipped(request, stored, key, new if key == "new" else forms.get(key)):
        return redirect("desk:action_toolkit", slug)
    rows = [(piece, forms[piece.material.key]) for piece in pieces]
    context = {"action": stored, "pieces": rows, "new": new, "tab": "action_toolkit"}
    return render(request, "desk/action_toolkit.html", context)


def _of(request: Any, which: str) -> tuple[Any, Any]:
    """Return what was sent for one of the forms of a page, nothing for the others."""
    asked = request.method == "POST" and request.POST.get("which") == which
    return (request.POST, request.FILES) if asked else (None, None)


def _equipped(request: Any, action: Action, key: str, form: OfferForm | None) -> bool:
    """Do what one form of the page asks for; tell whether it was done."""
    if form is None:
        raise Http404
    if request.POST.get("step") == "remove":
        remove_material(get_object_or_404(Material, action=action, key=key), by=request.actor)
        messages.success(request, _("It is removed."))
        return True
    if not form.is_valid():
        return False
    said = form.cleaned_data
    content = said["file"].read() if said.get("file") else None
    version = MaterialVersion(language=said["language"], url=said["url"])
    version.file_name = said["file"].name if content is not None else ""
    with refusals_on(form):
        if isinstance(form, PieceForm):
            piece = Material(action=action, name=said["name"], name_es=said["name_es"])
            add_material(piece, version, content, by=request.actor)
        else:
            version.material = get_object_or_404(Material, action=action, key=key)
            add_material_version(version, content, by=request.actor)
    if form.is_valid():
        messages.success(request, _("It is in the toolkit."))
    return form.is_valid()


@for_roles(Role.NATIONAL)
def action_file(request: Any, slug: str, key: str, label: str, file_name: str) -> HttpResponse:
    """A file of the toolkit, of a draft too."""
    stored = reached(request, slug)
    version = version_at(key, label, file_name)
    content = content_of(version) if version and version.material.action_id == stored.pk else None
    if version is None or content is None:
        raise Http404
    return file_answer(version, content)
