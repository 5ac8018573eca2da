"""When two spellings name the same school, and whether a name is that of a school, a college or another place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from manyplaces.core.words import fold

Kind = Literal["school", "college", "place"]

# What volunteers and registries shorten, wherever in a name it stands.
_WRITTEN_OUT = {
    "hs": "high school", "shs": "senior high school", "jhs": "junior high school", "jshs": "junior senior high school",
    "elem": "elementary", "sch": "school", "schl": "school", "acad": "academy", "prep": "preparatory",
    "jr": "junior", "sr": "senior", "intl": "international", "tech": "technical", "voc": "vocational",
    "comm": "community", "cmty": "community", "ctr": "center", "centre": "center", "univ": "university",
    "ave": "avenue", "av": "avenue", "blvd": "boulevard", "rd": "road", "mt": "mount", "ft": "fort", "ste": "sainte",
}  # fmt: skip

# These are kinds of school at the end of a name only: "El Camino", "H. S. Truman" and "Ms. Lee" begin otherwise.
_ENDINGS = {
    ("h", "s"): "high school", ("m", "s"): "middle school", ("e", "s"): "elementary school", ("h",): "high",
    ("el",): "elementary", ("es",): "elementary school", ("ms",): "middle school", ("mid",): "middle",
}  # fmt: skip

# Words that say what kind of school it is and not which one.
_TYPES = {
    "school", "elementary", "primary", "middle", "intermediate", "junior", "senior", "high", "academy", "charter",
    "magnet", "preparatory", "montessori", "community", "technical", "upper", "lower", "k", "8", "12",
}  # fmt: skip

_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = [
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth",
]  # fmt: skip
_NUMBERED = re.compile("(1?[0-9]{1,2})(?:st|nd|rd|th)")

# What is shortened in a name while one types it, beyond what stands above, or said in Spanish; "st" and "dr" have two
# meanings, and a secundaria may be either.
_SHORT = {
    "st": ("saint", "street"), "dr": ("doctor", "drive"), "n": ("north",), "s": ("south",), "e": ("east",),
    "w": ("west",), "hs": ("high school",), "ms": ("middle school",), "es": ("elementary school",),
    "escuela": ("school",), "primaria": ("elementary", "primary"), "secundaria": ("middle", "high", "junior high"),
    "preparatoria": ("high",), "prepa": ("high",), "el": ("elementary",),
    "ps": ("public school",), "is": ("intermediate school",), "mlk": ("martin luther king",),
}  # fmt: skip
_LETTERS_THEN_FIGURES = re.compile("([a-z]+)([0-9]+)")

_APOSTROPHES = re.compile("['`\u2018\u2019\u02bb\u02bc\u00b4]")
_GRADES = re.compile("(pk|k)([0-9]{1,2})")

_SCHOOL = re.compile(
    r"\b(?:school(?!s? (?:district|board|committee|department|administration|street|road|avenue|lane|of (?:law|medicine"
    r"|nursing|business|public health|social work)))|elementary|academy|montessori|preparatory|kindergarten|immersion"
    r"|junior high|senior high|early college|k (?:5|6|8|12))\b"
    r"|\b(?:high|middle|charter|magnet)$"
)
_OFFICE = re.compile(r"\b(?:district|office|headquarters|hq|board of|department of|dept of|administration building)\b")
_COLLEGE = re.compile(r"\b(?:university|college|institute|campus|seminary|(?:law|medical|graduate) school)\b|^suny\b")
_HIGHER_SCHOOL = re.compile(r"\b(?:law|medical|graduate|business|nursing) school\b")

# A venue such as "public high school (unnamed)" or "elementary school, South LA" describes a school and names none.
_DESCRIBING = re.compile(
    r"(?:(?:a|an|the|one|local|public|private|historic|neighborhood|nearby|closed|community|charter|elementary|primary"
    r"|middle|junior|senior|high|school) )*school\s*(?:[,(;:].*)?"
)


@lru_cache(maxsize=512)
def school_key(name: str) -> str:
    """Return the key that spellings of one school share within a city: "Bay View HS" and "Bay View High School".

    Short words are written out, ordinals too ("53rd" and "Fifty-Third"). A leading "the", each "and", the "senior" of
    "senior high" and a trailing "school" fall away. The level stays: "Hamilton High School" is not "Hamilton". The key
    of a key is itself.
    """
    words = [part for word in _plain_words(name) for part in _written_out(word)]
    words = _ended([word for word in words if word != "and"])
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    words = [_told_apart(words, place) for place in range(len(words)) if not _is_needless(words, place)]
    while len(words) > 1 and words[-1] == "school":
        words.pop()
    return " ".join(words)


def search_words(text: str) -> list[str]:
    """Return the words of a text as they are searched: "P.S. 15", "PS 15" and "ps15" all give "ps" and "15"."""
    found: list[str] = []
    letters = ""
    for word in [*_plain_words(text), ""]:
        if len(word) == 1 and word.isalpha():
            letters += word
            continue
        parted = _LETTERS_THEN_FIGURES.fullmatch(word)
        found += ([letters] if letters else []) + (list(parted.groups()) if parted else [word] if word else [])
        letters = ""
    return found


def meanings(word: str) -> list[str]:
    """Return the other ways to write a searched word, each of one or more words: "hs" is "high school"."""
    written = " ".join(_written_out(word))
    return list(dict.fromkeys([*_SHORT.get(word, ()), *([written] if written != word else [])]))


def kind_of(name: str) -> Kind:
    """Say what a venue's name looks like; a school named without a word for it ("Clemens") counts as a place."""
    key = " ".join(_ended([part for word in _plain_words(name) for part in _written_out(word)]))
    if _DESCRIBING.fullmatch(name.strip()) or _OFFICE.search(key):
        return "place"
    if _SCHOOL.search(key) and not _HIGHER_SCHOOL.search(key):
        return "school"
    return "college" if _COLLEGE.search(key) else "place"


def is_school(name: str) -> bool:
    """Whether a name looks like that of one school below college."""
    return kind_of(name) == "school"


def _plain_words(name: str) -> list[str]:
    return fold(_APOSTROPHES.sub("", name)).split()


def _written_out(word: str) -> list[str]:
    """One word of a name as the words it stands for."""
    numbered = _NUMBERED.fullmatch(word)
    if numbered:
        return _ordinal(int(numbered[1]))
    grades = _GRADES.fullmatch(word)
    if grades:
        return [grades[1], grades[2]]
    return _WRITTEN_OUT.get(word, word).split()


def _ordinal(number: int) -> list[str]:
    """An ordinal number from 0 to 199 in words."""
    hundred, rest = divmod(number, 100)
    if hundred and not rest:
        return ["one", "hundredth"]
    words = ["one", "hundred"] if hundred else []
    if rest < len(_ORDINALS):
        return [*words, _ORDINALS[rest]]
    ten, one = _TENS[rest // 10 - 2], rest % 10
    return [*words, ten, _ORDINALS[one]] if one else [*words, f"{ten.removesuffix('y')}ieth"]


def _ended(words: list[str]) -> list[str]:
    """The words with a shortened kind of school at the end written out, before or without the word school."""
    bare = words[:-1] if words[-1:] == ["school"] else words
    for ending, full in _ENDINGS.items():
        if len(bare) > len(ending) and tuple(bare[-len(ending) :]) == ending:
            return [*bare[: -len(ending)], *full.split()]
    return words


def _is_needless(words: list[str], place: int) -> bool:
    """Whether a word is the "senior" of "senior high", without which the same school is often written."""
    return words[place : place + 2] == ["senior", "high"] and place > 0 and words[place - 1] != "junior"


def _told_apart(words: list[str], place: int) -> str:
    """A word of the name; "st" is a street where only the kind of school follows, else a saint, and "dr" likewise."""
    word = words[place]
    if word not in ("st", "dr"):
        return word
    last = place > 0 and all(following in _TYPES for following in words[place + 1 :])
    if word == "st":
        return "street" if last else "saint"
    return "drive" if last else "doctor"
