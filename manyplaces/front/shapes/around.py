"""What is near, in words and as JSON: no nearer than the pages tell."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.events.queries.near import Near
from manyplaces.front.queries.near import NearPage, where_of
from manyplaces.front.shapes import addresses, pieces
from manyplaces.front.shapes.pages import page_of
from manyplaces.front.shapes.pieces import Shape
from manyplaces.places.queries.towns import Town


def near(page: NearPage, language: str) -> Shape:
    """What of an action is near: the nearest first, what was called off apart, and the address of the next ones.

    `is_far` says that nothing is within reach; `events` then has the nearest few.
    """
    slug, asked, found = page.action.slug, page.asked, page.found
    url = addresses.near(slug, language)
    wish = asked.wish
    return page_of(
        *("near", language, url),
        action=pieces.action_brief(page.action, language),
        near=_town(page.town) if page.town else _spot(page),
        choices=[_town(town) | {"query": dict(where_of(asked, town))} for town in page.choices],
        wish={
            "tactic": wish.tactic or None,
            "day": wish.day.isoformat() if wish.day else None,
            "spoken": wish.spoken or None,
            "access": list(wish.access),
        },
        events=[_near(one, language) for one in found.events] if found else [],
        called_off=[_near(one, language) for one in found.called_off] if found else [],
        is_far=bool(found and found.is_far),
        next=f"{addresses.form_of(url, 'json')}?{page.query(page=asked.page + 1)}" if page.has_more else None,
    )


def miles_words(miles: float) -> str:
    """Return a distance in words; nobody knows where somebody is more exactly than to a mile."""
    if miles < 1:
        return _("less than 1 mile")
    return ngettext("%(num)s mile", "%(num)s miles", round(miles)) % {"num": f"{round(miles):,}"}


def _town(town: Town) -> Shape:
    return {
        "label": town.label,
        "zip": town.zipcode or None,
        "city": town.name,
        "state": town.state,
        "latitude": town.lat,
        "longitude": town.lon,
    }


def _spot(page: NearPage) -> Shape | None:
    return {"latitude": page.at.lat, "longitude": page.at.lon} if page.at else None


def _near(one: Near, language: str) -> Shape:
    brief = pieces.event_brief(one.event, language, ())
    # Figures stand on the event's own page.
    del brief["turnout"]
    note, safety = one.event.public_access_note, one.event.public_safety
    return brief | {"accessibility_note": note or None, "safety": safety or None, "miles": round(one.miles, 1)}
