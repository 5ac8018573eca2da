"""What belongs to an action: goals by state; parts and demands that go again; all of it taken along to a new action."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Demand, Material, MaterialVersion, PaperText, Part, StateGoal
from manyplaces.actions.operations.drafting import draft_action, rests_on
from manyplaces.actions.operations.listing import is_draft, locked, raise_version, set_demand, set_part
from manyplaces.actions.rules import shifted
from manyplaces.core import fuzzydates
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import Kept, keep, record

# What a new action takes over from one like it. Its own recap and the note about its date it has to earn.
TAKEN_OVER = (
    *("kind", "tactic", "tactics", "time_local", "time_words", "time_words_es", "zone", "lead_hours", "approval"),
    *("frame", "frame_es", "guidelines", "guidelines_es", "goal"),
    *("rights", "rights_es", "safety", "safety_es", "bring", "bring_es"),
)
PART_TEXTS = ("slug", "name", "name_es", "summary", "summary_es")


@transaction.atomic
def set_goals(action: Action, goals: Mapping[str, int], *, shown: Mapping[str, int] | None = None, by: Actor) -> int:
    """Set how many sites are wanted in several states, 0 for no goal; returns how many changed. Others stay.

    With what was `shown` of these states, raises ValidationError by state where somebody set another goal since.
    """
    action = locked(action.pk, by)
    known = {goal.state: goal for goal in StateGoal.objects.filter(action=action, state__in=goals)}
    stood = {state: known[state].goal if state in known else 0 for state in goals}
    _require_shown(stood, goals, shown or stood)
    changed = {state: goal for state, goal in goals.items() if goal != stood[state]}
    for state, goal in changed.items():
        row = StateGoal(action=action, state=state, goal=goal)
        keep(row, known.get(state), fields=("goal",), by=by, unseen=is_draft(action))
    if changed:
        raise_version(action, "goals", by=by)
    return len(changed)


def _require_shown(stood: Mapping[str, int], wanted: Mapping[str, int], shown: Mapping[str, int]) -> None:
    sentence = _("Somebody else set %(goal)d meanwhile. Yours stands here and replaces it when you save again.")
    late = {
        state: sentence % {"goal": goal}
        for state, goal in stood.items()
        if goal not in (shown.get(state, 0), wanted[state])
    }
    if late:
        raise ValidationError(late)


@transaction.atomic
def remove_part(part: Part, *, version: int | None = None, by: Actor) -> None:
    """Take a part off its action. Raises NotNow where something refers to it, or parts were changed since `version`."""
    action = locked(part.action_id, by, version=version, about="parts")
    if rests_on(part):
        raise NotNow(_("Something refers to this part, so it stays."))
    _remove(part, ("slug", "name", "name_es", "date_edtf", "covers", "summary", "summary_es"), action, by)


@transaction.atomic
def remove_demand(demand: Demand, *, version: int | None = None, by: Actor) -> None:
    """Take a demand off its action. Raises NotNow once a site chose it, or demands were changed since `version`."""
    action = locked(demand.action_id, by, version=version, about="demands")
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
    raise_version(action, f"{stored._meta.model_name}s", by=by)
    stored.delete()


@transaction.atomic
def duplicate_action(
    action: Action, *, slug: str, name: str, date_edtf: str, kind: str = "", by: Actor
) -> Kept[Action]:
    """Draft a new action like this one: parts, demands, guidelines, toolkit, texts of papers, tactics, times, goals.

    Exact dates of parts move with the action's; others are left open. Files of the toolkit are shared, not copied.
    Events, claims, commitments and when these open and close stay with the old one.
    """
    taken = {field: getattr(action, field) for field in TAKEN_OVER} | ({"kind": kind} if kind else {})
    made = draft_action(Action(slug=slug, name=name, date_edtf=date_edtf, **taken), by=by)
    days = _days_between(action, made.row)
    for part in action.parts.order_by("pk"):
        dates = {field: shifted(getattr(part, field), days) if days else "" for field in ("date_edtf", "covers")}
        texts = {field: getattr(part, field) for field in PART_TEXTS}
        set_part(Part(action=made.row, **texts, **dates), by=by)
    for demand in action.demands.order_by("pk"):
        texts = {field: getattr(demand, field) for field in ("slug", "description", "description_es")}
        set_demand(Demand(action=made.row, **texts), by=by)
    set_goals(made.row, {goal.state: goal.goal for goal in action.state_goals.all()}, by=by)
    _take_toolkit(action, made.row, by)
    for text in action.paper_texts.order_by("pk"):
        same = PaperText(action=made.row, paper=text.paper, language=text.language, text=text.text)
        keep(same, None, fields=(), by=by, unseen=True)
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
        versions = material.versions.filter(withdrawn_at=None).order_by("number")
        latest = {version.language: version for version in versions}
        for version in latest.values():
            shared = {field: getattr(version, field) for field in ("language", "url", "file_name", "stored_as")}
            facts = {field: getattr(version, field) for field in ("content_type", "size", "sha256")}
            same = MaterialVersion(material=made, number=1, made_by=by.name, **shared, **facts)
            keep(same, None, fields=(), by=by, unseen=True)
