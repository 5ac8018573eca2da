"""When things last changed, from the journal: what calendars and feeds tell their readers."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Model, OuterRef, Q, QuerySet, Subquery

from manyplaces.actions.models import Action
from manyplaces.core.holding import is_held, kept_while_held
from manyplaces.events.models import Event
from manyplaces.events.queries import listed
from manyplaces.journal.models import Entry
from manyplaces.record.models import Claim, MediaHit
from manyplaces.reports.models import Recap

Changes = dict[int, datetime.datetime]

MOST_IN_FEED = 100
# What a calendar tells of an action; the first two are also those of its events that have none of their own.
IN_CALENDARS = ["date_edtf", "tactic", "name", "name_es", "summary", "summary_es"]


class Revision(NamedTuple):
    """When something was last changed, and how often it was since it came."""

    at: datetime.datetime
    times: int

    def with_its(self, plan: Revision | None) -> Revision:
        """Return it together with what changed in the action, from which it has what it leaves open.

        The sum rises with every change of either, also where an event gets a day of its own and loses it again.
        """
        return self if plan is None else Revision(max(self.at, plan.at), self.times + plan.times)


def last_changes(kind: type[Model], numbers: Iterable[int] | QuerySet[Any, Any]) -> Changes:
    """Return when each row of a kind was last added to or changed, by its number; one query."""
    entries = Entry.objects.filter(subject_kind=kind._meta.label_lower, subject_id__in=numbers)
    return dict(entries.values_list("subject_id").annotate(last=Max("at")).order_by())


def revisions(kind: type[Model], numbers: Iterable[int] | QuerySet[Any, Any]) -> dict[int, Revision]:
    """Return when each row of a kind was last changed and how often it was since it came; one query."""
    entries = Entry.objects.filter(subject_kind=kind._meta.label_lower, subject_id__in=numbers)
    found = entries.values_list("subject_id").annotate(last=Max("at"), times=Count("pk")).order_by()
    return {number: Revision(last, times - 1) for number, last, times in found}


@kept_while_held
def plan_revision(action: Action) -> Revision | None:
    """Return when what calendars tell of an action was last changed, and how often; one query."""
    entries = Entry.objects.filter(subject_kind=Action._meta.label_lower, subject_id=action.pk)
    told = entries.filter(Q(before__isnull=True) | Q(before__has_any_keys=IN_CALENDARS))
    found = told.aggregate(last=Max("at"), times=Count("pk"))
    return Revision(found["last"], found["times"] - 1) if found["times"] else None


def few_revisions(action: Action, events: Iterable[int]) -> dict[int, Revision]:
    """Return when each of a few events of an action last changed, by its number, and how often; one query."""
    return event_revisions(action) if is_held() else revisions(Event, events)


def calendar_events(action: Action) -> list[Event]:
    """Return every event of an action with city and place, by date; one query."""
    events = action.events.select_related("city", "spelling__place")
    return list(events.order_by(F("date_from").asc(nulls_last=True), "pk"))


@kept_while_held
def event_revisions(action: Action) -> dict[int, Revision]:
    """Return when each event of an action last changed, and how often; one query."""
    return revisions(Event, action.events.values("pk").order_by())


def card_changes(actions: Iterable[Action]) -> Changes:
    """Return when each action, its public recap, or a claim about the whole of it last changed; four queries."""
    numbers = [action.pk for action in actions]
    found = last_changes(Action, numbers)
    about = Claim.objects.filter(action__in=found, city=None, event=None)
    claims = dict(about.values_list("pk", "action").order_by())
    for claim, changed in last_changes(Claim, about.values("pk").order_by()).items():
        found[claims[claim]] = max(changed, found[claims[claim]])
    # One that was taken off the page has changed it too.
    for recap in Recap.objects.filter(action__in=numbers, published_at__isnull=False):
        told = (recap.published_at, recap.written_at) if recap.is_public else (recap.returned_at,)
        since = max(at for at in told if at)
        found[recap.action_id] = max(since, found.get(recap.action_id, since))
    return found


def newest_events(action: Action) -> list[Event]:
    """Return the events of an action that came or changed last, for a feed tells what is called off; two queries."""
    entries = Entry.objects.filter(subject_kind=Event._meta.label_lower, subject_id=OuterRef("pk")).order_by("-pk")
    changed = listed(action.events.alias(changed=Subquery(entries.values("pk")[:1])))
    return list(changed.order_by(F("changed").desc(nulls_last=True), "-pk")[:MOST_IN_FEED])


def newest_media(action: Action) -> list[MediaHit]:
    """Return the latest stories about an action, newest first, without copies; one query."""
    stories = action.media.filter(copy_of=None).select_related("city")
    return list(stories.order_by(F("date_from").desc(nulls_last=True), "-pk")[:MOST_IN_FEED])
