"""One's own account."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from manyplaces.people.guard import for_roles


@for_roles()
def me(request: Any) -> HttpResponse:
    """What is held about oneself."""
    return render(request, "people/me.html", {})
