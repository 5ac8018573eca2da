"""How far events have come: cancelled, postponed or held, moved to their new day, or left without a report."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from manyplaces.core import fuzzydates
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import clean_line
from manyplaces.events.models import Commitment, Event
from manyplaces.events.operations.approving import RELATIONS
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.telling import owe_news
from manyplaces.events.rules import Phase
from manyplaces.events.rules.steps import STEPS, may_take, not_yet
from manyplaces.journal.operations import Gathering, record

LONGEST_REASON = 300
ONE_DAY = datetime.timedelta(days=1)
Facts = Callable[[Event], dict[str, Any]]


@dataclass(frozen=True)
class Moved:
    """What a step did with many events: on which errand, with how many, and how many it did not fit any more.

    `letters` go to hosts; `waits` says that they do so only when a second one has agreed. `declined` are the
    commitments that waited for review and were declined with it.
    """

    errand: str
    moved: int
    left: int
    letters: int = 0
    waits: bool = False
    declined: int = 0


@transaction.atomic
def cancel_events(events: Iterable[Event], *, reason: str, reason_es: str = "", by: Actor) -> Moved:
    """Cancel events on one errand; they stay in the record and on the pages, and their hosts are written to."""
    facts = called_off_facts(reason, reason_es)
    return move_all("cancel", events, lambda event: facts, by=on_errand(by))


@transaction.atomic
def postpone_events(
    events: Iterable[Event], *, moved_to: str = "", reason: str, reason_es: str = "", by: Actor
) -> Moved:
    """Put events off on one errand, to a day (EDTF) or to one that is not known yet; hosts are written to."""
    facts = called_off_facts(reason, reason_es, moved_to)
    return move_all("postpone", events, lambda event: facts, by=on_errand(by))


@transaction.atomic
def move_events(events: Iterable[Event], *, by: Actor) -> Moved:
    """Let postponed events take place on their new day, which their hosts were told; the day of before stays known."""
    return move_all("move", events, on_new_day, by=on_errand(by))


@transaction.atomic
def mark_held(events: Iterable[Event], *, by: Actor) -> Moved:
    """Note that events took place; not before their day."""
    return move_all("hold", events, on_new_day, by=on_errand(by))


@transaction.atomic
def mark_missed(event: Event, *, by: Actor) -> None:
    """Note that an event did not take place, by the word of its host or of who coordinates there: it is cancelled.

    Nobody is written to, for the day is over; the page says whose word it is. Raises NotNow before its day, and of
    what was held.
    """
    stored = Event.every.select_for_update(of=("self",)).select_related("action", "city").get(pk=event.pk)
    if not may_take(STEPS["hold"], by, stored):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    if stored.phase == Phase.HELD:
        raise NotNow(_("It was reported as held. Ask your coordinator to put that right first."))
    if stored.phase == Phase.CANCELLED:
        return
    if sentence := not_yet(STEPS["hold"], stored, timezone.now()):
        raise NotNow(sentence)
    said = {f"reason{end}": _said_missed(language, by.holds) for end, language in (("", "en"), ("_es", "es"))}
    change_event(stored, "event.missed", {"phase": Phase.CANCELLED, **said}, by=by)


def _said_missed(language: str, held_by_host: str) -> str:
    with translation.override(language):
        words = _("It did not take place, as its host says.")
        return words if held_by_host else _("It did not take place, as its coordinators say.")


@transaction.atomic
def mark_unreported(now: datetime.datetime, *, by: Actor) -> int:
    """Note of every event whose day, or new day, is over where it takes place that nobody has reported; how many.

    Only of those behind which a commitment stands: of what came with an older record, its source has said how far it
    came.
    """
    last = Coalesce("date_to", "action__date_to")
    over = Q(phase=Phase.COMMITTED, last__lt=(now + ONE_DAY).date()) | (Q(phase=Phase.POSTPONED) & ~Q(moved_to=""))
    found = (
        Event.every.alias(last=last)
        .filter(over, commitment__isnull=False, action__frozen_at=None)
        .select_related("action", "city")
    )
    due = [event for event in found if _is_over(event, now)]
    return move_all("lapse", due, on_new_day, by=on_errand(by)).moved if due else 0


def _is_over(event: Event, now: datetime.datetime) -> bool:
    last = event.meant[1]
    return last is not None and last < now.astimezone(ZoneInfo(event.zone)).date()


def on_new_day(event: Event) -> dict[str, Any]:
    """Return what changes where a postponed event takes place on its new day; nothing for any other event."""
    if event.phase != Phase.POSTPONED or not event.moved_to:
        return {}
    new = fuzzydates.read(event.moved_to)
    days = {"date_edtf": new.text, "date_from": new.earliest, "date_to": new.latest, "fold": None}
    return {**days, "moved_from": event.date_text, "moved_to": ""}


@transaction.atomic
def move_all(name: str, events: Iterable[Event], facts: Facts, *, by: Actor) -> Moved:
    """Take a step with many events, and have hosts told of what is called off. Others are built on it.

    Refused as a whole without the right for one of them, and where one's day does not allow it; what stands where the
    step does not begin is left alone. `facts` says what changes in an event beside its phase.
    """
    step, numbers = STEPS[name], [event.pk for event in events]
    rows = Event.every.select_for_update(of=("self",)).select_related("action", "city", "spelling__place")
    found = list(rows.filter(pk__in=numbers).order_by("pk"))
    if not all(may_take(step, by, event) for event in found):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    fitting = [event for event in found if event.standing in step.sources]
    if sentence := next(filter(None, (not_yet(step, event, timezone.now()) for event in fitting)), ""):
        raise NotNow(sentence)
    with Gathering():
        for event in fitting:
            change_event(event, f"event.{step.done}", {"phase": step.target} | facts(event), by=by)
    moved = Moved(by.errand, len(fitting), len(numbers) - len(fitting))
    if step.target in (Phase.CANCELLED, Phase.POSTPONED) and fitting:
        letters, waits = owe_news(fitting, by=by)
        return replace(moved, letters=letters, waits=waits)
    return moved


@transaction.atomic(savepoint=False)
def change_event(
    event: Event, verb: str, facts: dict[str, Any], *, before: dict[str, Any] | None = None, by: Actor
) -> None:
    """Write facts into an event, a new day into what its host wants too; record it. Others are built on it.

    `before` stands in the journal instead of the replaced values.
    """
    replaced = {name: json.loads(json.dumps(getattr(event, name), cls=DjangoJSONEncoder)) for name in facts}
    for name, value in facts.items():
        setattr(event, name, value)
    event.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)
    event.save(update_fields=list(facts))
    record(by, verb, event, before=replaced if before is None else before)
    if "date_edtf" in facts and event.date_from == event.date_to:
        _follow(event, replaced["date_edtf"], by)


def _follow(event: Event, old: str, by: Actor) -> None:
    """Bring the day of a commitment into line with that of its event, unless its host wants another one by now."""
    row = Commitment.objects.select_for_update(of=("self",)).filter(event=event, date_edtf=old).first()
    if row is None:
        return
    before = {name: str(getattr(row, name)) for name in ("date_edtf", "date_from", "date_to")}
    row.date_edtf, row.fold, row.version = event.date_edtf, None, row.version + 1
    row.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)
    row.save()
    record(by, "commitment.moved", row, before=before, unseen=True)


def called_off_facts(reason: str, reason_es: str = "", moved_to: str = "") -> dict[str, str]:
    """Return what an event says of why and to when, as it is kept; raises ValidationError by field."""
    wrong: dict[str, list[str]] = {}
    found = {"moved_to": ""}
    for name, text in (("reason", reason), ("reason_es", reason_es)):
        try:
            found[name] = clean_line(" ".join(text.split()), LONGEST_REASON)
        except ValidationError as refusal:
            wrong[name] = refusal.messages
    if "reason" not in wrong and not found["reason"]:
        wrong["reason"] = [_("Say why. Hosts and everybody who looks at the page read it.")]
    try:
        found["moved_to"] = _day_to_come(moved_to) if moved_to else ""
    except ValidationError as refusal:
        wrong["moved_to"] = refusal.messages
    if wrong:
        raise ValidationError(wrong)
    return found


def _day_to_come(text: str) -> str:
    """Return a day (EDTF) as it is kept; raises ValidationError for what is none and for what is over everywhere."""
    new = fuzzydates.read(text)
    if new.latest < (timezone.now() - ONE_DAY).date():
        raise ValidationError(_("This day is over. Write a day that is still to come."))
    return new.text
