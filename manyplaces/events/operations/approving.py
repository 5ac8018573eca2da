"""From a commitment to its event: what was promised becomes what everybody sees."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.words import fold
from manyplaces.events.models import Commitment, Event
from manyplaces.events.rules import Covers, Phase, organisations_in
from manyplaces.journal.operations import keep, record
from manyplaces.people.models import OrganisationName
from manyplaces.people.operations import find_or_add_organisation
from manyplaces.places.models import PlaceName
from manyplaces.places.operations import change_place, find_or_add_city, find_or_add_place, place_of_school

# What everybody sees and an undo brings back. The name a host wants on the page is not among it: the journal is kept
# for ever, and no name of a private person gets into it.
FACTS = (
    *("city", "spelling", "venue", "address", "tactic", "date_edtf", "date_from", "date_to", "time_local", "fold"),
    *("zone", "phase", "reason", "reason_es", "moved_to", "hosts_words", "note", "note_es", "is_listed"),
)
# What a host may change of a commitment and what its event shows, field by field.
SHARED = ("venue", "address", "tactic", "date_edtf", "date_from", "date_to", "time_local", "fold", "hosts_words")
RELATIONS = ("action", "event", "school", "vouched_by", "merged_into", "city", "spelling")


@transaction.atomic
def bring_online(commitment: Commitment, *, by: Actor) -> Event:
    """Make the event of a commitment, or bring the stored one into line with what the host wants now.

    It raises ValidationError as `keep` does: for a place without letters, for an hour that the clocks skip.
    """
    stored = one(Event.every.select_for_update(of=("self",)).filter(key=commitment.key))
    spelling = _place(commitment, by)
    if commitment.school is None:
        # The town may be known only now, and with it the clock that is kept there.
        commitment.zone = spelling.city.zone
    event = Event(
        key=commitment.key,
        action=commitment.action,
        city=spelling.city,
        spelling=spelling,
        covers=Covers.PLACE,
        zone=commitment.zone,
        note=commitment.note,
        note_es=commitment.note if commitment.language == "es" else "",
        is_listed=not commitment.is_paused,
        **{field: getattr(commitment, field) for field in SHARED},
    )
    _settle_phase(event, stored)
    if stored is None:
        event.shown_host = commitment.shown_host
    links: dict[str, list[Any]] = {"hosts": _hosts(commitment, by), "demands": list(commitment.demands.all())}
    kept = keep(event, stored, fields=FACTS, by=by, links=links).row
    if stored is not None and not kept.is_shielded and kept.shown_host != commitment.shown_host:
        kept.shown_host = commitment.shown_host
        kept.full_clean(exclude=("action", "city", "spelling"), validate_unique=False, validate_constraints=False)
        kept.save(update_fields=["shown_host"])
        record(by, "event.changed", kept, before={"shown_host": ""})
    return kept


def put_back(commitment: Commitment) -> dict[str, Any]:
    """Give a commitment the facts that are online; returns the replaced ones that may stand in the journal.

    The caller saves and records.
    """
    event = Event.every.select_related("spelling__place", "city").get(commitment=commitment)
    before: dict[str, Any] = {}
    for field in SHARED:
        if getattr(commitment, field) != getattr(event, field):
            before[field] = json.loads(json.dumps(getattr(commitment, field), cls=DjangoJSONEncoder))
            setattr(commitment, field, getattr(event, field))
    number = event.spelling.place.registry_number if event.spelling else None
    if commitment.school is not None and commitment.school.number != number:
        before["school_id"], commitment.school = commitment.school_id, None
    commitment.city_name, commitment.city_slug, commitment.state = event.city.name, event.city.slug, event.city.state
    commitment.zone, commitment.note, commitment.shown_host = event.zone, event.note, event.shown_host
    commitment.demands.set(event.demands.all())
    return before


def _place(commitment: Commitment, by: Actor) -> PlaceName:
    if commitment.school is not None:
        return place_of_school(commitment.school, by=by)
    city = find_or_add_city(commitment.city_name, commitment.state, by=by, lat=commitment.lat, lon=commitment.lon)
    spelling = find_or_add_place(commitment.venue, city, by=by)
    place = spelling.place
    if place.lat is None and commitment.lat is not None:
        place.lat, place.lon = commitment.lat, commitment.lon
        change_place(place, by=by)
    return spelling


def _settle_phase(event: Event, stored: Event | None) -> None:
    """Leave the phase as it is, unless a new day makes what was cancelled or postponed take place."""
    event.phase = Phase.COMMITTED
    if stored is None:
        return
    called_off = stored.phase in (Phase.CANCELLED, Phase.POSTPONED)
    if called_off and stored.date_edtf == event.date_edtf:
        event.reason, event.reason_es, event.moved_to = stored.reason, stored.reason_es, stored.moved_to
    if not called_off or stored.date_edtf == event.date_edtf:
        event.phase = stored.phase


def _hosts(commitment: Commitment, by: Actor) -> list[OrganisationName]:
    """Return the organisations that host it.

    What a stranger typed may be somebody's name, so it gets no page of its own: of such words only those count that
    are an organisation already. Whoever commits a list knows his partners.
    """
    names = organisations_in(commitment.hosts_words)
    if commitment.errand:
        return [find_or_add_organisation(name, by=by) for name in names]
    return list(OrganisationName.objects.filter(folded__in=[fold(name)[:200] for name in names]))
