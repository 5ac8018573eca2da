"""What the background does for reports: hosts are asked, photos prepared, what is due destroyed, records closed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.actions.operations import mark_emptied
from manyplaces.core.actor import Actor
from manyplaces.core.negatives import destroy_negative
from manyplaces.core.picturerefusals import Refusal
from manyplaces.core.pictures import Prepared, cover_more, discard, prepare, sweep
from manyplaces.core.sealing import Unopenable
from manyplaces.core.shelves import Missing, Unreachable
from manyplaces.events.models import Commitment
from manyplaces.events.operations import commitments_to_forget, forget_hosts
from manyplaces.lists.operations import forget_contacts_of
from manyplaces.mail.tasks import Running, every, job
from manyplaces.reports.models import Photo
from manyplaces.reports.operations import (
    ask_for_reports,
    carry_out_closings,
    end_photos,
    forget_letters,
    keep_prepared,
    note_destroyed,
    wanted_boxes,
)
from manyplaces.reports.operations.uploading import CLEAR, PREPARE
from manyplaces.reports.queries.closing import EMPTY
from manyplaces.reports.queries.photos import due_photos, known_pictures, photo_to_prepare
from manyplaces.reports.rules.photos import PhotoState
from manyplaces.rsvps import operations as rsvps
from manyplaces.rsvps.models import Purge

CLOCK = Actor("clock", "clock")


@every("reports.ask", minutes=5)
def ask() -> int:
    """Ask the hosts of sites that have not reported, at their hours; returns how many letters are owed."""
    now, owed = timezone.now(), 0
    while many := ask_for_reports(now, by=CLOCK):
        owed += many
    return owed


@job(PREPARE)
def prepare_photo(payload: dict[str, Any], running: Running) -> None:
    """Prepare a photo, or cover more in it; what was interrupted begins anew, for until its end nothing was kept."""
    photo = photo_to_prepare(payload["photo"])
    if photo is None:
        return
    try:
        done = _prepared(photo)
    except (Unopenable, Missing):
        # Deleted while it waited here, and then the row says so; or what is to be covered is not there any more.
        done = Prepared(refusal=Refusal.DAMAGED.value)
    kept = keep_prepared(photo, done, by=running.by)
    for picture in {photo.picture, done.key} - {kept.picture, ""}:
        with suppress(OSError, Unreachable):
            # What cannot be deleted now is swept away later: no row knows it.
            discard(picture)
    _clear(running.by)


@job(CLEAR)
def clear_now(payload: dict[str, Any], running: Running) -> None:
    """Destroy at once what somebody has let go."""
    _clear(running.by)


@every("reports.clear_photos", minutes=1)
def clear_photos() -> int:
    """Destroy what is due of photos; returns how many."""
    return end_photos(timezone.now(), by=CLOCK) + _clear(CLOCK)


def _clear(by: Actor) -> int:
    """Destroy uploads that are due, and files of photos that are gone; outside of any transaction, as it may wait."""
    gone = 0
    for photo in due_photos(timezone.now()):
        # What cannot be deleted now is tried again in a minute.
        with suppress(OSError, Unreachable):
            destroy_negative(photo.negative)
            if photo.state == PhotoState.GONE and photo.picture:
                discard(photo.picture)
            note_destroyed(photo, by=by)
            gone += 1
    return gone


@every("reports.sweep_pictures", minutes=60)
def sweep_pictures() -> int:
    """Delete what an interrupted upload or preparation has left; returns how much that was."""
    # What is put down after this was read is younger than the hour that `sweep` leaves everything alone.
    pictures, negatives = known_pictures()
    return sweep(pictures, negatives, timezone.now())


def _prepared(photo: Photo) -> Prepared:
    if photo.wanted is None:
        return prepare(photo.negative)
    boxes = wanted_boxes(photo)
    return prepare(photo.negative, boxes) if photo.wanted["anew"] else cover_more(photo.picture, boxes)


@every("reports.close", minutes=1)
def close() -> int:
    """Close or open the records that two agreed about; returns how many."""
    return carry_out_closings(by=CLOCK)


@job(EMPTY)
def empty(payload: dict[str, Any], running: Running) -> None:
    """Destroy what is private in a closed record, piece by piece, each in a transaction of its own.

    Whoever is interrupted begins anew and finds only the rest. Two people have said so: the clock is not looked at
    twice, as it is where it alone decides.
    """
    action = Action.every.filter(slug=payload["action"], frozen_at__isnull=False).first()
    if action is None:
        return
    day = timezone.localdate()
    steps = list(_steps(action, day, running.by))
    for number, step in enumerate(steps):
        running.tell(number, len(steps) + 1)
        while step():
            running.tell(number, len(steps) + 1)
    rsvps.close_safes(day, timezone.now(), by=running.by)
    rsvps.destroy_closed_safes(day, timezone.now(), by=running.by)
    rsvps.drop_few(by=running.by)
    rsvps.checkpoint()
    mark_emptied(action, timezone.now(), by=running.by)
    running.tell(len(steps) + 1, len(steps) + 1)


def _steps(action: Action, day: datetime.date, by: Actor) -> Iterator[Callable[[], int]]:
    for commitment in commitments_to_forget(day):
        if commitment.action_id == action.pk:
            yield lambda commitment=commitment: _forget_hosts(commitment, day, by)  # type: ignore[misc]
    for event in rsvps.events_at_hand():
        if event.action_id == action.pk:
            yield lambda event=event: rsvps.forget_answers(event, day, by=by)  # type: ignore[misc]
    yield lambda: forget_contacts_of(action, by=by)
    yield lambda: forget_letters(action, by=by)


def _forget_hosts(commitment: Commitment, day: datetime.date, by: Actor) -> int:
    many = forget_hosts(commitment, day, by=by)
    rsvps.note(commitment.action, commitment.state, Purge.What.HOSTS, many, day, by=by)
    return many
