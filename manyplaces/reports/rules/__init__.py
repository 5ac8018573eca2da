"""How many were there, as people say it: what their words are worth, and how they came to them."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.actor import Actor
from manyplaces.core.models import frozen_sentence
from manyplaces.core.refusals import NotNow
from manyplaces.events.rules import Phase
from manyplaces.people.rules import Role, may
from manyplaces.record.rules import Figures, figures_in

if TYPE_CHECKING:
    from manyplaces.events.models import Event

# Who stated a figure that came in a report; the record keeps it in these words.
CLAIMANT = "report of the site"
LONGEST_COUNT, LONGEST_WORDS = 100, 2_000
# More people than this at one place are a slip of the finger.
MOST_PEOPLE = 2_000_000
# Of these a site may report; what was cancelled has to be put back first.
REPORTABLE = (Phase.PLANNED, Phase.COMMITTED, Phase.POSTPONED, Phase.UNREPORTED, Phase.HELD)


class How(models.TextChoices):
    """How a figure was come by."""

    COUNTED = "counted", gettext_lazy("counted one by one")
    SHEETS = "sheets", gettext_lazy("from sign-in sheets")
    ESTIMATED = "estimated", gettext_lazy("estimated")
    PICTURE = "picture", gettext_lazy("counted on a photo")
    HEARD = "heard", gettext_lazy("heard from somebody else")


class CountedBy(models.TextChoices):
    """Who counted."""

    HOST = "host", gettext_lazy("the host")
    VOLUNTEER = "volunteer", gettext_lazy("a volunteer")
    SCHOOL = "school", gettext_lazy("the school’s staff")
    POLICE = "police", gettext_lazy("the police")
    PRESS = "press", gettext_lazy("the press")
    OTHER = "other", gettext_lazy("somebody else")


class Source(models.TextChoices):
    """How a report reached us."""

    LINK = "link", gettext_lazy("by the host’s private page")
    PAPER = "paper", gettext_lazy("on paper")
    CALL = "call", gettext_lazy("by a call or a message")
    TABLE = "table", gettext_lazy("in a table")


class Review(models.TextChoices):
    """Where the words of a report stand; its figure counts at once."""

    WAITING = "waiting", gettext_lazy("waits for a look")
    SHOWN = "shown", gettext_lazy("shown")
    KEPT_BACK = "kept back", gettext_lazy("kept back")


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


def has_begun(event: Event, now: datetime.datetime) -> bool:
    """Tell whether the first day of an event has come where it takes place; a day that nobody knows has."""
    first = event.meant[0]
    return first is None or now.astimezone(ZoneInfo(event.zone)).date() >= first


def require_report(event: Event, now: datetime.datetime | None, by: Actor) -> None:
    """Raise PermissionDenied unless the actor may report of this event, and NotNow unless that is possible `now`.

    Without a time it is a report that came already and is sent again.
    """
    area = event.area
    if by.holds != event.key and not may(by, Role.COORDINATOR, action=area.action, state=area.state, city=area.city):
        raise PermissionDenied(_("You do not have the right to do this. Use the private link in your letter."))
    if now is not None and (sentence := why_not_now(event, now)):
        raise NotNow(sentence)


def why_not_now(event: Event, now: datetime.datetime) -> str:
    """Return in a sentence why nobody can report of this event now; empty where somebody can."""
    if event.action.is_frozen:
        return frozen_sentence()
    if event.phase not in REPORTABLE:
        return _("This was cancelled. If it took place after all, ask your coordinator to put it back first.")
    return "" if has_begun(event, now) else _("You can report from the day itself on.")
