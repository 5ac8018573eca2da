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
from manyplaces.actions.queries import Change, changes_since, untranslated
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.desk.forms.calling import ActionForm, NewActionForm
from manyplaces.desk.queries.calling import called_actions, sees
from manyplaces.front.queries.action import action_page
from manyplaces.front.views.answering import context_of
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role, may


def reached(request: Any, slug: str) -> Action:
    """Return an action, draft or not, that the person may change; whether others exist he is not told."""
    if not may(request.actor, Role.NATIONAL, action=slug):
        raise PermissionDenied
    found = Action.every.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


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


@for_roles(Role.NATIONAL)
def action_new(request: Any) -> HttpResponse:
    """A new action, empty or like an earlier one; it is a draft."""
    known = [one.action for one in called_actions(request.actor, timezone.now()) if one.may_change]
    form = NewActionForm(request.POST or None, actions=known, initial={"like": request.GET.get("like", "")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        like = next((action for action in known if action.slug == said["like"]), None)
        with refusals_on(form):
            facts = {name: said[name] for name in ("slug", "name", "date_edtf")}
            if like:
                duplicate_action(like, **facts, by=request.actor)
            else:
                draft_action(Action(kind=said["kind"], **facts), by=request.actor)
        if form.is_valid():
            messages.success(request, _("The action is here as a draft. Only the desk sees it until you publish it."))
            return redirect("desk:action", said["slug"])
    return render(request, "desk/action_new.html", {"form": form})


@for_roles(Role.NATIONAL)
def action(request: Any, slug: str) -> HttpResponse:
    """Everything an action says of itself; who has an older state open is shown what was changed since."""
    stored = reached(request, slug)
    form = ActionForm(request.POST or None, initial=ActionForm.shown(stored))
    overtaken = False
    changes: list[tuple[Change, str, Any, bool]] = []
    if request.method == "POST" and form.is_valid():
        outcome = ""
        with refusals_on(form):
            try:
                outcome = change_action(
                    form.action(slug), version=form.cleaned_data["version"], by=request.actor
                ).outcome
            except NotNow:
                # What lies between two states is more than a sentence: it is shown, field by field.
                overtaken = True
        if overtaken:
            form, changes = _meanwhile(form, reached(request, slug))
        elif form.is_valid():
            messages.success(
                request, _("Nothing was changed.") if outcome == "unchanged" else _("The changes are kept.")
            )
            return redirect("desk:action", slug)
    context = {"form": form, "action": stored, "overtaken": overtaken, "changes": changes, "tab": "action"}
    return render(request, "desk/action.html", context, status=409 if overtaken else 200)


def _meanwhile(form: ActionForm, stored: Action) -> tuple[ActionForm, list[tuple[Change, str, Any, bool]]]:
    """Return the form against what is stored now, and what others changed: label, value, whether both changed it."""
    changes = [
        change
        for change in changes_since(stored, form.cleaned_data["version"])
        if change.field in ActionForm.base_fields
    ]
    mine, shown = form.action(stored.slug), ActionForm.shown(stored)
    told = [
        (change, str(form[change.field].label), shown[change.field], form.has_touched(change, mine))
        for change in changes
        if change.field != "version"
    ]
    return form.rebased(stored, changes), told


@for_roles(Role.NATIONAL)
def action_preview(request: Any, slug: str) -> HttpResponse:
    """The public page of the action as it would look now, with a bar on top; nobody else can open it."""
    stored = reached(request, slug)
    context = context_of(request, "action", action_page(stored))
    return render(request, "desk/action_preview.html", context | {"linked": None})


@for_roles(Role.NATIONAL)
def action_publish(request: Any, slug: str) -> HttpResponse:
    """What becomes public, and what is still in one language only; then the button that does it, or takes it back."""
    stored = reached(request, slug)
    if request.method == "POST":
        version = request.POST.get("version", "")
        step = unpublish_action if request.POST.get("step") == "unpublish" else publish_action
        try:
            step(stored, version=int(version) if version.isdigit() and len(version) < 9 else -1, by=request.actor)
        except NotNow as refusal:
            messages.error(request, str(refusal))
            return redirect("desk:action_publish", slug)
        done = {
            publish_action: _("The action is public now."),
            unpublish_action: _("The action is a draft again. Nobody outside the desk sees it."),
        }
        messages.success(request, done[step])
        return redirect("desk:action", slug)
    context = {"action": stored, "missing": untranslated(stored), "tab": "action_publish"}
    return render(request, "desk/action_publish.html", context)
