"""The short link of a text, and what people text back."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from manyplaces.core.actor import Actor
from manyplaces.rsvps.operations import start_texts, stop_texts
from manyplaces.rsvps.queries import answer_of_short_link
from manyplaces.rsvps.rules.links import TEXT, inbound_secret, link_of
from manyplaces.rsvps.rules.texts import meaning

LONGEST_REPLY = 2_000


@require_safe
def short(request: HttpRequest, token: str) -> HttpResponse:
    """Lead to somebody's own page, in his language; a forged link to the page that says that nothing is there."""
    row = answer_of_short_link(token)
    with translation.override(row.language if row else None):
        to = reverse("rsvps:coming", args=[link_of(row.uid, TEXT) if row else token])
    answer = redirect(to)
    answer["Cache-Control"] = "no-store"
    return answer


# Whoever posts here shows by the secret in the address that he is the gateway, and has no cookie of ours.
@csrf_exempt
@require_POST
def texted(request: HttpRequest, secret: str) -> JsonResponse:
    """Obey STOP and START; whatever was sent, and by whom, the answer is the same."""
    if settings.TEXTS and constant_time_compare(secret, inbound_secret()):
        number, words = _read(request.body)
        wanted = meaning(words)
        if wanted == "stop":
            stop_texts(number, by=Actor("a reader", "link"))
        elif wanted == "start":
            start_texts(number, by=Actor("a reader", "link"))
    return JsonResponse({"ok": True}, headers={"Cache-Control": "no-store"})


def _read(body: bytes) -> tuple[str, str]:
    """Return who texted what; both empty for what cannot be read."""
    try:
        sent = json.loads(body)
        number, words = sent["from"], sent["text"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return "", ""
    if not isinstance(number, str) or not isinstance(words, str):
        return "", ""
    return number[:40], words[:LONGEST_REPLY]
