"""The end of an action on the desk: what goes and what stays when its record is closed, and corrections beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.operations import require_freezable
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.desk.forms.closing import CorrectionForm
from manyplaces.desk.views.calling import reached
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role
from manyplaces.people.views.proving import freshly_sent
from manyplaces.record.operations import add_correction
from manyplaces.reports.operations import propose_freeze, propose_unfreeze
from manyplaces.reports.queries.closing import closing, emptying, waiting_for_yes


@for_roles(Role.NATIONAL)
def action_close(request: Any, slug: str) -> HttpResponse:
    """What goes and what stays; the button that proposes it; once it is closed, corrections and the way back."""
    stored = reached(request, slug)
    if request.method == "POST" and request.POST.get("step") != "correct":
        return _proposed(request, stored)
    form = CorrectionForm(stored, request.POST or None, event=request.GET.get("event", "")[:60])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            add_correction(form.correction(), by=request.actor)
        if form.is_valid():
            messages.success(request, _("The correction stands on the page now."))
            return redirect("desk:action_close", slug)
    context = {"action": stored, "form": form, "tab": "action_close", "why_not": _why_not(stored)}
    context |= {"waiting": waiting_for_yes(stored), "job": emptying(stored)}
    context["closing"] = closing(stored, timezone.localdate())
    context["corrections"] = list(stored.corrections.select_related("event"))
    return render(request, "desk/action_close.html", context, status=422 if form.is_bound else 200)


def _why_not(action: Action) -> str:
    try:
        require_freezable(action, timezone.now())
    except NotNow as refusal:
        return str(refusal)
    return ""


@freshly_sent
def _proposed(request: Any, stored: Action) -> HttpResponse:
    steps = {"freeze": propose_freeze, "unfreeze": propose_unfreeze}
    step = request.POST.get("step", "")
    try:
        if step not in steps:
            raise NotNow(_("Nothing was done. Press one of the buttons below."))
        steps[step](stored, by=request.actor)
    except NotNow as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is proposed. Another national coordinator has to agree; all got a letter."))
    return redirect("desk:action_close", stored.slug)
