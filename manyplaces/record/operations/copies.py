"""Which published items are one story; a person decides, whatever is suggested."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.journal.operations import keep
from manyplaces.record.models import MediaHit
from manyplaces.record.rules.media import KEEPERS, HitReview, require_role


@transaction.atomic
def join_story(copy: MediaHit, original: MediaHit, *, by: Actor) -> MediaHit:
    """Make a hit a copy of another, which counts for both; copies that it has itself become copies of that one too.

    Raises PermissionDenied for whoever may not add hits where the copy belongs, ValidationError where they are the same
    or of two actions.
    """
    rows = MediaHit.every.select_for_update(of=("self",)).select_related("action", "city")
    copy, original = rows.get(pk=copy.pk), rows.get(pk=original.pk)
    if original.copy_of_id:
        original = rows.get(pk=original.copy_of_id)
    _require_keeper(copy, by)
    if copy.pk == original.pk or copy.action_id != original.action_id:
        raise ValidationError(_("Choose another story of the same action."))
    if original.review != HitReview.SHOWN and copy.review == HitReview.SHOWN:
        raise ValidationError(_("Look at the original first: what is not shown cannot stand for what is."))
    for one in [*rows.filter(copy_of=copy), copy]:
        changed = MediaHit.every.get(pk=one.pk)
        changed.copy_of = original
        keep(changed, one, fields=("copy_of",), by=by)
    copy.copy_of = original
    return copy


@transaction.atomic
def part_stories(one: MediaHit, other: MediaHit, *, by: Actor) -> MediaHit:
    """Say that two hits are two stories: what was joined is parted, and nobody is asked again."""
    rows = MediaHit.every.select_for_update(of=("self",)).select_related("action", "city")
    one, other = rows.get(pk=one.pk), rows.get(pk=other.pk)
    _require_keeper(one, by)
    changed = MediaHit.every.get(pk=one.pk)
    if one.copy_of_id == other.pk:
        changed.copy_of = None
    links = {"other_stories": [*one.other_stories.all(), other]}
    return keep(changed, one, fields=("copy_of",), by=by, links=links).row


def _require_keeper(hit: MediaHit, by: Actor) -> None:
    city = hit.city.slug if hit.city else ""
    require_role(by, *KEEPERS, action=hit.action.slug, state=hit.state, city=city)
