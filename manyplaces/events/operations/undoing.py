"""Taking back what was decided in one go, within a day, and telling those who were told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations.approving import bring_back
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.phases import Moved, change_event, move_all
from manyplaces.events.operations.telling import last_calls, tell_hosts, tell_restored
from manyplaces.events.queries.areas import CALLED_OFF
from manyplaces.events.rules import Phase
from manyplaces.events.rules.steps import DECISIONS, STEPS, may_take
from manyplaces.journal.models import Entry
from manyplaces.journal.operations import TAKEN_BACK, Gathering, take_back
from manyplaces.mail.operations import stop_letters
from manyplaces.mail.queries import letters_about

# So long a decision can be taken back as a whole.
UNDO = timedelta(hours=24)
# What an undo of decisions touches; cities, places and organisations that came along stay.
DECIDED = (Commitment, Event, Host)


@transaction.atomic
def undo_review(errand: str, *, by: Actor) -> int:
    """Take back everything that was decided on an errand within the last day; returns how many commitments.

    Letters that were not sent yet are stopped; whoever got one is told that reviewers look again.
    """
    keys = sorted(set(_entries(errand, Commitment).values_list("subject_id", flat=True)))
    other = Entry.objects.filter(errand=errand, subject_kind=Commitment._meta.label_lower).exclude(verb__in=DECISIONS)
    if other.exists():
        # Such as a list, which is undone as a list.
        keys = []
    rows = list(Commitment.objects.select_related("action").filter(pk__in=keys))
    if not rows:
        raise NotNow(_("There is nothing to undo. A decision can be taken back for 24 hours."))
    if not all(may_take(STEPS["approve"], by, row) for row in rows):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    told = _take_back(errand, by=by)
    # Nobody decides on what he saw before.
    Commitment.objects.filter(pk__in=keys).update(version=F("version") + 1)
    for row in Commitment.objects.select_related("action").filter(pk__in=keys):
        bring_back(row, errand, by=by)
        if row.hosts.filter(uid__in=told).exists():
            tell_hosts(row, "again", letters.again, by=on_errand(by))
    return len(rows)


def _entries(errand: str, kind: type[models.Model]) -> models.QuerySet[Entry]:
    """Return what was done to rows of a kind on an errand within the last day; nothing where it was undone."""
    if not errand or Entry.objects.filter(verb__endswith=TAKEN_BACK, before__errand=errand).exists():
        return Entry.objects.none()
    return Entry.objects.filter(errand=errand, subject_kind=kind._meta.label_lower, at__gt=timezone.now() - UNDO)


def _take_back(errand: str, *, by: Actor) -> set[str]:
    """Stop the letters of an errand and take it back; returns the hosts who have got one already, by their uid."""
    told = {letter.key.split(":")[1] for letter in letters_about(errand) if letter.sent_at}
    stop_letters(errand, by=by)
    try:
        take_back(errand, by=by, only=DECIDED)
    except NotNow as changed:
        sentence = _(
            "Something of this was changed again since, or people have said that they come, so it can no longer be "
            "undone together. Take it off the pages instead: then they are told."
        )
        raise NotNow(sentence) from changed
    return told


@dataclass(frozen=True)
class Restored:
    """What takes place again: how many events, how many letters say so, and which had moved on and were left alone."""

    done: int
    letters: int
    left: list[Event]


@transaction.atomic
def restore_events(errand: str, *, by: Actor) -> Restored:
    """Put back what was cancelled or postponed on an errand within the last day and still stands so.

    Letters that were not sent yet are stopped; whoever got one is told again. What somebody moved on since is left
    alone. Raises NotNow where nothing is left to put back.
    """
    entries = _entries(errand, Event).filter(verb__in=CALLED_OFF)
    before = {entry.subject_id: entry.before or {} for entry in entries.order_by("pk")}
    events = _locked(before)
    if not all(may_take(STEPS["restore"], by, event) for event in events):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    calls = last_calls(before)
    fitting = [one for one in events if calls.get(one.pk) == errand and one.standing in STEPS["restore"].sources]
    if not fitting:
        raise NotNow(_("There is nothing to undo. A decision can be taken back for 24 hours."))
    with Gathering():
        for event in fitting:
            change_event(event, f"event{TAKEN_BACK}", before[event.pk], before={"errand": errand}, by=by)
    letters = tell_restored(fitting, calls, by=on_errand(by))
    return Restored(len(fitting), letters, [event for event in events if event not in fitting])


@transaction.atomic
def reinstate(events: Iterable[Event], *, by: Actor) -> Moved:
    """Let events take place that were cancelled or postponed, as they stood before, and write to who was told.

    Unlike an undo it is not bound to a day or an errand.
    """
    by, events = on_errand(by), list(events)
    numbers = [event.pk for event in events]
    called = Event.every.filter(pk__in=numbers, phase__in=STEPS["restore"].sources)
    restored, calls = list(called), last_calls(numbers)
    phases = phases_before(numbers)
    empty = {"reason": "", "reason_es": "", "moved_to": ""}
    moved = move_all("restore", events, lambda event: _phase_of(event, phases) | empty, by=by)
    return replace(moved, letters=tell_restored(restored, calls, by=by))


@transaction.atomic
def mark_not_held(events: Iterable[Event], *, by: Actor) -> Moved:
    """Take back that events took place: they stand again as before."""
    by, events = on_errand(by), list(events)
    phases = phases_before([event.pk for event in events])
    return move_all("unhold", events, lambda event: _phase_of(event, phases), by=by)


def phases_before(numbers: Iterable[int]) -> dict[int, str]:
    """Return how far events (by row number) had come when they were last neither called off nor held; one query."""
    plain = (Phase.PLANNED.value, Phase.COMMITTED.value, Phase.UNREPORTED.value)
    told = Entry.objects.filter(subject_kind=Event._meta.label_lower, subject_id__in=list(numbers))
    return dict(told.filter(before__phase__in=plain).order_by("pk").values_list("subject_id", "before__phase"))


def _phase_of(event: Event, phases: dict[int, str]) -> dict[str, str]:
    return {"phase": phases[event.pk]} if event.pk in phases else {}


def _locked(numbers: Iterable[int]) -> list[Event]:
    rows = Event.every.select_for_update(of=("self",)).select_related("action", "city", "spelling__place")
    return list(rows.filter(pk__in=list(numbers)).order_by("pk"))
