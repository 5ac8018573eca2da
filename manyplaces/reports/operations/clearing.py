"""What of photos has had its time is forgotten: uploads, files of photos that are gone, what nobody finished."""

from __future__ import annotations

import datetime

from django.db import transaction

from manyplaces.core.actor import Actor
from manyplaces.core.picturerefusals import Refusal
from manyplaces.journal.operations import record
from manyplaces.reports.models import Photo
from manyplaces.reports.operations.uploading import locked, refuse_photo
from manyplaces.reports.queries.photos import stuck_photos
from manyplaces.reports.rules.photos import PhotoState

# What came only in part is waited for so long, and so long a host is told why a photo was refused.
WAITED_FOR, TOLD = datetime.timedelta(days=2), datetime.timedelta(days=14)


@transaction.atomic
def note_destroyed(photo: Photo, *, by: Actor) -> Photo:
    """Forget the upload of a photo, and the picture of one that is gone, whose files were just destroyed."""
    stored = locked(photo)
    stored.negative, stored.negative_until = "", None
    if stored.state == PhotoState.GONE:
        stored.picture = ""
    stored.full_clean(exclude=("event", "uid"), validate_unique=False)
    stored.save(update_fields=["negative", "negative_until", "picture"])
    record(by, "photo.destroyed", stored, before={}, unseen=True)
    return stored


@transaction.atomic
def end_photos(now: datetime.datetime, *, by: Actor) -> int:
    """Give up what never came whole or could not be prepared, forget what was refused long ago; returns how many."""
    stuck = stuck_photos(now - WAITED_FOR)
    for photo in stuck:
        refuse_photo(photo, Refusal.CUT_OFF if photo.state == PhotoState.UPLOADING else Refusal.TOO_HEAVY, by=by)
    old = list(Photo.objects.filter(state=PhotoState.REFUSED, settled_at__lt=now - TOLD, negative=""))
    for photo in old:
        record(by, "photo.removed", photo, before={"refusal": photo.refusal}, unseen=True)
        photo.delete()
    return len(stuck) + len(old)
