"""The pieces that pages share in JSON: dates, figures, counts, events, claims, media hits, brief forms of things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.core import fuzzydates
from manyplaces.events.models import Event
from manyplaces.events.shapes.moments import starts
from manyplaces.events.shapes.wording import tactic_words
from manyplaces.front.shapes import addresses, welcome
from manyplaces.front.shapes.wording import event_words, figure_words
from manyplaces.people.models import Organisation
from manyplaces.places.models import City, Place
from manyplaces.record.models import Claim, MediaHit
from manyplaces.record.queries import Figure, OwnCounts
from manyplaces.record.rules import Metric

Shape = dict[str, Any]


def date(text: str, language: str) -> Shape | None:
    """Return a date with the days that bound it (ISO 8601, null where that side is open); None where none is known."""
    if not text:
        return None
    read = fuzzydates.read(text)
    return {
        "edtf": text,
        "words": fuzzydates.words(text, language),
        "earliest": None if text.startswith("..") else read.earliest.isoformat(),
        "latest": None if text.endswith("..") else read.latest.isoformat(),
        "approximate": read.approximate,
        "uncertain": read.uncertain,
    }


def action_brief(action: Action, language: str) -> Shape:
    """Return what names an action."""
    return {
        "type": "osdi:event_campaign",
        "id": action.slug,
        "url": addresses.action(action.slug, language),
        "name": action.text("name", language),
        "date": date(action.date_edtf, language),
    }


def action_whole(action: Action, language: str) -> Shape:
    """Return an action with its texts."""
    return action_brief(action, language) | {
        "kind": action.kind,
        "tactic": action.tactic or None,
        "date_note": action.text("date_note", language) or None,
        "frame": action.text("frame", language) or None,
        "summary": action.text("summary", language) or None,
    }


def part_brief(part: Part, language: str) -> Shape:
    """Return a part of an action."""
    return {
        "id": part.slug,
        "name": part.text("name", language),
        "date": date(part.date_edtf, language),
        "holds_events_of": date(part.covers or part.date_edtf, language),
        "summary": part.text("summary", language) or None,
    }


def demand_brief(demand: Demand, language: str) -> Shape:
    """Return a demand."""
    return {"id": demand.slug, "text": demand.text("description", language)}


def city_brief(city: City, slug: str, language: str) -> Shape:
    """Return a city with the address of its page within the action `slug`."""
    return {
        "name": city.name,
        "state": city.state,
        "url": addresses.city(slug, city, language),
        "latitude": city.lat,
        "longitude": city.lon,
        "zone": city.zone,
    }


def place_brief(place: Place, language: str) -> Shape:
    """Return what names a place."""
    return {"id": place.key, "url": addresses.place(place.key, language), "name": place.name, "kind": place.kind}


def organisation_brief(organisation: Organisation, language: str) -> Shape:
    """Return what names an organisation."""
    return {
        "id": organisation.slug,
        "url": addresses.organisation(organisation.slug, language),
        "name": organisation.name,
        "short_name": organisation.short_name or None,
        "kind": organisation.kind,
    }


def figure(shown: Figure, slug: str, language: str) -> Shape:
    """Return the range that claims span; never a sum. An open range is "at least" its high end."""
    return {
        "metric": shown.metric,
        "metric_words": str(shown.metric.label),
        "phase": shown.phase,
        "low": shown.low.number,
        "high": shown.high.number,
        "is_at_least": shown.high.is_open,
        "is_at_most": shown.high.is_ceiling and not shown.is_range,
        "words": figure_words(shown),
        "claims": shown.claims,
        "is_disputed": shown.is_disputed,
        "link": addresses.numbers(slug, language, shown.metric),
    }


def claim(stated: Claim, language: str, *, slug: str = "") -> Shape:
    """Return one claim with its source; with `slug` (of its action) also the city or event it is about."""
    shape = {
        "metric": stated.metric,
        "metric_words": stated.metric_words,
        "only": stated.qualifier or None,
        "phase": stated.phase,
        "words": stated.value_words,
        "low": stated.low,
        "high": stated.high,
        "basis": stated.basis or None,
        "claimant": stated.claimant or None,
        "date": date(stated.date_edtf, language),
        "source": stated.source_url or None,
        "is_disputed": stated.disputed,
        "is_chosen": stated.chosen,
    }
    if slug:
        shape["city"] = city_brief(stated.city, slug, language) if stated.city else None
        shape["event"] = event_link(stated.event, language) if stated.event else None
    return shape


def event_link(event: Event, language: str) -> Shape:
    """Return the address and the name of an event."""
    return {"id": event.key, "url": addresses.event(event.key, language), "name": event_words(event)}


def event_brief(event: Event, language: str, claims: Iterable[Claim] | None = None) -> Shape:
    """Return an event as lists have it; its claims are those loaded with it unless they are given."""
    place = event.public_place
    stated = event.claims.all() if claims is None else claims
    moment = starts(event)
    return {
        "type": "osdi:event",
        **event_link(event, language),
        "action": event.action.slug,
        "phase": event.phase,
        "covers": event.covers,
        "tactic": event.tactic or event.action.tactic or None,
        "tactic_words": tactic_words(event) or None,
        "date": date(event.date_text, language),
        "date_is_own": bool(event.date_edtf),
        "time_local": event.time_local.isoformat("minutes") if event.time_local else None,
        "zone": event.zone,
        "starts_at": moment.isoformat() if moment else None,
        "location": location(event),
        "place": place_brief(place, language) if place else None,
        "is_hidden": event.is_shielded,
        "reason": event.text("reason", language) or None,
        "moved_to": date(event.moved_to, language),
        "moved_from": date(event.moved_from, language),
        **welcome.brief(event),
        "turnout": [claim(one, language) for one in stated if one.metric == Metric.PEOPLE],
    }


def location(event: Event) -> Shape:
    """Return where an event is, in the words of OSDI; the position is that of the city unless its place has one."""
    place = event.public_place
    own = place is not None and place.lat is not None and place.lon is not None
    lat, lon = (place.lat, place.lon) if place is not None and own else (event.city.lat, event.city.lon)
    position = {"latitude": lat, "longitude": lon, "accuracy": "Rooftop" if own else "Approximate"}
    return {
        "venue": event.public_venue or None,
        "locality": event.city.name,
        "region": event.city.state,
        "country": "US",
        "location": position if lat is not None and lon is not None else None,
    }


def media_hit(hit: MediaHit, slug: str, language: str, copies: Iterable[MediaHit] = ()) -> Shape:
    """Return a published item of the action `slug`, with the copies of the same story."""
    return {
        "id": hit.key,
        "url": addresses.media(slug, language, hit.key),
        "outlet": hit.outlet,
        "headline": hit.headline or None,
        "headline_is_described": hit.is_described,
        "kind": hit.kind,
        "language": hit.language,
        "date": date(hit.date_edtf, language),
        "place": {
            "words": hit.place_words or None,
            "city": hit.city.name if hit.city else None,
            "state": hit.state or None,
        },
        "link": hit.link or None,
        "archived_link": hit.archived_link or None,
        "link_state": hit.link_state,
        "copies": [media_hit(copy, slug, language) for copy in copies],
    }


def counts(own: OwnCounts) -> Shape:
    """Return what our own record counts, by phase, each with how it was computed."""
    return {
        "events": _by_phase(own.events),
        "cities": _by_phase(own.cities),
        "schools": _by_phase(own.schools),
        "groups": own.groups,
        "all_cities": own.all_cities,
        "all_states": own.all_states,
        "summaries": own.summaries,
        "turnout": {
            "low": own.turnout.low,
            "high": own.turnout.high,
            "is_at_least": own.turnout.is_open,
            "events_with_figure": own.turnout.with_figure,
            "events_held": own.turnout.events,
        },
        "computed": {
            "events": _("Single events in this record, by phase; summaries are left out."),
            "cities": _("Cities with a single event in that phase."),
            "schools": _("Different schools with a single event in that phase; every spelling of one is one."),
            "groups": _("Different organisations named as hosts."),
            "summaries": _("Rows that tell of a whole city or of several places; they are counted in nothing else."),
            "turnout": _("The sums of the lowest and of the highest figure of each event that was held and has one."),
        },
    }


def _by_phase(counted: Mapping[str, int]) -> Shape:
    return dict(sorted(counted.items()))
