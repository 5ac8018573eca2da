"""The table of details: what the record says beyond the other four tables, in an order that can be read back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from django.db.models import QuerySet

from manyplaces.actions.models import Action
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.queries import shown_organisations, shown_places
from manyplaces.events.rules import Covers
from manyplaces.exchange.exports.table import CHUNK, IN_ORDER, Table, header_with
from manyplaces.exchange.tallies import listed_claims
from manyplaces.people.models import Organisation
from manyplaces.places import gazetteer
from manyplaces.places.matching import kind_of
from manyplaces.places.models import City, Place
from manyplaces.record.models import Claim, MediaHit, RecordNote
from manyplaces.record.rules import LinkState

Row = dict[str, object]
# Elsewhere the address that a host typed may be that of a home.
SCHOOLS = (Place.Kind.SCHOOL, Place.Kind.COLLEGE)


def table(actions: QuerySet[Action], *, whole: bool, moves: bool = False) -> Table:
    """Return the details of actions; with `whole` also those of organisations, places and the record itself.

    With `moves` they also say where cities lie of which an empty installation would not know it; that loads the
    gazetteer.
    """
    return Table(header_with("details", ()), _rows(actions.order_by("date_from", "slug"), whole, moves))


def _rows(actions: QuerySet[Action], whole: bool, moves: bool) -> Iterator[Row]:
    about = {"action__in": actions}
    events = Event.objects.filter(**about).select_related("spelling__place")
    hits = MediaHit.objects.filter(**about).select_related("copy_of").order_by(*IN_ORDER)
    yield from chain.from_iterable(map(_of_action, actions))
    if moves:
        cities = City.objects.filter(pk__in=Event.objects.filter(**about).values("city")).order_by("pk")
        yield from chain.from_iterable(map(_of_city, cities))
    if whole:
        organisations = shown_organisations().order_by("pk")
        places = shown_places().select_related("city").order_by("pk")
        yield from chain.from_iterable(map(_of_organisation, organisations))
        yield from chain.from_iterable(map(_of_place, places))
    yield from chain.from_iterable(map(_of_event, events.order_by(*IN_ORDER).iterator(CHUNK)))
    yield from chain.from_iterable(map(_of_media, hits.iterator(CHUNK)))
    yield from chain.from_iterable(map(_of_claims, actions))
    if whole:
        yield from chain.from_iterable(map(_of_note, RecordNote.objects.order_by("position", "slug")))


def _row(what: str, key: str, field: str, value: object, value_es: str = "", action: str = "") -> Iterator[Row]:
    """Yield the row, if it says anything."""
    if value in ("", None) and not value_es:
        return
    row = {"what": what, "action_id": action, "key": key, "field": field, "value": value, "value_es": value_es}
    yield row


def _of_action(action: Action) -> Iterator[Row]:
    slug = action.slug
    yield from _row("action", "", "name", "", action.name_es, slug)
    yield from _row("action", "", "tactic", action.tactic, "", slug)
    yield from _row("action", "", "frame", action.frame, action.frame_es, slug)
    yield from _row("action", "", "summary", action.summary, action.summary_es, slug)
    yield from _row("action", "", "date_note", "", action.date_note_es, slug)
    yield from _row("action", "", "goal", action.goal or "", "", slug)
    yield from _row("action", "", "time_local", f"{action.time_local:%H:%M}" if action.time_local else "", "", slug)
    for field in ("rights", "safety", "bring", "guidelines", "time_words"):
        yield from _row("action", "", field, getattr(action, field), getattr(action, f"{field}_es"), slug)
    for part in action.parts.order_by("date_from", "pk"):
        yield from _row("part", part.slug, "name", part.name, part.name_es, slug)
        yield from _row("part", part.slug, "date_edtf", part.date_edtf, "", slug)
        yield from _row("part", part.slug, "covers", part.covers, "", slug)
        yield from _row("part", part.slug, "summary", part.summary, part.summary_es, slug)
    for demand in action.demands.order_by("pk"):
        yield from _row("demand", demand.slug, "text", demand.description, demand.description_es, slug)
    for goal in action.state_goals.exclude(goal=0).order_by("state"):
        yield from _row("goal", goal.state, "sites", goal.goal, "", slug)


def _of_city(city: City) -> Iterator[Row]:
    """Yield where a city lies, as far as the gazetteer does not say the same."""
    spot, key = gazetteer.locate(city.name, city.state), f"{city.name}, {city.state}"
    known = (spot.lat, spot.lon, spot.county) if spot else (None, None, "")
    for field, value, found in zip(("lat", "lon", "county"), (city.lat, city.lon, city.county), known, strict=True):
        if value != found:
            yield from _row("city", key, field, value)


def _of_organisation(organisation: Organisation) -> Iterator[Row]:
    name = organisation.name
    names = organisation.names.order_by("pk")
    aliases = [spelling.text for spelling in names if spelling.folded != fold(name)]
    further = organisation.short_name or aliases or organisation.about or organisation.about_es or organisation.url
    hosts = Event.objects.filter(hosts__organisation=organisation).exists()
    # A host group that only its events name comes back with them.
    if further or organisation.kind != Organisation.Kind.HOST or not hosts:
        yield from _row("organisation", name, "kind", organisation.kind)
    yield from _row("organisation", name, "short_name", organisation.short_name)
    for alias in aliases:
        yield from _row("organisation", name, "alias", alias)
    yield from _row("organisation", name, "about", organisation.about, organisation.about_es)
    yield from _row("organisation", name, "url", organisation.url)


def _of_place(place: Place) -> Iterator[Row]:
    key = f"{place.name}, {place.city.name}, {place.city.state}"
    aliases = [spelling.text for spelling in place.names.order_by("pk") if spelling.folded != fold(place.name)]
    # A place of which nothing else is known comes back with the events that name it.
    if aliases or place.registry_number or place.lat is not None or place.kind != kind_of(place.name):
        yield from _row("place", key, "kind", place.kind)
    yield from _row("place", key, "registry_number", place.registry_number)
    yield from _row("place", key, "lat", place.lat)
    yield from _row("place", key, "lon", place.lon)
    for alias in aliases:
        yield from _row("place", key, "alias", alias)


def _of_event(event: Event) -> Iterator[Row]:
    if event.covers != Covers.PLACE:
        yield from _row("event", event.key, "covers", event.covers)
    yield from _row("event", event.key, "reason", event.reason, event.reason_es)
    yield from _row("event", event.key, "moved_to", event.moved_to)
    yield from _row("event", event.key, "moved_from", event.moved_from)
    if (place := event.public_place) and place.kind in SCHOOLS:
        yield from _row("event", event.key, "address", event.public_address)
    yield from _row("event", event.key, "note", "", "" if event.is_shielded else event.note_es)
    for demand in event.demands.order_by("pk"):
        yield from _row("event", event.key, "demand", demand.slug)


def _of_media(hit: MediaHit) -> Iterator[Row]:
    yield from _row("media", hit.key, "copy_of", hit.copy_of.key if hit.copy_of else "")
    yield from _row("media", hit.key, "language", hit.language if hit.language != "en" else "")
    yield from _row("media", hit.key, "archived_link", hit.archived_link)
    yield from _row("media", hit.key, "link_state", hit.link_state if hit.link_state != LinkState.UNKNOWN else "")


def _of_claims(action: Action) -> Iterator[Row]:
    claims = listed_claims(Claim.objects.filter(action=action).select_related("event").order_by("pk"))
    keys = [f"{claim.metric_words}|{claim.value_words}|{claim.claimant}" for claim in claims]
    times = Counter(keys)
    for number, (claim, words) in enumerate(zip(claims, keys, strict=True), 1):
        plain = times[words] == 1 and words.count("|") == 2
        for field in ("disputed", "chosen"):
            if getattr(claim, field):
                yield from _row("claim", words if plain else str(number), field, "yes", "", action.slug)


def _of_note(note: RecordNote) -> Iterator[Row]:
    yield from _row("note", note.slug, "heading", note.heading, note.heading_es)
    yield from _row("note", note.slug, "text", note.body, note.body_es)
    yield from _row("note", note.slug, "position", note.position)
