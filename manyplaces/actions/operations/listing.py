"""Actions, parts and demands as lists bring them: added, or brought into line."""

from __future__ import annotations

from django.db import transaction

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.core.actor import Actor
from manyplaces.journal.operations import Kept, clean_texts, keep

TEXTS = ("name_es", "date_note_es", "frame", "frame_es", "summary", "summary_es")
FACTS = ("name", "kind", "tactic", "date_edtf", "date_from", "date_to", "date_note")


@transaction.atomic
def call_action(action: Action, *, by: Actor) -> Kept[Action]:
    """Add an action, or bring the stored one of the same short name into line: name, kind, date and its note.

    A usual tactic that is known already stays where the one handed in names none.
    """
    clean_texts(action)
    stored = Action.every.select_for_update().filter(slug=action.slug).first()
    if stored and not action.tactic:
        action.tactic = stored.tactic
    return keep(action, stored, fields=FACTS, by=by)


@transaction.atomic
def describe_action(action: Action, *, by: Actor) -> Kept[Action]:
    """Bring everything of the stored action into line with the one handed in, its texts in both languages too."""
    stored = Action.every.select_for_update().get(slug=action.slug)
    return keep(action, stored, fields=FACTS + TEXTS, by=by)


@transaction.atomic
def set_part(part: Part, *, by: Actor) -> Kept[Part]:
    """Add a part to its action, or bring the stored one of the same key into line."""
    clean_texts(part)
    Action.every.select_for_update().get(pk=part.action_id)
    stored = Part.objects.filter(action=part.action_id, slug=part.slug).first()
    fields = ("name", "name_es", "date_edtf", "date_from", "date_to", "covers", "summary", "summary_es")
    return keep(part, stored, fields=fields, by=by)


@transaction.atomic
def set_demand(demand: Demand, *, by: Actor) -> Kept[Demand]:
    """Add a demand to its action, or bring the stored one of the same key into line."""
    clean_texts(demand)
    Action.every.select_for_update().get(pk=demand.action_id)
    stored = Demand.objects.filter(action=demand.action_id, slug=demand.slug).first()
    return keep(demand, stored, fields=("description", "description_es"), by=by)
