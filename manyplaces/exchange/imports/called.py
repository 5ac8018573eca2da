"""Details of what the coalition writes itself: actions, their parts and demands, and the notes on the record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.operations import describe_action, set_demand, set_goals, set_part
from manyplaces.core.actor import Actor
from manyplaces.core.localtimes import read_clock
from manyplaces.exchange.imports.detail import Detail
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.places.geometry import STATES
from manyplaces.record.models import RecordNote
from manyplaces.record.operations import set_note

ACTION_FIELDS = (
    *("name", "tactic", "kind", "frame", "summary", "date_note", "rights", "safety", "bring"),
    *("guidelines", "time_words", "time_local", "goal"),
)
PART_FIELDS = ("name", "date_edtf", "covers", "summary")


def say_action(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set a text of an action, its kind, usual tactic or time, or how many sites are wanted."""
    action = Action.every.get(pk=lookups.action(detail.action_id).pk)
    if detail.field == "goal":
        action.goal = _whole(detail.value)
    elif detail.field == "time_local":
        action.time_local = read_clock(detail.value)[0]
    else:
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


def say_goal(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set how many sites are wanted in a state."""
    action, state = lookups.action(detail.action_id), detail.key.upper()
    if state not in STATES:
        sentence = _("“%s” is not a state. Give two letters such as WI or PR.")
        raise ValidationError({"key": sentence % detail.key[:40]})
    changed = set_goals(action, {state: _whole(detail.value)}, by=by)
    lookups.forget()
    return Taken(f"{action.slug} {state}", "changed" if changed else "unchanged")


def say_note(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set the heading, text or position of a note on the record; the first row about a note gives its heading."""
    note = RecordNote.objects.filter(slug=detail.key).first() or RecordNote(slug=detail.key)
    if detail.field == "position":
        note.position = _whole(detail.value, _("The position is a whole number such as 10."))
    else:
        detail.set_on(note, "body" if detail.field == "text" else "heading")
    if not note.heading:
        sentence = _("The first row about a note gives its heading: put the row “heading” before this.")
        raise ValidationError({"field": sentence})
    return Taken(note.slug, set_note(note, by=by).outcome)


def _whole(words: str, sentence: str = "") -> int:
    if not words.isascii() or not words.isdigit() or len(words) > 6:
        raise ValidationError({"value": sentence or _("Write how many sites, in digits, such as 300.")})
    return int(words)
