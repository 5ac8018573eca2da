"""What of an action is near: by ZIP code, by town, or by where the browser says one is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from manyplaces.actions.models import Action
from manyplaces.front.queries.near import asked_for, near_page
from manyplaces.front.views.answering import answer


def near(request: HttpRequest, slug: str, form: str = "html") -> HttpResponse:
    """Whoever says where he is gets the nearest first; nobody keeps that, and no link tells where it came from."""
    asked = asked_for(request.GET, request.GET.getlist("access"))
    page = near_page(get_object_or_404(Action, slug=slug), asked)
    if form == "ics" and page.at is None:
        # Whoever subscribes to nowhere would wait for ever.
        raise Http404
    response = answer(request, "near", page, form)
    if asked.is_any:
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
    return response
