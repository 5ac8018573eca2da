"""What the pages that go through the years show as JSON: places, organisations, what was found, and the record."""

from __future__ import annotations

from manyplaces.actions.models import Action
from manyplaces.front.queries.coalition import CoalitionPage
from manyplaces.front.queries.lives import Chapter, OrganisationPage, Outlet, PlacePage, RecordPage, SearchPage
from manyplaces.front.shapes import addresses, pieces
from manyplaces.front.shapes.pages import page_of
from manyplaces.front.shapes.pieces import Shape
from manyplaces.people.models import Organisation
from manyplaces.people.queries import coalition

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TABLES = (
    *("actions", "claims", "events", "media", "details", "reports", "photos"),
    *("recaps", "closings", "corrections", "crowds"),
)


def place(page: PlacePage, language: str) -> Shape:
    """A place through the years, under every spelling."""
    found = page.place
    whole = pieces.place_brief(found, language) | {
        "city": found.city.name,
        "state": found.city.state,
        "registry_number": found.registry_number,
        "latitude": found.lat,
        "longitude": found.lon,
        "other_spellings": page.spellings,
    }
    url = addresses.place(found.key, language)
    return page_of("place", language, url, ("json", "csv"), place=whole, actions=_chapters(page.chapters, language))


def organisation(page: OrganisationPage, language: str) -> Shape:
    """An organisation through the years, under every spelling."""
    found = page.organisation
    whole = pieces.organisation_brief(found, language) | {
        "about": found.text("about", language) or None,
        "link": found.url or None,
        "other_spellings": page.spellings,
    }
    url = addresses.organisation(found.slug, language)
    return page_of(
        "organisation", language, url, ("json", "csv"), organisation=whole, actions=_chapters(page.chapters, language)
    )


def _chapters(chapters: list[Chapter], language: str) -> list[Shape]:
    return [
        pieces.action_brief(chapter.action, language)
        | {"events": [pieces.event_brief(event, language) for event in chapter.events]}
        for chapter in chapters
    ]


def record(page: RecordPage, language: str) -> Shape:
    """What the record holds, what it lacks, and where all of it can be had."""
    return page_of(
        *("record", language, addresses.record(language)),
        site=coalition().name,
        licence=LICENCE,
        counts=dict(page.counts),
        notes=[
            {"id": note.slug, "heading": note.text("heading", language), "text": note.text("body", language)}
            for note in page.notes
        ],
        actions=[_counted(action, language) for action in page.actions],
        downloads=[{"table": name, "type": "text/csv", "url": addresses.table(name)} for name in TABLES],
    )


def _counted(action: Action, language: str) -> Shape:
    events: int = getattr(action, "event_count")  # noqa: B009 (the query adds it, the row does not know it)
    return pieces.action_brief(action, language) | {"events": events}


def coalition_page(page: CoalitionPage, language: str) -> Shape:
    """Who keeps this site, with its members and partners."""
    found = page.coalition
    return page_of(
        *("coalition", language, addresses.coalition(language)),
        site=found.name,
        says=found.text("about", language) or None,
        contact=found.contact or None,
        members=[_named(one, language) for one in page.members],
        partners=[_named(one, language) for one in page.partners],
    )


def _named(found: Organisation, language: str) -> Shape:
    return pieces.organisation_brief(found, language) | {
        "about": found.text("about", language) or None,
        "link": found.url or None,
    }


def search(page: SearchPage, language: str) -> Shape:
    """What was found, each with the way to it."""
    return page_of(
        *("search", language, addresses.search(page.query, language)),
        query=page.query,
        found=page.found,
        actions=[pieces.action_brief(action, language) for action in page.actions],
        cities=[
            {
                "name": city.name,
                "state": city.state,
                "actions": [
                    pieces.action_brief(action, language) | {"url": addresses.city(action.slug, city, language)}
                    for action in actions
                ],
            }
            for city, actions in page.cities
        ],
        places=[
            pieces.place_brief(place, language) | {"city": place.city.name, "state": place.city.state}
            for place in page.places
        ],
        organisations=[pieces.organisation_brief(found, language) for found in page.organisations],
        outlets=[_outlet(outlet, language) for outlet in page.outlets],
    )


def _outlet(outlet: Outlet, language: str) -> Shape:
    hits = [pieces.media_hit(hit, hit.action.slug, language) for hit in outlet.hits]
    return {"name": outlet.name, "hits": hits}
