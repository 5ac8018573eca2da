"""What each page is about in the words of schema.org, as JSON-LD inside its HTML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup

from manyplaces.events.rules.welcome import Spoken
from manyplaces.front.queries.action import ActionPage
from manyplaces.front.queries.areas import CityPage, EventPage, StatePage
from manyplaces.front.queries.home import Home
from manyplaces.front.queries.lives import OrganisationPage, PlacePage, RecordPage
from manyplaces.front.queries.media import MediaPage
from manyplaces.front.shapes import addresses, lives, things
from manyplaces.front.shapes.pieces import Shape
from manyplaces.front.shapes.recaps import how_it_went
from manyplaces.front.shapes.wording import event_words
from manyplaces.people.queries import coalition
from manyplaces.places.geometry import STATES
from manyplaces.places.models import Place

# A list in a page names this many at most; the page's JSON has them all.
MOST_LISTED = 100
PLACE_TYPES = {Place.Kind.SCHOOL: "School", Place.Kind.COLLEGE: "CollegeOrUniversity"}
# Inside a script these could end it or break its lines; in JSON their escapes mean the same.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def in_script(make: Callable[[Any, str], Shape]) -> Callable[[Any, str], Markup]:
    """Let `make` return a text that is safe inside a script element, without the keys it has nothing for."""

    def made(page: Any, language: str) -> Markup:
        filled = things.filled({"@context": "https://schema.org", **make(page, language)})
        text = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
        return Markup(text.translate(ESCAPES))  # noqa: S704 (escaped in the line itself)

    return made


def home(page: Home, language: str) -> Shape:
    """The list of actions."""
    cards = [*page.coming, *page.past]
    items = [(addresses.action(card.action.slug, language), card.action.text("name", language)) for card in cards]
    return {
        "@type": "CollectionPage",
        "name": coalition().name,
        "url": addresses.home(language),
        "inLanguage": language,
        "mainEntity": _listing(items),
    }


def action(page: ActionPage, language: str) -> Shape:
    """The action as a series of events, with its parts."""
    found = page.action
    return things.action(found, language) | {
        "description": how_it_went(page, language) or found.text("frame", language),
        "inLanguage": language,
        "image": addresses.card(found.slug, language),
        "location": {"@type": "Country", "name": "United States"},
        "organizer": things.site(),
        "subEvent": [things.part(view.part, language) for view in page.parts],
    }


def event(page: EventPage, language: str) -> Shape:
    """The event with its place and hosts, within its action."""
    found = page.event
    return things.event(found, language) | {
        "description": found.public_note(language),
        "organizer": [things.organisation(host, language) for host in page.organisations],
        "superEvent": things.action(found.action, language),
        # Those that are spoken there; where nobody said it, that of the page.
        "inLanguage": [code for code in found.public_spoken.split() if code != Spoken.OTHER] or language,
    }


def place(page: PlacePage, language: str) -> Shape:
    """The school or other place, with what took place there."""
    found = page.place
    number = {"@type": "PropertyValue", "propertyID": "NCES", "value": found.registry_number}
    events = [event for chapter in page.chapters for event in chapter.events]
    return {
        "@type": PLACE_TYPES.get(Place.Kind(found.kind), "Place"),
        "name": found.name,
        "url": addresses.place(found.key, language),
        "alternateName": page.spellings,
        "identifier": number if found.registry_number else None,
        "address": things.address(found.city),
        "geo": things.position(found.lat, found.lon),
        "event": [things.event(one, language) | {"location": None} for one in events[:MOST_LISTED]],
    }


def organisation(page: OrganisationPage, language: str) -> Shape:
    """The organisation under all its names."""
    found = page.organisation
    return things.organisation(found, language) | {
        "alternateName": [name for name in (found.short_name, *page.spellings) if name],
        "description": found.text("about", language),
        "sameAs": found.url,
    }


def media(page: MediaPage, language: str) -> Shape:
    """The media hits as parts of a collection, copies left out."""
    return {
        "@type": "CollectionPage",
        "name": page.action.text("name", language),
        "url": addresses.media(page.action.slug, language),
        "inLanguage": language,
        "about": things.action(page.action, language),
        "hasPart": [things.article(story.hit) for story in page.by_date[:MOST_LISTED]],
    }


def state(page: StatePage, language: str) -> Shape:
    """The cities of a state in an action."""
    slug = page.action.slug
    items = [(addresses.city(slug, row.city, language), row.city.name) for row in page.cities]
    name = f"{page.action.text('name', language)}: {STATES[page.state][language == 'es']}"
    return {**_listing(items), "name": name, "url": addresses.state(slug, page.state, language)}


def city(page: CityPage, language: str) -> Shape:
    """The events of a city in an action."""
    items = [(addresses.event(event.key, language), event_words(event)) for event in page.events]
    name = f"{page.action.text('name', language)}: {page.city}"
    return {**_listing(items), "name": name, "url": addresses.city(page.action.slug, page.city, language)}


def record(page: RecordPage, language: str) -> Shape:
    """The whole record as a data set to download."""
    days = [day for found in page.actions for day in (found.date_from, found.date_to) if day]
    texts = [f"{note.text('heading', language)}: {note.text('body', language)}" for note in page.notes]
    return {
        "@type": "Dataset",
        "name": coalition().name,
        "description": " ".join(texts)[:5000],
        "url": addresses.record(language),
        "license": lives.LICENCE,
        "isAccessibleForFree": True,
        "creator": things.site(),
        "inLanguage": language,
        "temporalCoverage": f"{min(days)}/{max(days)}" if days else None,
        "spatialCoverage": {"@type": "Country", "name": "United States"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "encodingFormat": "text/csv",
                "contentUrl": addresses.table(name),
            }
            for name in lives.TABLES
        ],
    }


def _listing(items: Iterable[tuple[str, str]]) -> Shape:
    """A numbered list of pages, each with its address and name."""
    found = list(items)
    return {
        "@type": "ItemList",
        "numberOfItems": len(found),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "url": url, "name": name}
            for position, (url, name) in enumerate(found[:MOST_LISTED], start=1)
        ],
    }


MAKERS: dict[str, Callable[[Any, str], Shape]] = {
    "home": home,
    "action": action,
    "event": event,
    "place": place,
    "organisation": organisation,
    "media": media,
    "state": state,
    "city": city,
    "record": record,
}
