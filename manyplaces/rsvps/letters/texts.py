"""Text messages to attendees: one line that says who writes, what, when, where more stands, and how they end."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from manyplaces.core import fuzzydates
from manyplaces.events.models import Event
from manyplaces.mail.letters import Written, letterhead, one_line
from manyplaces.rsvps.letters import PLACE_OF_LINK, facts_of
from manyplaces.rsvps.rules.hours import first_day
from manyplaces.rsvps.rules.links import SHORT, SIGNED
from manyplaces.rsvps.rules.texts import fits, plain

LONGEST_WHO, SHORTEST_WHO, LONGEST_PLACE = 24, 10, 60


def text(kind: str, event: Event, language: str, *, before: str = "") -> Written:
    """Write "confirm", "evening" or a kind of news as a text; `before` is the day (EDTF) that was told.

    It holds a place for the reader's own link, see `addressed`. Names are cut until it fits, nothing else is.
    """
    with translation.override(language):
        facts = facts_of(event, language)
        who, place = plain(one_line(letterhead().name)), plain(one_line(facts["place"]))
        link = f"{str(settings.SITE_URL).rstrip('/')}/t/{PLACE_OF_LINK}"
        body = ""
        for is_short, least in ((False, 20), (True, 20), (True, 4)):
            when, off = _when(facts, is_short=is_short), _day(before or facts["day"], language, is_short=is_short)
            for most in range(LONGEST_PLACE, least - 1, -2):
                told = {"who": _cut(who, max(SHORTEST_WHO, min(LONGEST_WHO, most))), "place": _cut(place, most)}
                body = _sentence(kind) % {**told, "when": when, "off": off, "link": link}
                if fits(body.replace(PLACE_OF_LINK, "x" * (SHORT + SIGNED))):
                    return Written("", body, "", language)
    return Written("", body, "", language)


def _when(facts: dict[str, Any], *, is_short: bool) -> str:
    """Return day and time, short without the name of the zone."""
    time = plain(facts["time"])
    # "7:20 a. m. CST" becomes "7:20 am".
    brief = " ".join(time.rpartition(" ")[0].replace(".", "").replace("a m", "am").replace("p m", "pm").split())
    day = _day(facts["day"], translation.get_language() or "en", is_short=is_short)
    return ", ".join(part for part in (day, brief if is_short else time) if part)


def _sentence(kind: str) -> str:
    return {
        "confirm": _("%(who)s: Are you coming? %(place)s, %(when)s. Confirm: %(link)s STOP ends texts."),
        "evening": _("%(who)s: Reminder: %(place)s, %(when)s. %(link)s STOP ends texts."),
        "cancelled": _("%(who)s: CANCELLED, do not come: %(place)s, %(when)s. %(link)s STOP ends texts."),
        "postponed": _("%(who)s: POSTPONED, do not come on %(off)s: %(place)s. %(link)s STOP ends texts."),
        "moved": _("%(who)s: CHANGED: %(place)s, now %(when)s. %(link)s STOP ends texts."),
        "paused": _("%(who)s: NOT CERTAIN, wait for news: %(place)s, %(when)s. %(link)s STOP ends texts."),
        "merged": _("%(who)s: JOINED with another event, answer anew: %(place)s. %(link)s STOP ends texts."),
        "on_again": _("%(who)s: It takes place after all: %(place)s, %(when)s. %(link)s STOP ends texts."),
    }[kind]


def _day(edtf: str, language: str, *, is_short: bool) -> str:
    day = first_day(edtf)
    if day:
        return f"{day.month}/{day.day}" if is_short else plain(date_format(day, "MONTH_DAY_FORMAT"))
    return plain(one_line(fuzzydates.words(edtf, language))) if edtf else ""


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip(" ,.;:-") + "."
