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
from manyplaces.events.models.welcome import WELCOME
from manyplaces.events.operations.points import at_place, settle_points
from manyplaces.events.rules import Covers, Phase, organisations_in
from manyplaces.journal.operations import keep, record
from manyplaces.people.models import OrganisationName
from manyplaces.people.operations import find_or_add_organisation
from manyplaces.places.models import Place, PlaceName, School
from manyplaces.places.operations import change_place, find_or_add_city, find_or_add_place, place_of_school

# What everybody sees and an undo brings back. The name a host wants on the page is not among it: the journal is kept
# for ever, and no name of a private person gets into it.
FACTS = (
    *("city", "spelling", "venue", "address", "tactic", "date_edtf", "date_from", "date_to", "time_local", "fold"),
    *("zone", "phase", "reason", "reason_es", "moved_to", "hosts_words", "note", "note_es", "is_listed"),
    *("only_city", "is_shielded"),
    *WELCOME,
)
# What a host may change of a commitment and what its event shows, field by field.
SHARED = (
    *("venue", "address", "tactic", "date_edtf", "date_from", "date_to", "time_local", "fold", "hosts_words"),
    "only_city",
    *WELCOME,
)
RELATIONS = ("action", "event", "school", "vouched_by", "merged_into", "city", "spelling")
# What a change that is refused takes with it, and an undo of the refusal brings back.
PUT_BACK = (
    *SHARED,
    *("school_id", "city_name", "city_slug", "county", "state", "lat", "lon", "zone", "note", "shown_host"),
)


@transaction.atomic
def bring_online(commitment: Commitment, *, by: Actor) -> Event:
    """Make the event of a commitment, or bring the stored one into line with what the host wants now.

    It raises ValidationError as `keep` does: for a place without letters, for an hour that the clocks skip.
    """
    stored = one(Event.every.select_for_update(of=("self",)).filter(key=commitment.key))
    commitment.set_aside = {"errand": by.errand}
    spelling = _place(commitment, stored, by)
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
    _settle_shield(event, stored)
    name = "" if event.is_shielded else commitment.shown_host
    if stored is None:
        event.shown_host = name
    links: dict[str, list[Any]] = {"hosts": _hosts(commitment, by), "demands": list(commitment.demands.all())}
    kept = keep(event, stored, fields=FACTS, by=by, links=links).row
    # A pin may have moved, or a school that had no position found its own.
    settle_points(at_place(spelling.place))
    if stored is not None and kept.shown_host != name:
        commitment.set_aside["host"] = kept.shown_host
        kept.shown_host = name
        kept.full_clean(exclude=("action", "city", "spelling"), validate_unique=False, validate_constraints=False)
        kept.save(update_fields=["shown_host"])
        record(by, "event.changed", kept, before={"shown_host": ""})
    return kept


@transaction.atomic(savepoint=False)
def unlist(event: Event, *, by: Actor) -> None:
    """Take an event off the pages; its row and what hangs on it stay. Taking down and merging are built on it."""
    stored = Event.every.select_for_update(of=("self",)).get(pk=event.pk)
    if stored.is_listed:
        stored.is_listed = False
        stored.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)
        stored.save(update_fields=["is_listed"])
        record(by, "event.taken-down", stored, before={"is_listed": True})


def put_back(commitment: Commitment, errand: str) -> None:
    """Give a commitment the facts that are online, and set aside what was wanted; the caller saves and records."""
    event = Event.every.select_related("spelling__place", "city").get(commitment=commitment)
    wanted = {name: getattr(commitment, name) for name in PUT_BACK}
    wishes = json.loads(json.dumps(wanted, cls=DjangoJSONEncoder))
    demands = sorted(commitment.demands.values_list("pk", flat=True))
    commitment.set_aside = {"errand": errand, "wishes": wishes, "demands": demands}
    place = event.spelling.place if event.spelling else None
    number = place.registry_number if place else None
    commitment.school = one(School.objects.filter(number=number)) if number else None
    where = commitment.school or place
    commitment.county = commitment.school.county if commitment.school else ""
    commitment.lat, commitment.lon = (where.lat, where.lon) if where else (None, None)
    # Whether he wants only the city shown, the event does not tell where others have hidden it.
    kept = ("only_city", "address_for") if event.is_hidden_by_others else ()
    for field in SHARED:
        if field not in kept:
            setattr(commitment, field, getattr(event, field))
    commitment.city_name, commitment.city_slug, commitment.state = event.city.name, event.city.slug, event.city.state
    commitment.zone, commitment.shown_host = event.zone, event.shown_host
    commitment.note = event.text("note", commitment.language)
    commitment.demands.set(event.demands.all())


@transaction.atomic
def bring_back(commitment: Commitment, errand: str, *, by: Actor) -> None:
    """Bring back what the decision of an errand had set aside: a refused change, the name on the page, a moved pin."""
    kept, commitment.set_aside = commitment.set_aside, {}
    if kept.get("errand") == errand:
        for name, value in kept.get("wishes", {}).items():
            field: Any = Commitment._meta.get_field(name)
            setattr(commitment, name, field.to_python(value))
        if "demands" in kept:
            commitment.demands.set(kept["demands"])
        events = Event.every.select_for_update(of=("self",)).filter(commitment=commitment)
        event = events.exclude(is_shielded=True, only_city=False).first()
        if event is not None and "host" in kept:
            event.shown_host = kept["host"]
            event.save(update_fields=["shown_host"])
            record(by, "event.changed", event, before={"shown_host": ""})
        place = one(Place.objects.filter(key=kept["place"])) if "place" in kept else None
        if place is not None:
            place.lat, place.lon = kept["pin"]
            change_place(place, by=by)
            settle_points(at_place(place))
    commitment.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)
    commitment.save()


def _place(commitment: Commitment, stored: Event | None, by: Actor) -> PlaceName:
    if commitment.school is not None:
        return place_of_school(commitment.school, by=by)
    city = find_or_add_city(commitment.city_name, commitment.state, by=by, lat=commitment.lat, lon=commitment.lon)
    spelling = find_or_add_place(commitment.venue, city, by=by)
    place, pin = spelling.place, (commitment.lat, commitment.lon)
    # The place may be another host's as well: a first pin is taken, a later one where this event stands there already.
    is_its_own = stored is not None and stored.spelling_id == spelling.pk and not place.registry_number
    if commitment.lat is not None and (place.lat, place.lon) != pin and (place.lat is None or is_its_own):
        commitment.set_aside |= {"place": place.key, "pin": [place.lat, place.lon]}
        place.lat, place.lon = pin
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


def _settle_shield(event: Event, stored: Event | None) -> None:
    """Show only the city where its host wants that; what others have hidden stays so, whatever he wants."""
    is_hidden_by_others = stored is not None and stored.is_hidden_by_others
    event.is_shielded = event.only_city or is_hidden_by_others
    event.only_city = event.only_city and not is_hidden_by_others


def _hosts(commitment: Commitment, by: Actor) -> list[OrganisationName]:
    """Return the organisations that host it.

    What a stranger typed may be somebody's name, so it gets no page of its own: of such words only those count that
    are an organisation already. Whoever commits a list knows his partners.
    """
    names = organisations_in(commitment.hosts_words)
    if commitment.errand:
        return [find_or_add_organisation(name, by=by) for name in names]
    return list(OrganisationName.objects.filter(folded__in=[fold(name)[:200] for name in names]))
