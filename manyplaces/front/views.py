"""What the public sees: one paragraph a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request cannot be read."""
    return HttpResponse("bad request", status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page, and where to look."""
    return HttpResponse("not found", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong on our side."""
    return HttpResponse("broken", status=500)
