"""The recap of an action on the desk: written, looked at, handed in, published by somebody else, corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.actions.models import Action
from manyplaces.core.models import frozen_sentence
from manyplaces.core.refusals import NotNow, in_words, refusals_on
from manyplaces.desk.forms.recap import CorrectedRecapForm, RecapForm
from manyplaces.desk.views.calling import reached, shown_version
from manyplaces.people.guard import for_roles
from manyplaces.people.queries import coalition
from manyplaces.people.rules import Role
from manyplaces.record.queries import own_counts
from manyplaces.reports.models import Recap
from manyplaces.reports.operations import (
    correct_recap,
    give_recap_back,
    hand_in_recap,
    publish_recap,
    withdraw_recap,
    write_recap,
)
from manyplaces.reports.queries.recaps import ShownRecap, others_look, recap_on_desk, shown_recap, to_write_from
from manyplaces.reports.rules.recaps import RecapState, why_not_publish

WRONG, LATE = 422, 409
# What its buttons do, and what is said then.
STEPS: dict[str, tuple[Callable[..., Recap], Any]] = {
    "hand-in": (
        hand_in_recap,
        gettext_lazy("It is handed in. Ask somebody else who coordinates to read it here and publish it."),
    ),
    "publish": (publish_recap, gettext_lazy("The recap is public now. It stands on the page of the action.")),
    "give-back": (
        give_recap_back,
        gettext_lazy("It is a draft again. Whoever wrote it reads here what is to be changed."),
    ),
    "withdraw": (withdraw_recap, gettext_lazy("The recap is off the page, and a draft again.")),
}


@for_roles(Role.NATIONAL)
def action_recap(request: Any, slug: str) -> HttpResponse:
    """What is written, how it reads, how far it has come, and the buttons of whoever may do the next step."""
    stored = reached(request, slug)
    recap = recap_on_desk(stored)
    step = request.POST.get("step", "")
    if request.method == "POST" and step in STEPS:
        return _stepped(request, recap, step)
    form = _form(request, recap)
    status, preview = 200, shown_recap(recap) if recap.state == RecapState.WAITING else None
    if request.method == "POST":
        status, preview = _sent(request, stored, form, step)
        if status == 302:
            return redirect("desk:action_recap", slug)
    context = {"action": stored, "recap": recap, "form": form, "tab": "action_recap", "preview": preview}
    context |= _around(request, stored, recap) | {"is_late": status == LATE}
    return render(request, "desk/action_recap.html", context, status=status)


def _form(request: Any, recap: Recap) -> RecapForm:
    offered = to_write_from(recap)
    if recap.is_public:
        return CorrectedRecapForm(request.POST or None, recap, offered, signed=coalition().name)
    return RecapForm(request.POST or None, recap, offered)


def _sent(request: Any, action: Action, form: RecapForm, step: str) -> tuple[int, ShownRecap | None]:
    """Keep what was typed, or show how it would read; return the status of the answer, 302 where it is kept."""
    if step == "preview":
        # A correction need not be worded before it is looked at.
        form.is_valid()
        typed = {"body", "body_es", "shows_cities"} <= form.cleaned_data.keys()
        preview = shown_recap(form.recap_of(action)) if typed else None
        form.errors.clear()
        return 200, preview
    if not form.is_valid():
        return WRONG, None
    late, version = False, form.cleaned_data["version"]
    with refusals_on(form):
        try:
            if isinstance(form, CorrectedRecapForm):
                correct_recap(form.recap_of(action), form.correction(action), version=version, by=request.actor)
            else:
                write_recap(form.recap_of(action), version=version, by=request.actor)
        except NotNow:
            late = True
            raise
    if not form.is_valid():
        return (LATE if late else WRONG), None
    is_corrected = isinstance(form, CorrectedRecapForm)
    messages.success(request, _("The correction stands on the page now.") if is_corrected else _("The draft is kept."))
    return 302, None


def _stepped(request: Any, recap: Recap, step: str) -> HttpResponse:
    do, done = STEPS[step]
    more = {"why": request.POST.get("why", "")} if step == "give-back" else {}
    try:
        do(recap, **more, version=shown_version(request), by=request.actor)
    except (NotNow, ValidationError, PermissionDenied) as refusal:
        messages.error(request, in_words(refusal))
    else:
        messages.success(request, done)
    return redirect("desk:action_recap", recap.action.slug)


def _around(request: Any, action: Action, recap: Recap) -> dict[str, Any]:
    """Return what the page says besides the form."""
    is_own = request.actor.person == recap.writer_id
    others = not recap.alone or others_look(recap, request.actor)
    return {
        "counts": own_counts(action),
        "why_not": why_not_publish(recap.state, recap.handed_in_at, timezone.now(), is_own=is_own, others=others),
        "closed": frozen_sentence() if action.is_frozen else "",
        "corrections": list(recap.corrections.all()) if recap.pk else [],
    }
