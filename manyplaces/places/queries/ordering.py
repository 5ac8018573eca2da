"""Candidates of a search put in order: how well each typed word is found in a school's names and in where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from manyplaces.places.matching import school_key

# Words that say little and stand in the longest lists of the index: beside others they only help to order.
COMMON = ("school", "schools", "escuela", "the", "of", "and")
# The same of kinds of school, where two others are typed.
KINDS = (
    *("elementary", "high", "middle", "academy", "charter", "public", "primary", "junior", "senior"),
    *("primaria", "secundaria", "preparatoria"),
)


class Way(NamedTuple):
    """One way to take a typed word: words that all must be there, how likely it is, and whether the word goes on."""

    words: tuple[str, ...]
    weight: float
    begins: bool


Group = Sequence[Way]


class Candidate(NamedTuple):
    """A school that may be meant, as far as it is needed to put it in order."""

    pk: int
    name: str
    also: str
    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """A candidate with its score, whether every typed word is found in it, and whether a name of the people's won."""

    candidate: Candidate
    score: float
    has_all: bool
    is_alias: bool


def begins_one_of(words: Sequence[str], typed: str) -> bool:
    """Tell whether what is typed is one of the words, or begins one."""
    return any(each == typed or (len(typed) > 2 and each.startswith(typed)) for each in words)


def in_order(candidates: Iterable[Candidate], groups: Sequence[Group], typed: str, city: str) -> list[Ordered]:
    """Return each candidate once, the best first; of equals the one with the shorter name. `city` goes first."""
    once = {candidate.pk: candidate for candidate in candidates}.values()
    ordered = [_scored(candidate, groups, typed, city) for candidate in once]
    return sorted(ordered, key=lambda found: (-found.score, len(found.candidate.name), found.candidate.name))


def _scored(candidate: Candidate, groups: Sequence[Group], typed: str, city: str) -> Ordered:
    everywhere = candidate.words.split()
    keys = [candidate.key, *(school_key(name) for name in candidate.also.split("\n") if name)]
    scores = [_score(key.split(), key, everywhere, groups, typed) for key in keys]
    best = max(range(len(scores)), key=lambda place: scores[place][0])
    score, has_all = scores[best]
    return Ordered(candidate, score + (0.2 if city and city in everywhere else 0.0), has_all, best > 0)


def _score(name: list[str], key: str, everywhere: list[str], groups: Sequence[Group], typed: str) -> tuple[float, bool]:
    used: set[str] = set()
    total, has_all = 0.0, True
    for group in groups:
        found = max(_found(way, name, everywhere, used) for way in group)
        total += found
        has_all = has_all and found > 0
    covered = total / len(groups)
    told = len(used) / (len(name) or 1)
    begins = 0.08 if f"{key} ".startswith(f"{typed} ") else 0.04 if key.startswith(typed) else 0.0
    return 0.8 * covered + 0.12 * told + begins, has_all


def _found(way: Way, name: list[str], everywhere: list[str], used: set[str]) -> float:
    """How well a way is found: best as a whole word of the name, less as the beginning of one, less where it lies."""
    least = 1.0
    for word in way.words:
        if word in name:
            used.add(word)
            found = 1.0
        elif way.begins and (longer := next((each for each in name if each.startswith(word)), None)):
            used.add(longer)
            # Who types 15 may go on to 156, but PS 15 is there already.
            found = 0.7 if word.isdecimal() else 0.95
        elif word in everywhere:
            found = 0.9
        elif way.begins and any(each.startswith(word) for each in everywhere):
            found = 0.85
        else:
            return 0.0
        least = min(least, found)
    return least * way.weight
