"""What stands on the papers of one school: facts that everybody may know, in the reader's language."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand
from manyplaces.actions.rules import Tactic
from manyplaces.core.fuzzydates import words
from manyplaces.core.localtimes import clock_words
from manyplaces.events.models import Event
from manyplaces.events.queries.papers import EventOnPaper
from manyplaces.events.rules import Phase
from manyplaces.events.rules.papers import destroyed_on
from manyplaces.events.shapes.moments import starts
from manyplaces.events.shapes.printed import capital, day_words, printable
from manyplaces.events.shapes.wording import tactic_words, where_words
from manyplaces.people.queries import coalition
from manyplaces.places.geometry import STATES

# What stands on the papers of a school, by name: strings, lists of strings, and the start as a time or None.
Facts = dict[str, Any]

LONGEST_KEEPER = 60
LONGEST_CONTACT = 70
# The signs that need no percent in a path, as the router of pages has them.
PLAIN = "!*'();:@&=+$,/~"
# What only some papers say of a school; empty for the others.
UNSAID = (
    *("name", "city", "state", "address", "day", "exact", "time", "tactic", "hosts", "keeper", "destroyed", "code"),
    *("number", "district", "note", "expected", "posters", "stickers"),
)


def event_facts(row: EventOnPaper, language: str) -> Facts:
    """Return what stands on the papers of an event: of one that shows its city only, nothing nearer."""
    event = row.event
    moved = event.moved_to if event.phase == Phase.POSTPONED else ""
    date, start = moved or event.date_text, None if moved else starts(event)
    place, city = where_words(event), event.city.name
    last = destroyed_on(event.meant[1], settings.FORGET_DAYS)
    organised = "; ".join(row.organisations) or event.public_hosts_words
    return {
        **_common(
            event.action, row.demands, address_of(f"/events/{quote(event.key, safe=PLAIN)}/", language), language
        ),
        **_days(date, language),
        "name": printable("" if place == city else capital(place)),
        "city": printable(city),
        "state": STATES.get(event.city.state, (event.city.state,) * 2)[language == "es"],
        "address": printable(event.public_address),
        "start": start,
        "time": clock_words(start.timetz()) if start else "",
        "tactic": printable(tactic_words(event)),
        "hosts": printable(organised or event.public_host),
        "keeper": _keeper(event, organised),
        "destroyed": words(last.isoformat(), language) if last else "",
        "code": printable(event.key),
        "facts": _facts(event),
    }


def any_facts(action: Action, demands: list[Demand], address: str, language: str) -> Facts:
    """Return what stands on papers without a school's name, which whoever prints them writes in; all of it is public.

    `address` is where the code leads.
    """
    usual = str(Tactic(action.tactic).label) if action.tactic else ""
    last = destroyed_on(action.date_to, settings.FORGET_DAYS)
    return {
        **_common(action, demands, address, language),
        **(_days(action.date_edtf, language) if action.date_edtf else {}),
        "time": action.usual_time(language),
        "tactic": usual,
        "destroyed": words(last.isoformat(), language) if last else "",
    }


def address_of(path: str, language: str) -> str:
    """Return the absolute address of a page, which begins with a slash, in a language."""
    return f"{settings.SITE_URL.rstrip('/')}{'/es' if language == 'es' else ''}{path}"


def _common(action: Action, demands: list[Demand], link: str, language: str) -> Facts:
    return {
        **dict.fromkeys(UNSAID, ""),
        "start": None,
        "action": printable(action.text("name", language)),
        "demands": [printable(demand.text("description", language)) for demand in demands],
        # An address is copied as it stands.
        "contact": printable(coalition().contact, LONGEST_CONTACT),
        "back": _("Give this sheet back to whoever coordinates your city."),
        "link": link,
        "letters": printable(re.sub("^https?://", "", link)),
        "alt": _("QR code of %(address)s") % {"address": link},
        "facts": [],
    }


def _days(date: str, language: str) -> dict[str, str]:
    """Return the date with its weekday, and once more where it is one exact day."""
    weekday, day = day_words(date, language)
    whole = _("%(weekday)s, %(day)s") % {"weekday": weekday, "day": day} if weekday else day
    return {"date": whole, "day": capital(whole), "exact": capital(whole) if weekday else ""}


def _keeper(event: Event, organised: str) -> str:
    """Return who keeps a sheet of names, as far as that is public and short; else it is written by hand."""
    named = printable(event.public_host or organised)
    return named if len(named) <= LONGEST_KEEPER else ""


def _facts(event: Event) -> list[str]:
    told = [
        (_("Hosts"), event.public_host),
        (_("Languages"), ", ".join(event.spoken_words if event.public_spoken else [])),
        (_("Accessibility"), ", ".join(event.access_words if event.public_access else [])),
    ]
    return [f"{about}: {printable(said)}" for about, said in told if said]
