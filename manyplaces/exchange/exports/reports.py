"""The table of what sites reported. Words stand in it once somebody has looked; protected sites are left out."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from manyplaces.events.models import Event
from manyplaces.exchange.exports.table import CHUNK, Table, header_with
from manyplaces.reports.models import Report
from manyplaces.reports.rules import Review, Source

# Who entered a report, as a role: the door it came by tells. Whoever it was has a name in no table.
ENTERED_BY = {
    Source.LINK.value: "host",
    Source.PAPER.value: "coordinator",
    Source.CALL.value: "coordinator",
    Source.TABLE.value: "import",
}
IN_ORDER = ("event__action__date_from", "event__action__slug", "pk")


def table(events: QuerySet[Event]) -> Table:
    """Return the reports of events, action by action in the order they came in."""
    found = Report.objects.filter(event__in=events.filter(is_shielded=False).values("pk"))
    return Table(header_with("reports", ()), _rows(found.select_related("event").order_by(*IN_ORDER)))


def _rows(reports: QuerySet[Report]) -> Iterator[dict[str, object]]:
    for report in reports.iterator(CHUNK):
        is_shown = report.review == Review.SHOWN
        if not (report.people_words or is_shown):
            continue
        yield {
            "id": report.key,
            "event_id": report.event.key,
            "people_text": report.people_words,
            "adults": report.adults,
            "pupils": report.pupils,
            "how": report.how,
            "counted_by": report.counted_by,
            "happened": report.happened if is_shown else "",
            "covered": report.covered if is_shown else "",
            "took_place": report.took_place,
            "language": report.language,
            "came_by": report.source,
            "entered_by": ENTERED_BY[report.source],
            "written_at": report.written_at.isoformat(),
            "came_at": report.made_at.isoformat(),
            "shown": is_shown,
        }
