"""Leaving a list by the link in a letter, and whether the site is well."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from manyplaces.core.actor import Actor
from manyplaces.core.lockdown import is_locked
from manyplaces.mail import operations
from manyplaces.mail.queries import outbox


def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button; pressing it (or a mail program's own, RFC 8058) takes the reader off the list, another puts back.

    Every token of a list gets the same answers, so that nobody learns which ones there are.
    """
    did, step = "", operations.unsubscribe
    if request.method == "POST":
        did = "again" if request.POST.get("do") == "again" else "unsubscribe"
        step = operations.subscribe_again if did == "again" else step
        step(token, by=Actor("reader", "link"))
    # The list stands in what lasts; whether the rest of it is a token is not looked at.
    context = {
        "page": token,
        "name": "unsubscribe",
        "did": did,
        "list": token.partition("~")[0] if "~" in token else "",
    }
    response = render(request, "mail/unsubscribe.html", context)
    response["Cache-Control"] = "no-store"
    return response


def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether the site is well, with 200, or 503 where something is not.

    It is when the database answers, the worker lives and the clock's chores did not fail. Beside it stands whether the
    site is open, which is nothing to be repaired.
    """
    try:
        stand = outbox()
        found: dict[str, object] = {"database": True, "worker": stand.worker_alive}
        found["clock"] = not (stand.chores or stand.journal_changed)
        is_open: bool | None = not is_locked()
    except DatabaseError:
        found, is_open = {"database": False, "worker": None, "clock": None}, None
    well = all(found.values())
    headers = {"Cache-Control": "no-store"}
    return JsonResponse({"ok": well, **found, "open": is_open}, status=200 if well else 503, headers=headers)
