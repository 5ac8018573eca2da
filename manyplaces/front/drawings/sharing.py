"""The dots of maps, and the card of one action: the picture that a shared link to its page shows."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.events.models import Event
from manyplaces.events.rules import Phase
from manyplaces.front.drawings.card import share_card
from manyplaces.front.drawings.map import Dot
from manyplaces.front.queries.action import ActionPage, StateRow
from manyplaces.front.queries.home import Spot
from manyplaces.front.shapes.wording import figure_signs
from manyplaces.people.queries import coalition

# A dot is drawn in one of three ways; what was neither held nor cancelled was announced.
DRAWN = {Phase.HELD: "held", Phase.CANCELLED: "cancelled"}
FAMILY = "font_hanken_grotesk"


def action_card(page: ActionPage, language: str) -> bytes:
    """Return the card as PNG; the same bytes for the same page."""
    with translation.override(language):
        number, caption = _headline(page)
        return share_card(
            dots_of(page.states),
            title=page.action.text("name", language),
            when=page.action.date_words(language),
            number=number,
            caption=caption,
            colour=coalition().colour,
            font_path=_font("Bold"),
            text_font_path=_font("Medium"),
            site_name=coalition().name,
        )


def dots_of(states: list[StateRow]) -> list[Dot]:
    """Return the dots of the map, one a city and phase; a city without a position has none."""
    return [
        Dot(row.city.lat, row.city.lon, count, DRAWN.get(Phase(phase), "planned"))
        for state in states
        for row in state.cities
        if row.city.lat is not None and row.city.lon is not None
        for phase, count in sorted(row.phases.items())
    ]


def dots_of_events(events: Iterable[Event]) -> list[Dot]:
    """Return a dot for each event, at its place where that is known and may be shown, else at its city."""
    found = []
    for event in events:
        place, city = event.public_place, event.city
        lat, lon = (place.lat, place.lon) if place and place.lat is not None else (city.lat, city.lon)
        if lat is not None and lon is not None:
            found.append(Dot(lat, lon, 1, DRAWN.get(Phase(event.phase), "planned")))
    return found


def dots_at(spots: Iterable[Spot]) -> list[Dot]:
    """Return the dots of a small map."""
    return [Dot(spot.lat, spot.lon, spot.events, DRAWN.get(Phase(spot.phase), "planned")) for spot in spots]


def _headline(page: ActionPage) -> tuple[str, str]:
    """Return the one number and what it counts: the first that is claimed, or how many events are in the record."""
    if page.figures:
        figure = page.figures[0]
        resting = ngettext("%(count)s claim", "%(count)s claims", figure.claims) % {"count": figure.claims}
        return figure_signs(figure), f"{figure.metric.label}, {figure.phase.label} ({resting})"
    events = sum(state.standing for state in page.states)
    if not events:
        return "", ""
    return f"{events:,}", _("in this record")


@cache
def _font(cut: str) -> Path | None:
    family = importlib.util.find_spec(FAMILY)
    if family is None or not family.origin:
        return None
    file = Path(family.origin).parent / "files" / f"HankenGrotesk-{cut}.otf"
    return file if file.exists() else None
