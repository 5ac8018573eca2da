"""The coalition's own settings, and the first steps of a new site."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manyplaces.core.refusals import refusals_on
from manyplaces.desk.forms.coalition import BeginForm, CoalitionForm
from manyplaces.desk.queries.coalition import first_steps
from manyplaces.desk.views.frame import address_of
from manyplaces.people.guard import for_nationals
from manyplaces.people.operations import add_organisations, change_coalition
from manyplaces.people.queries import coalition as the_coalition
from manyplaces.people.queries import coalition_version
from manyplaces.people.views.proving import freshly_sent


@for_nationals
def coalition(request: Any) -> HttpResponse:
    """Name, colour, languages, contact and what the coalition says of itself; at the first run its members too."""
    stored = the_coalition()
    # Nobody has said yet who the coalition is: this is the second step of the first run.
    is_first = stored._state.adding
    form = (BeginForm if is_first else CoalitionForm)(request.POST or None, initial=model_to_dict(stored))
    if request.method == "POST" and form.is_valid():
        # Whoever makes the first run has shown the code of the server.
        return (_begun if is_first else freshly_sent(_changed))(request, form)
    return _shown(request, form)


def _begun(request: Any, form: Any) -> HttpResponse:
    with refusals_on(form):
        # A name that is refused is refused before anything of the coalition is kept; one that is there is found again.
        add_organisations(form.organisations(), by=request.actor)
        change_coalition(form.row(), by=request.actor)
    return _saved(request, "desk:begin") if form.is_valid() else _shown(request, form)


def _changed(request: Any, form: Any) -> HttpResponse:
    said, newest = request.POST.get("version", ""), coalition_version()
    shown = int(said) if said.isdecimal() and len(said) < 16 else None
    with refusals_on(form):
        change_coalition(form.row(), shown=shown, by=request.actor)
    if form.is_valid():
        return _saved(request, "desk:coalition")
    return _shown(request, form, late=shown not in (None, newest))


def _saved(request: Any, way: str) -> HttpResponse:
    messages.success(request, _("Saved. The public pages show it within a second."))
    return redirect(way)


def _shown(request: Any, form: CoalitionForm, *, late: bool = False) -> HttpResponse:
    context = {"form": form, "is_first": isinstance(form, BeginForm), "version": coalition_version(), "late": late}
    return render(request, "desk/coalition.html", context, status=409 if late else 200)


@for_nationals
def begin(request: HttpRequest) -> HttpResponse:
    """What to do after the first run, with what is done ticked off."""
    ways = {"coalition": "desk:coalition", "people": "desk:team", "actions": "desk:actions"}
    addresses = {name: address_of(view) for name, view in ways.items()}
    return render(request, "desk/begin.html", {"steps": first_steps(), "addresses": addresses})
