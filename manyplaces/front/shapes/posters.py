"""What is printed on the poster of an event and of a whole action, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import Tactic
from manyplaces.core.localtimes import clock_words
from manyplaces.events.models import Event
from manyplaces.events.rules import Covers, Phase
from manyplaces.events.shapes.moments import starts
from manyplaces.events.shapes.printed import capital, day_words, printable
from manyplaces.events.shapes.wording import tactic_words, where_words
from manyplaces.front.queries.action import ActionPage
from manyplaces.front.queries.areas import EventPage
from manyplaces.front.shapes import addresses
from manyplaces.people.queries import coalition
from manyplaces.places.geometry import STATES

Printed = dict[str, Any]

MOST_DEMANDS = 4
LONGEST_DEMAND = 150


def has_poster(of: Event | ActionPage) -> bool:
    """Tell whether there is a poster: of what is still to come, and on a day that somebody knows."""
    if isinstance(of, ActionPage):
        return not of.is_over
    last = of.meant[1]
    return of.phase not in (Phase.CANCELLED, Phase.HELD) and last is not None and last >= timezone.localdate()


def event_poster(page: EventPage, language: str) -> Printed | None:
    """Return what the poster of an event prints; None where it has none."""
    event = page.event
    if not has_poster(event):
        return None
    moved = event.moved_to if event.phase == Phase.POSTPONED else ""
    start = None if moved else starts(event)
    link = addresses.event(event.key, language)
    place, where = _where(event, language)
    return {
        **_common(event.action, page.demands, link, language),
        "kicker": capital(" · ".join(filter(None, [_("new day") if moved else "", tactic_words(event)]))),
        **_day(moved or event.date_text, language),
        "time": clock_words(start.timetz()) if start else "",
        "later": "" if start else _("What time? Look at the address below."),
        "place": printable(place),
        "where": printable(where),
        "scan": _("Where to meet, what to know, and whatever changes:"),
        "facts": [printable(fact) for fact in _facts(page)],
    }


def action_poster(page: ActionPage, language: str) -> Printed | None:
    """Return what the poster of a whole action prints; None where it has none."""
    action = page.action
    if not has_poster(page):
        return None
    return {
        **_common(action, page.demands, addresses.near(action.slug, language), language),
        "kicker": capital(str(Tactic(action.tactic).label) if action.tactic else str(action.get_kind_display())),
        **_day(action.date_edtf, language),
        "time": action.usual_time(language),
        "later": "",
        "place": _("Near you"),
        "where": _("In many places on the same day. Find yours, or start one."),
        "scan": _("Find the place nearest to you:"),
        "facts": [],
    }


def _common(action: Action, demands: list[Demand], link: str, language: str) -> Printed:
    said = [demand.text("description", language) for demand in demands[:MOST_DEMANDS]]
    name = action.text("name", language)
    return {
        "language": language,
        "colour": coalition().colour,
        "coalition": printable(coalition().name),
        "title": f"{name} · {coalition().name}",
        "action": printable(name),
        "asks": _("We ask for") if said else "",
        "demands": [printable(_short(text)) for text in said],
        "lead": "" if said else printable(_short(action.text("frame", language))),
        "link": link,
        "letters": printable(re.sub("^https?://", "", link)),
        "alt": _("QR code of %(address)s") % {"address": link},
    }


def _day(date: str, language: str) -> dict[str, str]:
    weekday, day = day_words(date, language)
    return {"weekday": capital(weekday), "day": capital(day)}


def _where(event: Event, language: str) -> tuple[str, str]:
    """Return the place in large letters and what stands under it; of what only shows its city, the city."""
    city, state = event.city.name, STATES.get(event.city.state, (event.city.state,) * 2)[language == "es"]
    place = city if event.covers == Covers.CITY else where_words(event)
    if place == city:
        return city, ", ".join(filter(None, [event.public_address, state]))
    return capital(place), ", ".join(filter(None, [event.public_address, city, state]))


def _facts(page: EventPage) -> list[str]:
    event = page.event
    hosts = [event.public_host, *(organisation.name for organisation in page.organisations)]
    named = "; ".join(filter(None, hosts)) or event.public_hosts_words
    told = [
        (_("Hosts"), named),
        (_("Languages"), ", ".join(event.spoken_words if event.public_spoken else [])),
        (_("Accessibility"), ", ".join(event.access_words if event.public_access else [])),
    ]
    return [f"{about}: {_short(words)}" for about, words in told if words]


def _short(text: str) -> str:
    """Return a text as short as a poster has room for, cut at a word."""
    if len(text) <= LONGEST_DEMAND:
        return text
    return text[:LONGEST_DEMAND].rsplit(None, 1)[0].rstrip(" ,;:.") + "…"
