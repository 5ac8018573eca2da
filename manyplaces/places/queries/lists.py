"""Whole lists of names matched with the registry: certain, unsure (asked about once) or unknown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Q
from rapidfuzz import fuzz, process

from manyplaces.core.words import fold
from manyplaces.places.matching import school_key
from manyplaces.places.models import School, SchoolAlias
from manyplaces.places.queries.likeness import Fit, fit, likeness

Verdict = Literal["certain", "unsure", "unknown"]

MOST_SUGGESTIONS = 5
# Alike enough to be offered, of 100; and alike enough to be taken for a slip of the pen where no other comes near.
OFFERED, A_SLIP, APART = 72.0, 93.0, 8.0
# Elsewhere in the state only what looks nearly the same is offered.
NEARLY = 88.0


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


@dataclass(slots=True)
class _Area:
    """What is known of the area that a list is about: its schools, what people call them, and who has the same name
    elsewhere in the state."""

    city: set[str]
    known: list[_Known]
    aliases: dict[str, School]
    elsewhere: dict[str, list[School]]
    by_key: dict[str, list[_Known]] = field(default_factory=lambda: defaultdict(list))


def match_schools(names: Sequence[str], *, state: str, city_slug: str = "", district: str = "") -> list[Match]:
    """Match names that people typed for schools of one area; returns a match for each, in their order.

    Five queries at most, however many names there are: the schools of the city or district, their aliases, schools of
    the same name elsewhere in the state (in the country, where no state is given), and for names that are still
    unknown those of the state that look nearly the same.
    """
    keys = [school_key(name)[:200] for name in names]
    area = _area(names, keys, state, city_slug, district)
    matches = [_match(name, key, area) for name, key in zip(names, keys, strict=True)]
    unknown = {key for key, match in zip(keys, matches, strict=True) if match.verdict == "unknown" and key}
    nearly = _nearly(unknown, state) if unknown and state else {}
    return [
        Match(match.name, "unsure", None, nearly[key]) if match.verdict == "unknown" and nearly.get(key) else match
        for key, match in zip(keys, matches, strict=True)
    ]


def _area(names: Sequence[str], keys: Sequence[str], state: str, city_slug: str, district: str) -> _Area:
    schools = School.objects.filter(state=state) if state else School.objects.all()
    here: list[School] = []
    if state and (city_slug or district):
        where = Q(city_slug=city_slug) if city_slug else Q(district__iexact=district)
        here = list(schools.filter(where).order_by("is_closed", "pk"))
    area = _Area(
        set(city_slug.split("-")) if city_slug else set(),
        [_Known(school, _keys(school)) for school in here],
        _aliases(names, state, city_slug),
        defaultdict(list),
    )
    for each in area.known:
        for key in each.keys:
            area.by_key[key].append(each)
    inside = {school.pk for school in here}
    for school in schools.filter(match_key__in={key for key in keys if key}).order_by("is_closed", "pk"):
        if school.pk not in inside:
            area.elsewhere[school.match_key].append(school)
    return area


def _keys(school: School) -> tuple[str, ...]:
    names = [school.match_key, *(school_key(name) for name in school.also.split("\n") if name)]
    return tuple(dict.fromkeys(filter(None, names)))


def _aliases(names: Sequence[str], state: str, city_slug: str) -> dict[str, School]:
    """The schools that people of the area mean by the names; none by a name that stands for two schools of a state."""
    found = SchoolAlias.objects.filter(folded__in={fold(name)[:200] for name in names}).select_related("school")
    found = found.filter(state=state, city_slug=city_slug) if city_slug else found.filter(state=state)
    meant: dict[str, set[School]] = defaultdict(set)
    for alias in found:
        meant[alias.folded].add(alias.school)
    return {folded: next(iter(schools)) for folded, schools in meant.items() if len(schools) == 1}


def _match(name: str, key: str, area: _Area) -> Match:
    if alias := area.aliases.get(fold(name)[:200]):
        return Match(name, "certain", alias, [alias])
    if not key:
        return Match(name, "unknown")
    if same := _open_first(area.by_key.get(key, ())):
        return _decided(name, same, is_certain=len(same) == 1 and not same[0].is_closed)
    return _by_telling_words(name, key, area) or _by_looks(name, key, area)


def _open_first(found: Iterable[_Known]) -> list[School]:
    """The schools, without the closed ones where an open one has the name too."""
    schools = list(dict.fromkeys(each.school for each in found))
    return [school for school in schools if not school.is_closed] or schools


def _decided(name: str, schools: Iterable[School], *, is_certain: bool) -> Match:
    """The match with the schools in their order, each once."""
    found = list(dict.fromkeys(schools))[:MOST_SUGGESTIONS]
    return Match(name, "certain" if is_certain else "unsure", found[0] if is_certain else None, found)


def _by_telling_words(name: str, key: str, area: _Area) -> Match | None:
    """The schools whose names have the telling words of the typed one, or some of them, and no other level."""
    typed = key.split()
    fits = {
        each: max((fit(typed, other.split(), area.city) for other in each.keys), default=Fit.NOT) for each in area.known
    }
    best = max(fits.values(), default=Fit.NOT)
    if best == Fit.NOT:
        return None
    schools = _open_first(each for each, fits_so in fits.items() if fits_so == best)
    further = _open_first(each for each, fits_so in fits.items() if Fit.NOT < fits_so < best)
    is_certain = len(schools) == 1 and not schools[0].is_closed and best >= Fit.ALONE
    if best == Fit.ALONE and (further or _is_next_door(schools[0], area.elsewhere.get(key, ()))):
        is_certain = False
    elsewhere = area.elsewhere.get(key, [])
    found = [*schools[:1], *elsewhere[:1], *schools[1:], *further, *elsewhere[1:]]
    return _decided(name, found if best >= Fit.ALONE else [*elsewhere[:1], *found], is_certain=is_certain)


def _is_next_door(school: School, others: Iterable[School]) -> bool:
    """Whether another school of exactly the typed name is in the same county: the post's towns are not the people's."""
    return any(school.county and other.county == school.county for other in others)


def _by_looks(name: str, key: str, area: _Area) -> Match:
    """The schools whose names look alike; a single one that differs by a slip of the pen is taken for the one meant."""
    scored = sorted(
        ((max(likeness(key, other) for other in each.keys), each) for each in area.known if each.keys),
        key=lambda pair: (-pair[0], pair[1].school.is_closed),
    )
    near = [(score, each.school) for score, each in scored if score >= OFFERED]
    elsewhere = area.elsewhere.get(key, [])
    if not near and not elsewhere:
        return Match(name, "unknown")
    if not near:
        return _decided(name, elsewhere, is_certain=False)
    best, school = near[0]
    is_alone = len(near) == 1 or best - near[1][0] >= APART
    is_certain = best >= A_SLIP and is_alone and not elsewhere and not school.is_closed
    likely = [school for _score, school in near]
    found = [*likely, *elsewhere] if is_certain else [*elsewhere[:1], *likely, *elsewhere[1:]]
    return _decided(name, found, is_certain=is_certain)


def _nearly(keys: set[str], state: str) -> dict[str, list[School]]:
    """For each key the open schools of the state that look nearly the same: only ever a question."""
    known = dict(School.objects.filter(state=state, is_closed=False).values_list("pk", "match_key"))
    found = {
        key: [
            pk
            for _other, _score, pk in process.extract(
                key, known, scorer=fuzz.token_sort_ratio, score_cutoff=NEARLY, limit=MOST_SUGGESTIONS
            )
        ]
        for key in keys
    }
    schools = School.objects.in_bulk({pk for several in found.values() for pk in several})
    return {key: [schools[pk] for pk in several if pk in schools] for key, several in found.items()}
