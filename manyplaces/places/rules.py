"""When two spellings of a city are one city, and how the texts of the registry are shown and searched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from manyplaces.core.words import fold, slug
from manyplaces.places.geometry import STATES
from manyplaces.places.matching import school_key, search_words

_LONG = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}

# Words of two to four letters that are no abbreviation although they have no vowel, and abbreviations that have one.
_NO_ACRONYMS = set(
    [
        "ST",
        "MT",
        "FT",
        "DR",
        "JR",
        "SR",
        "MR",
        "MRS",
        "NTH",
        "SCH",
        "SCHL",
        "CTR",
        "CNTR",
        "TWP",
        "HTS",
        "CTY",
        "CNTY",
        "DIST",
        "BLDG",
        "RD",
        "BLVD",
        "PT",
        "PKWY",
        "SPGS",
    ]
)
_ACRONYMS = set(
    [
        "ISD",
        "CISD",
        "USD",
        "CUSD",
        "UHSD",
        "ESD",
        "UFSD",
        "CSD",
        "ES",
        "EC",
        "IS",
        "IB",
        "AP",
        "US",
        "USA",
        "UT",
        "UC",
        "UCLA",
        "STEM",
        "STEAM",
        "ROTC",
        "YMCA",
        "YWCA",
        "KIPP",
        "BOCES",
        "ROE",
        "ESA",
        "IDEA",
        "AIM",
        "DOE",
        "DOC",
        "II",
        "III",
        "IV",
        "VI",
        "VII",
        "VIII",
        "IX",
        "XI",
        "XII",
        "XIII",
        "XIV",
        "UNO",
        "SUNY",
        "CUNY",
        "ISU",
        "LAUSD",
        "CESA",
        "ECE",
        "VOA",
    ]
)
_SMALL = set(
    ["of", "and", "the", "for", "at", "in", "on", "to", "by", "with", "de", "del", "la", "las", "los", "y", "du", "el"]
)
_NUMBERED = re.compile(r"\d(?:ST|ND|RD|TH)\b")
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_HAS_VOWEL = re.compile("[AEIOUY\u00c0-\u00dd]")
_COUNTY_WORD = re.compile(r"\b(?:county|parish|census area|borough|municipality|municipio|city|planning region)\b")


def city_key(name: str) -> str:
    """Return what two spellings of one city share: "St. Louis" and "Saint Louis" have the same key; may be empty."""
    first, _, rest = fold(name).partition(" ")
    return f"{_LONG.get(first, first)} {rest}".strip() if rest else first


@lru_cache(maxsize=2048)
def city_slug(name: str) -> str:
    """Return the short name that a city has within its state; empty for a text without letters or digits."""
    key = city_key(name)
    return slug(key) if key else ""


@lru_cache(maxsize=2048)
def readable(text: str) -> str:
    """Return a name that a list has in capitals as people write it; abbreviations stay, and so does any other name.

    "MCKINLEY HS OF THE ARTS" becomes "McKinley HS of the Arts".
    """
    if text != text.upper() or not any(len(word) > 3 for word in _WORD.findall(text)):
        return text
    text = _WORD.sub(lambda found: _cased(found[0], is_first=not found.start()), text)
    return _NUMBERED.sub(lambda found: found[0].lower(), text)


def _cased(word: str, *, is_first: bool) -> str:
    lower = word.lower()
    if lower in _SMALL and not is_first:
        return lower
    if len(word) == 1 or word in _ACRONYMS:
        return word
    if len(word) <= 4 and word not in _NO_ACRONYMS and not _HAS_VOWEL.search(word):
        return word
    if word.startswith("MC") and len(word) > 4:
        return "Mc" + word[2:].capitalize()
    head, sign, tail = word.partition("'")
    if sign and len(head) == 1 and len(tail) > 2:
        return f"{head}'{tail.capitalize()}"
    return word.capitalize()


def state_word(state: str) -> str:
    """Return the word that every school of a state has in the search index, and nobody types."""
    return f"zz{state.lower()}"


def city_word(state: str, short: str) -> str:
    """Return the same for a city, by its short name."""
    return state_word(state) + short.replace("-", "")


def words_of_school(names: Iterable[str], city: str, district: str, state: str) -> str:
    """Return the words under which a school is found: its names, city, district and state, each once."""
    found: list[str] = []
    for name in filter(None, names):
        found += [*search_words(name), *school_key(name).split()]
    return " ".join(dict.fromkeys([*found, *_words_of_area(city, district, state)]))


@lru_cache(maxsize=2048)
def _words_of_area(city: str, district: str, state: str) -> tuple[str, ...]:
    """The same for what many schools share."""
    found: list[str] = []
    for text in (city, city_key(city), district, *STATES.get(state, (state,))):
        found += search_words(text)
    return (*found, state.lower(), state_word(state), city_word(state, city_slug(city)))


def county_name(text: str, state: str) -> str:
    """Return a county with the word that its state has for one, where a list left it away: "Orange County"."""
    # "LEE" is too short for `readable` to know that it is no abbreviation; no county is called by one.
    text = text.title() if text.isupper() else text
    if not text or _COUNTY_WORD.search(text.lower()):
        return text
    return f"{text} {'Parish' if state == 'LA' else 'Municipio' if state == 'PR' else 'County'}"


# A position as maps write it into their links and as people copy it, the most telling first.
_DEGREES = r"([-+]?\d{1,3}\.\d+|[-+]?\d{1,3})"
_POSITIONS = tuple(
    re.compile(shape.replace("N", _DEGREES))
    for shape in (
        "!3dN!4dN",  # a place of Google's
        r"[?&]mlat=N&mlon=N",  # a marker of OpenStreetMap
        r"[?&](?:q|ll|sll|query|coordinate|center|destination|daddr|cp)=(?:loc:)?N[,~ +]+N",
        r"^geo:N,N",
        r"@N,N",
        r"#map=\d{1,2}(?:\.\d+)?/N/N",
    )
)
_TWO_NUMBERS = re.compile(rf"\(?{_DEGREES} ?\u00b0? ?([ns]?)(?:, ?|; ?| )\(?{_DEGREES} ?\u00b0? ?([ewo]?)\)?", re.I)


def read_position(text: str) -> tuple[float, float] | None:
    """Return latitude and longitude, to a metre, out of two numbers, a geo: address or the link of a map; None for "".

    The link is only read, never followed: what is in none of its words cannot be known. Raises ValidationError.
    """
    typed = unquote(text.strip())
    if not typed:
        return None
    if plain := _TWO_NUMBERS.fullmatch(typed):
        lat = float(plain[1]) * (-1 if plain[2].lower() == "s" else 1)
        lon = float(plain[3]) * (-1 if plain[4].lower() in ("w", "o") else 1)
    elif found := next(filter(None, (pattern.search(typed) for pattern in _POSITIONS)), None):
        lat, lon = float(found[1]), float(found[2])
    elif "://" in typed:
        raise ValidationError(_("This link does not say where. Open it, then copy the long address of the map."))
    else:
        raise ValidationError(_("Write two numbers, such as 43.0389, -87.9065, or paste the link of a map."))
    if abs(lat) > 90 or abs(lon) > 180:
        raise ValidationError(_("There is no such position. The first number is at most 90, the second at most 180."))
    return round(lat, 5), round(lon, 5)
