"""What is known around the rows of a list: which sites are in the action already, who waits, who took part before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q

from manyplaces.actions.models import Action
from manyplaces.core.words import fold
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.rules import Phase, Review
from manyplaces.journal.queries import last_of_others
from manyplaces.lists.models import ListRow
from manyplaces.lists.rules import Reason
from manyplaces.places.matching import school_key
from manyplaces.places.models import PlaceName
from manyplaces.places.queries import match_schools

Why = tuple[Reason, dict[str, str]]
Site = tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """The sites of an action: by registry number, by name within a city, and by name those that are no known school.

    In an action of several days a site is one for each day; in any other a second day is a slip of the pen.
    """

    action: Action
    by_number: dict[Site, Why] = field(default_factory=dict)
    by_name: dict[Site, Why] = field(default_factory=dict)
    unnumbered: dict[Site, Why] = field(default_factory=dict)

    def why(self, row: ListRow) -> Why | None:
        """Return why a row is there already; None where it is not."""
        name, day = self._name(row), self._day(row.date_edtf)
        if row.school is None:
            return self.by_name.get((*name, day))
        return self.by_number.get((row.school.number, day)) or self.unnumbered.get((*name, day))

    def add(self, row: ListRow) -> None:
        """Note a row as taken, so that those below it are doubles of it."""
        why = (Reason.LINE, {"line": str(row.line)})
        self.put(row.school.number if row.school else "", self._name(row), row.date_edtf, why)

    def put(self, number: str, name: Site, day: str, why: Why) -> None:
        """Note a site by its number, which may be empty, its name within its city, and its day."""
        day = self._day(day)
        self.by_name.setdefault((*name, day), why)
        if number:
            self.by_number.setdefault((number, day), why)
        else:
            self.unnumbered.setdefault((*name, day), why)

    def _day(self, day: str) -> str:
        return "" if self.action.date_from == self.action.date_to else day

    def _name(self, row: ListRow) -> Site:
        state, _city, short = row.where
        return (state, short, _key(row.school.name if row.school else row.venue))


def _key(venue: str) -> str:
    return school_key(venue) or fold(venue)


def taken(action: Action, rows: Sequence[ListRow]) -> Taken:
    """Return the sites of the rows' cities that are in the action and stand: neither waiting nor withdrawn; a query."""
    numbers = {row.school.number for row in rows if row.school}
    standing = Event.every.filter(action=action).exclude(phase=Phase.CANCELLED)
    standing = standing.filter(Q(is_listed=True) | Q(commitment__review=Review.APPROVED))
    there = standing.filter(
        Q(spelling__place__registry_number__in=numbers) | Q(city__slug__in={row.where[2] for row in rows})
    )
    found = Taken(action)
    columns = ("spelling__place__registry_number", "city__state", "city__slug", "venue", "date_from")
    for number, state, short, venue, day, organisation, errand in there.values_list(
        *columns, "commitment__vouched_by__name", "commitment__errand"
    ):
        found.put(
            number or "",
            (state, short, _key(venue)),
            str(day or action.date_from or ""),
            _through(organisation, errand),
        )
    return found


def _through(organisation: str | None, errand: str | None) -> Why:
    if organisation:
        return Reason.THROUGH, {"name": organisation}
    return (Reason.A_LIST if errand else Reason.THERE), {}


def waiting_for(action: Action, rows: Iterable[ListRow]) -> set[int]:
    """Return the keys of the rows' schools for which somebody waits who is not online; one query."""
    schools = [row.school_id for row in rows if row.school_id]
    waiting = Commitment.objects.filter(action=action, school__in=schools, event=None)
    alive = waiting.filter(review__in=(Review.WAITING, Review.ASKED))
    return set(alive.values_list("school_id", flat=True))


def returning(action: Action, rows: Sequence[ListRow]) -> dict[int, int]:
    """Return by row the latest earlier action in which its site took part.

    A school is known by its registry number. Where the record has names only, these are looked up like those of a
    list, and a name that is typed as it was then is enough. One query, and those of `match_schools` for each city that
    has such names.
    """
    if action.date_from is None:
        return {}
    numbers = {row.school.number for row in rows if row.school}
    cities = {row.where[2] for row in rows}
    known = Q(spelling__place__registry_number__in=numbers) | Q(
        spelling__place__registry_number=None, spelling__isnull=False, city__slug__in=cities
    )
    took_part = Event.objects.filter(
        known, phase__in=(Phase.COMMITTED, Phase.HELD), action__date_from__lt=action.date_from
    )
    columns = ("spelling__place__registry_number", "city__state", "city__slug", "spelling__text", "action")
    latest: dict[Site, int] = {}
    names: dict[Site, dict[str, int]] = defaultdict(dict)
    for number, state, short, text, earlier in took_part.order_by("action__date_from", "pk").values_list(*columns):
        if number:
            latest[(number,)] = earlier
        else:
            names[state, short][text] = latest[state, short, _key(text)] = earlier
    for (state, short), typed in names.items():
        for match in match_schools(list(typed), state=state, city_slug=short):
            if match.school is not None:
                latest.setdefault((match.school.number,), typed[match.name])
    return {row.pk: earlier for row in rows if (earlier := _latest(row, latest))}


def _latest(row: ListRow, latest: dict[Site, int]) -> int | None:
    state, _name, short = row.where
    found = latest.get((row.school.number,)) if row.school else None
    return found or latest.get((state, short, _key(row.venue)))


def known_places(rows: Sequence[ListRow]) -> set[Site]:
    """Return which of the rows' names are those of places that the record has and the registry has not; one query."""
    named = PlaceName.objects.filter(
        place__registry_number=None,
        folded__in={row.folded for row in rows},
        city__slug__in={row.where[2] for row in rows},
    )
    return set(named.values_list("city__state", "city__slug", "folded"))


def changed_since(errand: str, among: Collection[int] | None = None) -> set[int]:
    """Return the commitments of a list that somebody has changed since, by what was done to them; at most six queries.

    `among` narrows them to those of these keys.
    """
    own = Commitment.objects.filter(errand=errand)
    own = own if among is None else own.filter(pk__in=among)
    of_hosts = dict(Host.objects.filter(commitment__in=own).values_list("pk", "commitment"))
    of_events = dict(own.exclude(event=None).values_list("event", "pk"))
    keys: dict[type[Model], Any] = {
        Commitment: own.values("pk"),
        Event: own.values("event"),
        Host: Host.objects.filter(commitment__in=own).values("pk"),
    }
    others = last_of_others(errand, {kind._meta.label_lower: query for kind, query in keys.items()})
    of = {Event._meta.label_lower: of_events, Host._meta.label_lower: of_hosts}
    return {of[kind].get(key, 0) if kind in of else key for kind, key in others}
