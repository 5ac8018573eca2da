"""What the background has prepared is kept; more is covered by hand; and what can be seen is said in words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.pictures import Box, Prepared, Size
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import clean_texts, record
from manyplaces.mail.tasks import start
from manyplaces.reports.models import Photo
from manyplaces.reports.models.photos import measures
from manyplaces.reports.operations.uploading import PREPARE, locked, refuse_photo
from manyplaces.reports.rules.photos import PREPARED, Corners, PhotoState, may_review, require_hand

MOST_BOXES = 100
DESCRIBED = ("alt", "alt_es", "credit", "consent")


@transaction.atomic
def keep_prepared(photo: Photo, done: Prepared, *, by: Actor) -> Photo:
    """Keep the picture that was made as `photo` wanted it, or why none was; returns the row as it is then.

    Where something else is wanted meanwhile, or nothing any more, the row stays as it is. Whoever calls deletes the
    picture, of the old one and the new one, that the row does not know.
    """
    stored = locked(photo)
    if stored.state != PhotoState.PREPARING or stored.wanted != photo.wanted or stored.picture != photo.picture:
        return stored
    if done.refusal and not stored.picture:
        return refuse_photo(stored, done.refusal, by=by)
    stored.state, stored.wanted = PhotoState.WAITING, None
    if not done.refusal:
        _settle(stored, photo, done)
    stored.full_clean(exclude=("event", "uid"), validate_unique=False)
    stored.save()
    record(by, "photo.prepared", stored, before={"state": PhotoState.PREPARING.value}, unseen=True)
    return stored


def _settle(stored: Photo, asked: Photo, done: Prepared) -> None:
    sizes: dict[str, Size] = {"large": done.large, "middle": done.middle, "small": done.small}  # type: ignore[dict-item]
    for column, pixels in measures(sizes).items():
        setattr(stored, column, pixels)
    drawn: list[Any] = [[box.left, box.top, box.width, box.height] for box in done.boxes]
    is_more = asked.wanted is not None and not asked.wanted["anew"]
    stored.picture, stored.boxes = done.key, [*stored.boxes, *drawn] if is_more else drawn
    if stored.prepared_at is None:
        stored.prepared_at = timezone.now()
        stored.negative_until = stored.prepared_at + datetime.timedelta(days=settings.UNCOVERED_DAYS)


@transaction.atomic
def cover_photo(photo: Photo, boxes: Sequence[Corners], *, anew: bool = False, by: Actor) -> Photo:
    """Have these boxes covered, in pixels of the large size, beside what is covered; a shown photo waits again.

    With `anew` they take the place of what is covered, which needs the upload. Raises PermissionDenied for who neither
    holds the private link nor looks at photos there, NotNow for what is not there to be covered, ValidationError
    without a box or with too many.
    """
    stored = locked(photo)
    require_hand(stored.event, timezone.now(), by)
    if stored.state not in PREPARED:
        raise NotNow(_("This photo cannot be covered now. Open the page again."))
    if anew and not stored.is_kept(timezone.now()):
        raise NotNow(_("What is covered stays covered: the photo as it was sent is not kept any more."))
    inside = [box for box in boxes if _is_inside(box, stored)]
    if len(inside) != len(boxes) or len(boxes) > MOST_BOXES or not (boxes or anew):
        raise ValidationError(_("Choose what is to be covered: at least one field, and at most 100 boxes."))
    before, seen = {"state": str(stored.state)}, stored.state == PhotoState.SHOWN
    stored.state, stored.wanted = PhotoState.PREPARING, {"anew": anew, "boxes": [list(box) for box in boxes]}
    stored.full_clean(exclude=("event", "uid"), validate_unique=False)
    stored.save(update_fields=["state", "wanted"])
    record(by, "photo.covered", stored, before=before, unseen=not seen)
    start(PREPARE, {"photo": stored.key}, by=by, about=stored.event.key)
    return stored


@transaction.atomic
def describe_photo(photo: Photo, *, by: Actor) -> Photo:
    """Say what is seen on a photo, who took it and why it may be shown; empty texts are kept empty.

    Raises PermissionDenied for who neither holds the private link nor looks at photos there, NotNow for a host whose
    photo is shown already, ValidationError by field.
    """
    stored = locked(photo)
    require_hand(stored.event, timezone.now(), by)
    if stored.state in (PhotoState.REFUSED, PhotoState.GONE, PhotoState.TAKEN_DOWN):
        raise NotNow(_("This photo is not there any more. Open the page again."))
    if stored.state == PhotoState.SHOWN and not may_review(by, stored.event):
        raise NotNow(_("This photo is shown already. Write to your coordinator to have its words changed."))
    clean_texts(photo)
    if all(getattr(stored, name) == getattr(photo, name) for name in DESCRIBED):
        return stored
    seen = stored.state == PhotoState.SHOWN
    for name in DESCRIBED:
        setattr(stored, name, getattr(photo, name))
    stored.full_clean(exclude=("event", "uid"), validate_unique=False)
    stored.save(update_fields=[*DESCRIBED])
    # What stood there before may be what nobody should have written.
    record(by, "photo.changed", stored, before={}, unseen=not seen)
    return stored


def wanted_boxes(photo: Photo) -> list[Box]:
    """Return what is wanted to be covered by hand."""
    return [Box(*box) for box in (photo.wanted or {}).get("boxes", [])]


def _is_inside(box: Corners, photo: Photo) -> bool:
    left, top, width, height = box
    inside = left + width <= photo.large_width and top + height <= photo.large_height
    return left >= 0 and top >= 0 and width > 0 and height > 0 and inside
