"""Schools found as somebody types: candidates from the index of words, put in order; typing errors put right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from manyplaces.core.words import slug
from manyplaces.places.geometry import STATES
from manyplaces.places.matching import meanings, school_key, search_words
from manyplaces.places.models import School
from manyplaces.places.queries.ordering import COMMON, KINDS, Candidate, Group, Ordered, Way, begins_one_of, in_order
from manyplaces.places.queries.spelling import repaired
from manyplaces.places.rules import city_word, state_word

LONGEST = 200  # characters of what is typed that are looked at
MOST_WORDS = 8
MOST_CANDIDATES = 200
# With fewer schools than this, or none that has every word, the words are looked at for typing errors.
ENOUGH = 3
# A school that fits so well is the one that is meant.
FITS = 0.8
_STATE = re.compile("[A-Z]{2}")
# Behind every text that begins as another.
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class FoundSchool:
    """A school that was found, how well it fits (0 to 1), and whether by a name that people gave it."""

    school: School
    score: float
    is_alias: bool


class _Asked(NamedTuple):
    """What is typed: its words, the beginning of a school's key, and the words of the index that narrow the search."""

    words: list[str]
    key: str
    state: str
    city: str


def find_schools(q: str, *, state: str = "", city_slug: str = "", limit: int = 10) -> list[FoundSchool]:
    """Return open schools by name, city, district and state as far as they are typed, best first.

    `state` narrows to a state; in it `city_slug` puts the schools of a city first. Two queries; up to three more where
    typing errors have to be put right.
    """
    # The registry is written in Latin letters, and the index knows no others.
    words = [word for word in search_words(q[:LONGEST]) if word.isascii()][:MOST_WORDS]
    if len("".join(words)) < 2:
        return []
    state = state.strip().upper()
    if state and not _STATE.fullmatch(state):
        return []
    city = city_word(state, slug(city_slug)) if state and city_slug else ""
    asked = _Asked(words, _typed_key(q), state, city)
    ordered = _ordered(asked)[:limit]
    schools = School.objects.in_bulk([found.candidate.pk for found in ordered])
    return [
        FoundSchool(schools[found.candidate.pk], round(min(found.score, 1.0), 3), found.is_alias)
        for found in ordered
        # The registry has the islands' schools too, but nothing can take place there yet: they are on no map of ours.
        if found.candidate.pk in schools and schools[found.candidate.pk].state in STATES
    ]


def _ordered(asked: _Asked) -> list[Ordered]:
    groups = [_meant(word) for word in asked.words]
    found = _candidates(asked, [groups])
    ordered = in_order(found, groups, asked.key, asked.city)
    if ordered and ordered[0].has_all and (len(ordered) >= ENOUGH or ordered[0].score >= FITS):
        return ordered
    groups = [[*group, *further] for group, further in zip(groups, repaired(asked.words), strict=True)]
    more = _candidates(asked, [groups])
    if not (found or more) and (choices := _but_one(groups)):
        more = _candidates(asked, choices)
    return in_order([*found, *more], groups, asked.key, asked.city)


def _meant(word: str) -> Group:
    """What a typed word may mean: itself or the word it begins, or what it is short for."""
    return [Way((word,), 1.0, True), *(Way(tuple(other.split()), 1.0, False) for other in meanings(word))]


def _typed_key(q: str) -> str:
    """The beginning of a school's key that is typed, without a word "school" that may only have been begun."""
    key = school_key(q[:LONGEST])
    first, _, last = key.rpartition(" ")
    return first if first and len(last) > 1 and "school".startswith(last) else key


def _candidates(asked: _Asked, choices: Sequence[Sequence[Group]]) -> list[Candidate]:
    """Some hundreds of open schools at most in which every group of a choice is found, or whose key begins as typed."""
    choices = [_telling(groups) for groups in choices]
    by_words, by_key = _SQL[connection.vendor]
    parts: list[str] = []
    values: list[str | int] = []
    narrows = [asked.city] if asked.city else []
    for narrow in [*narrows, state_word(asked.state) if asked.state else ""]:
        parts.append(by_words)
        values += [_expression(choices, narrow), MOST_CANDIDATES]
    if len(asked.key) > 2:
        parts.append(by_key)
        values += [asked.key, asked.key + LAST, asked.state or "%", MOST_CANDIDATES]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), values)
        return [Candidate(*row) for row in cursor.fetchall()]


def _telling(groups: Sequence[Group]) -> list[Group]:
    """The groups without those of common words, also of such that are only begun, as far as enough others are left."""
    telling = [group for group in groups if not begins_one_of(COMMON, group[0].words[0])]
    rare = [group for group in telling if len(group[0].words[0]) > 2 and not begins_one_of(KINDS, group[0].words[0])]
    return (
        [group for group in telling if not begins_one_of(KINDS, group[0].words[0])]
        if len(rare) > 1
        else telling or list(groups)
    )


def _but_one(groups: Sequence[Group]) -> list[Sequence[Group]]:
    """The telling groups, each time without one of them: one of the words is not of the school that is meant."""
    rare = [
        group
        for group in groups
        if len(group[0].words[0]) > 2 and not begins_one_of((*COMMON, *KINDS), group[0].words[0])
    ]
    return [rare[:left] + rare[left + 1 :] for left in range(len(rare))] if len(rare) > 1 else []


def _expression(choices: Sequence[Sequence[Group]], narrow: str) -> str:
    """The choices in the language of the database's index: words that begin so, joined by and and or."""
    either, both, word = (" OR ", " AND ", '"%s"%s') if connection.vendor == "sqlite" else (" | ", " & ", "'%s'%s")
    star = "*" if connection.vendor == "sqlite" else ":*"

    def said(way: Way) -> str:
        return both.join(word % (each, star if way.begins else "") for each in way.words)

    def choice(groups: Sequence[Group]) -> str:
        return both.join("(" + either.join(f"({said(way)})" for way in group) + ")" for group in groups)

    whole = either.join(f"({choice(groups)})" for groups in choices)
    return f"({whole}){both}{word % (narrow, '')}" if narrow else whole


_COLUMNS = "s.id, s.name, s.also, s.match_key, s.words"
_SQL = {
    "sqlite": (
        f"SELECT * FROM (SELECT {_COLUMNS} FROM places_schoolwords"  # noqa: S608 - the columns are ours
        " JOIN places_school s ON s.id = places_schoolwords.rowid"
        " WHERE places_schoolwords MATCH %s AND NOT s.is_closed LIMIT %s)",
        f"SELECT * FROM (SELECT {_COLUMNS} FROM places_school s"  # noqa: S608 - the columns are ours
        " WHERE s.match_key >= %s AND s.match_key < %s AND s.state LIKE %s AND NOT s.is_closed"
        " ORDER BY s.match_key LIMIT %s)",
    ),
    "postgresql": (
        f"(SELECT {_COLUMNS} FROM places_school s"  # noqa: S608
        " WHERE array_to_tsvector(string_to_array(s.words, ' ')) @@ %s::tsquery AND NOT s.is_closed LIMIT %s)",
        f"(SELECT {_COLUMNS} FROM places_school s"  # noqa: S608
        " WHERE s.match_key ~>=~ %s AND s.match_key ~<~ %s AND s.state LIKE %s AND NOT s.is_closed"
        " ORDER BY s.match_key USING ~<~ LIMIT %s)",
    ),
}
