"""Tells the gate which of our own addresses a request was for: the log names that, never the visitor's words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from manyplaces.gate.behind import ROUTE


def note_route(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return Django's middleware that leaves the pattern of the address, such as events/<key>/, in the environment."""

    def noted(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        match = request.resolver_match
        request.META[ROUTE] = match.route if match else "-"
        return response

    return noted
