"""Who has a place and who waits for one, under the lock of an event's count."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.rules.hosting import last_use
from manyplaces.events.rules.welcome import MOST_PLACES
from manyplaces.mail.models import Letter
from manyplaces.mail.operations import owe_letters
from manyplaces.rsvps import letters
from manyplaces.rsvps.models import Crowd, Rsvp
from manyplaces.rsvps.operations.writing import letter_to, without_hour
from manyplaces.rsvps.queries import places_kept, takes_guests
from manyplaces.rsvps.queries.telling import facts_of
from manyplaces.rsvps.rules import State, state_for


@transaction.atomic
def give_free_places(event: int, *, by: Actor) -> int:
    """Give the places of an event (by row number) that became free without anybody's doing here to those who wait.

    So it is where its host has found a larger room. Returns how many answers moved up. Not recorded, as no answer is.
    """
    del by
    crowd = locked_crowds([event])[event]
    moved = move_up(Event.every.select_related("action", "city", "spelling__place").get(pk=event), crowd)
    keep_crowds([crowd])
    return moved


def seat(rsvp: Rsvp, crowd: Crowd, event: Event) -> None:
    """Give a row that shows who somebody is its place, or one on the waiting list.

    Whoever waits already and finds room has moved up before (`move_up`). A group that is too large for what is left
    waits without keeping the others out: otherwise one form about fifty people would close a half empty hall.
    """
    kept = 0 if event.capacity is None else places_kept(event.pk)
    rsvp.state = state_for(rsvp.people, kept, event.capacity)
    add_to(crowd, rsvp.state, rsvp.people)


def add_to(crowd: Crowd, state: str, people: int) -> None:
    """Count so many people more (or, below zero, less) in a state."""
    if state == State.COMING:
        crowd.coming += people
    elif state == State.WAITING:
        crowd.waiting += people


def locked_crowds(events: Iterable[int]) -> dict[int, Crowd]:
    """Return the counts of events (by row number), locked in the order of their numbers until the transaction ends."""
    wanted = sorted(set(events))
    if not wanted:
        return {}
    rows = Crowd.objects.select_for_update().filter(event__in=wanted).order_by("event_id")
    found = {crowd.event_id: crowd for crowd in rows}
    missing = [number for number in wanted if number not in found]
    if missing:
        new = Event.every.select_related("action", "city", "spelling__place").filter(pk__in=missing)
        made = [Crowd(event=event, told=facts_of(event).kept) for event in new]
        Crowd.objects.bulk_create(made, ignore_conflicts=True)
        found = {crowd.event_id: crowd for crowd in rows.all()}
    return found


def keep_crowds(crowds: Iterable[Crowd]) -> None:
    """Write the counts of events."""
    for crowd in crowds:
        Crowd.objects.filter(pk=crowd.pk).update(coming=crowd.coming, waiting=crowd.waiting)


def move_up(event: Event, crowd: Crowd) -> int:
    """Give free places to those who wait and for whom there is room, in order, and tell whoever can be told.

    Nobody is told of a place at what does not take place, or is off the pages. Returns how many answers moved up.
    """
    if not crowd.waiting or not event.is_listed or not takes_guests(event, timezone.localdate()):
        return 0
    free = MOST_PLACES if event.capacity is None else event.capacity - places_kept(event.pk)
    told, moved = [], 0
    waiting = Rsvp.objects.select_for_update().filter(event=event, state=State.WAITING).order_by("pk")
    for row in waiting.filter(people__lte=free):
        if row.people > free:
            continue
        free -= row.people
        add_to(crowd, State.WAITING, -row.people)
        row.state = State.COMING
        add_to(crowd, State.COMING, row.people)
        row.version += 1
        row.save(update_fields=["state", "version"])
        moved += 1
        if row.is_reachable:
            told.append(_word_of_a_place(row, event))
    owe_letters([letter for letter in told if letter is not None])
    return moved


def _word_of_a_place(row: Rsvp, event: Event) -> Letter | None:
    until = last_use(event.meant[1], timezone.now()) if event.meant[1] else None
    key = f"place_free:{row.email_hash}:{event.pk}:{row.uid}"
    letter = letter_to(row, event, "place_free", letters.place_free(event, row.language), key=key, until=until)
    # It is owed because somebody else has just withdrawn.
    return letter and without_hour(letter)
