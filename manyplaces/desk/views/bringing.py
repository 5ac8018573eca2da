"""Bringing what was published onto the desk: one item or a paste of many, looked at before it is taken."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from manyplaces.actions.models import Action
from manyplaces.core.refusals import NotNow, sentences
from manyplaces.core.words import fold
from manyplaces.desk.views.calling import seen
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role
from manyplaces.record.forms import Row, rows_in, rows_sent
from manyplaces.record.models import MediaHit
from manyplaces.record.operations import bring_media_hit, join_story
from manyplaces.record.queries.kept import Place, likely_known, places_for
from manyplaces.record.rules import MediaKind


@for_roles(Role.COORDINATOR, Role.PRESS)
def media_add(request: Any, slug: str) -> HttpResponse:
    """Bring one item or a paste of many, a line each: look at how they were read, put them right, take them."""
    action = seen(request, slug)
    places = places_for(action, request.actor)
    if not places:
        raise PermissionDenied
    text, sent = request.POST.get("lines", ""), rows_sent(request.POST)
    rows = sent or rows_in(text, action)
    chosen = next((place for place in places if place.value == request.POST.get("place")), places[0])
    kind = request.POST.get("kind", MediaKind.EARNED)
    kind = kind if kind in MediaKind.values else MediaKind.EARNED
    if request.POST.get("do") == "take" and sent:
        rows = _taken(request, action, rows, chosen, kind)
        if not rows:
            return redirect("desk:media", slug)
    _compare(action, rows, is_first=not sent)
    empty = request.method == "POST" and not rows
    context = {"action": action, "rows": rows, "text": text, "places": places, "chosen": chosen, "kind": kind}
    context |= {"kinds": MediaKind, "empty": empty}
    wrong = empty or any(row.wrong for row in rows if sent)
    return render(request, "desk/media_add.html", context, status=422 if wrong else 200)


def _taken(request: Any, action: Action, rows: list[Row], place: Place, kind: str) -> list[Row]:
    """Take every row that is not left out; returns the rows that were refused, each with its sentence."""
    refused, many = [], 0
    for row in rows:
        if row.is_left:
            continue
        try:
            hit = row.hit(action, kind=kind, city=place.city, state=place.state)
            known = likely_known(action, [hit]).get(0)
            kept = bring_media_hit(hit, by=request.actor).row
            if row.is_copy and known is not None and known[0] != kept:
                join_story(kept, known[0], by=request.actor)
            many += 1
        except (ValidationError, NotNow) as refusal:
            row.wrong = [sentence for _field, sentence in sentences(refusal)]
            refused.append(row)
    if many:
        told = ngettext("%(num)s media hit is taken.", "%(num)s media hits are taken.", many)
        messages.success(request, told % {"num": many})
    return refused


def _compare(action: Action, rows: list[Row], *, is_first: bool) -> None:
    """Say of each row what is here already, or what it is perhaps a copy of; the first time tick what follows."""
    items = [MediaHit(**{name: row.typed[name] for name in ("outlet", "headline", "link")}) for row in rows]
    for number, (hit, why) in likely_known(action, items).items():
        row = rows[number]
        is_same = why == "link" or hit.outlet_folded == fold(row.typed["outlet"])
        row.known, row.like = (hit, None) if is_same else (None, hit)
        if is_first:
            row.is_left, row.is_copy = is_same, not is_same
