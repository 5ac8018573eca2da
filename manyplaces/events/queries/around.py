"""What is known around commitments that wait: doubles, towns, organisations; found for all of them at once."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Avg

from manyplaces.core.words import fold
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.rules import Phase, Review
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
from manyplaces.places.geometry import kilometres
from manyplaces.places.matching import school_key
from manyplaces.places.models import City, School, SchoolAlias

FAR_KM = 80
MOST_NAMES = 5000


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
    county: str
    lat: float | None
    lon: float | None
    day: datetime.date | None
    hosts_words: str
    shown_host: str
    note: str
    remark: str
    access_note: str
    safety: str
    cluster: int | None
    errand: str
    made_at: datetime.datetime
    vouched_by: int | None

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that somebody typed freely."""
        named = (self.venue, self.address, self.hosts_words, self.shown_host)
        return (*named, self.note, self.remark, self.access_note, self.safety)


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
    """Return what commitments of one action for one place on one day share, whichever way the place was named."""
    return f"{row.action} {row.day} {row.state} {row.city_slug} {school_key(row.venue) or fold(row.venue)}"


def look_around(rows: Sequence[Row]) -> Around:
    """Return what smells of each row; eight queries."""
    found = Around()
    sources = Counter(row.cluster for row in rows if row.cluster is not None)
    texts = Counter(key for row in rows if not row.errand and (key := text_key((row.note, row.remark))))
    _find_doubles(rows, found)
    elsewhere, centres = _towns(rows)
    names, looks = _organisations()
    called_off = _called_off(rows)
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
            Smell.AREA: bool(called_off & {(row.action, row.state, where) for where in (row.city_slug, row.county)}),
            Smell.ADDRESS: not row.vouched_by and not row.errand and row.pk not in proved,
        }
        found.smells[row.pk] = [smell for smell, is_there in smells.items() if is_there]
        _put_in_bundle(row, sources.get(row.cluster or 0, 0), key, texts.get(key, 0), found)
    return found


def _put_in_bundle(row: Row, sources: int, text: str, texts: int, found: Around) -> None:
    """Put a row beside those of its source, or of its text where more have that: a flood comes from many sources."""
    if max(sources, texts) < MANY_ALIKE:
        return
    found.bundle[row.pk] = f"source {row.cluster}" if sources >= texts else f"text {text}"


def _named(row: Row) -> tuple[str, ...]:
    return tuple(name.strip() for name in (*row.hosts_words.split(";"), row.shown_host, row.venue) if name.strip())


class _Site(NamedTuple):
    """A commitment or an event as far as doubles are found by it."""

    key: str
    action: int
    day: datetime.date | None
    number: str | None
    state: str
    city: str
    venue: str


def _find_doubles(rows: Sequence[Row], found: Around) -> None:
    """Note which rows share place and day, among themselves and with what is online; three queries.

    One host picks the school from the registry and another types its name, so each is found under the number, under
    its name and under the names that people gave the school. Two numbers are two schools, whatever they are called.
    """
    own = [_Site(row.key, row.action, row.day, row.number, row.state, row.city_slug, row.venue) for row in rows]
    actions, cities = {row.action for row in rows}, {row.city_slug for row in rows}
    approved = Commitment.objects.filter(review=Review.APPROVED, action__in=actions, city_slug__in=cities)
    columns = ("key", "action_id", "date_from", "school__number", "state", "city_slug", "venue")
    sites = own + [_Site(*values) for values in approved.values_list(*columns)]
    listed = Event.objects.filter(action__in=actions, city__slug__in=cities, spelling__isnull=False)
    known = ("date_from", "spelling__place__registry_number", "city__state", "city__slug", "venue")
    sites += [_Site(*values) for values in listed.values_list("key", "action_id", *known)]
    names = _names_given(site.number for site in sites if site.number)
    there: dict[tuple[object, ...], list[_Site]] = defaultdict(list)
    for site in sites:
        for sign in _signs(site, names):
            there[sign].append(site)
    for row, site in zip(rows, own, strict=True):
        others = [other for sign in _signs(site, names) for other in there[sign] if other.key != site.key]
        same = {other.key for other in others if not (site.number and other.number and site.number != other.number)}
        found.doubles[row.pk] = sorted(same)


def _names_given(numbers: Iterable[str]) -> dict[str, set[str]]:
    """Return by school the keys of the names that people gave it; one query."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = SchoolAlias.objects.filter(school__number__in=set(numbers)).values_list("school__number", "text")
    for number, text in rows:
        found[number].add(school_key(text))
    return found


def _signs(site: _Site, names: Mapping[str, set[str]]) -> set[tuple[object, ...]]:
    """Return everything under which a site is found."""
    called = {school_key(site.venue) or fold(site.venue), *names.get(site.number or "", ())}
    signs: set[tuple[object, ...]] = {(site.action, site.day, site.state, site.city, name) for name in called}
    return signs | {(site.action, site.day, site.number)} if site.number else signs


def _called_off(rows: Sequence[Row]) -> set[tuple[int, str, str]]:
    """Return action, state, and city or county of what coordinators have called off around the rows; one query."""
    events = Event.every.filter(action__in={row.action for row in rows}, city__state__in={row.state for row in rows})
    called = events.filter(phase__in=[Phase.CANCELLED, Phase.POSTPONED]).exclude(commitment__review=Review.WITHDRAWN)
    found = set(called.values_list("action_id", "city__state", "city__slug", "city__county"))
    return {(action, state, where) for action, state, *areas in found for where in areas if where}


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
    towns = School.objects.filter(city_slug__in=slugs).values_list("state", "city_slug")
    for state, slug, lat, lon in towns.annotate(Avg("lat"), Avg("lon")).order_by():
        known[slug].add(state)
        if lat is not None and lon is not None:
            centres.setdefault((state, slug), (lat, lon))
    return {row.pk for row in free if known[row.city_slug] and row.state not in known[row.city_slug]}, centres


def _is_far(row: Row, centres: dict[tuple[str, str], tuple[float, float]]) -> bool:
    centre = centres.get((row.state, row.city_slug))
    if row.school is not None or row.lat is None or row.lon is None or centre is None:
        return False
    return kilometres((row.lat, row.lon), centre) > FAR_KM


def _organisations() -> tuple[set[str], set[str]]:
    """Return the names of organisations as they are searched, and as they look; one query."""
    names = set(OrganisationName.objects.order_by("pk").values_list("folded", flat=True)[:MOST_NAMES])
    return names, {skeleton(name) for name in names}
