"""The table of claims, without the figures that the table of events carries."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from manyplaces.exchange.exports.table import CHUNK, IN_ORDER, Table, header_with
from manyplaces.exchange.tallies import listed_claims
from manyplaces.record.models import Claim


def table(claims: QuerySet[Claim], *, whole: bool = False) -> Table:
    """Return claims, action by action in the order they were stated to us; `whole`: those that events carry too."""
    extras = []
    if claims.exclude(date_edtf="").filter(event=None).exists():
        extras.append("date_edtf")
    if claims.exclude(city=None).exists():
        extras += ["city", "state"]
    of_events = claims.exclude(event=None).select_related("event").order_by("pk").iterator(CHUNK)
    about_events = list(of_events) if whole else listed_claims(of_events)
    if about_events:
        extras += ["event_id", *(["date_edtf"] if any(claim.date_edtf for claim in about_events) else [])]
    if claims.exclude(said_at=None).exists():
        extras.append("stated_at")
    listed = claims.filter(Q(event=None) | Q(pk__in=[claim.pk for claim in about_events]))
    return Table(
        header_with("claims", extras),
        _rows(listed.select_related("action", "city", "event").order_by(*IN_ORDER), extras),
    )


def _rows(claims: QuerySet[Claim], extras: list[str]) -> Iterator[dict[str, object]]:
    for claim in claims.iterator(CHUNK):
        row: dict[str, object] = {
            "action_id": claim.action.slug,
            "phase": claim.phase,
            "metric": claim.metric_words,
            "value_text": claim.value_words,
            "low": claim.low,
            "high": claim.high,
            "basis": claim.basis,
            "claimed_by": claim.claimant,
            "source_url": claim.source_url,
        }
        further = {
            "date_edtf": claim.date_edtf,
            "stated_at": claim.said_at.isoformat() if claim.said_at else "",
            "city": claim.city.name if claim.city else "",
            "state": claim.city.state if claim.city else "",
            "event_id": claim.event.key if claim.event else "",
        }
        yield row | {name: further[name] for name in extras}
