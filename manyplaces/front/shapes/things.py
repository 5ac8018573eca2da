"""Actions, parts, events, places, organisations and articles in the words of schema.org."""

from __future__ import annotations

from typing import Any

from manyplaces.actions.models import Action, Part
from manyplaces.events.models import Event
from manyplaces.events.rules import Phase
from manyplaces.events.shapes.moments import exact_days, starts
from manyplaces.front.shapes import addresses
from manyplaces.front.shapes.pieces import Shape
from manyplaces.front.shapes.wording import event_words
from manyplaces.people.models import Organisation
from manyplaces.people.queries import coalition
from manyplaces.places.models import City, Place
from manyplaces.record.models import MediaHit
from manyplaces.record.rules import MediaKind

SCHEMA = "https://schema.org/"
STATUS = {Phase.CANCELLED: "EventCancelled", Phase.POSTPONED: "EventPostponed"}
ARTICLES = {
    MediaKind.EARNED: "NewsArticle",
    MediaKind.ADVANCE: "NewsArticle",
    MediaKind.COPY: "NewsArticle",
    MediaKind.OPINION: "OpinionNewsArticle",
    MediaKind.PAID: "AdvertiserContentArticle",
}


def filled(value: Any) -> Any:
    """Return the value without the keys and items, at any depth, that hold nothing."""
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if not _is_empty(kept := filled(item))}
    if isinstance(value, list):
        return [kept for item in value if not _is_empty(kept := filled(item))]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def days(text: str) -> Shape:
    """Return first and last day of a date; nothing where it is not exact to the day, which schema.org cannot say."""
    exact = exact_days(text)
    return {"startDate": exact[0].isoformat(), "endDate": exact[1].isoformat()} if exact else {}


def site() -> Shape:
    """Whoever keeps this record."""
    return {"@type": "Organization", "name": coalition().name, "url": addresses.home("en")}


def action(found: Action, language: str) -> Shape:
    """A series of events: what names it, and its days where they are exact."""
    url = addresses.action(found.slug, language)
    return {"@type": "EventSeries", "name": found.text("name", language), "url": url, **days(found.date_edtf)}


def part(found: Part, language: str) -> Shape:
    """A part of the series."""
    return {
        "@type": "Event",
        "name": found.text("name", language),
        "description": found.text("summary", language),
        "location": {"@type": "Country", "name": "United States"},
        **days(found.date_edtf),
    }


def event(found: Event, language: str) -> Shape:
    """An event: its own day or its action's where that is exact, with the time and its offset where they are known."""
    moment = starts(found)
    exact = {"startDate": moment.isoformat()} if moment else days(found.date_text)
    status = STATUS.get(Phase(found.phase), "EventScheduled")
    if found.phase == Phase.POSTPONED and (moved := days(found.moved_to)):
        exact, status = {**moved, "previousStartDate": exact.get("startDate")}, "EventRescheduled"
    elif status == "EventScheduled" and (before := days(found.moved_from)):
        exact, status = {**exact, "previousStartDate": before.get("startDate")}, "EventRescheduled"
    return {
        "@type": "Event",
        "name": event_words(found),
        "url": addresses.event(found.key, language),
        **exact,
        "eventStatus": SCHEMA + status,
        "eventAttendanceMode": SCHEMA + "OfflineEventAttendanceMode",
        "location": _location(found, language),
        "maximumAttendeeCapacity": found.public_capacity,
    }


def _location(found: Event, language: str) -> Shape:
    place = found.public_place
    if place is None:
        return {"@type": "Place", "name": str(found.city), "address": address(found.city)}
    return {
        "@type": "School" if place.kind == Place.Kind.SCHOOL else "Place",
        "name": found.public_venue,
        "url": addresses.place(place.key, language),
        "address": address(found.city),
        "geo": position(place.lat, place.lon),
        "amenityFeature": [_feature(words) for words in (found.access_words if found.public_access else [])],
    }


def _feature(words: str) -> Shape:
    """What makes a place accessible, as its host says it."""
    return {"@type": "LocationFeatureSpecification", "name": words, "value": True}


def address(city: City) -> Shape:
    """The address as far as it is known: city, state and country."""
    return {
        "@type": "PostalAddress",
        "addressLocality": city.name,
        "addressRegion": city.state,
        "addressCountry": "US",
    }


def position(lat: float | None, lon: float | None) -> Shape | None:
    """A position in degrees; None where it is unknown."""
    if lat is None or lon is None:
        return None
    return {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}


def organisation(found: Organisation, language: str) -> Shape:
    """What names an organisation."""
    return {"@type": "Organization", "name": found.name, "url": addresses.organisation(found.slug, language)}


def article(hit: MediaHit) -> Shape:
    """A published item; a headline that is only described is a description."""
    exact = days(hit.date_edtf)
    return {
        "@type": ARTICLES.get(MediaKind(hit.kind), "Article"),
        "headline": None if hit.is_described else hit.headline,
        "description": hit.headline.strip("()") if hit.is_described else None,
        "publisher": {"@type": "Organization", "name": hit.outlet},
        "datePublished": exact.get("startDate"),
        "inLanguage": hit.language,
        "url": hit.link,
        "archivedAt": hit.archived_link,
    }
