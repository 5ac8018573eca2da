"""Covering parts of a picture so that nobody can undo it: means of large fields, each shifted by chance.

What is left of a face is at most four fields across and four down, each of one colour. Nothing finer passes: of two
pictures that differ only within the fields becomes the same picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from manyplaces.core.prints import Corners

# The side of a field in pixels at least, and how many there are across or down what is covered at most.
LEAST_FIELD, MOST_FIELDS = 24, 4
# By how much of 255 the colours of a field are shifted, in the mean.
SHIFT = 16
# How much is covered around a box, on each side, in parts of its longer one: ears, chin and hair.
AROUND = 0.15


def cover(picture: Image.Image, boxes: Sequence[Corners], chance: np.random.Generator) -> Image.Image:
    """Return the RGB picture with each box, and some around it, covered."""
    pixels = np.array(picture)
    for box in boxes:
        left, top, right, bottom = covered(box, picture.size)
        _blur(pixels[top:bottom, left:right], chance)
    return Image.fromarray(pixels)


def covered(box: Corners, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of what is covered for a box in a picture of this size: a field at least."""
    left, top, width, height = box
    around = round(AROUND * max(width, height))
    across, down = (max(around, -(-(LEAST_FIELD - side) // 2)) for side in (width, height))
    right, bottom = min(size[0], left + width + across), min(size[1], top + height + down)
    return max(0, left - across), max(0, top - down), right, bottom


def _blur(part: npt.NDArray[np.uint8], chance: np.random.Generator) -> None:
    for rows in _fields(part.shape[0]):
        for columns in _fields(part.shape[1]):
            field = part[rows, columns]
            mean = field.reshape(-1, field.shape[-1]).mean(0)
            field[:] = np.clip(mean + chance.normal(0, SHIFT, field.shape[-1]), 0, 255).astype(np.uint8)


def _fields(side: int) -> Iterator[slice]:
    many = min(MOST_FIELDS, max(1, side // LEAST_FIELD))
    for number in range(many):
        yield slice(number * side // many, (number + 1) * side // many)
