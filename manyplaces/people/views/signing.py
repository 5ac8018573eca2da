"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from manyplaces.people.guard import cookie_name


def sign_in(request: Any) -> HttpResponse:
    """Ask for the address to which a code goes."""
    return render(request, "people/sign_in.html", {"page": True, "name": "sign_in"})


@require_POST
def sign_out(request: Any) -> HttpResponse:
    """End this session."""
    answer = redirect("front:home")
    answer.delete_cookie(cookie_name(), samesite="Lax")
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer
