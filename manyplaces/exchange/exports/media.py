"""The table of media hits."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.exchange.exports.table import CHUNK, IN_ORDER, Table, header_with
from manyplaces.exchange.placing import cities_of, scope_of
from manyplaces.places.models import City
from manyplaces.record.models import MediaHit


def table(hits: QuerySet[MediaHit]) -> Table:
    """Return media hits, action by action in the order they came in."""
    cities = {action.pk: cities_of(action) for action in Action.objects.filter(media__in=hits).distinct()}
    events = Prefetch("events", Event.objects.only("key").order_by("pk"))
    found = hits.select_related("action", "city").prefetch_related(events).order_by(*IN_ORDER)
    extras = []
    if not all(_says_all(hit, cities) for hit in hits.select_related("city").iterator(CHUNK)):
        extras += ["city", "state"]
    if hits.filter(events__isnull=False).exists():
        extras.append("event_ids")
    return Table(header_with("media", extras), _rows(found, extras, cities))


def _says_all(hit: MediaHit, cities: dict[int, list[City]]) -> bool:
    """Tell whether the words for the place say the city and state that are stored."""
    scope = scope_of(hit.place_words, cities[hit.action_id])
    return (scope.city, scope.state) == (hit.city, hit.state)


def _rows(hits: QuerySet[MediaHit], extras: list[str], cities: dict[int, list[City]]) -> Iterator[dict[str, object]]:
    for hit in hits.iterator(CHUNK):
        row: dict[str, object] = {
            "id": hit.key,
            "action_id": hit.action.slug,
            "date_edtf": hit.date_edtf,
            "outlet": hit.outlet,
            "headline": hit.headline,
            "kind": hit.kind,
            "place": hit.place_words,
            "source_url": hit.link,
        }
        told = _says_all(hit, cities)
        further = {
            "city": hit.city.name if hit.city and not told else "",
            "state": "" if told else hit.state,
            "event_ids": " ".join(event.key for event in hit.events.all()),
        }
        yield row | {name: further[name] for name in extras}
