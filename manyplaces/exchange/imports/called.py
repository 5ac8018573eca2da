"""Details of what the coalition writes itself: actions, their parts and demands, and the notes on the record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.operations import describe_action, set_demand, set_part
from manyplaces.core.actor import Actor
from manyplaces.exchange.imports.detail import Detail
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.record.models import RecordNote
from manyplaces.record.operations import set_note

ACTION_FIELDS = ("name", "tactic", "kind", "frame", "summary", "date_note", "rights", "safety", "bring")
PART_FIELDS = ("name", "date_edtf", "covers", "summary")


def say_action(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set a text of an action, its kind or its usual tactic."""
    action = Action.every.get(pk=lookups.action(detail.action_id).pk)
    detail.set_on(action)
    lookups.forget()
    return Taken(action.slug, describe_action(action, by=by).outcome)


def say_part(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set the name, date or summary of a part; the first row about a part must name it."""
    action = lookups.action(detail.action_id)
    part = Part.objects.filter(action=action, slug=detail.key).first() or Part(action=action, slug=detail.key)
    detail.set_on(part)
    if not part.name:
        raise ValidationError(
            {"field": _("The first row about a part gives its name: put the row “name” before this.")}
        )
    return Taken(f"{action.slug} {part.slug}", set_part(part, by=by).outcome)


def say_demand(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set the words of a demand."""
    action = lookups.action(detail.action_id)
    demand = Demand.objects.filter(action=action, slug=detail.key).first() or Demand(action=action, slug=detail.key)
    detail.set_on(demand, "description")
    return Taken(f"{action.slug} {demand.slug}", set_demand(demand, by=by).outcome)


def say_note(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set the heading, text or position of a note on the record; the first row about a note gives its heading."""
    note = RecordNote.objects.filter(slug=detail.key).first() or RecordNote(slug=detail.key)
    if detail.field == "position":
        if not detail.value.isascii() or not detail.value.isdigit() or len(detail.value) > 6:
            raise ValidationError({"value": _("The position is a whole number such as 10.")})
        note.position = int(detail.value)
    else:
        detail.set_on(note, "body" if detail.field == "text" else "heading")
    if not note.heading:
        sentence = _("The first row about a note gives its heading: put the row “heading” before this.")
        raise ValidationError({"field": sentence})
    return Taken(note.slug, set_note(note, by=by).outcome)
