"""The actions on the desk: called, changed in both languages, looked at before anybody sees them, made public."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.operations import (
    change_action,
    draft_action,
    duplicate_action,
    publish_action,
    unpublish_action,
)
from manyplaces.actions.queries import changes_since, untranslated
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.desk.forms.calling import ActionForm, NewActionForm
from manyplaces.desk.forms.meanwhile import Told
from manyplaces.desk.queries.calling import called_actions, dates_taken, left_behind, sees
from manyplaces.people.guard import for_nationals, for_roles
from manyplaces.people.rules import Role, may


def reached(request: Any, slug: str) -> Action:
    """Return an action, draft or not, that the person may change; whether others exist he is not told."""
    if not may(request.actor, Role.NATIONAL, action=slug):
        raise PermissionDenied
    found = Action.every.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def shown_version(request: Any) -> int:
    """Return the version of the action that the form was shown with; -1, which no action has, where it says none."""
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 9 else -1


def seen(request: Any, slug: str) -> Action:
    """Return an action that the person may know of; a draft is for others as if it were not there."""
    found = Action.every.filter(slug=slug).first()
    if found is None or not sees(request.actor, found):
        raise Http404
    return found


@for_roles(*(role.value for role in Role))
def actions(request: Any) -> HttpResponse:
    """Every action with how far it has come; drafts only for who may change them."""
    found = called_actions(request.actor, timezone.now())
    may_call = any(grant.role == Role.NATIONAL and not grant.action for grant in request.actor.grants)
    return render(request, "desk/actions.html", {"called": found, "may_call": may_call})


@for_nationals
def action_new(request: Any) -> HttpResponse:
    """A new action, empty or like an earlier one; it is a draft."""
    known = [one.action for one in called_actions(request.actor, timezone.now()) if one.may_change]
    form = NewActionForm(request.POST or None, actions=known, initial={"like": request.GET.get("like", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        like = next((action for action in known if action.slug == said["like"]), None)
        facts = {name: said[name] for name in ("slug", "name", "date_edtf", "kind")}
        with refusals_on(form):
            if like:
                made = duplicate_action(like, **facts, by=request.actor).row
            else:
                made = draft_action(Action(**facts), by=request.actor).row
        if form.is_valid():
            messages.success(request, _("The action is here as a draft. Only the desk sees it until you publish it."))
            for told in dates_taken(like, made) if like else []:
                messages.warning(request, told)
            return redirect("desk:action", made.slug)
    return render(request, "desk/action_new.html", {"form": form})


@for_roles(Role.NATIONAL)
def action(request: Any, slug: str) -> HttpResponse:
    """Everything an action says of itself; who has an older state open is shown what was changed since."""
    stored = reached(request, slug)
    form = ActionForm(request.POST or None, initial=ActionForm.shown(stored))
    changes: list[Told] | None = None
    if request.method == "POST" and form.is_valid():
        outcome = ""
        with refusals_on(form):
            try:
                outcome = change_action(
                    form.action(slug), version=form.cleaned_data["version"], by=request.actor
                ).outcome
            except NotNow:
                # What lies between two states is more than a sentence: it is shown, field by field.
                stored = reached(request, slug)
                since = changes_since(stored, form.cleaned_data["version"])
                form, changes = form.rebased(stored, since), form.told(stored, since)
        if changes is None and form.is_valid():
            messages.success(
                request, _("Nothing was changed.") if outcome == "unchanged" else _("The changes are kept.")
            )
            for told in left_behind(stored, reached(request, slug)):
                messages.warning(request, told)
            return redirect("desk:action", slug)
    context = {"form": form, "action": stored, "changes": changes, "tab": "action"}
    return render(request, "desk/action.html", context, status=200 if changes is None else 409)


@for_roles(Role.NATIONAL)
def action_publish(request: Any, slug: str) -> HttpResponse:
    """What becomes public, and what is still in one language only; then the button that does it, or takes it back."""
    stored = reached(request, slug)
    if request.method == "POST":
        return _shown_or_hidden(request, stored)
    context = {"action": stored, "missing": untranslated(stored), "tab": "action_publish"}
    return render(request, "desk/action_publish.html", context)


def _shown_or_hidden(request: Any, stored: Action) -> HttpResponse:
    steps = {"publish": publish_action, "unpublish": unpublish_action}
    done = {
        "publish": _("The action is public now."),
        "unpublish": _("The action is a draft again. Nobody outside the desk sees it."),
    }
    step = request.POST.get("step", "")
    try:
        if step not in steps:
            raise NotNow(_("Nothing was done. Press one of the buttons below."))
        steps[step](stored, version=shown_version(request), by=request.actor)
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:action_publish", stored.slug)
    messages.success(request, done[step])
    return redirect("desk:action", stored.slug)
