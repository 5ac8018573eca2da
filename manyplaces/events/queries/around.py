"""What is known around commitments that wait: doubles, towns, organisations; found for all of them at once."""

from __future__ import annotations

import datetime
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from manyplaces.core.words import fold
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.rules import Review
from manyplaces.events.rules.smells import (
    MANY_ALIKE,
    MANY_LINKS,
    Smell,
    has_foreign_letters,
    is_far_day,
    links_in,
    names_other_state,
    skeleton,
    text_key,
)
from manyplaces.people.models import OrganisationName
from manyplaces.places.matching import school_key
from manyplaces.places.models import City, School

FAR_KM = 80
MOST_NAMES = 5000
_KM_IN_A_DEGREE = 111.2


class Row(NamedTuple):
    """What smells are found from; the columns of `queue.COLUMNS`."""

    pk: int
    key: str
    version: int
    review: str
    event: int | None
    answer: str
    action: int
    first_day: datetime.date | None
    last_day: datetime.date | None
    school: int | None
    number: str | None
    venue: str
    address: str
    city_name: str
    city_slug: str
    state: str
    lat: float | None
    lon: float | None
    day: datetime.date | None
    hosts_words: str
    shown_host: str
    note: str
    remark: str
    cluster: int | None
    errand: str
    made_at: datetime.datetime
    vouched_by: int | None

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that somebody typed freely."""
        return (self.venue, self.address, self.hosts_words, self.shown_host, self.note, self.remark)


@dataclass
class Around:
    """By row: what smells, which others are for the same place and day, and which bundle it belongs to."""

    smells: dict[int, list[Smell]] = field(default_factory=lambda: defaultdict(list))
    doubles: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    bundle: dict[int, str] = field(default_factory=dict)

    def site(self, row: Row) -> str:
        """Return what commitments for one place on one day share."""
        return site_of(row)


def site_of(row: Row) -> str:
    """Return what commitments of one action for one place on one day share."""
    where = row.number or f"{row.state} {row.city_slug} {school_key(row.venue) or fold(row.venue)}"
    return f"{row.action} {row.day} {where}"


def look_around(rows: Sequence[Row]) -> Around:
    """Return what smells of each row; seven queries."""
    found = Around()
    sources = Counter(row.cluster for row in rows if row.cluster is not None)
    texts = Counter(key for row in rows if not row.errand and (key := text_key((row.note, row.remark))))
    _find_doubles(rows, found)
    elsewhere, centres = _towns(rows)
    names, looks = _organisations()
    proved = set(Host.objects.filter(commitment__in=[row.pk for row in rows]).exclude(proved_at=None).values_list(
        "commitment", flat=True
    ))  # fmt: skip
    for row in rows:
        key = text_key((row.note, row.remark)) if not row.errand else ""
        smells = {
            Smell.SOURCE: row.cluster is not None and sources[row.cluster] >= MANY_ALIKE,
            Smell.TEXT: bool(key) and texts[key] >= MANY_ALIKE,
            Smell.LINKS: links_in(row.texts) >= MANY_LINKS,
            Smell.TWICE: bool(found.doubles[row.pk]),
            Smell.ELSEWHERE: row.pk in elsewhere or names_other_state((row.address, row.venue), row.state),
            Smell.FAR_PIN: _is_far(row, centres),
            Smell.LETTERS: any(has_foreign_letters(text) for text in row.texts),
            Smell.NAME: any(skeleton(text) in looks and fold(text) not in names for text in _named(row)),
            Smell.DAY: is_far_day(row.day, row.first_day, row.last_day),
            Smell.ADDRESS: not row.vouched_by and not row.errand and row.pk not in proved,
        }
        found.smells[row.pk] = [smell for smell, is_there in smells.items() if is_there]
        _put_in_bundle(row, key, smells, found)
    return found


def _put_in_bundle(row: Row, key: str, smells: dict[Smell, bool], found: Around) -> None:
    if smells[Smell.SOURCE]:
        found.bundle[row.pk] = f"source {row.cluster}"
    elif smells[Smell.TEXT]:
        found.bundle[row.pk] = f"text {key}"


def _named(row: Row) -> tuple[str, ...]:
    return tuple(name.strip() for name in (*row.hosts_words.split(";"), row.shown_host, row.venue) if name.strip())


def _find_doubles(rows: Sequence[Row], found: Around) -> None:
    """Note which rows share place and day, among themselves and with what is online; two queries."""
    sites: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        sites[site_of(row)].add(row.key)
    actions = {row.action for row in rows}
    cities = {row.city_slug for row in rows}
    approved = Commitment.objects.filter(review=Review.APPROVED, action__in=actions, city_slug__in=cities)
    columns = ("action_id", "date_from", "school__number", "state", "city_slug", "venue", "key")
    for action, day, number, state, city, venue, key in approved.values_list(*columns):
        where = number or f"{state} {city} {school_key(venue) or fold(venue)}"
        sites[f"{action} {day} {where}"].add(key)
    listed = Event.objects.filter(action__in=actions, city__slug__in=cities, spelling__isnull=False)
    known = ("action_id", "date_from", "spelling__place__registry_number", "city__state", "city__slug", "venue")
    for action, day, number, state, city, venue, key in listed.values_list(*known, "key"):
        where = number or f"{state} {city} {school_key(venue) or fold(venue)}"
        sites[f"{action} {day} {where}"].add(key)
    for row in rows:
        found.doubles[row.pk] = sorted(sites[site_of(row)] - {row.key})


def _towns(rows: Sequence[Row]) -> tuple[set[int], dict[tuple[str, str], tuple[float, float]]]:
    """Return the rows whose town we know in other states only, and where towns lie; two queries."""
    free = [row for row in rows if row.school is None]
    slugs = {row.city_slug for row in free}
    cities = City.objects.filter(slug__in=slugs)
    known: dict[str, set[str]] = defaultdict(set)
    centres = {}
    for state, slug, lat, lon in cities.values_list("state", "slug", "lat", "lon"):
        known[slug].add(state)
        if lat is not None and lon is not None:
            centres[state, slug] = (lat, lon)
    for state, slug in School.objects.filter(city_slug__in=slugs).values_list("state", "city_slug").distinct():
        known[slug].add(state)
    return {row.pk for row in free if known[row.city_slug] and row.state not in known[row.city_slug]}, centres


def _is_far(row: Row, centres: dict[tuple[str, str], tuple[float, float]]) -> bool:
    centre = centres.get((row.state, row.city_slug))
    if row.school is not None or row.lat is None or row.lon is None or centre is None:
        return False
    east = (row.lon - centre[1]) * math.cos(math.radians(row.lat))
    return math.hypot(row.lat - centre[0], east) * _KM_IN_A_DEGREE > FAR_KM


def _organisations() -> tuple[set[str], set[str]]:
    """Return the names of organisations as they are searched, and as they look; one query."""
    names = set(OrganisationName.objects.order_by("pk").values_list("folded", flat=True)[:MOST_NAMES])
    return names, {skeleton(name) for name in names}
