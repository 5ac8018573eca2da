"""A photo comes in parts, is prepared in the background with its faces covered, and only then is there to be seen."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.negatives import add_part, begin_negative, received
from manyplaces.core.picturekinds import LARGEST_FILE, kind_of
from manyplaces.core.picturerefusals import Refusal, Refused
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Event
from manyplaces.journal.operations import clean_texts, record
from manyplaces.mail.tasks import start
from manyplaces.reports.models import Photo
from manyplaces.reports.models.photos import WHOSE
from manyplaces.reports.rules import require_report
from manyplaces.reports.rules.photos import MOST_PHOTOS, PhotoState

# What is started in the background: preparing a photo; destroying what is due of uploads and files.
PREPARE, CLEAR = "reports.prepare_photo", "reports.clear_photos"
LOST = (PhotoState.REFUSED, PhotoState.GONE)


@transaction.atomic
def begin_photo(photo: Photo, *, size: int, stated: bool, by: Actor) -> Photo:
    """Begin to take a photo of `size` bytes; the same upload begun twice is one photo.

    `stated` says that whoever sends it has read and agreed to what is asked about children. Raises PermissionDenied
    for who neither holds the private link nor coordinates there, NotNow before the day, of what was cancelled, for more
    photos than an event may have and where the disk is full, ValidationError without the statement.
    """
    event = Event.every.select_for_update(of=("self",)).select_related("action", "city").get(pk=photo.event_id)
    require_report(event, timezone.now(), by)
    known = one(Photo.objects.filter(uid=photo.uid))
    if known is not None:
        if known.event_id != event.pk:
            raise ValidationError(_("This form was sent already. Open the page again and choose the photo once more."))
        return known
    if not stated:
        raise ValidationError({"stated": _("Please read this about children, and tick it.")})
    if Photo.objects.filter(event=event).exclude(state__in=LOST).count() >= MOST_PHOTOS:
        sentence = _("There are %(num)s photos of this event already. Delete one of them to send another.")
        raise NotNow(sentence % {"num": MOST_PHOTOS})
    clean_texts(photo)
    photo.event, photo.state = event, PhotoState.UPLOADING
    if size > LARGEST_FILE:
        photo.state, photo.refusal, photo.settled_at = PhotoState.REFUSED, Refusal.TOO_MANY_BYTES, timezone.now()
    else:
        photo.negative = begin_negative()
    photo.full_clean(exclude=("event", "uid"), validate_unique=False)
    photo.save(force_insert=True)
    record(by, "photo.added", photo, unseen=True)
    return photo


def take_part(photo: Photo, place: int, part: bytes, *, by: Actor) -> int:
    """Take a part of a photo that begins at byte `place`; returns how many bytes there are now, safe on the disk.

    What can be told from the first bytes is refused at once, see `Photo.sentence`. Raises Unopenable for a photo that
    nobody waits for any more, NotNow where the disk is full.
    """
    if photo.state != PhotoState.UPLOADING:
        return 0
    try:
        if part and not place:
            kind_of(part[:4096])
        return add_part(photo.negative, place, part)
    except Refused as refused:
        refuse_photo(photo, refused.reason, by=by)
        return 0


@transaction.atomic
def finish_photo(photo: Photo, *, by: Actor) -> Photo:
    """Have a photo prepared that has come whole; once more does nothing."""
    stored = locked(photo)
    if stored.state != PhotoState.UPLOADING:
        return stored
    if not received(stored.negative):
        return refuse_photo(stored, Refusal.EMPTY, by=by)
    stored.state = PhotoState.PREPARING
    _keep(stored, ["state"])
    record(by, "photo.changed", stored, before={"state": PhotoState.UPLOADING.value}, unseen=True)
    start(PREPARE, {"photo": stored.key}, by=by, about=stored.event.key)
    return stored


@transaction.atomic
def refuse_photo(photo: Photo, reason: str, *, by: Actor) -> Photo:
    """Note why a photo is not taken; the background destroys its upload."""
    stored = locked(photo)
    if stored.state not in (PhotoState.UPLOADING, PhotoState.PREPARING):
        return stored
    before = {"state": str(stored.state)}
    stored.state, stored.refusal, stored.settled_at = PhotoState.REFUSED, Refusal(reason), timezone.now()
    _keep(stored, ["state", "refusal", "settled_at"])
    record(by, "photo.declined", stored, before=before, unseen=True)
    start(CLEAR, {}, by=by, about=stored.event.key)
    photo.state, photo.refusal = stored.state, stored.refusal
    return stored


def locked(photo: Photo) -> Photo:
    """Return the row as it is stored, to be changed by nobody else until the end of the transaction."""
    return Photo.objects.select_for_update(of=("self",)).select_related(*WHOSE).get(pk=photo.pk)


def _keep(photo: Photo, fields: list[str]) -> None:
    photo.full_clean(exclude=("event", "uid"), validate_unique=False)
    photo.save(update_fields=fields)
