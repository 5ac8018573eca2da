"""A list of schools brought into the registry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.journal.operations import clean_texts, record
from manyplaces.people.rules import Role, require
from manyplaces.places import gazetteer
from manyplaces.places.geometry import STATES
from manyplaces.places.matching import school_key
from manyplaces.places.models import City, School, SchoolList
from manyplaces.places.operations.words import WordIndex, words_of
from manyplaces.places.rules import city_slug, county_name

# What a list says of a school; an empty cell leaves what is there.
LISTED = (
    "name", "district", "street", "city_name", "county", "state", "zipcode", "level", "grades", "lat", "lon",
    "is_closed", "zone",
)  # fmt: skip
DERIVED = ("match_key", "city_slug", "words")
# Territories that the map does not show; their schools are known all the same.
TERRITORIES = ("AS", "GU", "MP", "VI")
# The texts of a school with how long each may be.
_TEXTS = {
    field.name: field.max_length or 0
    for field in School._meta.concrete_fields
    if isinstance(field, models.CharField) and field.name in ("number", *LISTED)
}
_NUMBER = re.compile("[0-9]{12}")
# A list with fewer than this share of the schools that the registry has of a state is a part of a list.
WHOLE_LIST = 0.5

What = Literal["created", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One row of a list: its line in the file and the school it speaks of.

    `is_rough`: its position is only that of the town; `problem`: a sentence if the row could not be read.
    """

    line: int
    school: School
    is_rough: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row, and why it was refused."""

    line: int
    outcome: What
    number: str
    refusal: ValidationError | None = None


@dataclass
class _Seen:
    """The numbers of a whole list by state, so that it can be told which schools it no longer has."""

    numbers: dict[str, set[int]] = field(default_factory=dict)

    def add(self, school: School) -> None:
        self.numbers.setdefault(school.state, set()).add(int(school.number))


def import_schools(
    batches: Iterable[Sequence[Incoming]],
    *,
    file_name: str,
    by: Actor,
    told: Callable[[list[Taken]], None],
    closes: bool = True,
    dry_run: bool = False,
) -> SchoolList:
    """Bring the registry into line with a list of schools, and close those that the list no longer has.

    Each batch is a transaction of its own, after which `told` is called; an import that was interrupted is repeated.
    Schools that are missing are closed only in states of which the list has at least half of the registry's open
    schools, and only with `closes`; they stay in the registry. The journal gets one entry, at the end.
    """
    require(by, Role.NATIONAL)
    listed, seen = SchoolList(file_name=file_name[:255]), _Seen()
    counts: Counter[What] = Counter()
    for batch in batches:
        with transaction.atomic():
            taken = _take(batch, seen, dry_run=dry_run)
        counts.update(row.outcome for row in taken)
        told(taken)
    listed.added, listed.changed, listed.unchanged = counts["created"], counts["changed"], counts["unchanged"]
    listed.refused = counts["refused"]
    with transaction.atomic():
        missing = _missing(seen) if closes else []
        listed.closed = len(missing)
        if not dry_run:
            _close(missing)
            _fill_counties()
            WordIndex().gather_vocabulary()
            clean_texts(listed)
            listed.full_clean()
            listed.save()
            record(by, "schoollist.imported", listed, unseen=True)
    return listed


def _take(batch: Sequence[Incoming], seen: _Seen, *, dry_run: bool) -> list[Taken]:
    """Bring the schools of one batch into line, in one transaction; tells what became of each row."""
    known = {row.number: row for row in School.objects.filter(number__in=[row.school.number for row in batch])}
    taken, changed = [], {}
    for row in batch:
        school, stored = row.school, known.get(row.school.number)
        try:
            _settle(row, stored)
        except ValidationError as refusal:
            taken.append(Taken(row.line, "refused", school.number[:12], refusal))
            if stored:
                seen.add(stored)
            continue
        seen.add(school)
        if stored and all(getattr(school, name) == getattr(stored, name) for name in LISTED + DERIVED):
            taken.append(Taken(row.line, "unchanged", school.number))
            continue
        taken.append(Taken(row.line, "changed" if stored else "created", school.number))
        changed[school.number] = known[school.number] = school
    if changed and not dry_run:
        WordIndex().replace_schools(changed.values())
    return taken


def _settle(row: Incoming, stored: School | None) -> None:
    """Complete a school from what is stored of it and from the gazetteer; raises ValidationError for a bad row."""
    if row.problem:
        raise ValidationError(row.problem)
    school = row.school
    if not _is_plain(school):
        clean_texts(school)
    school.county = county_name(school.county, school.state)
    if stored:
        # A file of positions alone does not say whether a school is open.
        school.is_closed = school.is_closed if school.name else stored.is_closed
        _take_over(school, stored, but_position=not row.is_rough)
        if stored.zone and all(getattr(school, name) == getattr(stored, name) for name in LISTED):
            school.match_key, school.city_slug, school.words = stored.match_key, stored.city_slug, stored.words
            return
    _require(school)
    school.city_slug = city_slug(school.city_name)
    school.match_key = school_key(school.name)[:200]
    _fill_from_gazetteer(school)
    school.words = words_of(school)
    # The texts are clean already, and looking at each field of a hundred thousand schools takes its time.
    if not _is_on_earth(school):
        school.full_clean(exclude=_TEXTS, validate_unique=False, validate_constraints=False)


def _fill_from_gazetteer(school: School) -> None:
    """Give a school the county, clock and position of its town, where the list does not say them."""
    if school.county and school.zone and school.lat is not None and school.lon is not None:
        return
    spot = gazetteer.locate(school.city_name, school.state)
    if spot:
        school.county, school.zone = school.county or spot.county, school.zone or spot.zone
        if school.lat is None or school.lon is None:
            school.lat, school.lon = spot.lat, spot.lon
    elif not school.zone and school.state in STATES:
        school.zone = gazetteer.state_zone(school.state)


def _is_on_earth(school: School) -> bool:
    return school.lat is None or school.lon is None or (abs(school.lat) <= 90 and abs(school.lon) <= 180)


def _is_plain(school: School) -> bool:
    """Whether the texts of a school are as clean as they can be; most are, and need not be looked at one by one."""
    texts = [getattr(school, name) for name in _TEXTS]
    whole = "|".join(texts)
    if not (whole.isascii() and whole.isprintable()) or "  " in whole:
        return False
    return all(len(text) <= longest for text, longest in zip(texts, _TEXTS.values(), strict=True))


def _take_over(school: School, stored: School, *, but_position: bool) -> None:
    """Fill what the list leaves empty from what is stored; a rough position does not replace one."""
    for name in LISTED:
        if getattr(school, name) in ("", None):
            setattr(school, name, getattr(stored, name))
    if stored.lat is not None and not but_position:
        school.lat, school.lon = stored.lat, stored.lon
    school.also = stored.also


def _require(school: School) -> None:
    """Refuse a row that lacks what a school must have; the keys are the fields of School."""
    wrong = {}
    if not _NUMBER.fullmatch(school.number):
        wrong["number"] = _("A registry number has twelve digits.")
    if not fold(school.name):
        wrong["name"] = _("The school needs a name with letters or digits in it.")
    if not city_slug(school.city_name):
        wrong["city_name"] = _("The city is missing. Give the name of the city, county or district.")
    if school.state not in STATES and school.state not in TERRITORIES:
        sentence = _("“%s” is not a state. Give two letters such as WI or PR.")
        wrong["state"] = sentence % school.state[:40]
    if wrong:
        raise ValidationError(wrong)


def _missing(seen: _Seen) -> list[int]:
    """The keys of open schools that a list lacks, in the states that it has as a whole."""
    missing = []
    for state, numbers in seen.numbers.items():
        there = list(School.objects.filter(state=state, is_closed=False).values_list("pk", "number"))
        if len(numbers) >= WHOLE_LIST * len(there):
            missing += [key for key, number in there if int(number) not in numbers]
    return missing


def _close(missing: list[int]) -> None:
    for first in range(0, len(missing), 500):
        School.objects.filter(pk__in=missing[first : first + 500]).update(is_closed=True)


def _fill_counties() -> None:
    """Give a county to the cities that have none yet."""
    for city in City.objects.filter(county="").order_by("pk"):
        spot = gazetteer.locate(city.name, city.state)
        if spot and spot.county:
            City.objects.filter(pk=city.pk).update(county=spot.county)
