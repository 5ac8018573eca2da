"""Actions, parts and demands as lists and forms hand them in: added, or brought into line."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.rules import Visibility
from manyplaces.core.actor import Actor
from manyplaces.core.slugs import free_slug
from manyplaces.core.words import slug
from manyplaces.journal.operations import Kept, clean_texts, keep
from manyplaces.people.rules import Role, require

TEXTS = ("name_es", "date_note_es", "frame", "frame_es", "summary", "summary_es")
FACTS = ("name", "kind", "tactic", "date_edtf", "date_from", "date_to", "date_note")
PART = ("name", "name_es", "date_edtf", "date_from", "date_to", "covers", "summary", "summary_es")
LONGEST_SLUG = 50


@transaction.atomic
def call_action(action: Action, *, by: Actor) -> Kept[Action]:
    """Add an action, or bring the stored one of the same short name into line: name, kind, date and its note.

    A usual tactic that is known already stays where the one handed in names none.
    """
    require(by, Role.NATIONAL, action=action.slug)
    clean_texts(action)
    stored = Action.every.select_for_update().filter(slug=action.slug).first()
    if stored and not action.tactic:
        action.tactic = stored.tactic
    return bring_in_line(action, stored, fields=FACTS, by=by)


@transaction.atomic
def describe_action(action: Action, *, by: Actor) -> Kept[Action]:
    """Bring everything of the stored action into line with the one handed in, its texts in both languages too."""
    require(by, Role.NATIONAL, action=action.slug)
    stored = Action.every.select_for_update().get(slug=action.slug)
    return bring_in_line(action, stored, fields=FACTS + TEXTS, by=by)


@transaction.atomic
def bring_in_line(action: Action, stored: Action | None, *, fields: Iterable[str], by: Actor) -> Kept[Action]:
    """Keep the action and raise its version where it changes, so that whoever edits an older state is told.

    `stored` is the row, locked, or None for a new one. What drafts change is on no public page.
    """
    clean_texts(action)
    action.settle_date()
    if stored and any(getattr(action, name) != getattr(stored, name) for name in fields):
        action.version, fields = stored.version + 1, (*fields, "version")
    unseen = (stored or action).visibility == Visibility.DRAFT and action.visibility == Visibility.DRAFT
    return keep(action, stored, fields=fields, by=by, unseen=unseen)


@transaction.atomic
def set_part(part: Part, *, by: Actor) -> Kept[Part]:
    """Add a part to its action, or bring the stored one of the same key into line; one without a key is new."""
    action = locked(part.action_id, by)
    clean_texts(part)
    known = Part.objects.filter(action=action)
    if not part.slug and part.name:
        part.slug = free_slug(slug(part.name, LONGEST_SLUG), known.values_list("slug", flat=True))
    stored = known.filter(slug=part.slug).first()
    return keep(part, stored, fields=PART, by=by, unseen=is_draft(action))


@transaction.atomic
def set_demand(demand: Demand, *, by: Actor) -> Kept[Demand]:
    """Add a demand to its action, or bring the stored one of the same key into line; one without a key is new."""
    action = locked(demand.action_id, by)
    clean_texts(demand)
    known = Demand.objects.filter(action=action)
    if not demand.slug and demand.description:
        demand.slug = free_slug(slug(demand.description, LONGEST_SLUG), known.values_list("slug", flat=True))
    stored = known.filter(slug=demand.slug).first()
    return keep(demand, stored, fields=("description", "description_es"), by=by, unseen=is_draft(action))


def locked(number: int, by: Actor) -> Action:
    """Return the action of this number, locked until the transaction ends; raises PermissionDenied for a stranger."""
    action = Action.every.select_for_update().get(pk=number)
    require(by, Role.NATIONAL, action=action.slug)
    return action


def is_draft(action: Action) -> bool:
    """Tell whether no public page shows the action."""
    return action.visibility == Visibility.DRAFT
