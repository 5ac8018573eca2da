"""What belongs to an action: goals by state; parts and demands that go again; all of it taken along to a new action."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Material, MaterialVersion, Part, StateGoal
from manyplaces.actions.operations.drafting import draft_action, rests_on
from manyplaces.actions.operations.listing import is_draft, locked, set_demand, set_part
from manyplaces.actions.rules import shifted
from manyplaces.core import fuzzydates
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import Kept, keep, record

# What a new action takes over from one like it. Its own recap and the note about its date it has to earn.
TAKEN_OVER = (
    *("kind", "tactic", "tactics", "time_local", "time_words", "time_words_es", "zone", "lead_hours", "approval"),
    *("frame", "frame_es", "guidelines", "guidelines_es", "goal"),
)


@transaction.atomic
def set_goal(goal: StateGoal, *, by: Actor) -> Kept[StateGoal]:
    """Set how many sites are wanted in a state; 0 for no goal."""
    action = locked(goal.action_id, by)
    stored = StateGoal.objects.filter(action=action, state=goal.state).first()
    return keep(goal, stored, fields=("goal",), by=by, unseen=is_draft(action))


@transaction.atomic
def set_goals(action: Action, goals: Mapping[str, int], *, by: Actor) -> int:
    """Set the goals of several states at once; returns how many changed. What has no goal and had none stays out."""
    known = dict(StateGoal.objects.filter(action=action).values_list("state", "goal"))
    changed = {state: goal for state, goal in goals.items() if goal != known.get(state, 0)}
    for state, goal in changed.items():
        set_goal(StateGoal(action=action, state=state, goal=goal), by=by)
    return len(changed)


@transaction.atomic
def remove_part(part: Part, *, by: Actor) -> None:
    """Take a part off its action. Raises NotNow where something refers to it."""
    action = locked(part.action_id, by)
    if rests_on(part):
        raise NotNow(_("Something refers to this part, so it stays."))
    _remove(part, ("slug", "name", "name_es", "date_edtf", "covers", "summary", "summary_es"), action, by)


@transaction.atomic
def remove_demand(demand: Demand, *, by: Actor) -> None:
    """Take a demand off its action. Raises NotNow once a site has chosen it."""
    action = locked(demand.action_id, by)
    if rests_on(demand):
        raise NotNow(_("Sites have chosen this demand, so it stays. You can change its words."))
    _remove(demand, ("slug", "description", "description_es"), action, by)


def _remove(row: Part | Demand, fields: tuple[str, ...], action: Action, by: Actor) -> None:
    stored = type(row).objects.filter(pk=row.pk).first()
    if stored is None:
        return  # The same button, pressed twice.
    stored.full_clean(exclude=["action"], validate_unique=False, validate_constraints=False)
    before = {name: getattr(stored, name) for name in fields} | {"action": action.slug}
    record(by, f"{stored._meta.model_name}.removed", stored, before=before, unseen=is_draft(action))
    stored.delete()


@transaction.atomic
def duplicate_action(action: Action, *, slug: str, name: str, date_edtf: str, by: Actor) -> Kept[Action]:
    """Draft a new action like this one: parts, demands, guidelines, toolkit, tactics, times and goals.

    Exact dates of parts move with the action's; others are left open. Files of the toolkit are shared, not copied.
    Events, claims, commitments and when these open and close stay with the old one.
    """
    taken = {field: getattr(action, field) for field in TAKEN_OVER}
    made = draft_action(Action(slug=slug, name=name, date_edtf=date_edtf, **taken), by=by)
    days = _days_between(action, made.row)
    for part in action.parts.order_by("pk"):
        dates = {field: shifted(getattr(part, field), days) if days else "" for field in ("date_edtf", "covers")}
        texts = {field: getattr(part, field) for field in ("slug", "name", "name_es")}
        set_part(Part(action=made.row, **texts, **dates), by=by)
    for demand in action.demands.order_by("pk"):
        texts = {field: getattr(demand, field) for field in ("slug", "description", "description_es")}
        set_demand(Demand(action=made.row, **texts), by=by)
    for goal in action.state_goals.all():
        set_goal(StateGoal(action=made.row, state=goal.state, goal=goal.goal), by=by)
    _take_toolkit(action, made.row, by)
    return made


def _days_between(old: Action, new: Action) -> int:
    """Return how many days the new action is later, 0 where one of the two dates is not a day or several."""
    if not shifted(old.date_edtf, 1) or not shifted(new.date_edtf, 1):
        return 0
    first: tuple[datetime.date, datetime.date] = tuple(fuzzydates.read(one.date_edtf).earliest for one in (old, new))  # type: ignore[assignment]
    return (first[1] - first[0]).days


def _take_toolkit(old: Action, new: Action, by: Actor) -> None:
    for material in old.materials.filter(removed_at=None).order_by("position", "pk"):
        piece = Material(action=new, name=material.name, name_es=material.name_es, position=material.position)
        made = keep(piece, None, fields=(), by=by, unseen=True).row
        latest = {version.language: version for version in material.versions.order_by("number")}
        for version in latest.values():
            shared = {field: getattr(version, field) for field in ("language", "url", "file_name", "stored_as")}
            facts = {field: getattr(version, field) for field in ("content_type", "size", "sha256")}
            same = MaterialVersion(material=made, number=1, made_by=by.name, **shared, **facts)
            keep(same, None, fields=(), by=by, unseen=True)
