"""The table of events with their attendance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count, Prefetch, Q, QuerySet

from manyplaces.events.models import Event
from manyplaces.exchange.exports.table import CHUNK, IN_ORDER, Table, header_with
from manyplaces.exchange.tallies import PEOPLE, in_list_of_events
from manyplaces.record.models import Claim
from manyplaces.record.rules import Metric


def table(events: QuerySet[Event]) -> Table:
    """Return events, action by action in the order they came in."""
    people = Claim.objects.filter(metric=Metric.PEOPLE, metric_words=PEOPLE).order_by("pk")
    found = events.select_related("action", "city").prefetch_related(Prefetch("claims", people)).order_by(*IN_ORDER)
    first = list(found[: CHUNK + 1])
    if len(first) <= CHUNK:
        return table_of(first)
    return Table(header_with("events", _extras_of_many(events)), _rows(found.iterator(CHUNK)))


def table_of(events: list[Event]) -> Table:
    """Return the same of a few events that are there already, in their order; `claims` of each must be loaded."""
    return Table(header_with("events", _extras(events)), _rows(events))


def _extras(events: list[Event]) -> list[str]:
    """Return the columns about those who come that some event needs."""
    wanted = {
        "languages": any(event.public_spoken for event in events),
        "accessibility": any(event.public_access for event in events),
        "accessibility_note": any(event.public_access_note for event in events),
        "safety": any(event.public_safety for event in events),
        "room_for": any(event.public_capacity for event in events),
    }
    return [name for name, is_wanted in wanted.items() if is_wanted]


def _extras_of_many(events: QuerySet[Event]) -> list[str]:
    """Return the same; one query."""
    shown = Q(is_shielded=False)
    codes = shown | Q(only_city=True)
    wanted = {
        "languages": codes & ~Q(spoken=""),
        "accessibility": codes & ~Q(access=""),
        "accessibility_note": shown & ~Q(access_note=""),
        "safety": shown & ~Q(safety=""),
        "room_for": codes & Q(capacity__gt=0),
    }
    counts = {name: Count("pk", filter=condition) for name, condition in wanted.items()}
    return [name for name, many in events.order_by().aggregate(**counts).items() if many]


def _rows(events: Iterable[Event]) -> Iterator[dict[str, object]]:
    for event in events:
        turnout = _turnout(event)
        yield {
            "id": event.key,
            "action_id": event.action.slug,
            "date_edtf": event.date_edtf,
            "time_local": _time(event),
            "city": event.city.name,
            "state": event.city.state,
            "venue": event.public_venue,
            "tactic": event.tactic_words or (event.tactic if event.tactic != event.action.tactic else ""),
            "status": event.phase,
            "hosts": event.public_hosts_words,
            "attendance_text": turnout.value_words if turnout else "",
            "attendance_low": turnout.low if turnout else None,
            "attendance_high": turnout.high if turnout else None,
            "attendance_basis": turnout.basis if turnout else "",
            "source_urls": event.public_sources,
            "note": event.public_note("en"),
            "languages": ", ".join(event.public_spoken.split()),
            "accessibility": ", ".join(event.public_access.split()),
            "accessibility_note": event.public_access_note,
            "safety": event.public_safety,
            "room_for": event.public_capacity,
        }


def _turnout(event: Event) -> Claim | None:
    people = (claim for claim in event.claims.all() if claim.metric == Metric.PEOPLE and claim.metric_words == PEOPLE)
    return min((claim for claim in people if in_list_of_events(claim)), key=lambda claim: claim.pk, default=None)


def _time(event: Event) -> str:
    """Return the local time, with the name of the zone's hour where that tells two equal times apart."""
    if event.time_local is None:
        return ""
    clock = event.time_local.strftime("%H:%M:%S").removesuffix(":00")
    starts = event.starts_at if event.fold is not None else None
    return f"{clock} {starts.tzname()}" if starts else clock
