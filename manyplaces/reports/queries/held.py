"""What this room holds about somebody with an account."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from manyplaces.people.queries import Known, Part, holds, iso
from manyplaces.reports.models import Photo, Recap, Report, Takedown


@holds
def reports(known: Known) -> Part:
    """The reports of sites that he typed in, or whose words he looked at."""
    by_him = Q(entered_by__in=known.names) | Q(decided_by__in=known.names)
    return Part(
        _("Reports of sites that you typed in, or whose words you looked at"),
        Report.objects.filter(by_him).select_related("event").order_by("pk"),
        lambda row: {"report": row.key, "site": row.event.key, "at": iso(row.made_at)},
    )


@holds
def photos(known: Known) -> Part:
    """The photos that he decided about."""
    return Part(
        _("Photos that you decided about"),
        Photo.objects.filter(decided_by__in=known.names).select_related("event").order_by("pk"),
        lambda row: {"photo": row.key, "site": row.event.key, "at": iso(row.settled_at)},
    )


@holds
def takedowns(known: Known) -> Part:
    """The requests to take a photo down that he decided about."""
    return Part(
        _("Requests to take a photo down that you decided about"),
        Takedown.objects.filter(decided_by__in=known.names).select_related("photo").order_by("pk"),
        lambda row: {"photo": row.photo.key, "at": iso(row.decided_at)},
    )


@holds
def recaps(known: Known) -> Part:
    """The recaps that he wrote last, published, gave back or took off the page."""
    by_him = Q(written_by__in=known.names) | Q(approved_by__in=known.names) | Q(returned_by__in=known.names)
    return Part(
        _("Recaps that you wrote, published, gave back or took off the page"),
        Recap.objects.filter(by_him).select_related("action").order_by("pk"),
        lambda row: {"action": row.action.slug, "at": iso(row.written_at)},
    )
