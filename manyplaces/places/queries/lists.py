"""Whole lists of names matched with the registry: certain, unsure (asked about once) or unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Q
from rapidfuzz import fuzz

from manyplaces.core.words import fold
from manyplaces.places.matching import school_key
from manyplaces.places.models import School, SchoolAlias
from manyplaces.places.queries.finding import find_schools

Verdict = Literal["certain", "unsure", "unknown"]

MOST_SUGGESTIONS = 5
# Alike enough to be offered, of 100; and alike enough to be taken for a slip of the pen where no other comes near.
OFFERED, A_SLIP, APART = 72.0, 93.0, 8.0
# Elsewhere in the state only what fits well is offered.
WELL = 0.8

# Words that tell apart two schools of one name.
_LEVELS = {
    "elementary": "low", "primary": "low", "intermediate": "middle", "middle": "middle", "junior": "middle",
    "high": "high", "senior": "high", "preparatory": "",
}  # fmt: skip
# Words that say nothing about which school it is, nor of what level.
_EMPTY = {
    "school", "academy", "charter", "magnet", "community", "public", "the", "of", "and", "for", "at", "center",
    "campus",
    "avenue", "street", "technical", "montessori", "preparatory", "prep", "education", "educational", "k", "8", "12",
    "sr", "jr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a name: the school where it is certain, and the schools it might be, likeliest first."""

    name: str
    verdict: Verdict
    school: School | None = None
    suggestions: list[School] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    """A school with its names as they are compared."""

    school: School
    keys: tuple[str, ...]


def match_schools(names: Sequence[str], *, state: str, city_slug: str = "", district: str = "") -> list[Match]:
    """Match names that people typed for schools of one area; returns a match for each, in their order.

    The city's schools and aliases are asked for in two queries. A name that none of them fits is looked for in the
    whole state, or in the country where no state is given, with some queries for each.
    """
    known = _schools_of(state, city_slug, district)
    aliases = _aliases_of(names, state, city_slug)
    by_key: dict[str, list[_Known]] = defaultdict(list)
    for each in known:
        for key in each.keys:
            by_key[key].append(each)
    return [_match(name, known, by_key, aliases, state, city_slug) for name in names]


def _schools_of(state: str, city_slug: str, district: str) -> list[_Known]:
    if not state or not (city_slug or district):
        return []
    area = Q(city_slug=city_slug) if city_slug else Q(district__iexact=district)
    found = School.objects.filter(area, state=state).order_by("is_closed", "pk")
    return [_Known(school, _keys(school)) for school in found]


def _keys(school: School) -> tuple[str, ...]:
    names = [school.match_key, *(school_key(name) for name in school.also.split("\n") if name)]
    return tuple(dict.fromkeys(filter(None, names)))


def _aliases_of(names: Sequence[str], state: str, city_slug: str) -> dict[str, School]:
    folded = {fold(name)[:200] for name in names}
    found = SchoolAlias.objects.filter(state=state, folded__in=folded).select_related("school")
    if city_slug:
        found = found.filter(city_slug=city_slug)
    return {alias.folded: alias.school for alias in found}


def _match(
    name: str,
    known: list[_Known],
    by_key: dict[str, list[_Known]],
    aliases: dict[str, School],
    state: str,
    city_slug: str,
) -> Match:
    if alias := aliases.get(fold(name)[:200]):
        return Match(name, "certain", alias, [alias])
    key = school_key(name)
    if not key:
        return Match(name, "unknown")
    if same := _open_first(by_key.get(key, ())):
        return _decided(name, same, is_certain=len(same) == 1)
    if match := _by_telling_words(name, key, known, set(city_slug.split("-"))):
        return match
    return _alike(name, key, known) or _elsewhere(name, key, state, city_slug)


def _open_first(found: Iterable[_Known]) -> list[School]:
    """The schools, without the closed ones where an open one has the name too."""
    schools = list(dict.fromkeys(each.school for each in found))
    return [school for school in schools if not school.is_closed] or schools


def _decided(name: str, schools: list[School], *, is_certain: bool) -> Match:
    return Match(
        name, "certain" if is_certain else "unsure", schools[0] if is_certain else None, schools[:MOST_SUGGESTIONS]
    )


def _by_telling_words(name: str, key: str, known: list[_Known], city: set[str]) -> Match | None:
    """The schools whose names have the telling words of the typed one, or some of them, and no other level."""
    typed = key.split()
    telling = _telling(typed)
    if not telling:
        return None
    fits = {each: max((_fit(typed, telling, other.split(), city) for other in each.keys), default=0) for each in known}
    best = max(fits.values(), default=0)
    if not best:
        return None
    schools = _open_first(each for each, fit in fits.items() if fit == best)
    further = _open_first(each for each, fit in fits.items() if 0 < fit < best)
    return _decided(name, [*schools, *further], is_certain=best > 1 and len(schools) == 1)


def _fit(typed: list[str], telling: set[str], words: list[str], city: set[str]) -> int:
    """How well a school's name fits: 3 the same telling words, 2 the typed ones among its own, 1 maybe, 0 not."""
    theirs = _telling(words)
    if not theirs or not _levels_fit(typed, words):
        return 0
    if telling == theirs:
        return 3
    if telling < theirs:
        # The town's name alone tells no school from another, and neither does a level that only one of them has.
        is_vague = telling <= city or bool(_level(typed) and not _level(words))
        return 1 if is_vague else 2
    if theirs < telling:
        return 2 if telling - theirs <= city and not theirs <= city else 1
    return 0


def _telling(words: Iterable[str]) -> set[str]:
    return {word for word in words if word not in _EMPTY and word not in _LEVELS}


def _levels_fit(typed: Sequence[str], words: Sequence[str]) -> bool:
    ours, theirs = _level(typed), _level(words)
    return not ours or not theirs or ours == theirs


def _level(words: Sequence[str]) -> str:
    if "junior" in words:
        return "middle"
    return next((_LEVELS[word] for word in reversed(words) if _LEVELS.get(word)), "")


def _alike(name: str, key: str, known: list[_Known]) -> Match | None:
    """The schools whose names look alike; a single one that differs by a slip of the pen is taken for the one meant."""
    scored = sorted(
        ((max(_likeness(key, other) for other in each.keys), each) for each in known if each.keys),
        key=lambda pair: (-pair[0], pair[1].school.is_closed),
    )
    near = [(score, each.school) for score, each in scored if score >= OFFERED]
    if not near:
        return None
    best = near[0][0]
    alone = len(near) == 1 or best - near[1][0] >= APART
    return _decided(name, [school for _score, school in near], is_certain=best >= A_SLIP and alone)


def _likeness(typed: str, other: str) -> float:
    """How alike two keys are, of 100; names of different levels are not."""
    if not _levels_fit(typed.split(), other.split()):
        return 0.0
    return max(fuzz.ratio(typed, other), fuzz.token_sort_ratio(typed, other), 0.95 * fuzz.token_set_ratio(typed, other))


def _elsewhere(name: str, key: str, state: str, city_slug: str) -> Match:
    """What the search finds in the state: only ever a question, for people name the town they live in."""
    found = [one.school for one in find_schools(name, state=state, city_slug=city_slug) if one.score >= WELL]
    found = [school for school in found if _levels_fit(key.split(), school.match_key.split())]
    return Match(name, "unsure" if found else "unknown", None, found[:MOST_SUGGESTIONS])
