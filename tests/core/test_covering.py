"""What is covered cannot be seen again: only means of large fields are left, and these are shifted by chance."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from manyplaces.core.covering import LEAST_FIELD, MOST_FIELDS, SHIFT, cover, covered
from tests.core.uploads import astronaut

FACE = (180, 55, 95, 125)


def rolled(seed: int = 7) -> np.random.Generator:
    """Chance that is the same each time."""
    return np.random.default_rng(seed)


def part(picture: Image.Image, box: tuple[int, int, int, int] = FACE) -> np.ndarray:
    """The pixels that are covered for a box."""
    left, top, right, bottom = covered(box, picture.size)
    return np.asarray(picture, float)[top:bottom, left:right]


def test_outside_of_the_boxes_nothing_changes() -> None:
    before = astronaut()
    after = cover(before, [FACE], rolled())
    changed = np.any(np.asarray(before) != np.asarray(after), axis=2)
    left, top, right, bottom = covered(FACE, before.size)
    assert (left, top, right, bottom) == (161, 36, 294, 199)
    assert changed[top:bottom, left:right].mean() > 0.99
    changed[top:bottom, left:right] = False
    assert not changed.any()


def test_of_two_faces_with_the_same_means_the_same_picture_is_left() -> None:
    # Anything that is finer than the fields does not pass: what is within a field is thrown into disorder.
    one = np.asarray(astronaut()).copy()
    other = one.copy()
    left, top, right, bottom = covered(FACE, (512, 512))
    fields = MOST_FIELDS
    for row in range(fields):
        for column in range(fields):
            rows = slice(top + row * (bottom - top) // fields, top + (row + 1) * (bottom - top) // fields)
            columns = slice(left + column * (right - left) // fields, left + (column + 1) * (right - left) // fields)
            field = other[rows, columns].reshape(-1, 3)
            other[rows, columns] = rolled().permutation(field).reshape(other[rows, columns].shape)
    assert np.abs(one.astype(int) - other).mean() > 1
    covers = [cover(Image.fromarray(pixels), [FACE], rolled()).tobytes() for pixels in (one, other)]
    assert covers[0] == covers[1]


def test_a_face_is_left_in_sixteen_colours_at_most_and_each_field_is_large() -> None:
    for side in (40, 95, 125, 300):
        box = (100, 100, side, side)
        seen = part(cover(astronaut(), [box], rolled()), box)
        colours = {tuple(pixel) for pixel in seen.reshape(-1, 3)}
        assert len(colours) <= MOST_FIELDS**2
        for line in (seen[0], seen[:, 0]):
            edges = [0, *np.flatnonzero(np.any(np.diff(line, axis=0) != 0, axis=1)) + 1, len(line)]
            assert min(np.diff(edges)) >= LEAST_FIELD


def test_the_colours_are_shifted_by_chance_and_never_twice_alike() -> None:
    grey = Image.new("RGB", (400, 400), (128, 128, 128))
    box = (50, 50, 200, 200)
    covers = [cover(grey, [box], np.random.default_rng()) for _again in range(40)]
    assert len({one.tobytes() for one in covers}) == 40
    shifts = np.concatenate([np.unique(part(one, box).reshape(-1, 3), axis=0) - 128 for one in covers])
    assert SHIFT / 2 < shifts.std() < SHIFT * 2


def test_the_pattern_of_a_face_does_not_show_through() -> None:
    # A pattern as fine as an eye, stronger than any in a face.
    down, across = np.mgrid[0:400, 0:400]
    pattern = ((down // 6 + across // 6) % 2 * 255).astype(np.uint8)
    picture = Image.fromarray(np.stack([pattern] * 3, 2))
    box = (100, 100, 200, 200)
    before, after = part(picture, box), part(cover(picture, [box], rolled()), box)
    middle = after[:, :, 0] - after[:, :, 0].mean()
    assert abs(np.corrcoef(before[:, :, 0].ravel(), middle.ravel())[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("box", "size", "within"),
    [
        ((50, 50, 100, 60), (400, 400), (35, 35, 165, 125)),
        # The smallest face is covered by a whole field.
        ((50, 50, 4, 6), (400, 400), (40, 41, 64, 65)),
        ((0, 0, 100, 100), (400, 400), (0, 0, 115, 115)),
        ((390, 395, 10, 5), (400, 400), (383, 385, 400, 400)),
        ((0, 0, 1, 1), (1, 1), (0, 0, 1, 1)),
    ],
)
def test_some_around_a_box_is_covered_too(
    box: tuple[int, int, int, int], size: tuple[int, int], within: tuple[int, int, int, int]
) -> None:
    assert covered(box, size) == within
    cover(Image.new("RGB", size), [box], rolled())
