"""The first national coordinator, and what two of them decide together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from manyplaces.core.refusals import in_words, refused_on
from manyplaces.people.forms import FirstRunForm
from manyplaces.people.guard import VISITOR, for_nationals, passkeys_work
from manyplaces.people.models import Person, Proposal
from manyplaces.people.operations import Begun, begin_coalition, second, stop
from manyplaces.people.queries import is_first_run, nationals
from manyplaces.people.queries import proposals as every_proposal
from manyplaces.people.rules import NEVER_ALONE
from manyplaces.people.views import ways
from manyplaces.people.views.proving import freshly_proved


def first_run(request: Any) -> HttpResponse:
    """Make the first national coordinator, for whoever has the code that the server printed."""
    if not is_first_run():
        raise Http404
    form = FirstRunForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid() and (begun := _begun(request, form)):
        return ways.enter(request, begun, redirect(_settings_of_coalition()))
    shown = {"page": True, "name": "first_run", "form": form, "passkeys_work": passkeys_work(request)}
    answer = render(request, "people/first_run.html", shown)
    answer["Cache-Control"] = "no-store"
    return ways.and_wait(request, answer)


def _begun(request: Any, form: FirstRunForm) -> Begun | None:
    try:
        ways.not_too_many(request, "first-run", 20)
        typed = form.cleaned_data
        person = Person(alias=typed["alias"], language=typed["language"])
        return begin_coalition(person, typed["email"], typed["code"], by=VISITOR)
    except ways.REFUSALS as refusal:
        refused_on(form, refusal)
        return None


def _settings_of_coalition() -> str:
    try:
        return reverse("desk:coalition")
    except NoReverseMatch:
        return ways.home_of_desk()


STEPS = {
    "second": (second, _("You have agreed. It is carried out when its time has come.")),
    "stop": (stop, _("It is stopped.")),
}


@for_nationals
@freshly_proved
def proposals(request: Any) -> HttpResponse:
    """What waits for a second yes: agree, or stop it."""
    if request.method == "POST":
        proposal = get_object_or_404(Proposal, uid=request.POST.get("proposal", ""))
        step, told = STEPS.get(request.POST.get("step", ""), (None, ""))
        if step is None:
            raise Http404
        try:
            step(proposal, by=request.actor)
            messages.success(request, told)
        except ways.REFUSALS as refusal:
            messages.error(request, in_words(refusal))
        return redirect("people:proposals")
    shown = {"proposals": every_proposal(), "is_alone": len(nationals()) < 2, "never_alone": NEVER_ALONE}
    return render(request, "people/proposals.html", shown)
