"""What a host says of how it went, by his private link. Opening a page changes nothing."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language

from manyplaces.core.refusals import refusals_on
from manyplaces.events.models import Event, Host
from manyplaces.events.rules.hosting import link_is_alive
from manyplaces.events.views.committing import HOST
from manyplaces.reports.forms import ReportForm
from manyplaces.reports.models import Report
from manyplaces.reports.operations import take_report
from manyplaces.reports.rules import Source, why_not_now
from manyplaces.reports.rules.links import read_report_link
from manyplaces.rsvps.queries.telling import hosts_to_remind
from manyplaces.rsvps.views.relaying import gone, hosted, shown, with_event


def report(request: HttpRequest, token: str) -> HttpResponse:
    """How it went: four fields, and what was reported before."""
    host, event = hosted(token) if "." not in token else _asked(token)
    if host is None or event is None:
        return gone(request)
    form = ReportForm(request.POST or None)
    if form.is_valid():
        said = form.report(event=event, source=Source.LINK, language=get_language() or "en")
        with refusals_on(form):
            take_report(said, by=replace(HOST, door="link", holds=host.commitment.key))
        if form.is_valid():
            return redirect(f"{request.path}?did=reported")
    given = {"page": token, "is_private": "." not in token, "event": event, "form": form}
    given["told"] = request.GET.get("did", "")
    given["earlier"] = list(Report.objects.filter(event=event).select_related("claim").order_by("pk"))
    given["not_now"] = why_not_now(event, timezone.now())
    return shown(request, "reports/report.html", given, 422 if request.method == "POST" else 200)


def _asked(token: str) -> tuple[Host | None, Event | None]:
    """Return the host to whom a letter with this link went, and his event; nothing for a forged link or a late one."""
    uid = read_report_link(token)
    host = hosts_to_remind(uid=uid).select_related("commitment__action").first() if uid else None
    if host is None or not link_is_alive(host.commitment.day, timezone.localdate()):
        return None, None
    return with_event(host)
