"""How far events have come: cancelled or postponed by area, held, or left without a report by the clock."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from manyplaces.core import fuzzydates
from manyplaces.core.actor import Actor
from manyplaces.core.words import clean_line
from manyplaces.events.letters import decisions as letters
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.telling import tell_hosts
from manyplaces.events.rules import Phase
from manyplaces.events.rules.steps import STEPS, Step, may_take
from manyplaces.journal.operations import Gathering, record
from manyplaces.mail.tasks import start

LONGEST_REASON = 300
ONE_DAY = datetime.timedelta(days=1)
RELATIONS = ("action", "city", "spelling")


@dataclass(frozen=True)
class Moved:
    """What a step did with many events: on which errand, with how many, and how many it did not fit any more."""

    errand: str
    moved: int
    left: int


@transaction.atomic
def cancel_events(events: Iterable[Event], *, reason: str, reason_es: str = "", by: Actor) -> Moved:
    """Cancel events on one errand; they stay in the record and on the pages, and their hosts are written to."""
    return _move_all("cancel", events, called_off_facts(reason, reason_es), by=on_errand(by))


@transaction.atomic
def postpone_events(
    events: Iterable[Event], *, moved_to: str = "", reason: str, reason_es: str = "", by: Actor
) -> Moved:
    """Put events off on one errand, to a day (EDTF) or to one that is not known yet; hosts are written to."""
    return _move_all("postpone", events, called_off_facts(reason, reason_es, moved_to), by=on_errand(by))


@transaction.atomic
def mark_held(events: Iterable[Event], *, by: Actor) -> Moved:
    """Note that events took place."""
    return _move_all("hold", events, {}, by=on_errand(by))


@transaction.atomic
def reinstate(events: Iterable[Event], *, by: Actor) -> Moved:
    """Let events take place that were cancelled or postponed; unlike an undo it is not bound to a day or an errand."""
    return _move_all("restore", events, {"reason": "", "reason_es": "", "moved_to": ""}, by=on_errand(by))


@transaction.atomic
def mark_unreported(now: datetime.datetime, *, by: Actor) -> int:
    """Note of every committed event whose day is over where it takes place that nobody has reported; returns how many.

    Only of those behind which a commitment stands: of what came with an older record, its source has said how far it
    came.
    """
    committed = Event.every.filter(phase=Phase.COMMITTED, commitment__isnull=False)
    last = Coalesce("date_to", "action__date_to")
    over = committed.alias(last=last).filter(last__lt=(now + ONE_DAY).date()).select_related("action", "city")
    due = [event for event in over if event.last_day and event.last_day < now.astimezone(ZoneInfo(event.zone)).date()]
    return _move_all("lapse", due, {}, by=on_errand(by)).moved if due else 0


@transaction.atomic
def tell_called_off(numbers: Iterable[int], *, by: Actor) -> int:
    """Owe the hosts of events (by row number) the letter on the errand of `by`; returns how many letters.

    Nobody is told twice on one errand, and nobody of what was undone meanwhile.
    """
    rows = Commitment.objects.filter(event__in=list(numbers)).select_related("action", "event")
    told = 0
    for row in rows.order_by("pk"):
        event = row.event
        if event is not None and event.phase in _WRITERS:
            kind = str(event.phase)
            told += tell_hosts(row, kind, partial(_write, _WRITERS[event.phase], event), by=by)
    return told


def _write(writer: Callable[[Commitment, Host, Event], Any], event: Event, commitment: Commitment, host: Host) -> Any:
    return writer(commitment, host, event)


_WRITERS: dict[str, Callable[[Commitment, Host, Event], Any]] = {
    Phase.CANCELLED: letters.cancelled,
    Phase.POSTPONED: letters.postponed,
}


def _move_all(name: str, events: Iterable[Event], facts: dict[str, Any], *, by: Actor) -> Moved:
    step, numbers = STEPS[name], [event.pk for event in events]
    rows = Event.every.select_for_update(of=("self",)).select_related("action", "city", "spelling__place")
    found = list(rows.filter(pk__in=numbers).order_by("pk"))
    if not all(may_take(step, by, event) for event in found):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    fitting = [event for event in found if event.standing in step.sources]
    with Gathering():
        for event in fitting:
            _move(event, step, facts, by)
    if step.target in _WRITERS and fitting:
        start("events.tell_hosts", {"events": [event.pk for event in fitting]}, by=by, about=by.errand)
    return Moved(by.errand, len(fitting), len(numbers) - len(fitting))


def _move(event: Event, step: Step, facts: dict[str, Any], by: Actor) -> None:
    facts = facts | {"phase": step.target}
    before = {name: json.loads(json.dumps(getattr(event, name), cls=DjangoJSONEncoder)) for name in facts}
    for name, value in facts.items():
        setattr(event, name, value)
    event.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)
    event.save(update_fields=list(facts))
    record(by, f"event.{step.done}", event, before=before)


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
        found["moved_to"] = fuzzydates.read(moved_to).text if moved_to else ""
    except ValidationError as refusal:
        wrong["moved_to"] = refusal.messages
    if wrong:
        raise ValidationError(wrong)
    return found
