"""Faces are found in a picture however it lies, and nothing is told of them but where they are."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from manyplaces.core import faces
from manyplaces.core.covering import covered
from manyplaces.core.faces import TILE, Faces, free_network, network_file
from tests.core.uploads import astronaut, sample

Box = tuple[int, int, int, int]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network, freed."""
    file = network_file(tmp_path_factory.mktemp("assets"))
    free_network(file)
    return file


def share(one: Box, other: Box) -> float:
    """How much two boxes have in common, of what both cover together."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    tall = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(0, wide) * max(0, tall)
    return common / (one[2] * one[3] + other[2] * other[3] - common)


def hidden(face: Box, found: list[Box], size: tuple[int, int]) -> float:
    """How much of a face is covered, of 1."""
    seen = np.ones((size[1], size[0]), bool)
    for box in found:
        left, top, right, bottom = covered(box, size)
        seen[top:bottom, left:right] = False
    return 1 - float(seen[face[1] : face[1] + face[3], face[0] : face[0] + face[2]].mean())


FACE = (180, 57, 92, 122)


@pytest.mark.parametrize(
    ("how", "face"),
    [
        (None, FACE),
        (Image.Transpose.FLIP_LEFT_RIGHT, (512 - 180 - 92, 57, 92, 122)),
        (Image.Transpose.ROTATE_90, (57, 512 - 180 - 92, 122, 92)),
        (Image.Transpose.ROTATE_180, (512 - 180 - 92, 512 - 57 - 122, 92, 122)),
        (Image.Transpose.ROTATE_270, (512 - 57 - 122, 180, 122, 92)),
    ],
)
def test_a_face_is_found_where_it_is_however_the_picture_lies(
    network: Path, how: Image.Transpose | None, face: Box
) -> None:
    found = Faces(network).find(astronaut().transpose(how) if how is not None else astronaut())
    # Where a cheek or a patch is taken for a second face, it is covered for nothing; the face comes first.
    assert share(found[0], face) > 0.6, found
    assert len(found) <= 2


@pytest.mark.parametrize("tall", [12, 20, 40, 500])
def test_a_face_is_found_small_and_large(network: Path, tall: int) -> None:
    scale = tall / FACE[3]
    side = round(512 * scale)
    whole = Image.new("RGB", (max(600, side + 80), max(400, side + 60)), (90, 120, 90))
    whole.paste(astronaut().resize((side, side), Image.Resampling.LANCZOS), (50, 40))
    left, top, wide, high = (round(edge * scale) for edge in FACE)
    found = Faces(network).find(whole)
    assert hidden((left + 50, top + 40, wide, high), found, whole.size) > 0.95, found


def test_a_face_on_the_seam_of_two_pieces_is_found(network: Path) -> None:
    whole = Image.new("RGB", (TILE, TILE // 2), (90, 120, 90))
    # Looked at three times as large, so that seams are where a third of a piece ends.
    for seam in (150, 224, 300):
        whole.paste(astronaut().resize((256, 256)), (seam - 113, 20))
        face = (seam - 113 + 90, 48, 46, 61)
        found = Faces(network).find(whole)
        assert (max(share(box, face) for box in found) > 0.6, hidden(face, found, whole.size) > 0.98) == (True, True)
        whole.paste((90, 120, 90), (0, 0, *whole.size))


def test_in_pictures_without_people_next_to_nothing_is_found(network: Path) -> None:
    names = ["coffee.png", "rocket.jpg", "motorcycle_left.png", "hubble_deep_field.jpg", "page.png"]
    scenes = [Image.open(sample(name)).convert("RGB") for name in names]
    found = [Faces(network).find(scene) for scene in scenes]
    # Two or three in a picture, and all of them together less than a fiftieth of what is seen.
    assert sum(len(boxes) for boxes in found) < 3 * len(names), found
    lost = [hidden((0, 0, *scene.size), boxes, scene.size) for scene, boxes in zip(scenes, found, strict=True)]
    assert sum(lost) / len(lost) < 0.02, lost


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (2000, 3), (31, 33)])
def test_the_smallest_pictures_are_looked_at_too(network: Path, size: tuple[int, int]) -> None:
    assert Faces(network).find(Image.new("RGB", size, "white")) == []


def test_boxes_lie_within_the_picture(network: Path) -> None:
    found = Faces(network).find(astronaut().crop((200, 80, 260, 150)).resize((300, 350)))
    assert found != []
    assert [
        box for box in found if min(box[:2]) < 0 or min(box[2:]) < 1 or box[0] + box[2] > 300 or box[1] + box[3] > 350
    ] == []


def test_of_many_boxes_one_is_left_for_each_face_and_none_within_another() -> None:
    boxes = np.array(
        [[10, 10, 50, 60, 0.3], [12, 11, 52, 61, 0.9], [20, 20, 30, 30, 0.8], [100, 10, 140, 60, 0.5]], np.float32
    )
    assert faces._apart(boxes).tolist() == [boxes[1].tolist(), boxes[3].tolist()]
    assert faces._apart(boxes[:0]).shape == (0, 5)


def test_no_geometry_of_a_face_can_be_asked_of_the_network(network: Path) -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(network), providers=["CPUExecutionProvider"])
    # How sure, how large, how far off; the places of eyes, nose and mouth were the fourth.
    assert [(one.name, one.shape[1]) for one in session.get_outputs()] == [("537", 1), ("538", 2), ("539", 2)]


def test_the_network_is_there_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = network_file(tmp_path)

    def cut(_draft: Path, _target: Path) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", cut)
        with pytest.raises(OSError, match="power"):
            free_network(file)
    assert not file.exists()
    free_network(file)
    assert file.stat().st_size > 7_000_000
