"""Who covered it, from a host by his private link: a line for each story, looked at before it is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, sentences
from manyplaces.events.models import Event
from manyplaces.events.views.committing import HOST
from manyplaces.record.forms import Row, rows_in, rows_sent
from manyplaces.record.models import MediaHit
from manyplaces.record.operations import bring_media_hit
from manyplaces.record.rules import MediaKind
from manyplaces.record.rules.media import HitReview
from manyplaces.reports.models import Report
from manyplaces.rsvps.views.relaying import gone, hosted, shown

# So many stories stand on the page; so many times one source sends some within an hour.
MOST_SENT, MOST, SECONDS = 100, 30, 3600


def covered(request: HttpRequest, token: str) -> HttpResponse:
    """What was published about one's event: typed or taken over from the report, looked at, sent for a look."""
    host, event = hosted(token)
    if host is None or event is None:
        return gone(request)
    sent = rows_sent(request.POST)
    text = request.POST.get("lines", "") if request.method == "POST" else _told_already(event)
    rows = sent or (rows_in(text, event.action) if request.method == "POST" else [])
    refusal, done = "", ""
    if sent and request.POST.get("do") == "send":
        try:
            _require_patience(request)
            rows, done = _sent(event, rows, replace(HOST, door="link", holds=host.commitment.key))
        except NotNow as wait:
            refusal = str(wait)
        if not rows and not refusal:
            return redirect(f"{request.path}?did={done}")
    given: dict[str, Any] = {"page": token, "event": event, "rows": rows, "text": text, "refusal": refusal}
    given |= {"told": request.GET.get("did", ""), "empty": request.method == "POST" and not rows}
    given["stories"] = list(MediaHit.every.filter(events=event).order_by("-pk")[:MOST_SENT])
    return shown(request, "reports/covered.html", given, 422 if sent or given["empty"] else 200)


def _told_already(event: Event) -> str:
    """Return what the reports say of who covered it, for the host to send line by line; nothing once he has."""
    if MediaHit.every.filter(events=event).exists():
        return ""
    return "\n".join(text for text in Report.objects.filter(event=event).values_list("covered", flat=True) if text)


def _sent(event: Event, rows: list[Row], by: Actor) -> tuple[list[Row], str]:
    """Send every row that is not left out; returns the rows that were refused, each with its sentence, and a word.

    The word says whether what was taken waits for a look ("sent"), was shown already ("known"), or some of each.
    """
    refused, done = [], set()
    for row in rows:
        if row.is_left:
            continue
        try:
            hit = row.hit(event.action, kind=MediaKind.EARNED, city=event.city, state=event.city.state)
            kept = bring_media_hit(hit, event, by=by)
            done.add("known" if kept.outcome != "added" and kept.row.review == HitReview.SHOWN else "sent")
        except (ValidationError, NotNow) as refusal:
            row.wrong = [sentence for _field, sentence in sentences(refusal)]
            refused.append(row)
    return refused, done.pop() if len(done) == 1 else "both" if done else "sent"


def _require_patience(request: HttpRequest) -> None:
    source = throttle.source_of(request.META)
    if not throttle.take(source, "covered", MOST, SECONDS):
        raise NotNow(throttle.too_many(throttle.wait(source, "covered")))
