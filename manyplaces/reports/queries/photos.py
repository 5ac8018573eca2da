"""Photos as pages, the press and the archive may show them, and what the background has to do about them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from manyplaces.actions.models import Action
from manyplaces.actions.rules import Visibility
from manyplaces.events.models import Event
from manyplaces.places.models import City
from manyplaces.reports.models import Photo
from manyplaces.reports.models.photos import WHOSE, PictureFile
from manyplaces.reports.rules.photos import PhotoState

# So many stand on one page.
MOST_ON_A_PAGE = 24


@dataclass(frozen=True)
class ShownPhoto:
    """A photo that everybody may see: its files (`core.pictures.picture_file` gives their bytes), words and credit.

    `alt` and `alt_es` are what is seen, of which one may be empty; `shown_at` is when somebody let it be shown.
    """

    key: str
    event: Event
    large: PictureFile
    middle: PictureFile
    small: PictureFile
    alt: str
    alt_es: str
    credit: str
    consent: str
    shown_at: datetime.datetime | None

    def words(self, language: str) -> tuple[str, str]:
        """Return what is seen, in this language where it was said in it, else in the other; and in which that is."""
        if language == "es":
            return (self.alt_es, "es") if self.alt_es else (self.alt, "en")
        return (self.alt, "en") if self.alt else (self.alt_es, "es")


def shown_photos(
    *,
    action: Action | None = None,
    city: City | None = None,
    event: Event | None = None,
    most: int | None = None,
) -> list[ShownPhoto]:
    """Return the photos that everybody may see, of an action, of a city in it or of one event, in their order.

    `most` is how many at most. One query.
    """
    rows = public_photos().select_related(*WHOSE)
    rows = rows if action is None else rows.filter(event__action=action)
    rows = rows if city is None else rows.filter(event__city=city)
    rows = rows if event is None else rows.filter(event=event)
    return [_shown(photo) for photo in rows.order_by("event__city__state", "event__city__name", "event", "pk")[:most]]


def public_photos() -> QuerySet[Photo]:
    """Return what everybody may see: nothing of an event that is off the pages or of which only the city is shown."""
    rows = Photo.objects.filter(state=PhotoState.SHOWN, event__is_listed=True, event__is_shielded=False)
    return rows.exclude(event__action__visibility=Visibility.DRAFT)


def picture_is_public(name: str) -> bool:
    """Tell whether a file of this name belongs to a photo that everybody may see; one query."""
    return public_photos().filter(picture=name.partition("-")[0]).exclude(picture="").exists()


def photos_of(event: Event) -> list[Photo]:
    """Return what a site sent, also what was refused; what is gone is not among it. One query."""
    rows = Photo.objects.filter(event=event).exclude(state=PhotoState.GONE)
    return list(rows.select_related(*WHOSE).order_by("pk"))


def photo_to_prepare(key: str) -> Photo | None:
    """Return a photo that the background has to prepare, as it is wanted now; one query."""
    return Photo.objects.filter(key=key, state=PhotoState.PREPARING).select_related(*WHOSE).first()


def stuck_photos(since: datetime.datetime) -> list[Photo]:
    """Return what has not come whole, and what could not be prepared for the first time, since then."""
    rows = Photo.objects.filter(state__in=(PhotoState.UPLOADING, PhotoState.PREPARING), picture="")
    return list(rows.filter(made_at__lt=since))


def due_photos(now: datetime.datetime) -> list[Photo]:
    """Return the photos whose upload, or of what is gone also whose picture, is to be destroyed now; one query."""
    let_go = Q(state__in=(PhotoState.REFUSED, PhotoState.GONE), settled_at__lte=now)
    ended = let_go | Q(negative_until=None) | Q(negative_until__lte=now)
    done = ~Q(state__in=(PhotoState.UPLOADING, PhotoState.PREPARING)) & ended & ~Q(negative="")
    return list(Photo.objects.filter(done | let_go & Q(state=PhotoState.GONE) & ~Q(picture="")))


def known_pictures() -> tuple[set[str], set[str]]:
    """Return the keys of pictures and the names of negatives that rows know; one query."""
    rows = list(Photo.objects.values_list("picture", "negative"))
    return {picture for picture, _name in rows} - {""}, {name for _picture, name in rows} - {""}


def _shown(photo: Photo) -> ShownPhoto:
    large, middle, small = photo.files
    words = (photo.alt, photo.alt_es, photo.credit, photo.consent)
    return ShownPhoto(photo.key, photo.event, large, middle, small, *words, photo.settled_at)
