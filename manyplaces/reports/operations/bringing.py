"""What another installation has shown is brought along: photos, the recap, corrections, and that a record is closed."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Collection

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.operations import freeze_action, mark_emptied
from manyplaces.actions.rules import require_public
from manyplaces.core.actor import Actor
from manyplaces.core.carried import Carried
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Event
from manyplaces.journal.operations import Kept, Outcome, clean_texts, keep, record
from manyplaces.people.rules import TRUSTED_DOORS, Role, require
from manyplaces.record.models import Correction
from manyplaces.record.operations import add_correction
from manyplaces.reports.models import Photo, Recap
from manyplaces.reports.models.photos import WHOSE, measures
from manyplaces.reports.operations.recapping import CONTENT
from manyplaces.reports.operations.uploading import LOST
from manyplaces.reports.queries.closing import closing
from manyplaces.reports.queries.recaps import unknown_in
from manyplaces.reports.rules.photos import MOST_PHOTOS, PhotoState, require_review
from manyplaces.reports.rules.recaps import RecapState

KEY = re.compile(r"p-[a-z0-9]{1,18}")
WORDS = ("alt", "alt_es", "credit", "consent")


@transaction.atomic
def bring_photo(photo: Photo, carried: Carried, *, by: Actor) -> Kept[Photo]:
    """Show a photo that another installation showed, with its prepared picture; nothing is covered or opened here.

    One that is here already gets its words; its picture stays, and so does whatever became of it: hidden or gone it is
    not shown again. Raises PermissionDenied for who does not look at photos there, ValidationError by field, NotNow for
    more photos than an event may have and where the picture cannot be kept.
    """
    event = Event.every.select_for_update(of=("self",)).select_related("action", "city").get(pk=photo.event_id)
    require_review(event, by)
    clean_texts(photo)
    if not KEY.fullmatch(photo.key):
        raise ValidationError({"key": _("“%s” is no id of a photo.") % photo.key[:40]})
    photo.event, photo.state = event, PhotoState.SHOWN
    photo.uid = f"t{hashlib.sha256(photo.key.encode()).hexdigest()[:21]}"
    stored = one(Photo.objects.select_for_update(of=("self",)).select_related(*WHOSE).filter(key=photo.key))
    if stored is None:
        return _new(photo, carried, by)
    if stored.event_id != event.pk:
        raise ValidationError({"key": _("The id %s belongs to a photo of another event.") % photo.key})
    if stored.state != PhotoState.SHOWN:
        return Kept(stored, "unchanged")
    return keep(photo, stored, fields=WORDS, by=by)


def _new(photo: Photo, carried: Carried, by: Actor) -> Kept[Photo]:
    if Photo.objects.filter(event=photo.event).exclude(state__in=LOST).count() >= MOST_PHOTOS:
        sentence = _("There are %(num)s photos of this event already. Delete one of them to send another.")
        raise NotNow(sentence % {"num": MOST_PHOTOS})
    if Photo.objects.filter(picture=carried.key).exists():
        raise ValidationError({"picture": _("Another photo has this picture already.")})
    photo.picture, photo.decided_by = carried.key, by.name
    photo.settled_at = photo.settled_at or timezone.now()
    photo.prepared_at = photo.settled_at
    photo.full_clean(exclude=("event", "uid", "picture"), validate_unique=False)
    try:
        found = carried.take()
    except ValidationError as refusal:
        raise ValidationError({"picture": refusal.messages}) from refusal
    for column, pixels in measures(dict(found)).items():
        setattr(photo, column, pixels)
    return keep(photo, None, fields=(), by=by)


@transaction.atomic
def bring_recap(recap: Recap, *, but: Collection[str] = (), by: Actor) -> Kept[Recap]:
    """Publish a recap that was public on another installation; `but` are marks that may be without a number.

    Raises PermissionDenied for anybody but whoever keeps the server, as two have to agree otherwise; ValidationError by
    field for a number, photo or story that is not there; NotNow where the action has another recap.
    """
    _require_operator(recap.action, by)
    require_public(recap.action)
    clean_texts(recap)
    stored = one(Recap.objects.select_for_update().filter(action=recap.action))
    if stored is not None:
        if stored.is_public and all(getattr(stored, name) == getattr(recap, name) for name in CONTENT):
            return Kept(stored, "unchanged")
        raise NotNow(_("This action has a recap of its own here, which stays. Correct that on the desk."))
    if wrong := unknown_in(recap, but=but):
        raise ValidationError(wrong)
    recap.state, recap.written_by, recap.approved_by = RecapState.PUBLIC, by.name, by.name
    return keep(recap, None, fields=(), by=by)


@transaction.atomic
def bring_correction(correction: Correction, *, of_recap: bool, by: Actor) -> Kept[Correction]:
    """Put a dated note from another installation beside a closed record, or to a public recap; known ones stay.

    Raises PermissionDenied for anybody but whoever keeps the server, NotNow where there is no such record or recap.
    """
    _require_operator(correction.action, by)
    clean_texts(correction)
    known = one(Correction.objects.filter(uid=correction.uid))
    if known is not None:
        if known.action_id != correction.action.pk:
            raise ValidationError({"uid": _("The id %s belongs to a correction of another action.") % known.uid})
        return Kept(known, "unchanged")
    if not of_recap:
        return Kept(add_correction(correction, by=by), "added")
    recap = one(Recap.objects.select_for_update().filter(action=correction.action, state=RecapState.PUBLIC))
    if recap is None:
        raise NotNow(_("This action has no public recap to which the correction could belong."))
    kept = keep(correction, None, fields=(), by=by)
    before = sorted(recap.corrections.values_list("pk", flat=True))
    recap.full_clean(exclude=("action", "writer"), validate_unique=False)
    recap.corrections.add(kept.row)
    record(by, "recap.corrected", recap, before={"corrections": before})
    return kept


@transaction.atomic
def bring_closing(action: Action, closed_at: datetime.datetime, *, by: Actor) -> Outcome:
    """Close the record of an action that was closed on another installation, where nothing private of it is kept here.

    Raises PermissionDenied for anybody but whoever keeps the server, as two have to agree otherwise; ValidationError
    for a moment to come; NotNow for what was not over then, and where something private is kept here.
    """
    _require_operator(action, by)
    stored = Action.every.select_for_update().get(pk=action.pk)
    if stored.is_frozen:
        return "unchanged"
    if closed_at > timezone.now():
        raise ValidationError({"closed_at": _("This moment is still to come.")})
    found = closing(stored, timezone.localdate())
    if any((found.hosts, found.kept_hosts, found.answers, found.letters, found.lists, found.safes, found.to_review)):
        raise NotNow(_("Something private of this action is kept here. Close its record on the desk, by two people."))
    freeze_action(stored, closed_at, by=by)
    mark_emptied(stored, closed_at, by=by)
    return "changed"


def _require_operator(action: Action, by: Actor) -> None:
    require(by, Role.NATIONAL, action=action.slug)
    if by.door not in TRUSTED_DOORS:
        raise PermissionDenied(_("Only whoever keeps the server brings in what two have agreed about elsewhere."))
