"""What the bench of the registry types: names of schools as people type them, begun, with and without an error."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typed(dice: random.Random, school: Any, *, error: bool) -> str:
    """A query for a school: some words of its name, mostly with its city or state, the last word often only begun."""
    words = school.name.lower().replace("-", " ").split()
    words = words[: dice.choice((2, 3, 3, 4, 5))]
    area = dice.choice(([school.city_name], [school.city_name], [school.city_name, school.state], [school.state], []))
    if not area and len("".join(words)) < 12:
        area = [school.city_name]
    words += " ".join(area).lower().split()
    if dice.random() < 0.5 and len(words[-1]) > 4:
        words[-1] = words[-1][: dice.randint(3, len(words[-1]))]
    return " ".join(mistyped(dice, words) if error else words)


def mistyped(dice: random.Random, words: Sequence[str]) -> list[str]:
    """The words with one error in one of the longer ones: a letter left out, doubled, wrong, or two the wrong way."""
    words = list(words)
    places = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not places:
        return words
    place = dice.choice(places)
    word = words[place]
    at = dice.randint(0, len(word) - 2)
    words[place] = dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + dice.choice(LETTERS) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return words
