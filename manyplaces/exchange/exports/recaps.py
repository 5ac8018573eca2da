"""The table of the recaps that everybody may read, without who wrote them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from manyplaces.actions.models import Action
from manyplaces.exchange.exports.table import Table, header_with
from manyplaces.exchange.naming import going_out
from manyplaces.record.models import MediaHit
from manyplaces.reports.models import Recap
from manyplaces.reports.queries.photos import public_photos
from manyplaces.reports.rules.recaps import RecapState


def table(actions: QuerySet[Action]) -> Table:
    """Return the public recaps of actions, the oldest action first."""
    found = Recap.objects.filter(action__in=actions, state=RecapState.PUBLIC).select_related("action")
    return Table(header_with("recaps", ()), _rows(found.order_by("action__date_from", "action__slug")))


def _rows(recaps: QuerySet[Recap]) -> Iterator[dict[str, object]]:
    for recap in recaps:
        fit = going_out(recap.action, recap.body, recap.body_es)
        photos = set(public_photos().filter(key__in=recap.photos).values_list("key", flat=True))
        hits = set(MediaHit.objects.filter(key__in=recap.hits).values_list("key", flat=True))
        yield {
            "action_id": recap.action.slug,
            "text": fit(recap.body),
            "text_es": fit(recap.body_es),
            "photos": " ".join(key for key in recap.photos if key in photos),
            "stories": " ".join(key for key in recap.hits if key in hits),
            "shows_cities": recap.shows_cities,
            "written_at": recap.written_at.isoformat(),
            "published_at": recap.published_at.isoformat() if recap.published_at else "",
        }
