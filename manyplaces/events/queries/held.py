"""What this room holds about somebody with an account."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from manyplaces.events.models import BlockedPattern, Commitment, Host, TrustedHost
from manyplaces.people.queries import Known, Part, holds, iso


@holds
def hosting(known: Known) -> Part:
    """The sites that are hosted with his address; he has shown that he reads its letters."""
    rows = Host.objects.filter(email_hash__in=known.hashes).select_related("commitment").order_by("pk")
    return Part(_("Sites that you host, with your name and telephone"), rows, _host)


def _host(row: Host) -> dict[str, Any]:
    site = row.commitment
    told = {"site": site.key, "venue": site.venue, "city": site.city_name, "state": site.state}
    own = {"name": row.name, "email": row.email, "phone": row.phone, "language": row.language}
    return {**told, **own, "address_proved_at": iso(row.proved_at)}


@holds
def trusted(known: Known) -> Part:
    """That sites with his address need no reviewer, and whom he trusted himself."""
    rows = TrustedHost.objects.filter(email_hash__in=known.hashes) | TrustedHost.objects.filter(made_by__in=known.names)
    return Part(
        _("Trust in you as a host, or given by you"),
        rows.order_by("pk"),
        lambda row: {"since": iso(row.made_at), "in_you": row.email_hash in known.hashes},
    )


@holds
def blocked_patterns(known: Known) -> Part:
    """The patterns that he blocked."""
    return Part(
        _("Patterns that you blocked"),
        BlockedPattern.objects.filter(made_by__in=known.names).order_by("pk"),
        lambda row: {"kind": row.kind, "text": row.text, "since": iso(row.made_at)},
    )


@holds
def decisions(known: Known) -> Part:
    """The commitments whose last decision bears his name."""
    return Part(
        _("Sites whose last decision is yours"),
        Commitment.objects.filter(decided_by__in=known.names).order_by("pk"),
        lambda row: {"site": row.key, "review": row.review, "decided_at": iso(row.decided_at)},
    )
