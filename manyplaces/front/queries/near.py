"""The page of what is near: what somebody asked for, where that is, and what of the action is there."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.actions.rules import Tactic, is_open, tactics_of
from manyplaces.events.queries.near import ANYTHING, Nearby, Point, Wish, near
from manyplaces.events.rules.welcome import Access, Spoken, chosen, words
from manyplaces.places.queries.towns import Town, town_of_zip, towns, zip_of

ON_A_PAGE = 20
MOST_PAGES = 25
LONGEST = 100
# Decimals of a degree: about a kilometre. The browser's own script has rounded already.
ROUGH = 2
EVERY_LANGUAGE, EVERY_ACCESS = " ".join(Spoken.values), " ".join(Access.values)


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a ZIP code or town in words, else a position, rounded; a wish; which page."""

    words: str = ""
    point: Point | None = None
    wish: Wish = ANYTHING
    page: int = 1

    @property
    def is_any(self) -> bool:
        """Whether the address says where somebody is."""
        return bool(self.words or self.point)


@dataclass(frozen=True)
class NearPage:
    """What the page shows: where that is, which towns may be meant, what is near; nothing where it is not known."""

    action: Action
    asked: Asked
    at: Point | None
    town: Town | None
    choices: list[Town]
    found: Nearby | None
    is_open: bool
    is_over: bool
    tactics: list[Tactic]

    @property
    def is_unknown(self) -> bool:
        """Whether what was typed is no place that we know."""
        return bool(self.asked.words) and self.at is None and not self.choices

    @property
    def is_unknown_zip(self) -> bool:
        """Whether that is meant as a ZIP code."""
        return self.is_unknown and self.asked.words.replace("-", "").replace(" ", "").isdigit()

    @property
    def has_more(self) -> bool:
        """Whether there is a next page."""
        return bool(self.found and self.found.has_more and self.asked.page < MOST_PAGES)

    @property
    def first(self) -> int:
        """The number of the first event on the page."""
        return (self.asked.page - 1) * ON_A_PAGE + 1

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages to choose from, by their codes."""
        return list(zip(Spoken.values, words(EVERY_LANGUAGE, Spoken), strict=True))

    @property
    def accesses(self) -> list[tuple[str, str]]:
        """What makes it accessible, to choose from, by its codes."""
        return list(zip(Access.values, words(EVERY_ACCESS, Access), strict=True))

    def query(self, *, page: int = 1, is_any: bool = False) -> str:
        """Return what stands behind the question mark for a page of this search; with `is_any` without the wish."""
        wish = ANYTHING if is_any else self.asked.wish
        given = [*where_of(self.asked, self.town), ("tactic", wish.tactic), ("day", wish.day and wish.day.isoformat())]
        given += [("spoken", wish.spoken), *(("access", code) for code in wish.access)]
        given.append(("page", str(page) if page > 1 else ""))
        return urlencode([(name, value) for name, value in given if value])


def where_of(asked: Asked, town: Town | None) -> list[tuple[str, str | None]]:
    """Return how an address says where somebody is, as short as it can be said."""
    if town is not None:
        return [("zip", town.zipcode)] if town.zipcode else [("city", town.label)]
    if asked.point is not None:
        return [("lat", f"{asked.point.lat:.{ROUGH}f}"), ("lon", f"{asked.point.lon:.{ROUGH}f}")]
    return [("zip", asked.words)]


def asked_for(given: Mapping[str, str], access: Iterable[str] = ()) -> Asked:
    """Read what an address asks for; what makes no sense is left out.

    `zip` is a ZIP code, or a town as people type it, and `city` the same; `access` is given apart, for it may come
    several times.
    """
    words = " ".join((given.get("zip", "") or given.get("city", "")).split())[:LONGEST]
    tactic, spoken = given.get("tactic", ""), given.get("spoken", "")
    wish = Wish(
        tactic if tactic in Tactic.values else "",
        _day(given.get("day", "")),
        spoken if spoken in Spoken.values else "",
        tuple(chosen(" ".join(access), Access)),
    )
    number = given.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1
    return Asked(words, None if words else _point(given), wish, min(max(page, 1), MOST_PAGES))


def near_page(action: Action, asked: Asked) -> NearPage:
    """Return what of an action is near; three queries where many are, a few more where they lie far apart."""
    choices = _towns(asked.words) if asked.words else []
    town = choices[0] if len(choices) == 1 else None
    at = Point(town.lat, town.lon) if town else asked.point
    found = near(action, at, asked.wish, skip=(asked.page - 1) * ON_A_PAGE, most=ON_A_PAGE) if at else None
    now = timezone.now()
    is_over = action.is_past(timezone.localdate())
    # What was imported may have any form; of what is to come we know which ones it allows.
    tactics = list(Tactic) if is_over else tactics_of(action)
    return NearPage(action, asked, at, town, [] if town else choices, found, is_open(action, now), is_over, tactics)


def _towns(words: str) -> list[Town]:
    code = zip_of(words)
    if not code:
        return towns(words)
    town = town_of_zip(code)
    return [town] if town else []


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _point(given: Mapping[str, str]) -> Point | None:
    try:
        lat, lon = float(given.get("lat", "")), float(given.get("lon", ""))
    except ValueError:
        return None
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return Point(round(lat, ROUGH), round(lon, ROUGH))
