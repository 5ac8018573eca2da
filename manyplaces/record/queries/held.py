"""What this room holds about somebody with an account."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from manyplaces.people.queries import Known, Part, holds, iso
from manyplaces.record.models import MediaHit


@holds
def hits(known: Known) -> Part:
    """The media hits that he typed in, or about which he decided."""
    by_him = Q(entered_by__in=known.names) | Q(decided_by__in=known.names)
    return Part(
        _("Stories in the press that you typed in, or about which you decided"),
        MediaHit.every.filter(by_him).order_by("pk"),
        lambda row: {"story": row.key, "outlet": row.outlet, "at": iso(row.made_at)},
    )
