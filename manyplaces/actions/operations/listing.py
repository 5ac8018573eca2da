"""Actions, parts and demands as lists and forms hand them in: added, or brought into line."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Part
from manyplaces.actions.queries import was_changed
from manyplaces.actions.rules import Visibility
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.slugs import free_slug
from manyplaces.core.words import slug
from manyplaces.journal.operations import Kept, Row, clean_texts, keep, record
from manyplaces.people.operations import move_ends
from manyplaces.people.rules import Role, require

TEXTS = (
    *("name_es", "date_note_es", "frame", "frame_es", "summary", "summary_es"),
    *("rights", "rights_es", "safety", "safety_es", "bring", "bring_es", "guidelines", "guidelines_es"),
    *("time_local", "time_words", "time_words_es", "goal"),
)
FACTS = ("name", "kind", "tactic", "date_edtf", "date_from", "date_to", "date_note")
PART = ("name", "name_es", "date_edtf", "date_from", "date_to", "covers", "summary", "summary_es")
DEMAND = ("description", "description_es")
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

    `stored` is the row, locked, or None for a new one. What drafts change is on no public page. Roles for this action
    move with its last day.
    """
    clean_texts(action)
    action.settle_date()
    if stored and any(getattr(action, name) != getattr(stored, name) for name in fields):
        action.version, fields = stored.version + 1, (*fields, "version")
    unseen = (stored or action).visibility == Visibility.DRAFT and action.visibility == Visibility.DRAFT
    was = stored.date_to if stored else None
    kept = keep(action, stored, fields=fields, by=by, unseen=unseen)
    if was and kept.row.date_to and was != kept.row.date_to:
        # Roles for this action alone end with it, so that nobody who was needed is gone on the new day.
        move_ends(kept.row.slug, was, kept.row.date_to, by=by)
    return kept


@transaction.atomic
def set_part(part: Part, *, version: int | None = None, by: Actor) -> Kept[Part]:
    """Add a part to its action, or bring the stored one of the same key into line; one without a key is new.

    With the `version` of the action that was shown, raises NotNow where its parts were changed since.
    """
    action = locked(part.action_id, by, version=version, about="parts")
    clean_texts(part)
    known = Part.objects.filter(action=action)
    if not part.slug and part.name:
        part.slug = free_slug(slug(part.name, LONGEST_SLUG), known.values_list("slug", flat=True))
    stored = known.filter(slug=part.slug).first()
    return keep_belonging(part, stored, fields=PART, action=action, about="parts", by=by)


@transaction.atomic
def set_demand(demand: Demand, *, version: int | None = None, by: Actor) -> Kept[Demand]:
    """Add a demand to its action, or bring the stored one of the same key into line; one without a key is new.

    With the `version` of the action that was shown, raises NotNow where its demands were changed since.
    """
    action = locked(demand.action_id, by, version=version, about="demands")
    clean_texts(demand)
    known = Demand.objects.filter(action=action)
    if not demand.slug and demand.description:
        demand.slug = free_slug(slug(demand.description, LONGEST_SLUG), known.values_list("slug", flat=True))
    stored = known.filter(slug=demand.slug).first()
    return keep_belonging(demand, stored, fields=DEMAND, action=action, about="demands", by=by)


@transaction.atomic
def keep_belonging(
    row: Row, stored: Row | None, *, fields: Iterable[str], action: Action, about: str, by: Actor
) -> Kept[Row]:
    """Keep what belongs to an action, which is locked, and raise the action's version where it changes.

    `about` is the page of the desk on which it stands: "parts", "demands", "goals", "toolkit" or "papers".
    """
    kept = keep(row, stored, fields=fields, by=by, unseen=is_draft(action))
    if kept.outcome != "unchanged":
        raise_version(action, about, by=by)
    return kept


@transaction.atomic
def raise_version(action: Action, about: str, *, by: Actor) -> None:
    """Raise the version of an action to which something that belongs to it was done, and note where that stands."""
    action.full_clean(validate_unique=False, validate_constraints=False)
    record(by, f"action.{about}_changed", action, before={"version": action.version}, unseen=True)
    action.version += 1
    action.save(update_fields=["version"])


def locked(number: int, by: Actor, *, version: int | None = None, about: str = "") -> Action:
    """Return the action of this number, locked until the transaction ends.

    Raises PermissionDenied for a stranger; with a `version`, NotNow where what `about` says was changed since.
    """
    action = Action.every.select_for_update().get(pk=number)
    require(by, Role.NATIONAL, action=action.slug)
    if version is not None and was_changed(action, version, about):
        raise NotNow(_("Somebody changed this while you had it open. Look at what stands here now, then save again."))
    return action


def is_draft(action: Action) -> bool:
    """Tell whether no public page shows the action."""
    return action.visibility == Visibility.DRAFT
