"""What reviewers have to look at of photos: what was asked to be taken down, what waits, and names in its words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.sealing import Unopenable
from manyplaces.events.models import Event, Host
from manyplaces.events.queries import within
from manyplaces.people.rules import Role
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.models.photos import WHOSE
from manyplaces.reports.rules.photos import PhotoState, like_names_in, listed_in
from manyplaces.rsvps.models import Rsvp

MOST, MOST_SHOWN = 60, 24
# Within so long somebody decides about what was asked to be taken down.
DECIDED_WITHIN = datetime.timedelta(hours=24)


@dataclass(frozen=True)
class Look:
    """A photo to be looked at: names of people listed for its event in its words, and words that look like a name.

    `asked` is what was asked of it and nobody has decided, `is_late` whether that is so for more than a day.
    """

    photo: Photo
    listed: list[str]
    like_names: list[str]
    asked: list[Takedown]
    is_late: bool = False


@dataclass(frozen=True)
class PhotosPage:
    """What waits in the reader's area: first what was asked to be taken down, the oldest first."""

    asked: list[Look]
    waiting: list[Look]
    preparing: int
    settled: list[Photo]


def photos_page(by: Actor) -> PhotosPage:
    """Return what the actor has to look at; five queries, and two more for the names of events that have some."""
    rows = photos_within(by)
    asked = [photo for photo in rows.filter(takedowns__decided_at=None, takedowns__pk__gt=0).distinct()]
    asked.sort(key=lambda photo: min(one.asked_at for one in _open(photo)))
    waiting = list(rows.filter(state=PhotoState.WAITING).order_by("pk")[:MOST])
    names = listed_names({photo.event for photo in (*asked, *waiting)})
    settled = rows.filter(state__in=(PhotoState.SHOWN, PhotoState.KEPT_BACK)).order_by("-settled_at", "-pk")
    return PhotosPage(
        [_look(photo, names) for photo in asked],
        [_look(photo, names) for photo in waiting],
        rows.filter(state=PhotoState.PREPARING).count(),
        list(settled[:MOST_SHOWN]),
    )


def look_at(key: str, by: Actor) -> Look | None:
    """Return a photo by its key, if it is for the actor to look at and there; four queries."""
    photo = photos_within(by).filter(key=key).exclude(picture="").first()
    return None if photo is None else _look(photo, listed_names({photo.event}))


def photos_within(by: Actor) -> QuerySet[Photo]:
    """Return the photos that the actor looks at, but those that are gone, with what was asked of each."""
    place = {"state": "event__city__state", "city": "event__city__slug"}
    reach: Q = within(by, Role.REVIEWER, Role.COORDINATOR, action="event__action__slug", **place)
    undecided = Prefetch("takedowns", Takedown.objects.filter(decided_at=None).order_by("pk"), to_attr="undecided")
    return Photo.objects.filter(reach).exclude(state=PhotoState.GONE).select_related(*WHOSE).prefetch_related(undecided)


def count_to_look_at(by: Actor) -> int:
    """Return how many photos wait for the actor; one query."""
    wanted = Q(state=PhotoState.WAITING) | Q(takedowns__decided_at=None, takedowns__pk__gt=0)
    return photos_within(by).filter(wanted).distinct().count()


def listed_names(events: Iterable[Event]) -> dict[int, list[str]]:
    """Return the names of hosts, and of those who come, that are known for each event, by its key; two queries."""
    keys = [event.pk for event in events]
    found: dict[int, list[str]] = {key: [] for key in keys}
    hosts = Host.objects.filter(commitment__event__in=keys).exclude(name_sealed=b"").select_related("commitment")
    rows: list[tuple[int, Host | Rsvp]] = [(host.commitment.event_id or 0, host) for host in hosts]
    rows += [(row.event_id, row) for row in Rsvp.objects.filter(event__in=keys).exclude(name_sealed=b"")]
    for key, row in rows:
        try:
            found[key].append(row.opened("name"))
        except Unopenable:
            # Destroyed in between: then nobody knows the name any more.
            continue
    return found


def _open(photo: Photo) -> list[Takedown]:
    return list(getattr(photo, "undecided", ()))


def _look(photo: Photo, names: dict[int, list[str]]) -> Look:
    event, words = photo.event, (photo.alt, photo.alt_es, photo.credit)
    known = [event.action.name, event.action.name_es, event.city.name, event.venue]
    known += [event.spelling.text, event.spelling.place.name] if event.spelling else []
    listed = [name for text in words[:2] for name in listed_in(text, names.get(event.pk, []))]
    like = [name for text in words[:2] for name in like_names_in(text, known)]
    asked = _open(photo)
    late = any(one.asked_at < timezone.now() - DECIDED_WITHIN for one in asked)
    return Look(photo, list(dict.fromkeys(listed)), list(dict.fromkeys(like)), asked, late)
