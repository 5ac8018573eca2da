"""The table of the photos that everybody may see, and the files of their pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from manyplaces.core.pictures import picture_file
from manyplaces.core.prints import SIZES
from manyplaces.core.refusals import NotNow
from manyplaces.core.shelves import Missing, Unreachable
from manyplaces.exchange.exports.table import CHUNK, Table, header_with
from manyplaces.reports.models import Photo
from manyplaces.reports.queries.photos import public_photos

IN_ORDER = ("event__action__date_from", "event__action__slug", "pk")
DIGESTS = {size: f"{size}_sha256" for size in SIZES}


def table(photos: QuerySet[Photo], digests: Mapping[str, str] | None = None) -> Table:
    """Return photos, action by action in the order they came in; with the SHA-256 of their files, where these go along.

    `digests` are those by name of file.
    """
    found = photos.select_related("event").order_by(*IN_ORDER)
    return Table(header_with("photos", DIGESTS.values() if digests else ()), _rows(found, digests or {}))


def files(action: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of every file of the photos in the table; raises NotNow where one is not there."""
    about = {"event__action__slug": action} if action else {}
    for photo in public_photos().filter(**about).order_by("pk").iterator(CHUNK):
        for file in photo.files:
            try:
                yield file.name, picture_file(file.name)
            except Missing:
                sentence = _("The file “%s” of a photo is missing. “manyplaces check” says which are.")
                raise NotNow(sentence % file.name) from None
            except Unreachable as fault:
                raise NotNow(_("The store with the pictures does not answer (%s). Try again later.") % fault) from fault


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _rows(photos: QuerySet[Photo], digests: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for photo in photos.iterator(CHUNK):
        yield {
            "id": photo.key,
            "event_id": photo.event.key,
            "alt": photo.alt,
            "alt_es": photo.alt_es,
            "credit": photo.credit,
            "consent": photo.consent,
            "shown_at": photo.settled_at.isoformat() if photo.settled_at else "",
            "picture": photo.picture,
            **{column: digests.get(photo.file(size).name, "") for size, column in DIGESTS.items()},
        }
