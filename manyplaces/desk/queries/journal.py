"""The journal as the desk reads it: in words, by what it is about, and as lines of a file."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from manyplaces.actions.models import Action
from manyplaces.core.words import fold
from manyplaces.desk.queries.verbs import KINDS, VERBS
from manyplaces.events.models import Commitment, Event
from manyplaces.journal.models import Entry, Link
from manyplaces.lists.models import SiteList
from manyplaces.people.models import Organisation, Person

# So many entries in one file: written in a few seconds, in which nobody waits long.
IN_A_FILE = 50_000
BATCH = 500


@dataclass(frozen=True)
class About:
    """How rows of a kind are found and named: the columns of words, those that must fit exactly, and their page."""

    rows: QuerySet[Any]
    words: tuple[str, ...]
    exact: tuple[str, ...]
    title: str
    page: str
    part: str


ABOUT = {
    "events.commitment": About(
        Commitment.objects.all(), ("venue",), ("key", "action__slug", "city_name"), "venue", "desk:commitment", "key"
    ),
    "events.event": About(
        Event.every.all(), ("venue",), ("key", "action__slug", "city__name"), "venue", "desk:event", "key"
    ),
    "actions.action": About(Action.every.all(), ("name", "name_es"), ("slug",), "name", "desk:action", "slug"),
    "people.organisation": About(Organisation.objects.all(), ("name",), ("slug",), "name", "desk:organisation", "slug"),
    "people.person": About(Person.objects.all(), ("alias",), ("uid",), "alias", "desk:person", "uid"),
    "lists.sitelist": About(SiteList.objects.all(), ("title",), ("uid",), "title", "", "uid"),
}


@dataclass(frozen=True)
class Asked:
    """What of the journal is wanted: words, a kind of row, days (in UTC, both included)."""

    words: str = ""
    kind: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True)
class Line:
    """One entry in words: what was done to what kind of thing; its name, and its page, where it has them."""

    entry: Entry
    kind: str
    verb: str
    title: str
    page: str
    part: str
    fields: list[str]


def entries(asked: Asked) -> QuerySet[Entry]:
    """Return the journal, newest first, narrowed to what was asked."""
    found = Entry.objects.order_by("-pk")
    if asked.words:
        found = found.filter(_said(asked.words) | _about(asked.words))
    if asked.kind:
        found = found.filter(subject_kind=asked.kind)
    if asked.since:
        found = found.filter(at__gte=_midnight(asked.since))
    if asked.until and asked.until < datetime.date.max:
        found = found.filter(at__lt=_midnight(asked.until + datetime.timedelta(days=1)))
    return found


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def _said(words: str) -> Q:
    """By who acted and what was done: in the journal's own words, or in those of the page."""
    said = Q(actor__icontains=words) | Q(verb__icontains=words) | Q(errand__iexact=words) | Q(door__iexact=words)
    for verb, shown in VERBS.items():
        if fold(words) and fold(words) in fold(str(shown)):
            said |= Q(verb__endswith=f".{verb}")
    return said


def _about(words: str) -> Q:
    """By what it was done to: a key, the short name of an action, a school, a city, an organisation, a person."""
    found = Q(pk__in=[])
    for kind, about in ABOUT.items():
        fits = Q(pk__in=[])
        for column in about.words:
            fits |= Q(**{f"{column}__icontains": words})
        for column in about.exact:
            fits |= Q(**{f"{column}__iexact": words})
        found |= Q(subject_kind=kind, subject_id__in=about.rows.filter(fits).order_by().values("pk"))
    return found


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of rows of which the journal tells, with their words, in the order of these; one query."""
    there = Entry.objects.order_by().values_list("subject_kind", flat=True).distinct()
    return sorted(((kind, str(KINDS.get(kind, kind))) for kind in there), key=lambda one: fold(one[1]))


def lines(page: Iterable[Entry]) -> list[Line]:
    """Return entries in words; one query for each kind of row that has a page, six at most."""
    shown = list(page)
    named: dict[tuple[str, int], tuple[str, str, str]] = {}
    for kind, about in ABOUT.items():
        numbers = {entry.subject_id for entry in shown if entry.subject_kind == kind}
        rows = about.rows.filter(pk__in=numbers).values_list("pk", about.title, about.part) if numbers else ()
        for number, title, part in rows:
            named[kind, number] = (title, about.page, part)
    return [_line(entry, *named.get((entry.subject_kind, entry.subject_id), ("", "", ""))) for entry in shown]


def _line(entry: Entry, title: str, page: str, part: str) -> Line:
    kind = str(KINDS.get(entry.subject_kind, entry.subject_kind))
    done = entry.verb.partition(".")[2]
    return Line(entry, kind, str(VERBS.get(done, entry.verb)), title, page, part, sorted(entry.before or {}))


def files() -> list[tuple[int, int, int]]:
    """Return the parts in which the journal is taken out: number, first and last entry; one query."""
    many = Entry.objects.count()
    return [
        (number, first, min(first + IN_A_FILE - 1, many))
        for number, first in enumerate(range(1, many + 1, IN_A_FILE), 1)
    ]


def file_lines(number: int) -> Iterator[str]:
    """Yield the entries of a part as JSON lines, in the order of the chain; those that wait for the clock last.

    `place` and `link` are null for those. A link is rules.link_of(the link of the line before, the entry).
    """
    first = (number - 1) * IN_A_FILE
    chained = list(Link.objects.order_by("place").values_list("place", "entry", "digest")[first : first + IN_A_FILE])
    for start in range(0, len(chained), BATCH):
        batch = chained[start : start + BATCH]
        found = Entry.objects.in_bulk([entry for _place, entry, _digest in batch])
        for place, entry, digest in batch:
            content = found[entry].content() if entry in found else None
            yield _as_line({"place": place, "link": digest, "entry": content})
    if len(chained) < IN_A_FILE:
        waiting = Entry.objects.exclude(pk__in=Link.objects.values("entry")).order_by("pk")
        for row in waiting[: IN_A_FILE - len(chained)].iterator(BATCH):
            yield _as_line({"place": None, "link": None, "entry": row.content()})


def _as_line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n"
