"""Somebody looks at photos: they are shown or kept back, taken down by whoever asks, put back or gone for good."""

from __future__ import annotations

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.pictures import picture_file
from manyplaces.core.refusals import NotNow
from manyplaces.core.shelves import Missing, Unreachable
from manyplaces.journal.operations import record
from manyplaces.mail.tasks import start
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.operations.uploading import CLEAR, locked
from manyplaces.reports.rules.photos import HIDDEN, PREPARED, PhotoState, require_hand, require_review

SETTLED = ("state", "settled_at", "decided_by")


@transaction.atomic
def decide_photo(photo: Photo, *, shown: bool, by: Actor) -> Photo:
    """Show a photo on the pages, or keep it back; what was covered in it is forgotten when it is shown.

    Raises PermissionDenied for who does not look at photos there, ValidationError by field for what is not described or
    not allowed, NotNow for a photo that is not there to be decided about.
    """
    stored = locked(photo)
    require_review(stored.event, by)
    if stored.state not in PREPARED:
        raise NotNow(_("Somebody was faster, or this photo is not there any more. Open the page again."))
    if shown and stored.picture != photo.picture:
        raise NotNow(_("More was covered in this photo meanwhile. Look at it once more."))
    state = PhotoState.SHOWN if shown else PhotoState.KEPT_BACK
    if stored.state == state:
        return stored
    seen = PhotoState.SHOWN in (stored.state, state)
    verb = "photo.taken-down" if stored.state == PhotoState.SHOWN else "photo.decided"
    _settle(stored, state, by, verb, unseen=not seen)
    return stored


@transaction.atomic
def remove_photo(photo: Photo, *, by: Actor) -> Photo:
    """Delete a photo for good, its files within a minute; the host may who sent it, and who looks at photos there."""
    stored = locked(photo)
    require_hand(stored.event, timezone.now(), by)
    return _gone(stored, by)


@transaction.atomic
def ask_takedown(asked: Takedown, *, by: Actor) -> Takedown:
    """Take a request for a shown photo to be taken down; with `asked.hid` it is hidden at once, until somebody decides.

    Raises NotNow for a photo that is not shown, unless it is hidden already: then there is nothing left to do.
    """
    photo = locked(asked.photo)
    if photo.state in HIDDEN:
        asked.photo = photo
        return asked
    if photo.state != PhotoState.SHOWN:
        raise NotNow(_("This photo is not shown."))
    open_already = photo.takedowns.filter(decided_at=None, reason=asked.reason).first()
    asked.photo = photo
    asked.full_clean(exclude=("photo",))
    if asked.hid or open_already is None:
        asked.save(force_insert=True)
        record(by, "takedown.added", asked, unseen=True)
    if asked.hid:
        _settle(photo, PhotoState.TAKEN_DOWN, by, "photo.taken-down")
    return asked


@transaction.atomic
def decide_takedown(photo: Photo, *, gone: bool, by: Actor) -> Photo:
    """Decide about all that was asked of a photo: it is gone for good, or shown again (or still)."""
    stored = locked(photo)
    require_review(stored.event, by)
    if not gone and stored.state == PhotoState.TAKEN_DOWN:
        _require_files(stored)
    waiting = list(stored.takedowns.select_for_update().filter(decided_at=None))
    if not waiting:
        raise NotNow(_("Somebody was faster, or this photo is not there any more. Open the page again."))
    for one in waiting:
        one.decided_at, one.decided_by, one.is_gone = timezone.now(), by.name, gone
        one.full_clean(exclude=("photo",))
        one.save(update_fields=["decided_at", "decided_by", "is_gone"])
        record(by, "takedown.decided", one, before={}, unseen=True)
    if gone:
        return _gone(stored, by)
    if stored.state == PhotoState.TAKEN_DOWN:
        _settle(stored, PhotoState.SHOWN, by, "photo.shown-again")
    return stored


def _require_files(photo: Photo) -> None:
    try:
        with suppress(Unreachable):
            picture_file(photo.file("small").name)
    except Missing:
        raise NotNow(
            _("The files of this photo are gone: backups hold none of what was taken down. Let it go for good.")
        ) from None


def _gone(photo: Photo, by: Actor) -> Photo:
    if photo.state == PhotoState.GONE:
        return photo
    seen = photo.state == PhotoState.SHOWN
    photo.alt = photo.alt_es = photo.credit = photo.consent = ""
    photo.boxes, photo.wanted = [], None
    _settle(photo, PhotoState.GONE, by, "photo.deleted", unseen=not seen)
    # Row and files know each other until the files are gone.
    start(CLEAR, {}, by=by, about=photo.event.key)
    return photo


def _settle(photo: Photo, state: PhotoState, by: Actor, verb: str, *, unseen: bool = False) -> None:
    before = {"state": str(photo.state)}
    photo.state, photo.settled_at, photo.decided_by = state, timezone.now(), by.name
    if state == PhotoState.SHOWN:
        photo.boxes = []
    try:
        photo.full_clean(exclude=("event", "uid"), validate_unique=False)
    except ValidationError:
        photo.state = PhotoState(before["state"])
        raise
    photo.save(update_fields=[*SETTLED, "boxes", "wanted", "alt", "alt_es", "credit", "consent"])
    record(by, verb, photo, before=before, unseen=unseen)
