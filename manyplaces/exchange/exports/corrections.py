"""The table of dated corrections as pages show them: beside closed records, and of recaps that are public."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.exchange.exports.table import CHUNK, Table, header_with
from manyplaces.record.models import Correction
from manyplaces.reports.models import Recap
from manyplaces.reports.rules.recaps import RecapState


def table(actions: QuerySet[Action]) -> Table:
    """Return the corrections of actions in the order in which they were made; none about an event off the pages."""
    recaps = Recap.objects.filter(corrections=OuterRef("pk"))
    told = Q(is_of_recap=True, of_public=True) | Q(is_of_recap=False, action__frozen_at__isnull=False)
    found = Correction.objects.filter(action__in=actions).annotate(
        is_of_recap=Exists(recaps), of_public=Exists(recaps.filter(state=RecapState.PUBLIC))
    )
    shown = found.filter(told, Q(event=None) | Q(event__in=Event.objects.values("pk")))
    in_order = shown.order_by("action__date_from", "action__slug", "made_at", "pk")
    return Table(header_with("corrections", ()), _rows(in_order.select_related("action", "event")))


def _rows(corrections: QuerySet[Correction]) -> Iterator[dict[str, object]]:
    for one in corrections.iterator(CHUNK):
        yield {
            "id": one.uid,
            "action_id": one.action.slug,
            "event_id": one.event.key if one.event else "",
            "of": "recap" if getattr(one, "is_of_recap", False) else "record",
            "text": one.body,
            "text_es": one.body_es,
            "signed": one.signed,
            "made_at": one.made_at.isoformat(),
        }
