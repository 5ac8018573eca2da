"""How well a typed name fits a school's name: the words that tell it apart, the level, and how alike both look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from rapidfuzz import fuzz

# Words that tell apart two schools of one name.
_LEVELS = {
    "elementary": "low", "primary": "low", "intermediate": "middle", "middle": "middle", "junior": "junior",
    "high": "high", "senior": "high",
}  # fmt: skip
# Words that say nothing about which school it is, nor of what level.
_EMPTY = {
    "school", "academy", "charter", "magnet", "community", "public", "the", "of", "and", "for", "at", "center",
    "campus", "avenue", "street", "technical", "montessori", "preparatory", "prep", "education", "educational", "k",
    "8", "12", "sr", "jr",
}  # fmt: skip
_MIDDLE = {"middle", "junior"}


class Fit(IntEnum):
    """How well two names fit: not at all, so that one may ask, well if no other does, or surely."""

    NOT = 0
    MAYBE = 1
    ALONE = 2
    WELL = 3
    SURE = 4


def fit(typed: Sequence[str], theirs: Sequence[str], city: set[str]) -> Fit:
    """Tell how well the words of a school's key fit those that were typed; `city` are the words of the city's name."""
    ours, others = _telling(typed), _telling(theirs)
    levels = _level(typed), _level(theirs)
    if not ours or not others or not _can_be_one(*levels):
        return Fit.NOT
    if not (ours <= others or others <= ours):
        return Fit.NOT
    # The town's name alone tells no school from another; and a middle school may stand beside a junior high school.
    is_vague = min(ours, others, key=len) <= city or (levels[0] != levels[1] and set(levels) <= _MIDDLE)
    # An academy is often another school of the same name, and so is one that says its level where the other does not.
    if (is_vague and ours != others) or _is_other_kind(typed, theirs, levels):
        return Fit.MAYBE
    if ours == others:
        return Fit.MAYBE if is_vague and levels[0] != levels[1] else Fit.SURE if levels[0] == levels[1] else Fit.ALONE
    if ours < others:
        return _of_longer(ours, others, levels, city)
    return Fit.WELL if ours - others <= city else Fit.MAYBE


def _of_longer(ours: set[str], others: set[str], levels: tuple[str, str], city: set[str]) -> Fit:
    """The fit of a school that has further words: "Handley High School" is "John Handley High"."""
    if levels[0] and levels[0] != levels[1]:
        return Fit.MAYBE
    return Fit.WELL if others - ours <= city else Fit.ALONE


def _is_other_kind(typed: Sequence[str], theirs: Sequence[str], levels: tuple[str, str]) -> bool:
    # Who types nothing but the name, as "Bethune", has left the kind away, not named another.
    is_bare = not levels[0] and _telling(typed) == set(typed)
    return ("academy" in typed) != ("academy" in theirs) and not is_bare and not (levels[0] and levels[0] == levels[1])


def likeness(typed: str, other: str) -> float:
    """How alike two keys look, of 100; names of different levels are not."""
    if not _can_be_one(_level(typed.split()), _level(other.split())):
        return 0.0
    return max(fuzz.ratio(typed, other), fuzz.token_sort_ratio(typed, other), 0.85 * fuzz.token_set_ratio(typed, other))


def _telling(words: Iterable[str]) -> set[str]:
    return {word for word in words if word not in _EMPTY and word not in _LEVELS}


def _can_be_one(ours: str, theirs: str) -> bool:
    return not ours or not theirs or ours == theirs or {ours, theirs} <= _MIDDLE


def _level(words: Sequence[str]) -> str:
    """The level that a name says; none where it says two, as a junior and senior high school does."""
    said = {_LEVELS[word] for word in words if word in _LEVELS}
    if "junior" in said and "senior" in words:
        return ""
    if "junior" in said:
        # "Martin Luther King Junior Academy" is called after a man, and no junior high school.
        said -= {"high"} if "high" in words[words.index("junior") :] else {"junior"}
    return said.pop() if len(said) == 1 else ""
