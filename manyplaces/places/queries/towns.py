"""Where a ZIP code or a town lies, found in two small files: the gazetteer itself is too large for web processes."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from manyplaces.core.words import fold
from manyplaces.places.gazetteer import town_key
from manyplaces.places.geometry import STATES

FOLDER = Path(__file__).resolve().parent.parent
MOST_TOWNS = 24
SHORTEST_START = 3
ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")
# Both ways to say each state, folded: its letters, its name in English and in Spanish.
STATE_WORDS = {
    fold(words): code for code, names in STATES.items() for words in (code, *names, *(["d c"] if code == "DC" else []))
}
MOST_STATE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Town:
    """A town, or the one that a ZIP code belongs to: its middle in degrees, and how many ZIP codes it has."""

    name: str
    state: str
    lat: float
    lon: float
    size: int = 0
    zipcode: str = ""

    @property
    def label(self) -> str:
        """What it is called: "Milwaukee, WI"; with the ZIP code where one was asked for, "53202 (Milwaukee, WI)"."""
        words = f"{self.name}, {self.state}"
        return f"{self.zipcode} ({words})" if self.zipcode else words


def zip_of(text: str) -> str:
    """Return the five digits where a text is a ZIP code, also one with four more; empty where it is something else."""
    found = ZIP.fullmatch(text.strip())
    return found[1] if found else ""


def town_of_zip(code: str) -> Town | None:
    """Return where a ZIP code of five digits lies; None where there is none."""
    line = next(_lines("zips.txt", f"{code}|"), None)
    if line is None:
        return None
    _code, name, state, lat, lon = line
    return Town(name, state, float(lat), float(lon), zipcode=code)


def towns(text: str) -> list[Town]:
    """Return the towns that somebody may mean, the largest first: "Milwaukee", "milwaukee wi", "St. Louis, Missouri".

    One is sure, several are a choice; where none has the name, those whose names begin so. At most 24.
    """
    for name, state in _readings(text):
        if found := _named(f"{name}|", state):
            return found
    for name, state in _readings(text):
        if len(name) >= SHORTEST_START and (found := _named(name, state)):
            return found
    return []


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """Yield a town's key and its state (empty for any), from the most to the least likely."""
    name, comma, rest = text.partition(",")
    state = STATE_WORDS.get(fold(rest.partition(",")[0]), "")
    if comma and state:
        yield town_key(name), state
        return
    whole = fold(text)
    yield town_key(text if not comma else name), ""
    words = whole.split()
    for many in range(1, min(MOST_STATE_WORDS, len(words) - 1) + 1):
        state = STATE_WORDS.get(" ".join(words[-many:]), "")
        if state:
            yield town_key(" ".join(words[:-many])), state


def _named(start: str, state: str) -> list[Town]:
    if start in ("", "|"):
        return []
    found: dict[tuple[str, str], Town] = {}
    for _key, name, code, lat, lon, size in _lines("towns.txt", start):
        if state in ("", code):
            # Two keys may be one town, such as NYC and New York.
            found.setdefault((name, code), Town(name, code, float(lat), float(lon), int(size)))
    return sorted(found.values(), key=lambda town: (-town.size, town.name, town.state))[:MOST_TOWNS]


def _lines(file: str, start: str) -> Iterator[list[str]]:
    """Yield the columns of the lines of a sorted file that begin so."""
    data, wanted = _mapped(file), start.encode()
    at = _first(data, wanted)
    while data[at : at + len(wanted)] == wanted:
        end = data.find(b"\n", at)
        yield data[at:end].decode().split("|")
        at = end + 1


def _first(data: mmap.mmap, wanted: bytes) -> int:
    """Return where the first line begins that does not come before the wanted one, by halving."""
    low, high = 0, len(data)
    while low < high:
        middle = data.rfind(b"\n", 0, (low + high) // 2) + 1
        middle = max(middle, low)
        end = data.find(b"\n", middle) + 1
        if data[middle:end] < wanted:
            low = end
        else:
            high = middle
    return low


@cache
def _mapped(file: str) -> mmap.mmap:
    """A file in the memory that all processes share."""
    with (FOLDER / file).open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
