"""Cancelling or postponing by area with one preview of who will be told; and one event on the desk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.actions.models import Action
from manyplaces.core.refusals import NotNow, in_words, refusals_on
from manyplaces.core.tokens import new_key
from manyplaces.desk.forms.phases import CallOffForm, read_area
from manyplaces.desk.views.calling import seen
from manyplaces.events import operations
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations import Moved
from manyplaces.events.queries.areas import Area, area_page, in_reach, letters_of_today, waits_in_reach, who_is_told
from manyplaces.events.rules.papers import papers_of
from manyplaces.events.rules.steps import STEPS, may_take, not_yet, steps_open_to
from manyplaces.people.guard import for_roles
from manyplaces.people.queries import nationals
from manyplaces.people.rules import Role, may
from manyplaces.people.views.proving import freshly_sent
from manyplaces.rsvps.queries.guests import coming_to

MOST_KEYS = 5000
ERRAND = re.compile(r"d-[\w-]{8,30}")


@for_roles(Role.COORDINATOR)
def cancel(request: Any, slug: str) -> HttpResponse:
    """Choose an area, see who would be told, then cancel, postpone or move all of it in one step."""
    action = seen(request, slug)
    if not in_reach(action, request.actor).exists() and not _reaches(request.actor, action):
        raise PermissionDenied
    if request.method != "POST":
        return _choose(request, action)
    if request.POST.get("do") == "undo":
        return _undo(request, action)
    events, waiting = _picked(request, action)
    step = request.POST.get("step", "")
    if step not in ("cancel", "postpone", "move") or not events:
        messages.error(request, _("Nothing was ticked. Tick the events that you mean."))
        return redirect("desk:cancel", slug)
    form = CallOffForm(step, action.zone, request.POST)
    if form.is_valid() and request.POST.get("do") == "sure":
        return _sure(request, action, step, events, form, waiting)
    return _preview(request, action, step, events, form, waiting)


@freshly_sent
def _sure(
    request: Any, action: Action, step: str, events: Sequence[Event], form: CallOffForm, waiting: Sequence[Any]
) -> HttpResponse:
    with refusals_on(form):
        done = _call_off(request, action, step, events, {**form.cleaned_data, "waiting": waiting})
    return done if form.is_valid() else _preview(request, action, step, events, form, waiting)


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def event(request: Any, key: str) -> HttpResponse:
    """One event that is public: the steps open to the reader, and hiding it where its host is harassed."""
    found = get_object_or_404(Event.every.select_related("action", "city", "spelling__place"), key=key)
    area = {"action": found.action.slug, "state": found.city.state, "city": found.city.slug}
    if not may(request.actor, Role.REVIEWER, Role.COORDINATOR, **area):
        raise PermissionDenied
    if request.method == "POST":
        return _act(request, found)
    steps = [(step, not_yet(step, found, timezone.now())) for step in steps_open_to(request.actor, found)]
    context = {
        "event": found,
        "steps": [step for step, why in steps if not why],
        "not_yet": list(dict.fromkeys(why for _step, why in steps if why)),
        "coming": coming_to(found),
        "papers": papers_of(found, timezone.localdate()),
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
    context = {"page": page, "area": page.area, "wrong": wrong, "form": CallOffForm("postpone", action.zone)}
    return render(request, "desk/cancel.html", context | {"typed": request.GET, "preview": None})


def _picked(request: Any, action: Action) -> tuple[list[Event], list[Commitment]]:
    """Return the events that are meant, whatever became of them since, and what is to be declined with them.

    All keys come in one field, and only what is left out in fields of its own: a form may have a thousand fields, and
    an action more events.
    """
    given = {name: " ".join(request.POST.getlist(name)).split()[:MOST_KEYS] for name in ("pick", "out", "waits")}
    keys = set(given["pick"]) - set(given["out"])
    events = list(in_reach(action, request.actor).filter(key__in=keys))
    if "decline" not in request.POST:
        return events, []
    versions = dict(pick.rpartition(":")[::2] for pick in given["waits"])
    waiting = list(waits_in_reach(action, request.actor).filter(key__in=versions))
    return events, [row for row in waiting if versions[row.key] == str(row.version)]


def _preview(
    request: Any,
    action: Action,
    step: str,
    events: Sequence[Event],
    form: CallOffForm,
    waiting: Sequence[Commitment] = (),
) -> HttpResponse:
    now = timezone.now()
    fitting = [one for one in events if one.standing in STEPS[step].sources and not not_yet(STEPS[step], one, now)]
    if not fitting:
        messages.error(request, _moved_on(len(events)))
        return redirect("desk:cancel", action.slug)
    told = who_is_told(fitting)
    is_much = step != "move" and told.letters + letters_of_today(request.actor) > operations.MOST_LETTERS
    context = {
        "action": action,
        "step": STEPS[step],
        "events": fitting,
        "gone": _moved_on(len(events) - len(fitting)),
        "told": told,
        "form": form,
        "waits": _second_yes(request.actor) if is_much else "",
        "picked": " ".join(found.key for found in fitting),
        "waiting": waiting,
        "errand": f"d-{new_key(12)}",
    }
    return render(request, "desk/cancel.html", {"preview": context, "page": None})


def _call_off(request: Any, action: Action, step: str, events: Sequence[Event], facts: dict[str, Any]) -> HttpResponse:
    errand = ERRAND.fullmatch(request.POST.get("errand", ""))
    by = replace(request.actor, errand=errand[0] if errand else "")
    try:
        if step == "move":
            _say(request, operations.move_events(events, by=by))
        else:
            _say(request, operations.call_off(step, events, **facts, by=by))
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:cancel", action.slug)


def _say(request: Any, done: Moved) -> None:
    """Tell what a step did: with how many events, and who is written to about it."""
    if done.moved:
        said = ngettext("Done for %d event.", "Done for %d events.", done.moved) % done.moved
        said += " " + _("The public pages show it within a second.")
        if done.waits:
            said += " " + _second_yes(request.actor)
        elif done.letters:
            many = done.letters
            said += " " + ngettext("%d letter goes to its host.", "%d letters go to their hosts.", many) % many
        messages.success(request, said)
    if done.declined:
        many = done.declined
        said = ngettext("%d waiting site is declined.", "%d waiting sites are declined.", many) % many
        messages.success(request, said + " " + _("On the review page you can take that back."))
    if done.left:
        messages.error(request, _moved_on(done.left))


def _moved_on(many: int) -> str:
    said = ngettext(
        "%d event had moved on and was left as it is.", "%d events had moved on and were left as they are.", many
    )
    return said % many if many else ""


def _second_yes(by: Any) -> str:
    """Say for whose yes very many letters wait."""
    most = operations.MOST_LETTERS
    if not may(by, Role.NATIONAL):
        said = _("The letters, more than %d within a day, wait for the yes of a national coordinator.")
    elif len(nationals()) > 1:
        said = _("The letters, more than %d within a day, wait for the yes of a second national coordinator.")
    else:
        said = _("The letters, more than %d within a day, go out after 24 hours, for there is no second coordinator.")
    return said % most + " " + _("Telephone where it is urgent.")


def _undo(request: Any, action: Action) -> HttpResponse:
    try:
        done = operations.restore_events(request.POST.get("errand", "")[:40], by=request.actor)
        said = ngettext("%d event stands as before.", "%d events stand as before.", done.done) % done.done
        messages.success(request, f"{said} {_letters(done.letters)}")
        if done.left:
            names = "; ".join(f"{one.venue}, {one.city}".removeprefix(", ") for one in done.left)
            messages.error(request, _("These had moved on and were left as they are: %s.") % names)
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return redirect("desk:cancel", action.slug)


def _letters(many: int) -> str:
    if not many:
        return _("Nobody had been written to yet, so nobody is written to now.")
    return ngettext("%d letter goes to who was told.", "%d letters go to those who were told.", many) % many


def _act(request: Any, found: Event) -> HttpResponse:
    """Take a step with this one event; cancelling and postponing lead through their preview."""
    acts: dict[str, Any] = {
        "move": lambda: operations.move_events([found], by=request.actor),
        "hold": lambda: operations.mark_held([found], by=request.actor),
        "unhold": lambda: operations.mark_not_held([found], by=request.actor),
        "restore": lambda: operations.reinstate([found], by=request.actor),
        "shield": lambda: operations.shield_event(found, by=request.actor),
        "unshield": lambda: operations.unshield_event(found, by=request.actor),
    }
    do = request.POST.get("do", "")
    if do in ("cancel", "postpone"):
        if not may_take(STEPS[do], request.actor, found):
            raise PermissionDenied
        return _preview(request, found.action, do, [found], CallOffForm(do, found.action.zone))
    if do not in acts:
        raise PermissionDenied
    try:
        done = acts[do]()
        if do == "restore" and done.moved:
            messages.success(request, _letters(done.letters))
        if isinstance(done, Moved):
            _say(request, replace(done, letters=0))
        else:
            messages.success(request, _("Saved. The public pages show it within a second."))
    except (NotNow, ValidationError) as refusal:
        messages.error(request, in_words(refusal))
    return redirect("desk:event", found.key)
