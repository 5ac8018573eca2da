"""The gazetteer: where the cities, counties and boroughs of the United States lie, and in which time zone.

It reads the ZIP codes of the PyPI package `zipcodes`, which takes some fifty megabytes at the first question and keeps
them. So only the import and the commands ask, and pages read positions from the database. Names are collected one
state at a time, when the state is first asked for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, hypot, radians
from statistics import fmean
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import zipcodes

from manyplaces.core.words import fold

Row = dict[str, Any]

# The zone of the larger part of each state by population.
_ZONES = {
    "America/New_York": "CT DC DE FL GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
    "America/Denver": "CO MT NM UT WY",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Detroit": "MI",
    "America/Indiana/Indianapolis": "IN",
    "America/Kentucky/Louisville": "KY",
    "America/Boise": "ID",
    "America/Phoenix": "AZ",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR",
}
_STATE_ZONES = {state: zone for zone, states in _ZONES.items() for state in states.split()}

# What people call a place, where the postal service has another word for it: (state, name) -> its city or county.
_OTHER_NAMES = {
    ("NY", "manhattan"): "New York County",
    ("NY", "brooklyn"): "Kings County",
    ("NY", "queens"): "Queens County",
    ("NY", "bronx"): "Bronx County",
    ("NY", "the bronx"): "Bronx County",
    ("NY", "staten island"): "Richmond County",
    ("NY", "new york city"): "New York",
    ("NY", "nyc"): "New York",
    ("DC", "district of columbia"): "Washington",
    ("AK", "utqiagvik"): "Barrow",
    ("CA", "la"): "Los Angeles",
    ("CA", "las flores"): "Rancho Santa Margarita",
    ("FL", "dade county"): "Miami-Dade County",
    ("GA", "east cobb"): "Marietta",
    ("HI", "kauai"): "Kauai County",
    ("HI", "maui"): "Maui County",
    ("HI", "oahu"): "Honolulu County",
    ("HI", "big island"): "Hawaii County",
    ("IL", "ofallon township"): "O'Fallon",
    ("MI", "canton township"): "Canton",
    ("NJ", "stafford"): "Manahawkin",
    ("NY", "bolton"): "Bolton Landing",
    ("OH", "brimfield"): "Kent",
    ("PA", "manheim township"): "Lancaster",
    ("PA", "millcreek township"): "Erie",
}

_SHORT_WORDS = {
    "st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount", "n": "north", "s": "south", "e": "east", "w": "west",
    "twp": "township", "hts": "heights", "spgs": "springs", "co": "county",
}  # fmt: skip
_COUNTY = re.compile(
    r"^(?:municipality of |city and borough of )?(.+?)"
    r"(?: county| parish| census area| city and borough| borough| municipality| municipio)?$"
)
_COUNTY_WORDS = re.compile(r"\b(?:county|parish|census area|borough|municipality|municipio)\b")
_APOSTROPHES = re.compile("['`\u2018\u2019\u02bb\u02bc\u00b4]")


@dataclass(frozen=True, slots=True)
class Spot:
    """A position in degrees, its IANA time zone, and its county: the one with most of its ZIP codes."""

    lat: float
    lon: float
    zone: str
    county: str = ""


class _Zip(NamedTuple):
    """What is kept of a ZIP code: its position, zone and county, and whether letters are delivered to it."""

    lat: float
    lon: float
    zone: str
    has_delivery: bool
    county: str


@lru_cache(maxsize=4096)
def locate(city: str, state: str) -> Spot | None:
    """The middle of a city, county, parish, township or borough in the state with the two-letter code; None if unknown.

    A city's position is the mean of its ZIP codes with delivery, its zone the most frequent one of them. Capitals,
    accents, "St." for "Saint", "Ft." for "Fort", "Mt." for "Mount" and a state written behind the city do not matter.
    A township is only known where the postal service takes its whole name on letters: a state may hold twenty
    Washington Townships, hundreds of kilometres apart.
    """
    state = state.strip().upper()
    words = _words(city)
    known = _spots(state) if state in _STATE_ZONES else {}
    tail = _words(state) if state != "DC" else "d c"
    if words.endswith((f" {tail}", " dc")) and _joined(words) not in known:
        words = words.removesuffix(" dc").removesuffix(f" {tail}")
    return next((_middle(known[name], state) for name in _ways_to_say(words, state) if name in known), None)


def state_zone(state: str) -> str:
    """The IANA time zone in which most people of the state live; KeyError for a code that is no state, DC or PR."""
    return _STATE_ZONES[state]


def town_key(name: str) -> str:
    """The key under which a town is looked for: "St. Louis" and "Saint Louis" have the same."""
    return _joined(_words(name))


def _ways_to_say(words: str, state: str) -> Iterator[str]:
    """The keys to try for a name, from the most exact to the roughest."""
    words = _words(_OTHER_NAMES.get((state, words), words))
    yield _joined(words)
    yield _joined(re.sub("^(?:city|town|village) of ", "", words))
    if _COUNTY_WORDS.search(words):
        yield _county(words)


def _county(words: str) -> str:
    """The key of a county, which no city has, whatever the state calls its counties."""
    named = _COUNTY.match(words)
    return "county:" + _joined(named[1] if named else words)


@lru_cache(maxsize=4096)
def _words(name: str) -> str:
    """A name's search key with its short words written out, so that "Ft. Worth" and "Fort Worth" are one."""
    return " ".join(_SHORT_WORDS.get(word, word) for word in fold(_APOSTROPHES.sub("", name)).split())


def _joined(words: str) -> str:
    """The key without blanks, because "La Crosse" and "LaCrosse", "Red Lake" and "Redlake" are the same."""
    return words.replace(" ", "")


@cache
def _spots(state: str) -> dict[str, list[_Zip]]:
    """The ZIP codes of every name in a state: a city wins over a name it also accepts, that over a refused one, a
    county is last."""
    filter_by: Callable[..., list[Row]] = zipcodes.filter_by  # The package has types for its core only.
    rows = filter_by(state=state)
    ladder: list[dict[str, list[_Zip]]] = [defaultdict(list) for _ in range(4)]
    cities, accepted, refused, counties = ladder
    for row in rows:
        # Only what a middle needs is kept: the whole rows of all states would fill 150 megabytes.
        has_delivery = row["zip_code_type"] == "STANDARD"
        known = _Zip(float(row["lat"]), float(row["long"]), row["timezone"], has_delivery, row["county"])
        cities[_joined(_words(row["city"]))].append(known)
        for name in row["acceptable_cities"]:
            accepted[_joined(_words(name))].append(known)
        for words in map(_words, row["unacceptable_cities"]):
            if not words.endswith("township"):
                refused[_joined(words)].append(known)
        counties[_county(_words(row["county"]))].append(known)
    return counties | refused | accepted | cities


def _middle(zips: list[_Zip], state: str) -> Spot:
    """The mean of the ZIP codes with delivery; post boxes and single companies count only where there is no other."""
    delivered = [known for known in zips if known.has_delivery] or zips
    zones = Counter(known.zone for known in delivered if _is_zone(known.zone))
    counties = Counter(known.county for known in delivered if known.county)
    return Spot(
        lat=round(fmean(known.lat for known in delivered), 4),
        lon=round(fmean(known.lon for known in delivered), 4),
        zone=zones.most_common(1)[0][0] if zones else _STATE_ZONES[state],
        county=counties.most_common(1)[0][0] if counties else "",
    )


@cache
def _is_zone(name: str) -> bool:
    """Whether the machine knows the zone; the package has a village's name in the place of one."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Named:
    """A city with its state, and how far its ZIP code lies from where one asked, in kilometres."""

    city: str
    state: str
    distance: float


def nearest(lat: float, lon: float, state: str = "", *, within: float = 60.0) -> Named | None:
    """The city whose ZIP code lies nearest to a position in degrees, in the state if one is given.

    None where no ZIP code with delivery lies within so many kilometres, as at sea and abroad.
    """
    best: Named | None = None
    for code in [state] if state else _STATE_ZONES:
        for zip_lat, zip_lon, city in _positions(code):
            # Flat enough for a comparison over sixty kilometres.
            north, east = (zip_lat - lat) * 111.2, (zip_lon - lon) * 111.2 * cos(radians(lat))
            distance = hypot(north, east)
            if distance <= (best.distance if best else within):
                best = Named(city, code, distance)
    return best


@cache
def _positions(state: str) -> list[tuple[float, float, str]]:
    """Every ZIP code with delivery in a state: latitude, longitude and its city."""
    filter_by: Callable[..., list[Row]] = zipcodes.filter_by
    rows = filter_by(state=state) if state in _STATE_ZONES else []
    return [(float(row["lat"]), float(row["long"]), row["city"]) for row in rows if row["zip_code_type"] == "STANDARD"]
