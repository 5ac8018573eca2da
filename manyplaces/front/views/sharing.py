"""What is passed on by hand: posters to hang up, and the codes that lead to a page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from manyplaces.actions.models import Action
from manyplaces.core.codes import qr_svg
from manyplaces.events.models import Event
from manyplaces.front.drawings.poster import poster_pdf
from manyplaces.front.queries.action import action_page
from manyplaces.front.queries.areas import event_page
from manyplaces.front.shapes import addresses, posters


def event_poster(request: HttpRequest, key: str) -> HttpResponse:
    """The poster of one event; none of what is over or called off."""
    events = Event.objects.select_related("action", "city", "spelling__place")
    page = event_page(get_object_or_404(events, key=key))
    return _poster(posters.event_poster(page, request.LANGUAGE_CODE), key)


def action_poster(request: HttpRequest, slug: str) -> HttpResponse:
    """The poster of a whole action, for every place; none of what is over."""
    page = action_page(get_object_or_404(Action, slug=slug))
    return _poster(posters.action_poster(page, request.LANGUAGE_CODE), slug)


def event_qr(request: HttpRequest, key: str) -> HttpResponse:
    """The code that leads to an event."""
    found = get_object_or_404(Event, key=key)
    return HttpResponse(qr_svg(addresses.event(found.key, request.LANGUAGE_CODE)), "image/svg+xml")


def action_qr(request: HttpRequest, slug: str) -> HttpResponse:
    """The code that leads to an action."""
    found = get_object_or_404(Action, slug=slug)
    return HttpResponse(qr_svg(addresses.action(found.slug, request.LANGUAGE_CODE)), "image/svg+xml")


def _poster(printed: posters.Printed | None, name: str) -> HttpResponse:
    if printed is None:
        raise Http404
    shown = f'inline; filename="{name.replace(":", "-")}.pdf"'
    return HttpResponse(poster_pdf(printed), "application/pdf", headers={"Content-Disposition": shown})
