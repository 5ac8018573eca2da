"""Typed words that the registry does not have, and the words of it that were probably meant."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from manyplaces.places.models import Vocabulary
from manyplaces.places.queries.ordering import COMMON, KINDS, Way, begins_one_of

MOST_WAYS = 6  # so many words of the registry are tried for a typed one
SHORT, LONG = 4, 6  # letters: shorter words are not put right, from these on two errors are


@dataclass
class _Words:
    """The vocabulary as this process last read it: thirty thousand words, two or three megabytes."""

    version: int = -1
    every: list[str] = field(default_factory=list)
    by_length: dict[int, list[str]] = field(default_factory=dict)

    def has(self, word: str) -> bool:
        place = bisect_left(self.every, word)
        return place < len(self.every) and self.every[place] == word

    def begins(self, word: str) -> bool:
        place = bisect_left(self.every, word)
        return place < len(self.every) and self.every[place].startswith(word)

    def beginning(self, letter: str) -> list[str]:
        """The words that begin with a letter."""
        return self.every[bisect_left(self.every, letter) : bisect_left(self.every, letter + "\U0010ffff")]


_words = _Words()


def repaired(typed: Sequence[str]) -> list[list[Way]]:
    """Return for each typed word the further ways to take it; one query, two after the registry has changed."""
    words = _vocabulary()
    unknown = [not (words.has(word) or (last and words.begins(word))) for word, last in _with_last(typed)]
    if not any(unknown):
        # Every word is there, and yet no school has them all: each may be wrong that says anything.
        unknown = [not begins_one_of((*COMMON, *KINDS), word) for word in typed]
    found = [
        list(_ways(words, word, last)) if is_unknown else []
        for (word, last), is_unknown in zip(_with_last(typed), unknown, strict=True)
    ]
    for place, (one, other) in enumerate(pairwise(typed)):
        if words.has(one + other):
            for group in found[place : place + 2]:
                group.append(Way((one + other,), 0.95, False))
    return found


def _with_last(typed: Sequence[str]) -> list[tuple[str, bool]]:
    """The words, each with whether it is the last one, which may not be typed to its end."""
    return [(word, place == len(typed) - 1) for place, word in enumerate(typed)]


def _ways(words: _Words, word: str, is_last: bool) -> Iterator[Way]:
    """What an unknown word may stand for: words that differ little, and two words written as one."""
    for cut in range(2, len(word) - 1):
        if words.has(word[:cut]) and words.has(word[cut:]) and len(word) > LONG:
            yield Way((word[:cut], word[cut:]), 0.9, False)
    if len(word) < SHORT:
        return
    errors = 2 if len(word) >= LONG else 1
    near = [
        each for length in range(len(word) - errors, len(word) + errors + 1) for each in words.by_length.get(length, ())
    ]
    for other, distance, _ in process.extract(word, near, scorer=OSA.distance, score_cutoff=errors, limit=MOST_WAYS):
        if distance:
            yield Way((other,), 1 - 0.1 * distance, False)
    if is_last:
        # Few err in the first letter of a word that they are still typing, and so a few hundred words are compared.
        begun = list({each[: len(word)] for each in words.beginning(word[0]) if len(each) > len(word)})
        for other, distance, _ in process.extract(
            word, begun, scorer=OSA.distance, score_cutoff=errors, limit=MOST_WAYS
        ):
            yield Way((other,), 0.95 - 0.1 * distance, True)


def _vocabulary() -> _Words:
    """The words of the registry, read again only where they have changed."""
    global _words  # noqa: PLW0603 - one copy in each process, replaced as a whole
    version = Vocabulary.objects.filter(pk=1).values_list("version", flat=True).first() or 0
    if version != _words.version:
        text = Vocabulary.objects.filter(pk=1).values_list("words", flat=True).first() or ""
        by_length: dict[int, list[str]] = defaultdict(list)
        every = text.split(" ") if text else []
        for word in every:
            by_length[len(word)].append(word)
        _words = _Words(version, every, dict(by_length))
    return _words
