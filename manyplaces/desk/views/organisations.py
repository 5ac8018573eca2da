"""The organisations: who they are to the coalition, whom it trusts, and who may vouch with a link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from manyplaces.core.refusals import refusals_on
from manyplaces.desk.forms.organisations import OrganisationForm, SpellingForm
from manyplaces.desk.queries.organisations import organisation_desk, organisations_page, what_moves
from manyplaces.people import operations
from manyplaces.people.guard import for_nationals
from manyplaces.people.models import Organisation
from manyplaces.people.views.proving import freshly_sent

Step = Callable[[Any, Organisation], HttpResponse]


@for_nationals
def organisations(request: Any) -> HttpResponse:
    """Every organisation, by name; by kind and by words where asked."""
    words, kind, number = (request.GET.get(name, "")[:200] for name in ("q", "kind", "page"))
    page = organisations_page(words, kind, int(number) if number.isdecimal() else 1)
    kinds = Organisation.Kind.choices
    return render(request, "desk/organisations.html", {"page": page, "words": words, "kind": kind, "kinds": kinds})


@for_nationals
def add_organisation(request: Any) -> HttpResponse:
    """A new organisation."""
    form = OrganisationForm(request.POST or None, initial={"kind": Organisation.Kind.MEMBER})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            added = operations.add_organisation(form.row(), by=request.actor).row
        if form.is_valid():
            messages.success(request, _("%s is added.") % added)
            return redirect("desk:organisation", added.slug)
    return render(request, "desk/add_organisation.html", {"form": form})


@for_nationals
def organisation(request: Any, slug: str) -> HttpResponse:
    """One organisation: what it says of itself, its spellings, whether it is trusted, and its link."""
    found = get_object_or_404(Organisation, slug=slug)
    if request.method == "POST":
        return STEPS.get(request.POST.get("step", ""), _describe)(request, found)
    return _shown(request, found)


def _shown(request: Any, found: Organisation, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": OrganisationForm(initial=model_to_dict(found)), "spelling": SpellingForm(), "link": ""}
    context |= {"asked": False, "moving": None, **more}
    return render(request, "desk/organisation.html", {"page": organisation_desk(found), **context}, status=status)


def _describe(request: Any, found: Organisation) -> HttpResponse:
    form = OrganisationForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            operations.describe_organisation(form.row(found.slug), by=request.actor)
    if not form.is_valid():
        return _shown(request, found, form=form)
    return _told(request, found, _("Saved. The public pages show it within a second."))


def _merge(request: Any, found: Organisation) -> HttpResponse:
    form = SpellingForm(request.POST)
    if form.is_valid():
        moving = what_moves(found, form.cleaned_data["spelling"])
        if moving and request.POST.get("sure") != "yes":
            return _shown(request, found, spelling=form, moving=moving)
        with refusals_on(form):
            operations.merge_spelling(found, form.cleaned_data["spelling"], by=request.actor)
    if not form.is_valid():
        return _shown(request, found, spelling=form)
    said = _("“%(spelling)s” stands for %(name)s now.")
    return _told(request, found, said % {"spelling": form.cleaned_data["spelling"], "name": found})


def _trust(request: Any, found: Organisation) -> HttpResponse:
    operations.trust_organisation(found, True, by=request.actor)
    return _told(request, found, _("%s is trusted now.") % found)


def _distrust(request: Any, found: Organisation) -> HttpResponse:
    operations.trust_organisation(found, False, by=request.actor)
    return _told(request, found, _("%s is not trusted any more. What is online stays online.") % found)


def _lend(request: Any, found: Organisation) -> HttpResponse:
    if found.vouch_digest and request.POST.get("sure") != "yes":
        return _shown(request, found, asked=True)
    # The link is shown in this answer and never again, so nothing redirects: an address would have to carry it.
    token = operations.lend_link(found, by=request.actor)
    found.refresh_from_db()
    return _shown(request, found, link=token)


def _end(request: Any, found: Organisation) -> HttpResponse:
    operations.end_link(found, by=request.actor)
    return _told(request, found, _("The link of %s opens nothing any more. What came by it stays.") % found)


def _told(request: Any, found: Organisation, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("desk:organisation", found.slug)


STEPS: dict[str, Step] = {
    "merge": _merge,
    "trust": freshly_sent(_trust),
    "distrust": _distrust,
    "lend": freshly_sent(_lend),
    "end": _end,
}
