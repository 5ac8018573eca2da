"""Photos as data, for journalists and programs."""

from __future__ import annotations

from collections.abc import Iterable

from manyplaces.front.shapes import addresses
from manyplaces.front.shapes.pieces import Shape
from manyplaces.reports.models.photos import PictureFile
from manyplaces.reports.queries.photos import ShownPhoto


def photos(found: Iterable[ShownPhoto], language: str) -> list[Shape]:
    """Return photos that everybody may see: what is seen and in which language, credit, and where each size lies."""
    return [_photo(photo, language) for photo in found]


def _photo(photo: ShownPhoto, language: str) -> Shape:
    words, spoken = photo.words(language)
    files = {"large": photo.large, "middle": photo.middle, "small": photo.small}
    return {
        "alt": words,
        "alt_language": spoken,
        "credit": photo.credit or None,
        "sizes": {size: _file(file) for size, file in files.items()},
    }


def _file(file: PictureFile) -> Shape:
    return {"url": addresses.picture(file.name), "width": file.width, "height": file.height}
