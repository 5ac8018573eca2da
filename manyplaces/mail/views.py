"""Leaving a list by the link in a letter, and whether the site is well."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from manyplaces.core.actor import Actor
from manyplaces.mail import operations
from manyplaces.mail.queries import outbox


def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button; pressing it (or a mail program's own, RFC 8058) takes the reader off the list, another puts back.

    Every token gets the same answers, so that nobody learns which ones there are.
    """
    did, step = "", operations.unsubscribe
    if request.method == "POST":
        did = "again" if request.POST.get("do") == "again" else "unsubscribe"
        step = operations.subscribe_again if did == "again" else step
        step(token, by=Actor("reader", "link"))
    context = {"page": token, "name": "unsubscribe", "did": did}
    response = render(request, "mail/unsubscribe.html", context)
    response["Cache-Control"] = "no-store"
    return response


def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether the database answers and the worker lives: 200 when both do, 503 otherwise."""
    try:
        found: dict[str, object] = {"database": True, "worker": outbox().worker_alive}
    except DatabaseError:
        found = {"database": False, "worker": None}
    well = all(found.values())
    headers = {"Cache-Control": "no-store"}
    return JsonResponse({"ok": well, **found}, status=200 if well else 503, headers=headers)
