"""What goes through while the site is closed to every change: reading what is public, and national coordinators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from manyplaces.core.addresses import in_english
from manyplaces.core.lockdown import is_closing, is_locked
from manyplaces.core.together import once
from manyplaces.people.rules import Role

# The ways in, and the way out.
DOORS = ("/sign-in/", "/sign-out/", "/first-run/")
CLOSED_TO_READERS = ("/desk/", "/me/")


def close_in_lockdown(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return Django's middleware that answers with 503 what the lockdown does not let through; behind the guard.

    The answer has no body: the gate makes it a page in both languages.
    """

    def closed(request: Any) -> HttpResponseBase:
        request.is_locked = asks_much(request.method, request.path) and once(("locked",), is_locked)
        if request.is_locked and (is_closing() or not passes(request)):
            return HttpResponse(status=503, headers={"Retry-After": "3600"})
        return get_response(request)

    return closed


def asks_much(method: str, path: str) -> bool:
    """Tell whether a request is more than the reading of a public page, or of a page with a secret address."""
    place = in_english(path)
    return not place.startswith(DOORS) and (method == "POST" or place.startswith(CLOSED_TO_READERS))


def passes(request: Any) -> bool:
    """Tell whether a national coordinator asks for a page; files, which carry much away at once, nobody gets."""
    return request.path.endswith("/") and any(grant.role == Role.NATIONAL for grant in request.actor.grants)
