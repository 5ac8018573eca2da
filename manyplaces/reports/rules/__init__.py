"""How many were there, as people say it: what their words are worth, and how they came to them."""

from __future__ import annotations

import datetime
import re
from typing import Protocol
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from manyplaces.record.rules import Figures, figures_in

# Who stated a figure that came in a report; the record keeps it in these words.
CLAIMANT = "report of the site"
LONGEST_COUNT, LONGEST_WORDS = 100, 2_000
# More people than this at one place are a slip of the finger.
MOST_PEOPLE = 2_000_000


class How(models.TextChoices):
    """How a figure was come by."""

    COUNTED = "counted", _("counted one by one")
    SHEETS = "sheets", _("from sign-in sheets")
    ESTIMATED = "estimated", _("estimated")
    PICTURE = "picture", _("counted on a photo")
    HEARD = "heard", _("heard from somebody else")


class CountedBy(models.TextChoices):
    """Who counted."""

    HOST = "host", _("the host")
    VOLUNTEER = "volunteer", _("a volunteer")
    SCHOOL = "school", _("the school’s staff")
    POLICE = "police", _("the police")
    PRESS = "press", _("the press")
    OTHER = "other", _("somebody else")


class Source(models.TextChoices):
    """How a report reached us."""

    LINK = "link", _("by the host’s private page")
    PAPER = "paper", _("on paper")
    CALL = "call", _("by a call or a message")
    TABLE = "table", _("in a table")


class Review(models.TextChoices):
    """Where the words of a report stand; its figure counts at once."""

    WAITING = "waiting", _("waits for a look")
    SHOWN = "shown", _("shown")
    KEPT_BACK = "kept back", _("kept back")


# Spanish words in which people count, as `figures_in` knows them.
_SPANISH = (
    ("decenas de miles", "tens of thousands"),
    ("docenas", "dozens"),
    ("decenas", "dozens"),
    ("cientos", "hundreds"),
    ("centenares", "hundreds"),
    ("miles", "thousands"),
    ("mas de", "more than"),
    ("al menos", "at least"),
    ("por lo menos", "at least"),
    ("casi", "almost"),
    ("cerca de", "close to"),
    ("hasta", "up to"),
    ("unas", "about"),
    ("unos", "about"),
    ("alrededor de", "around"),
    ("como", "about"),
)
_PLAIN = str.maketrans("áéíóú", "aeiou")
_BOTH = re.compile(r"\b(\d{1,3}(?:,\d{3})+|\d{1,7})\s*(?:-|–|to|a|and|y|o|or)\s*(\d{1,3}(?:,\d{3})+|\d{1,7})\b")


def figures_said(words: str) -> Figures:
    """Read how many people somebody says there were: "62", "60-70", "more than 300", "cientos".

    Words that are no figure keep the value that the Crowd Counting Consortium's rule gives them, as in `figures_in`.
    """
    text = words.casefold().translate(_PLAIN)
    for spanish, english in _SPANISH:
        text = re.sub(rf"\b{spanish}\b", english, text)
    pair = _BOTH.search(text)
    if pair:
        low, high = sorted(int(number.replace(",", "")) for number in pair.groups())
        return Figures(low, high, "range")
    return figures_in(text)


class Happening(Protocol):
    """What takes place on days of its own, by the clock of its place."""

    zone: str

    @property
    def meant(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last day on which it is to take place."""


def has_begun(event: Happening, now: datetime.datetime) -> bool:
    """Tell whether the first day of an event has come where it takes place; a day that nobody knows has."""
    first = event.meant[0]
    return first is None or now.astimezone(ZoneInfo(event.zone)).date() >= first
