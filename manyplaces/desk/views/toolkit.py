"""The toolkit for hosts, on the desk: pieces with their names, versions and places; what was removed, and put back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Material, MaterialVersion
from manyplaces.actions.operations import (
    add_material,
    add_material_version,
    remove_material,
    restore_material,
    set_material,
    withdraw_version,
)
from manyplaces.actions.queries import Piece, content_of, toolkit, version_at
from manyplaces.actions.views import file_answer
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.desk.forms.equipping import NameForm, OfferForm, PieceForm
from manyplaces.desk.queries.calling import removed_pieces
from manyplaces.desk.views.calling import reached, shown_version
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role

Forms = dict[str, OfferForm | NameForm]


@for_roles(Role.NATIONAL)
def action_toolkit(request: Any, slug: str) -> HttpResponse:
    """The toolkit: a new piece, a newer version of one, its name and place, what is taken away or put back."""
    stored = reached(request, slug)
    pieces = toolkit(stored, request.LANGUAGE_CODE, all_pieces=True)
    forms = _forms(request, pieces)
    if request.method == "POST":
        named = f"{request.POST.get('step', '')} {request.POST.get('which', '')}"
        done = _filled(request, stored, named, forms[named]) if named in forms else _moved(request, stored)
        if done:
            messages.success(request, done)
            return redirect("desk:action_toolkit", slug)
    rows = [(piece, forms[f"add {piece.material.key}"], forms[f"name {piece.material.key}"]) for piece in pieces]
    context = {"action": stored, "pieces": rows, "new": forms["add new"], "removed": removed_pieces(stored)}
    status = 409 if any(isinstance(form, NameForm) and form.is_late for form in forms.values()) else 200
    return render(request, "desk/action_toolkit.html", context | {"tab": "action_toolkit"}, status=status)


def _forms(request: Any, pieces: list[Piece]) -> Forms:
    """Return every form of the page by its step and piece, filled in where it is the one that was sent."""
    asked = (request.POST.get("step", ""), request.POST.get("which", ""))
    forms: Forms = {}
    for place, key in enumerate([*(piece.material.key for piece in pieces), "new"]):
        data, files = (request.POST, request.FILES) if asked == ("add", key) else (None, None)
        forms[f"add {key}"] = (PieceForm if key == "new" else OfferForm)(data, files, prefix=key)
        if key != "new":
            material = pieces[place].material
            shown = {"name": material.name, "name_es": material.name_es, "position": place}
            data = request.POST if asked == ("name", key) else None
            forms[f"name {key}"] = NameForm(data, initial=shown, prefix=f"n-{key}", places=len(pieces))
    return forms


def _filled(request: Any, action: Action, named: str, form: OfferForm | NameForm) -> str:
    """Do what a form with fields asks for; return the sentence that tells it, empty where something is wrong."""
    if not form.is_valid():
        return ""
    key = named.partition(" ")[2]
    with refusals_on(form):
        if isinstance(form, NameForm):
            _named(request, Material(action=action, key=key, **form.cleaned_data), form)
        else:
            _added(request, action, key, form)
    told = _("The changes are kept.") if isinstance(form, NameForm) else _("It is in the toolkit.")
    return told if form.is_valid() else ""


def _named(request: Any, material: Material, form: NameForm) -> None:
    try:
        set_material(material, version=shown_version(request), by=request.actor)
    except NotNow:
        form.is_late = True
        raise


def _added(request: Any, action: Action, key: str, form: OfferForm) -> None:
    said = form.cleaned_data
    content = said["file"].read() if said.get("file") else None
    version = MaterialVersion(language=said["language"], url=said["url"])
    version.file_name = said["file"].name if content is not None else ""
    if isinstance(form, PieceForm):
        piece = Material(action=action, name=said["name"], name_es=said["name_es"])
        add_material(piece, version, content, by=request.actor)
    else:
        version.material = get_object_or_404(Material, action=action, key=key)
        add_material_version(version, content, by=request.actor)


def _moved(request: Any, action: Action) -> str:
    """Take a piece or a version away, or put a piece back; return the sentence that tells it."""
    step = request.POST.get("step", "")
    piece = get_object_or_404(Material, action=action, key=request.POST.get("which", ""))
    if step == "remove":
        remove_material(piece, by=request.actor)
        return _("It is removed. For a day you can put it back, below.")
    if step == "withdraw":
        language, _hyphen, number = request.POST.get("label", "").partition("-")
        version = piece.versions.filter(language=language, number=int(number) if number.isdecimal() else 0)
        withdraw_version(get_object_or_404(version), by=request.actor)
        return _("This version is withdrawn. Nobody can load it any more.")
    if step != "restore":
        raise Http404
    try:
        restore_material(piece, by=request.actor)
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return ""
    return _("It is in the toolkit again.")


@for_roles(Role.NATIONAL)
def action_file(request: Any, slug: str, key: str, label: str, file_name: str) -> HttpResponse:
    """A file of the toolkit, of a draft too."""
    stored = reached(request, slug)
    version = version_at(key, label, file_name)
    content = content_of(version) if version and version.material.action_id == stored.pk else None
    if version is None or content is None:
        raise Http404
    return file_answer(version, content)
