"""Whether the journal is as it was written, and what others did to rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from typing import Any

from django.utils import timezone

from manyplaces.journal.models import Entry, Link
from manyplaces.journal.rules import TAKEN_BACK, link_of

BATCH = 500
# The clock chains every minute; what waits longer waits for a clock that stands still.
LONGEST_WAIT = timedelta(minutes=10)
MOST_FAULTS = 50


@dataclass(frozen=True)
class Anchor:
    """Where the chain stood at some time, as something outside of the database remembers it."""

    place: int
    digest: str
    day: str


@dataclass(frozen=True)
class Soundness:
    """How the journal is: how many entries, how many of them chained, the last link, and what is wrong (in English)."""

    entries: int
    chained: int
    head: str
    faults: list[str]


def soundness(anchors: Iterable[Anchor] = ()) -> Soundness:
    """Read the whole journal and its chain, and say what was changed or is missing; at most 50 faults are named."""
    faults = list(islice(chain(_broken(), _forgotten(anchors), _waiting()), MOST_FAULTS))
    last = Link.objects.order_by("-place").first()
    return Soundness(Entry.objects.count(), Link.objects.count(), last.digest if last else "", faults)


def _broken() -> Iterator[str]:
    links, previous, expected = Link.objects.order_by("place").iterator(BATCH), "", 1
    while batch := list(islice(links, BATCH)):
        entries = Entry.objects.in_bulk([link.entry for link in batch])
        for link in batch:
            if link.place != expected:
                yield f"the chain has lost what stood from place {expected} to {link.place - 1}."
            elif link.entry not in entries:
                yield f"entry {link.entry} is missing."
            elif link_of(previous, entries[link.entry].content()) != link.digest:
                found = entries[link.entry]
                written = f"{found.at:%Y-%m-%d %H:%M} UTC, {found.verb}"
                yield f"entry {found.pk} ({written}) was changed after it was written."
            previous, expected = link.digest, link.place + 1


def _forgotten(anchors: Iterable[Anchor]) -> Iterator[str]:
    wanted = {anchor.place: anchor for anchor in anchors}
    kept = dict(Link.objects.filter(place__in=list(wanted)).values_list("place", "digest")) if wanted else {}
    for place, anchor in sorted(wanted.items()):
        if place not in kept:
            yield f"on {anchor.day} the chain had {place} entries, and now it has fewer."
        elif kept[place] != anchor.digest:
            yield f"on {anchor.day} the entry at place {place} was another one than now."


def _waiting() -> Iterator[str]:
    bound = set(Link.objects.values_list("entry", flat=True))
    late = Entry.objects.filter(at__lt=timezone.now() - LONGEST_WAIT).values_list("pk", flat=True)
    many = sum(entry not in bound for entry in late.iterator(BATCH))
    if many:
        yield f"{many} entries have waited for more than ten minutes to be chained; see that manyplaces up is running."


def last_of_others(errand: str, subjects: Mapping[str, Any]) -> dict[tuple[str, int], int]:
    """Return the number of the last entry about rows that was not made on this errand, by kind and key of the row.

    `subjects` gives the keys by kind ("events.event"), as a collection or a query of keys. What was itself taken back
    has left things as they were and does not count. One query for each kind, and one more where there were errands.
    """
    found: list[tuple[str, int, str, int]] = []
    for kind, keys in subjects.items():
        others = Entry.objects.filter(subject_kind=kind, subject_id__in=keys).exclude(errand=errand)
        others = others.exclude(verb__endswith=TAKEN_BACK).order_by("pk")
        found += others.values_list("subject_kind", "subject_id", "errand", "pk")
    errands = {entry[2] for entry in found if entry[2]}
    undone: set[str] = set()
    if errands:
        taken_back = Entry.objects.filter(verb__endswith=TAKEN_BACK, before__errand__in=errands)
        undone = set(taken_back.values_list("before__errand", flat=True))
    return {(kind, key): number for kind, key, made_on, number in found if made_on not in undone}
