"""What each page shows as JSON, for journalists and programs; nothing here asks the database again."""

from __future__ import annotations

from typing import Any

from manyplaces.actions.models import Action
from manyplaces.front.queries.action import ActionPage, PartView, StateRow
from manyplaces.front.queries.areas import CityPage, EventPage, StatePage
from manyplaces.front.queries.home import Card, Home
from manyplaces.front.queries.media import MediaPage, Story
from manyplaces.front.queries.numbers import MetricGroup, NumbersPage, PhaseGroup
from manyplaces.front.shapes import addresses, pieces, welcome
from manyplaces.front.shapes.photos import photos
from manyplaces.front.shapes.pieces import Shape
from manyplaces.front.shapes.recaps import recap_shape
from manyplaces.front.shapes.standing import tally
from manyplaces.places.geometry import STATES
from manyplaces.record.models import Correction


def page_of(name: str, language: str, url: str, forms: tuple[str, ...] = ("json",), **content: Any) -> Shape:
    """Return what every page begins with: its name, its address, and the further forms of it."""
    links = {form: addresses.form_of(url, form) for form in forms}
    return {
        "page": name,
        "language": language,
        "url": url,
        "forms": links,
        "about": addresses.record(language),
        **content,
    }


def home(page: Home, language: str) -> Shape:
    """The first page: the actions to come, soonest first, and those that were, newest first."""
    cards = {"coming": page.coming, "past": page.past}
    shapes = {when: [_card(card, language) for card in found] for when, found in cards.items()}
    return page_of("home", language, addresses.home(language), ("json", "csv", "atom"), **shapes)


def _card(card: Card, language: str) -> Shape:
    slug = card.action.slug
    return pieces.action_whole(card.action, language) | {
        "numbers": addresses.numbers(slug, language),
        "media": addresses.media(slug, language),
        "figures": [pieces.figure(one, slug, language) for one in card.figures],
        "parts": [pieces.part_brief(part, language) for part in card.parts],
        "listed": {"events": card.events, "cities": card.cities, "stories": card.stories},
    }


def action(page: ActionPage, language: str) -> Shape:
    """One action: every state and city in it with its counts; the events themselves stand on their pages."""
    slug = page.action.slug
    return page_of(
        *("action", language, addresses.action(slug, language), ("json", "csv", "ics", "atom")),
        action=pieces.action_whole(page.action, language)
        | {"know": welcome.know(page.action, language)}
        | _closed(page.action, page.corrections, language),
        recap=recap_shape(page, language),
        figures=[pieces.figure(one, slug, language) for one in page.figures],
        claims={"count": page.claims, "url": addresses.numbers(slug, language)},
        counts=pieces.counts(page.counts),
        parts=[_part(view, language) for view in page.parts],
        demands=[pieces.demand_brief(demand, language) for demand in page.demands],
        states=[_state_row(row, slug, language) for row in page.states],
        media={
            "stories": page.stories,
            "url": addresses.media(slug, language),
            "highlights": [pieces.media_hit(hit, slug, language) for hit in page.highlights],
        },
        search=None
        if page.found is None
        else {"query": page.query, "events": [pieces.event_brief(event, language) for event in page.found]},
    )


def _closed(action: Action, corrections: list[Correction], language: str) -> Shape:
    """Return since which day nothing in a record changes any more, and the notes beside it; nothing of an open one."""
    if action.frozen_at is None:
        return {}
    notes = [
        {
            "date": one.day,
            "event": one.event.key if one.event else None,
            "text": one.text("body", language),
            "said_by": one.signed,
        }
        for one in corrections
    ]
    return {"closed_on": action.frozen_at.date().isoformat(), "corrections": notes}


def _part(view: PartView, language: str) -> Shape:
    """A part with the number of its events; the events themselves where they are few enough to be listed."""
    listed = [pieces.event_brief(event, language) for event in view.events]
    whole = len(listed) == view.count
    return pieces.part_brief(view.part, language) | {"event_count": view.count, "events": listed if whole else None}


def _state_row(row: StateRow, slug: str, language: str) -> Shape:
    cities = [
        pieces.city_brief(found.city, slug, language)
        | {"events": found.events, "phases": dict(sorted(found.phases.items()))}
        for found in row.cities
    ]
    return _named_state(row.code, slug, language) | {"events": row.events, "cities": cities}


def _named_state(code: str, slug: str, language: str) -> Shape:
    name = STATES[code][language == "es"]
    return {"state": code, "name": name, "url": addresses.state(slug, code, language)}


def numbers(page: NumbersPage, language: str) -> Shape:
    """Every claim about an action, with our own count beside it."""
    slug = page.action.slug
    return page_of(
        *("numbers", language, addresses.numbers(slug, language), ("json", "csv")),
        action=pieces.action_brief(page.action, language),
        claim_count=page.total,
        metrics=[_metric(group, slug, language) for group in page.metrics],
        cities=[pieces.claim(one, language, slug=slug) for one in page.cities],
        turnouts=[pieces.claim(one, language, slug=slug) for one in page.turnouts],
        counts=pieces.counts(page.counts),
        history=[tally(point) for point in page.history],
    )


def _metric(group: MetricGroup, slug: str, language: str) -> Shape:
    return {
        "metric": group.metric,
        "metric_words": str(group.metric.label),
        "phases": [_phase(one, slug, language) for one in group.phases],
    }


def _phase(group: PhaseGroup, slug: str, language: str) -> Shape:
    return {
        "phase": group.phase,
        "figure": pieces.figure(group.figure, slug, language) if group.figure else None,
        "claims": [pieces.claim(one, language) for one in group.whole],
        "narrower_claims": [pieces.claim(one, language) for one in group.narrower],
        "own_count": group.own,
    }


def media(page: MediaPage, language: str) -> Shape:
    """Every media hit of an action, by date, copies under their story."""
    slug = page.action.slug
    return page_of(
        *("media", language, addresses.media(slug, language), ("json", "csv")),
        action=pieces.action_brief(page.action, language),
        story_count=len(page.by_date),
        copy_count=page.copies,
        stories=[_story(story, slug, language) for story in page.by_date],
    )


def _story(story: Story, slug: str, language: str) -> Shape:
    return pieces.media_hit(story.hit, slug, language, story.copies)


def state(page: StatePage, language: str) -> Shape:
    """A state within an action: every event in it, by city."""
    slug = page.action.slug
    cities = [
        pieces.city_brief(row.city, slug, language)
        | {"events": [pieces.event_brief(event, language) for event in row.events]}
        for row in page.cities
    ]
    return page_of(
        *("state", language, addresses.state(slug, page.state, language), ("json", "csv", "ics")),
        action=pieces.action_brief(page.action, language) | _closed(page.action, page.corrections, language),
        state=_named_state(page.state, slug, language),
        event_count=page.events,
        cities=cities,
    )


def city(page: CityPage, language: str) -> Shape:
    """A city within an action."""
    slug = page.action.slug
    return page_of(
        *("city", language, addresses.city(slug, page.city, language), ("json", "csv", "ics")),
        action=pieces.action_brief(page.action, language) | _closed(page.action, page.corrections, language),
        city=pieces.city_brief(page.city, slug, language),
        state=_named_state(page.city.state, slug, language),
        events=[pieces.event_brief(event, language) for event in page.events],
        counts=pieces.counts(page.counts),
        standing=tally(page.standing) if page.standing else None,
        claims=[pieces.claim(one, language, slug=slug) for one in page.claims],
        turnouts=[pieces.claim(one, language, slug=slug) for one in page.site_claims],
        stories=[pieces.media_hit(hit, slug, language, hit.shown_copies) for hit in page.stories],
        other_actions=[
            pieces.action_brief(other, language) | {"city": addresses.city(other.slug, page.city, language)}
            for other in page.others
        ],
    )


def event(page: EventPage, language: str) -> Shape:
    """What one place did."""
    event, slug = page.event, page.event.action.slug
    whole = pieces.event_brief(event, language, page.claims) | {
        "action": pieces.action_brief(event.action, language),
        "city": pieces.city_brief(event.city, slug, language),
        "part": pieces.part_brief(page.part, language) if page.part else None,
        "hosts": [pieces.organisation_brief(host, language) for host in page.organisations],
        "hosts_words": event.public_hosts_words or None,
        "host_name": event.public_host or None,
        "address": event.public_address or None,
        "demands": [pieces.demand_brief(demand, language) for demand in page.demands],
        "note": event.public_note(language) or None,
        **welcome.whole(event, language),
        "sources": event.source_links,
        "claims": [pieces.claim(one, language) for one in page.claims],
        "stories": [pieces.media_hit(hit, slug, language, hit.shown_copies) for hit in page.stories],
        "photos": photos(page.photos, language),
        **_closed(event.action, page.corrections, language),
    }
    return page_of("event", language, addresses.event(event.key, language), ("json", "ics"), event=whole)
