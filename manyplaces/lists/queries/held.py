"""What lists hold about somebody."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from manyplaces.lists.models import ListRow, SiteList
from manyplaces.people.queries import Known, Part, holds, iso


@holds
def site_lists(known: Known) -> Part:
    """The lists of sites that somebody took in."""
    rows = SiteList.objects.defer("upload_sealed").filter(Q(person=known.person.pk) | Q(made_by__in=known.names))
    return Part(
        _("Lists of sites that you took in"),
        rows.order_by("pk"),
        lambda row: {"list": row.uid, "title": row.title, "stage": row.stage, "made_at": iso(row.made_at)},
    )


@holds
def list_rows(known: Known) -> Part:
    """The rows of lists that name somebody's address."""
    return Part(
        _("Rows of lists with your address"),
        ListRow.objects.filter(email_hash__in=known.hashes).order_by("pk"),
        lambda row: {"venue": row.venue, "city": row.city_name, "name": row.name, "phone": row.phone},
    )
