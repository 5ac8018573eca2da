"""The pages for what went wrong; each says what to do next."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from manyplaces.front.views.answering import context_of
from manyplaces.people.queries import coalition, remembered


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request cannot be read."""
    return _error(request, "bad_request", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this is not for who asks, and whom to ask."""
    return _error(request, "forbidden", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page, and where to look."""
    return _error(request, "not_found", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong on our side, or that the database cannot be asked at the moment."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        # Locked for long, full, or being started anew: it will go again soon.
        if request.method == "POST":
            # Without a page of ours the gate makes one that gives back what was typed.
            return HttpResponse(status=503, headers={"Retry-After": "3"})
        answer = _error(request, "broken", 503)
        answer["Retry-After"] = "3"
        return answer
    return _error(request, "broken", 500)


def _error(request: HttpRequest, name: str, status: int) -> HttpResponse:
    # The page that says what went wrong asks the database for nothing, not even who keeps the site.
    with remembered():
        asked, codes = "es" if request.path.startswith("/es/") else "en", coalition().codes
    language = asked if asked in codes else codes[0]
    with translation.override(language), remembered():
        return render(
            request, f"front/{name}.html", {**context_of(request, name, None), "lang": language}, status=status
        )
