"""What attendees left is destroyed, piece by piece: each piece is one transaction, and the next run goes on from there.

Nothing here asks for the time. Whoever calls was told a day by two looks at the clock (see `looking`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.journal.operations import record
from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Crowd, PastCrowd, Purge, Rsvp
from manyplaces.rsvps.operations.seating import keep_crowds, locked_crowds
from manyplaces.rsvps.rules import State
from manyplaces.rsvps.rules.forgetting import (
    AT_ONCE,
    FEWEST,
    aged_until,
    are_answers_due,
    are_needs_due,
    dayless_until,
    unconfirmed_until,
)

KIND = "rsvps."
# Rows about an event that are not destroyed with its answers by what follows from their shape.
KEPT: set[type[models.Model]] = {Rsvp, Crowd}


def events_at_hand() -> Iterator[Event]:
    """Yield every event of which anything is kept about who comes, listed or not."""
    models_about = [*KEPT, *further_models()]
    kept = [Exists(model._default_manager.filter(event=OuterRef("pk"))) for model in models_about]
    written = Exists(Letter.objects.filter(kind__startswith=KIND, about=OuterRef("key")))
    wanted = Q(written)
    for found in kept:
        wanted |= Q(found)
    yield from Event.every.filter(wanted).select_related("action", "city").order_by("pk")


def further_models() -> list[type[models.Model]]:
    """Return whatever else this room keeps about an event: a new kind of row is destroyed with the others by itself."""
    room = apps.get_app_config("rsvps").get_models()
    return [model for model in room if model not in KEPT and _is_about_an_event(model)]


def _is_about_an_event(model: type[models.Model]) -> bool:
    return any(field.name == "event" and field.related_model is Event for field in model._meta.concrete_fields)


@transaction.atomic
def forget_needs(event: Event, day: datetime.date, *, by: Actor) -> int:
    """Destroy what people need to take part in an event that is over on that day; returns how many, 500 at most."""
    if not event.action.is_frozen and not are_needs_due(event.meant[1], day):
        return 0
    found = list(Rsvp.objects.filter(event=event).exclude(needs_sealed=b"").values_list("pk", flat=True)[:AT_ONCE])
    gone = Rsvp.objects.filter(pk__in=found).update(needs_sealed=b"", needs_safe="", version=F("version") + 1)
    note(event.action, event.city.state, Purge.What.NEEDS, gone, day, by=by)
    return gone


@transaction.atomic
def forget_unconfirmed(day: datetime.date, *, by: Actor) -> int:
    """Destroy answers that nobody confirmed within two days, and the letters that asked; returns how many answers."""
    rows = Rsvp.objects.filter(state=State.UNCONFIRMED, made_on__lt=unconfirmed_until(day))
    found = list(rows.select_related("event__action", "event__city").order_by("pk")[:AT_ONCE])
    for row in found:
        for field in ("email_hash", "phone_hash"):
            hashed = getattr(row, field)
            others = Rsvp.objects.filter(event=row.event_id, **{field: hashed}).exclude(pk=row.pk)
            if not hashed or others.exists():
                continue
            about = Letter.objects.filter(about=row.event.key, kind__startswith=KIND, safe=row.safe)
            letters = about.filter(key__contains=f":{hashed}:").delete()[0]
            note(row.event.action, row.event.city.state, Purge.What.LETTERS, letters, day, by=by)
        # Whoever confirms in this very moment is quicker or slower, and never both.
        gone = _delete(Rsvp.objects.filter(pk=row.pk, state=State.UNCONFIRMED))
        note(row.event.action, row.event.city.state, Purge.What.UNCONFIRMED, gone, day, by=by)
    return len(found)


@transaction.atomic
def forget_answers(event: Event, day: datetime.date, *, by: Actor) -> int:
    """Destroy up to 500 rows of what was left for an event that is due on that day; returns how many, 0 at the end.

    The count goes down with the answers, and how many people they were is added to the sum of their state.
    """
    due, old = _due(event, day)
    if due is None:
        return 0
    crowd = locked_crowds([event.pk])[event.pk]
    rows = list(Rsvp.objects.filter(due, event=event).order_by("pk").values_list("pk", "state", "people")[:AT_ONCE])
    for _pk, state, people in rows:
        if state == State.COMING:
            crowd.coming = max(0, crowd.coming - people)
        elif state == State.WAITING:
            crowd.waiting = max(0, crowd.waiting - people)
    gone = _delete(Rsvp.objects.filter(pk__in=[row[0] for row in rows]))
    keep_crowds([crowd])
    _keep_sum(event, sum(people for _pk, state, people in rows if state == State.COMING))
    note(event.action, event.city.state, Purge.What.ANSWERS, gone, day, by=by)
    gone += _forget_letters(event, old, day, by)
    gone += _forget_further(event, old, day, by)
    if not gone and not Rsvp.objects.filter(event=event).exists():
        Crowd.objects.filter(event=event).delete()
        record(by, "event.purged", event, before={}, unseen=True)
    return gone


def _due(event: Event, day: datetime.date) -> tuple[Q | None, datetime.date | None]:
    """Return which answers are due (None for none), and before which day the rest of it was made where that counts."""
    if event.action.is_frozen:
        return Q(), None
    last_day = event.meant[1]
    if last_day is not None:
        if are_answers_due(last_day, day, settings.FORGET_DAYS):
            return Q(), None
        # Whoever moves an event again and again must not keep its answers with it.
        old = aged_until(day)
        aged = Q(made_on__lt=old)
        return (aged, old) if Rsvp.objects.filter(aged, event=event).exists() else (None, None)
    old = dayless_until(day)
    is_any = Rsvp.objects.filter(event=event, made_on__lt=old).exists() or not Rsvp.objects.filter(event=event).exists()
    return (Q(made_on__lt=old), old) if is_any else (None, None)


def _forget_letters(event: Event, old: datetime.date | None, day: datetime.date, by: Actor) -> int:
    about = Letter.objects.filter(kind__startswith=KIND, about=event.key)
    due = about if old is None else about.filter(made_at__date__lt=old)
    gone = Letter.objects.filter(pk__in=list(due.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]
    note(event.action, event.city.state, Purge.What.LETTERS, gone, day, by=by)
    return gone


def _forget_further(event: Event, old: datetime.date | None, day: datetime.date, by: Actor) -> int:
    if old is not None and Rsvp.objects.filter(event=event).exists():
        return 0
    gone = 0
    for model in further_models():
        found = model._default_manager.filter(event=event).values_list("pk", flat=True)[:AT_ONCE]
        gone += _delete(model._default_manager.filter(pk__in=list(found)))
    note(event.action, event.city.state, Purge.What.FURTHER, gone, day, by=by)
    return gone


def _delete(rows: models.QuerySet[Any]) -> int:
    """Delete rows; returns how many they were, without what hung on them, such as whom an answer was given to."""
    return rows.delete()[1].get(rows.model._meta.label, 0)


@transaction.atomic
def forget_orphans(*, by: Actor) -> int:
    """Destroy letters to attendees of events that are not there any more; returns how many, 500 at most."""
    known = Event.every.filter(key=OuterRef("about"))
    found = Letter.objects.filter(~Exists(known), kind__startswith=KIND).order_by("pk")[:AT_ONCE]
    gone = 0
    for letter in found:
        record(by, "letter.removed", letter, before={}, unseen=True)
        gone += letter.delete()[0]
    return gone


@transaction.atomic
def drop_few(*, by: Actor) -> None:
    """Drop every number of fewer than five people: of what was destroyed, and of sums to which nothing is added."""
    few: dict[str, Any] = {"many": 0, "is_few": True}
    Purge.objects.filter(many__lt=FEWEST, is_few=False).exclude(what=Purge.What.SAFES).update(**few)
    at_hand = Exists(Rsvp.objects.filter(event__action=OuterRef("action")))
    PastCrowd.objects.filter(~at_hand, people__lt=FEWEST).delete()


def _keep_sum(event: Event, people: int) -> None:
    if people:
        where: dict[str, Any] = {"action": event.action, "state": event.city.state}
        PastCrowd.objects.get_or_create(**where)
        PastCrowd.objects.filter(**where).update(people=F("people") + people)


def note(action: Action, state: str, what: Purge.What, many: int, day: datetime.date, *, by: Actor) -> None:
    """Count what was destroyed, in the transaction in which that was done."""
    if not many:
        return
    line, is_new = Purge.objects.get_or_create(on=day, action=action, state=state, what=what)
    Purge.objects.filter(pk=line.pk).update(many=F("many") + many)
    if is_new:
        record(by, "purge.added", line, unseen=True)
