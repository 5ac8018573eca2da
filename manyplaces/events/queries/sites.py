"""Every site of somebody's area: commitments wherever they stand, and events that came by a list of events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet, Value

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event
from manyplaces.events.queries import within
from manyplaces.events.queries.queue import reviewed_by
from manyplaces.events.rules import Phase, Review
from manyplaces.people.rules import Role

ON_A_PAGE = 50
MOST_WORDS = 6
MOST_FOUND = 10
# The address of a public page, in any language and form, as somebody pastes it.
_ADDRESS = re.compile(r"/events/([-\w.:]{1,60})")
# Both kinds of row under the same names, so that one list is made of them.
COLUMNS = ("on", "in_state", "in_city", "at", "is_event", "number")
_WAITS = Q(review=Review.WAITING, is_paused=False)
# What is asked of a commitment and of an event for each standing in which a site can be looked for.
STANDINGS: dict[str, tuple[Q, Q]] = {
    "online": (
        Q(event__is_listed=True) & ~Q(event__phase=Phase.CANCELLED),
        Q(is_listed=True) & ~Q(phase=Phase.CANCELLED),
    ),
    "waiting": (_WAITS & Q(event=None), Q(pk__in=[])),
    "asked": (Q(review=Review.ASKED), Q(pk__in=[])),
    "paused": (Q(is_paused=True), Q(pk__in=[])),
    "changed": (_WAITS & Q(event__isnull=False), Q(pk__in=[])),
    **{str(review): (Q(review=review), Q(pk__in=[])) for review in (Review.DECLINED, Review.MERGED, Review.WITHDRAWN)},
    "hidden": (Q(event__is_shielded=True), Q(is_shielded=True)),
    **{str(phase): (Q(event__phase=phase), Q(phase=phase)) for phase in Phase},
}


@dataclass(frozen=True)
class Site:
    """One row: a commitment with its event, where it has one, or an event that nobody has committed here."""

    commitment: Commitment | None
    event: Event | None


@dataclass(frozen=True)
class Sites:
    """One page of the sites that were looked for, and the actions that there are."""

    rows: list[Site]
    page: Page[Any]
    actions: list[Action]


def sites(
    by: Actor, *, words: str = "", action: str = "", state: str = "", standing: str = "", number: str = "1"
) -> Sites:
    """Return a page of the sites in the actor's area, the latest day first; five queries, however many there are.

    `words` are parts of names of place, city or host, or the address of a public page; `standing` one of STANDINGS.
    """
    events = Event.every.filter(
        within(by, Role.REVIEWER, Role.COORDINATOR, state="city__state", city="city__slug"), commitment=None
    )
    commitments = reviewed_by(by).filter(_said(words, ("venue", "city_name", "hosts_words", "event__venue")))
    events = events.filter(_said(words, ("venue", "city__name", "hosts_words", "spelling__text")))
    if action:
        commitments, events = commitments.filter(action__slug=action), events.filter(action__slug=action)
    if state:
        commitments, events = commitments.filter(state=state), events.filter(city__state=state)
    if standing in STANDINGS:
        commitments, events = commitments.filter(STANDINGS[standing][0]), events.filter(STANDINGS[standing][1])
    mixed = _columns(commitments, "state", "city_name", False).union(
        _columns(events, "city__state", "city__name", True), all=True
    )
    page: Page[Any] = Paginator(mixed.order_by(F("on").desc(nulls_last=True), *COLUMNS[1:]), ON_A_PAGE).get_page(number)
    return Sites(_rows(page), page, list(Action.objects.order_by("-date_from", "-pk")))


def alike(row: Commitment, words: str, by: Actor) -> list[Commitment]:
    """Return the commitments of the same action with which one could be merged, by words as `sites` takes them."""
    if not words.strip():
        return []
    found = reviewed_by(by).filter(_said(words, ("venue", "city_name", "hosts_words")), action=row.action)
    alive = found.filter(review__in=(Review.WAITING, Review.ASKED, Review.APPROVED)).exclude(pk=row.pk)
    return list(alive.select_related("action").order_by("state", "city_slug", "venue", "pk")[:MOST_FOUND])


def _said(words: str, fields: Iterable[str]) -> Q:
    """Return the condition that a row is the one whose address was given, or has every word in one of the fields."""
    address = _ADDRESS.search(words)
    if address is not None:
        key = address[1].rstrip(".")
        return Q(key__in=(key, key.rpartition(".")[0] or key))
    found = Q()
    for word in words.split()[:MOST_WORDS]:
        part = Q(key=word)
        for field in fields:
            part |= Q(**{f"{field}__icontains": word})
        found &= part
    return found


def _columns(rows: QuerySet[Commitment] | QuerySet[Event], state: str, city: str, is_event: bool) -> QuerySet[Any]:
    named = {"on": F("date_from"), "in_state": F(state), "in_city": F(city), "at": F("venue"), "number": F("pk")}
    found: QuerySet[Any] = rows.annotate(**named, is_event=Value(is_event)).values_list(*COLUMNS)
    return found.order_by()


def _rows(page: Page[Any]) -> list[Site]:
    numbers = [(bool(row[4]), row[5]) for row in page.object_list]
    commitments = Commitment.objects.select_related("action", "event__city", "event__action")
    known = commitments.in_bulk([number for is_event, number in numbers if not is_event])
    events = Event.every.select_related("action", "city", "spelling__place")
    listed = events.in_bulk([number for is_event, number in numbers if is_event])
    return [
        Site(None, listed[number]) if is_event else Site(known[number], known[number].event)
        for is_event, number in numbers
    ]
