"""What a host says of how it went, by his private link. Opening a page changes nothing."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language

from manyplaces.core.refusals import refusals_on
from manyplaces.events.rules import Phase
from manyplaces.reports.forms import ReportForm
from manyplaces.reports.models import Report
from manyplaces.reports.operations import take_report
from manyplaces.reports.rules import Source, why_not_now
from manyplaces.reports.views.links import reporting
from manyplaces.rsvps.views.relaying import gone, shown

# So long after the day a phone may keep the page for where there is no signal.
STAYS = datetime.timedelta(days=2)


def report(request: HttpRequest, token: str) -> HttpResponse:
    """How it went: four fields, and what was reported before."""
    found = reporting(token)
    if found is None:
        return gone(request)
    form = ReportForm(request.POST or None)
    if form.is_valid():
        said = form.report(event=found.event, source=Source.LINK, language=get_language() or "en")
        with refusals_on(form):
            take_report(said, by=found.by)
        if form.is_valid():
            return redirect(f"{request.path}?did=reported")
    given = {"page": token, "is_private": found.is_private, "event": found.event, "form": form}
    given["told"] = request.GET.get("did", "")
    given["earlier"] = list(Report.objects.filter(event=found.event).select_related("claim").order_by("pk"))
    given["not_now"], given["missed"] = why_not_now(found.event, timezone.now()), found.event.phase == Phase.CANCELLED
    given["until"] = (found.event.meant[1] or timezone.localdate()) + STAYS
    return shown(request, "reports/report.html", given, 422 if request.method == "POST" else 200)
