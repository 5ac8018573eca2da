"""What the tests of pictures share: uploads in parts, pictures made on the spot, a look at what became of them."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from manyplaces.core.negatives import add_part, begin_negative
from manyplaces.core.pictures import Prepared, picture_file


def upload(content: bytes, part: int = 1 << 20) -> str:
    """Send a file as a phone does, in parts; returns the name of the negative."""
    name = begin_negative()
    for place in range(0, len(content), part):
        add_part(name, place, content[place : place + part])
    return name


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    """The bytes of a picture in a format."""
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def files(done: Prepared) -> dict[str, bytes]:
    """The files of a picture by the names of their sizes."""
    assert done.large and done.middle and done.small, done
    return {size: picture_file(found.file) for size, found in sizes(done).items()}


def sizes(done: Prepared) -> dict[str, Any]:
    """The sizes of a picture by their names."""
    return {"large": done.large, "middle": done.middle, "small": done.small}


def shown(content: bytes) -> Image.Image:
    """The picture that lies in a file."""
    return Image.open(io.BytesIO(content))


def sample(name: str) -> Path:
    """A photograph of the package scikit-image, of which only the files are used."""
    found = find_spec("skimage")
    assert found and found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "data" / name


def astronaut() -> Image.Image:
    """A portrait of 512 × 512 pixels with one face."""
    return Image.open(sample("astronaut.png")).convert("RGB")


def corners(width: int = 300, height: int = 200) -> Image.Image:
    """A picture that tells how it lies: red, green, blue and white quarters from the top left, row by row."""
    quarters = np.zeros((height, width, 3), np.uint8)
    quarters[: height // 2, : width // 2] = (220, 20, 20)
    quarters[: height // 2, width // 2 :] = (20, 180, 20)
    quarters[height // 2 :, : width // 2] = (20, 20, 220)
    quarters[height // 2 :, width // 2 :] = (250, 250, 250)
    return Image.fromarray(quarters)


def seen_corners(picture: Image.Image) -> str:
    """The quarters of a picture from the top left, row by row, as R, G, B and W."""
    whole = picture.convert("RGB")
    names = {(220, 20, 20): "R", (20, 180, 20): "G", (20, 20, 220): "B", (250, 250, 250): "W"}
    found = ""
    for down in (0.25, 0.75):
        for across in (0.25, 0.75):
            seen: Any = whole.getpixel((int(whole.width * across), int(whole.height * down)))
            near = min(names, key=lambda known: sum(abs(a - b) for a, b in zip(known, seen, strict=True)))
            found += names[near]
    return found
