"""What is held about people, handed out when the law demands it; and what was destroyed, and when."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import refusals_on
from manyplaces.desk.forms.held import HeldForm
from manyplaces.desk.queries.destroyed import destroyed as lines
from manyplaces.desk.queries.destroyed import past_crowds
from manyplaces.desk.queries.held import found, held_at_event, held_at_place, held_by_email, not_held
from manyplaces.desk.queries.stored import stored
from manyplaces.events.models import Event
from manyplaces.people.guard import for_nationals, for_roles
from manyplaces.people.operations import hand_out
from manyplaces.people.rules import Role, may
from manyplaces.people.views.proving import freshly_sent

ON_A_PAGE = 100


@for_nationals
@freshly_sent
def held(request: Any) -> HttpResponse:
    """What is stored about people, class by class; and everything about one event, place or address, as a file."""
    form = HeldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            return _file(form.cleaned_data, request.actor)
    shown = {"form": form, "stored": stored(), "not_held": not_held()}
    return render(request, "desk/held.html", shown, status=422 if request.method == "POST" else 200)


def _file(asked: dict[str, str], by: Actor) -> HttpResponse:
    """Hand it out; what is sealed about an event or a place is counted and not opened, which only the command does."""
    kind, key = asked["kind"], asked["key"].strip()
    subject: Any = None
    if kind == "email":
        subject, told = held_by_email(key)
    else:
        subject = found(kind, key)
        told = held_at_event(subject) if isinstance(subject, Event) else held_at_place(subject)
    hand_out(subject, reason=asked["reason"], by=by)
    answer = JsonResponse(told, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="held-{kind}-{timezone.now():%Y-%m-%d}.json"'
    return answer


@for_roles(Role.COORDINATOR)
def destroyed(request: Any) -> HttpResponse:
    """What was destroyed, and when; the sums that stay are for national coordinators."""
    page = Paginator(lines(), ON_A_PAGE).get_page(request.GET.get("page"))
    sums = past_crowds() if may(request.actor) else []
    return render(request, "desk/destroyed.html", {"page": page, "sums": sums})
