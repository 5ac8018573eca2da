"""The first steps of a coalition: what to do next, with what is done ticked off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role


@for_roles(Role.NATIONAL)
def begin(request: HttpRequest) -> HttpResponse:
    """What to do after the first run: name the coalition, invite people, call an action."""
    return render(request, "desk/begin.html", {})
