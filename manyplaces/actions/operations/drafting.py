"""The action on the desk: drafted, changed by who saw its latest state, published, opened and closed by the clock."""

from __future__ import annotations

import copy
import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.operations.listing import FACTS, LONGEST_SLUG, TEXTS, bring_in_line, is_draft, locked
from manyplaces.actions.queries import changes_since
from manyplaces.actions.rules import Visibility, is_open
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.slugs import free_slug
from manyplaces.core.words import slug
from manyplaces.journal.operations import Kept, clean_texts, keep
from manyplaces.people.rules import Role, require

FIELDS = (
    *FACTS,
    *TEXTS,
    *("tactics", "time_local", "time_words", "time_words_es", "zone", "opens_at", "closes_at", "lead_hours"),
    *("approval", "goal", "guidelines", "guidelines_es"),
    *("rights", "rights_es", "safety", "safety_es", "bring", "bring_es"),
)
# What belongs to the action itself; whatever else refers to it rests on it.
OWN = frozenset({"actions"})


@transaction.atomic
def draft_action(action: Action, *, by: Actor) -> Kept[Action]:
    """Add an action that only the desk sees; one without a short name gets a free one, made from its name.

    Raises ValidationError where its short name is taken or it has no date.
    """
    require(by, Role.NATIONAL, action=action.slug)
    action.visibility = Visibility.DRAFT
    clean_texts(action)
    if not action.slug and action.name:
        action.slug = free_slug(slug(action.name, LONGEST_SLUG), Action.every.values_list("slug", flat=True))
    taken = ValidationError({"slug": _("Another action has this short name already. Choose one of its own.")})
    if Action.every.filter(slug=action.slug).exists():
        raise taken
    try:
        # Where two send the same form at once, the database decides which was first.
        with transaction.atomic():
            return bring_in_line(action, None, fields=(), by=by)
    except IntegrityError as lost:
        raise taken from lost


@transaction.atomic
def change_action(action: Action, *, version: int, by: Actor) -> Kept[Action]:
    """Bring the stored action of the same short name into line with what a form of that version says.

    Raises NotNow where somebody changed the same things since that version was shown: nothing is written, and
    `queries.changes_since` tells what it was. What belongs to it (parts, goals) is no matter of this form.
    """
    stored = _stored(action.slug, by)
    since = {change.field for change in changes_since(stored, version)}
    if version > stored.version or since & {*FIELDS, "visibility"}:
        raise NotNow(_("Somebody changed this action while you had it open. Look at what changed, then save again."))
    action.visibility = stored.visibility
    action.is_taking = is_open(action, timezone.now())
    return bring_in_line(action, stored, fields=(*FIELDS, "is_taking"), by=by)


@transaction.atomic
def publish_action(action: Action, *, version: int, by: Actor) -> Kept[Action]:
    """Make an action public, in the state that was shown. Raises NotNow where it is public, or was changed since."""
    stored = _of_version(action.slug, version, by)
    if not is_draft(stored):
        raise NotNow(_("This action is public already."))
    return _show(stored, Visibility.PUBLIC, by=by)


@transaction.atomic
def unpublish_action(action: Action, *, version: int, by: Actor) -> Kept[Action]:
    """Take an action off the pages again. Raises NotNow once anything rests on it: a commitment, an event, a claim."""
    stored = _of_version(action.slug, version, by)
    if is_draft(stored):
        raise NotNow(_("This action is a draft already."))
    if rests_on(stored):
        raise NotNow(
            _("Commitments, events or reports rest on this action, so it stays public. You can close it instead.")
        )
    return _show(stored, Visibility.DRAFT, by=by)


def _stored(short_name: str, by: Actor) -> Action:
    require(by, Role.NATIONAL, action=short_name)
    return Action.every.select_for_update().get(slug=short_name)


def _of_version(short_name: str, version: int, by: Actor) -> Action:
    """Return the action as it was shown, with everything that belongs to it."""
    stored = _stored(short_name, by)
    if stored.version != version:
        raise NotNow(_("Somebody changed this action since you opened this page. Look at the preview once more."))
    return stored


def _show(stored: Action, visibility: Visibility, *, by: Actor) -> Kept[Action]:
    shown = copy.copy(stored)
    shown.visibility = visibility
    shown.is_taking = is_open(shown, timezone.now())
    return bring_in_line(shown, stored, fields=("visibility", "is_taking"), by=by)


@transaction.atomic
def turn_openings(now: datetime.datetime, *, by: Actor) -> int:
    """Note which actions have begun or ended to take commitments, so that their pages change; returns how many.

    Called by the clock; what was noted already is left alone.
    """
    turned, turning = 0, models.Q(is_taking=True) | models.Q(opens_at__lte=now)
    for action in Action.every.select_for_update().filter(turning, frozen_at=None):
        if action.is_taking != is_open(action, now):
            noted = copy.copy(locked(action.pk, by))
            noted.is_taking = not action.is_taking
            keep(noted, action, fields=("is_taking",), by=by)
            turned += 1
    return turned


def rests_on(row: models.Model) -> bool:
    """Tell whether rows of rooms above refer to this one; the rooms themselves need not be known here."""
    above = [relation for relation in row._meta.related_objects if relation.related_model._meta.app_label not in OWN]
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists() for relation in above
    )
