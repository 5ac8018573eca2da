"""What a host says of how it went, by his private link. Opening a page changes nothing."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language

from manyplaces.core.refusals import refusals_on
from manyplaces.events.views.committing import HOST
from manyplaces.reports.forms import ReportForm
from manyplaces.reports.models import Report
from manyplaces.reports.operations import take_report
from manyplaces.reports.rules import Source, has_begun
from manyplaces.rsvps.views.relaying import gone, hosted, shown


def report(request: HttpRequest, token: str) -> HttpResponse:
    """How it went: four fields, and what was reported before."""
    host, event = hosted(token)
    if host is None or event is None:
        return gone(request)
    form = ReportForm(request.POST or None)
    if form.is_valid():
        said = form.report(event=event, source=Source.LINK, language=get_language() or "en")
        with refusals_on(form):
            take_report(said, by=replace(HOST, door="link", holds=host.commitment.key))
        if form.is_valid():
            return redirect(f"{request.path}?did=reported")
    given = {"page": token, "event": event, "form": form, "told": request.GET.get("did", "")}
    given["earlier"] = list(Report.objects.filter(event=event).select_related("claim").order_by("pk"))
    given["may_report"] = has_begun(event, timezone.now()) and event.phase != "cancelled"
    return shown(request, "reports/report.html", given, 422 if request.method == "POST" else 200)
