"""What this room holds about somebody with an account."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from manyplaces.people.queries import Known, Part, holds, iso
from manyplaces.reports.models import Report


@holds
def reports(known: Known) -> Part:
    """The reports of sites that he typed in, or whose words he looked at."""
    by_him = Q(entered_by__in=known.names) | Q(decided_by__in=known.names)
    return Part(
        _("Reports of sites that you typed in, or whose words you looked at"),
        Report.objects.filter(by_him).select_related("event").order_by("pk"),
        lambda row: {"report": row.key, "site": row.event.key, "at": iso(row.made_at)},
    )
