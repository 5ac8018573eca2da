"""The reviewers' queue: what waits in somebody's area, what smells, and what belongs together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet

from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Host
from manyplaces.events.queries import within
from manyplaces.events.queries.around import Around, Row, look_around
from manyplaces.events.queries.differences import Difference, differences
from manyplaces.events.rules import Review
from manyplaces.events.rules.smells import MANY_ALIKE, Smell
from manyplaces.people.rules import Role

# So many are looked at at once; more than these wait until some are decided.
MOST_WAITING = 5000
AT_ONCE = 50
# Which of them a tab of the queue shows.
SHOWS = ("open", "new", "changed", "answered", "smells", "asked")
# What binds commitments that are likely to be decided together.
BINDING = (Smell.SOURCE, Smell.TEXT)
COLUMNS = (
    *("pk", "key", "version", "review", "event_id", "answer", "action_id", "action__date_from", "action__date_to"),
    *("school_id", "school__number", "venue", "address", "city_name", "city_slug", "state", "county"),
    *(
        "lat",
        "lon",
        "date_from",
        "hosts_words",
        "shown_host",
        "note",
        "remark",
        "access_note",
        "safety",
        "cluster",
        "errand",
        "made_at",
        "vouched_by_id",
    ),
)


@dataclass(frozen=True)
class Waiting:
    """One commitment in the queue, with what smells, the others it may double, and what changed since approval."""

    commitment: Commitment
    smells: list[Smell]
    doubles: list[str]
    changes: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Bundle:
    """Commitments that came together; `picks` are all of them, also those on other pages, as "key:version"."""

    rows: list[Waiting]
    why: list[Smell]
    picks: list[str]


@dataclass(frozen=True)
class Queue:
    """One page of the queue, with how many there are in each tab and in each state."""

    bundles: list[Bundle]
    counts: dict[str, int]
    states: dict[str, int]
    order: list[int]


def reviewed_by(by: Actor) -> QuerySet[Commitment]:
    """Return every commitment that somebody may decide about."""
    return Commitment.objects.filter(within(by, Role.REVIEWER, Role.COORDINATOR))


def queue(by: Actor, *, show: str = "open", state: str = "", action: str = "", page: int = 1) -> Queue:
    """Return a page of what waits, the last one where there are fewer; sixteen queries, however many there are."""
    waiting = reviewed_by(by).filter(review__in=[Review.WAITING, Review.ASKED], is_paused=False)
    if action:
        waiting = waiting.filter(action__slug=action)
    slim = [Row(*values) for values in waiting.order_by("made_at", "pk").values_list(*COLUMNS)[:MOST_WAITING]]
    around = look_around(slim)
    tabs = {name: [row for row in slim if _is_in(name, row, around)] for name in SHOWS}
    shown = tabs.get(show, tabs["open"])
    states = _count(row.state for row in shown)
    groups = _bundled([row for row in shown if not state or row.state == state], around)
    ordered = [row.pk for group in groups for row in group]
    begin = min(max(page, 1) - 1, max(len(ordered) - 1, 0) // AT_ONCE) * AT_ONCE
    here = set(ordered[begin : begin + AT_ONCE])
    full = _full(here)
    bundles = [_bundle(group, [row for row in group if row.pk in here], full, around) for group in groups]
    counts = {name: len(rows) for name, rows in tabs.items()}
    return Queue([bundle for bundle in bundles if bundle.rows], counts, states, ordered)


def _is_in(name: str, row: Row, around: Around) -> bool:
    is_asked = row.review == Review.ASKED
    tests = {
        "open": not is_asked,
        "new": not is_asked and row.event is None and not row.answer,
        "changed": not is_asked and row.event is not None,
        "answered": not is_asked and bool(row.answer),
        "smells": not is_asked and bool(set(around.smells[row.pk]) - {Smell.ADDRESS}),
        "asked": is_asked,
    }
    return tests[name]


def _count(values: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for value in values:
        found[value] += 1
    return dict(sorted(found.items()))


def _bundled(rows: Sequence[Row], around: Around) -> list[list[Row]]:
    """Return the rows in the order of the queue, those that came together side by side, the largest bundles first."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[around.bundle.get(row.pk) or f"alone {row.pk}"].append(row)
    alone = [row for group in groups.values() if len(group) < MANY_ALIKE for row in group]
    alone.sort(key=lambda row: (around.site(row) if around.doubles[row.pk] else "", row.made_at, row.pk))
    alone.sort(key=lambda row: not around.doubles[row.pk])
    bundles = sorted((group for group in groups.values() if len(group) >= MANY_ALIKE), key=len, reverse=True)
    return [*bundles, *([row] for row in alone)]


def _bundle(group: list[Row], here: list[Row], full: dict[int, Commitment], around: Around) -> Bundle:
    why = [smell for smell in BINDING if len(group) > 1 and any(smell in around.smells[row.pk] for row in group)]
    rows = [_waiting(full[row.pk], around) for row in here if row.pk in full]
    return Bundle(rows, why, [f"{row.key}:{row.version}" for row in group])


def _waiting(row: Commitment, around: Around) -> Waiting:
    return Waiting(row, around.smells[row.pk], around.doubles[row.pk], differences(row) if row.event else [])


def _full(numbers: set[int]) -> dict[int, Commitment]:
    rows = Commitment.objects.select_related(
        "action", "school", "vouched_by", "event__city", "event__spelling__place", "event__action"
    )
    hosts = Prefetch("hosts", Host.objects.order_by("-is_first", "pk"))
    return rows.prefetch_related(hosts, "demands", "event__demands").in_bulk(numbers)


def smelling(keys: Sequence[int]) -> set[int]:
    """Return those of the commitments at which a reviewer should look twice; eight queries."""
    rows = [Row(*values) for values in Commitment.objects.filter(pk__in=keys).order_by("pk").values_list(*COLUMNS)]
    around = look_around(rows)
    return {row.pk for row in rows if around.smells[row.pk]}


def one_waiting(row: Commitment) -> Waiting:
    """Return one commitment as the queue shows it, whatever its state."""
    full = _full({row.pk})[row.pk]
    slim = [Row(*values) for values in Commitment.objects.filter(pk=row.pk).values_list(*COLUMNS)]
    around = look_around(slim)
    return _waiting(full, around)
