"""When two published items are one story."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from manyplaces.core.words import fold
from manyplaces.record.rules.links import plain_link

# Headlines that are so much alike, within so many days, are perhaps one story; shorter ones say too little.
ALIKE, NEAR = 88.0, datetime.timedelta(days=5)
# The very same headline may be printed again so much later.
SAME_WITHIN = datetime.timedelta(days=45)
SHORTEST = 15


@dataclass(frozen=True)
class Said:
    """What two items are compared by: the folded headline, the first day that their date may be, the plain link."""

    number: int
    headline: str
    day: datetime.date | None
    link: str

    @classmethod
    def of(cls, number: int, headline: str, day: datetime.date | None, link: str) -> Said:
        """Return it of an item; a headline in brackets is ours and says nothing about copies."""
        own = "" if headline.startswith("(") else fold(headline)
        return cls(number, own if len(own) >= SHORTEST else "", day, plain_link(link))


@dataclass(frozen=True)
class Likeness:
    """That two items are perhaps one story, and why: "link", "headline" or "alike"."""

    first: int
    second: int
    why: str


def likeness(one: Said, other: Said) -> str:
    """Return why two items are perhaps one story; empty where they are not."""
    if one.link and one.link == other.link:
        return "link"
    if not (one.headline and other.headline):
        return ""
    apart = abs(one.day - other.day) if one.day and other.day else datetime.timedelta(0)
    if one.headline == other.headline:
        return "headline" if apart <= SAME_WITHIN else ""
    if apart > NEAR:
        return ""
    return "alike" if fuzz.token_sort_ratio(one.headline, other.headline, score_cutoff=ALIKE) else ""


def likenesses(items: Iterable[Said]) -> Iterator[Likeness]:
    """Yield each pair of items that are perhaps one story, once, the earlier item first."""
    found: set[tuple[int, int]] = set()
    ordered = sorted(items, key=lambda item: (item.day or datetime.date.max, item.number))
    for one, other in _pairs(ordered):
        if (one.number, other.number) not in found and (why := likeness(one, other)):
            found.add((one.number, other.number))
            yield Likeness(one.number, other.number, why)


def _pairs(ordered: list[Said]) -> Iterator[tuple[Said, Said]]:
    """Yield the pairs worth a comparison: of one link, of one headline, and of days that lie near each other."""
    same: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for at, item in enumerate(ordered):
        for key in (("link", item.link), ("headline", item.headline)):
            if key[1]:
                yield from ((before, item) for before in same[key])
                same[key].append(item)
        for before in reversed(ordered[:at]):
            if item.day and before.day and item.day - before.day > NEAR:
                break
            yield before, item
