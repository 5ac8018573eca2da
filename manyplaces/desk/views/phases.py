"""Cancelling or postponing by area with one preview of who will be told; and one event on the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.actions.models import Action
from manyplaces.core.refusals import NotNow, in_words, refusals_on
from manyplaces.desk.forms.phases import CallOffForm, read_area
from manyplaces.desk.views.calling import seen
from manyplaces.events import operations
from manyplaces.events.models import Event
from manyplaces.events.operations.phases import Moved
from manyplaces.events.queries.areas import Area, area_page, may_be_called_off, who_is_told
from manyplaces.events.rules.steps import STEPS, may_take, steps_open_to
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role, may

MOST_KEYS = 5000


@for_roles(Role.COORDINATOR)
def cancel(request: Any, slug: str) -> HttpResponse:
    """Choose an area, see who would be told, then cancel or postpone all of it in one step."""
    action = seen(request, slug)
    if not may_be_called_off(action, request.actor).exists() and not _reaches(request.actor, action):
        raise PermissionDenied
    if request.method != "POST":
        return _choose(request, action)
    if request.POST.get("do") == "undo":
        return _undo(request, action)
    keys = " ".join(request.POST.getlist("pick")).split()[:MOST_KEYS]
    events = list(may_be_called_off(action, request.actor).filter(key__in=keys))
    step = request.POST.get("step", "cancel")
    if step not in ("cancel", "postpone") or not events:
        messages.error(request, _("Nothing was ticked. Tick the events that you mean."))
        return redirect("desk:cancel", slug)
    form = CallOffForm(step, request.POST)
    if form.is_valid() and request.POST.get("do") == "sure":
        with refusals_on(form):
            return _called_off(request, slug, operations.call_off(step, events, **form.cleaned_data, by=request.actor))
    return _preview(request, action, step, events, form)


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def event(request: Any, key: str) -> HttpResponse:
    """One event that is public: the steps open to the reader, and hiding it where its host is harassed."""
    found = get_object_or_404(Event.every.select_related("action", "city", "spelling__place"), key=key)
    area = {"action": found.action.slug, "state": found.city.state, "city": found.city.slug}
    if not may(request.actor, Role.REVIEWER, Role.COORDINATOR, **area):
        raise PermissionDenied
    if request.method == "POST":
        return _act(request, found)
    context = {
        "event": found,
        "steps": steps_open_to(request.actor, found),
        "may_show_again": may(request.actor, Role.COORDINATOR, **area),
    }
    return render(request, "desk/event.html", context)


def _reaches(by: Any, action: Action) -> bool:
    return any(grant.action in ("", action.slug) for grant in by.grants if grant.role != Role.PRESS)


def _choose(request: Any, action: Action) -> HttpResponse:
    area, wrong = Area(), ""
    try:
        area = read_area(request.GET)
    except ValidationError as refusal:
        wrong = " ".join(refusal.messages)
    page = area_page(action, area, request.actor)
    context = {"page": page, "area": area, "wrong": wrong, "form": CallOffForm("postpone"), "preview": None}
    return render(request, "desk/cancel.html", context | {"typed": request.GET})


def _preview(request: Any, action: Action, step: str, events: Sequence[Event], form: CallOffForm) -> HttpResponse:
    context = {
        "action": action,
        "step": STEPS[step],
        "events": events,
        "told": who_is_told(events),
        "form": form,
        "many": operations.MOST_LETTERS,
        "picked": " ".join(found.key for found in events),
    }
    return render(request, "desk/cancel.html", {"preview": context, "page": None})


def _called_off(request: Any, slug: str, done: Any) -> HttpResponse:
    if isinstance(done, Moved):
        said = ngettext(
            "Done for %d event. Its hosts get a letter.", "Done for %d events. Their hosts get a letter.", done.moved
        )
        messages.success(request, said % done.moved)
        if done.left:
            messages.error(request, _("%d had moved on meanwhile and were left as they are.") % done.left)
    else:
        said = _("So many letters need a second national coordinator, who was written to now.")
        messages.success(request, said)
    return redirect("desk:cancel", slug)


def _undo(request: Any, action: Action) -> HttpResponse:
    try:
        many = operations.restore_events(request.POST.get("errand", "")[:40], by=request.actor)
        said = ngettext("%d event takes place after all.", "%d events take place after all.", many)
        messages.success(request, said % many)
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:cancel", action.slug)


def _act(request: Any, found: Event) -> HttpResponse:
    """Take a step with this one event; cancelling and postponing lead through their preview."""
    acts: dict[str, Any] = {
        "hold": lambda: operations.mark_held([found], by=request.actor),
        "restore": lambda: operations.reinstate([found], by=request.actor),
        "shield": lambda: operations.shield_event(found, by=request.actor),
        "unshield": lambda: operations.unshield_event(found, by=request.actor),
    }
    do = request.POST.get("do", "")
    if do in ("cancel", "postpone"):
        if not may_take(STEPS[do], request.actor, found):
            raise PermissionDenied
        return _preview(request, found.action, do, [found], CallOffForm(do))
    if do not in acts:
        raise PermissionDenied
    try:
        acts[do]()
        messages.success(request, _("Saved. The public pages show it within a second."))
    except (NotNow, ValidationError) as refusal:
        messages.error(request, in_words(refusal))
    return redirect("desk:event", found.key)
