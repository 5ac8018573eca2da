"""The sizes in which a picture is printed, the names of their files, and what the darkroom is told to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Left, top, width and height of what is covered, in pixels of the large size.
Corners = tuple[int, int, int, int]

# The sizes by name, the longer side of each in pixels, its ending, and how it is written. The large one is JPEG, as
# what the press takes must open everywhere; the others are WebP, so that a phone has less to load.
SIZES: dict[str, tuple[int, str, dict[str, Any]]] = {
    "large": (2048, "jpg", {"format": "JPEG", "quality": 85, "optimize": True, "subsampling": "4:2:0"}),
    "middle": (1024, "webp", {"format": "WEBP", "quality": 78, "method": 4}),
    "small": (480, "webp", {"format": "WEBP", "quality": 72, "method": 4}),
}


@dataclass(frozen=True)
class Order:
    """One picture to be made: what the headers of the file say, where to write, and what to cover.

    Without `boxes` faces are looked for, with the network in that file. `parent` is the process that gave the order.
    """

    kind: str
    width: int
    height: int
    folder: str
    key: str
    network: str
    parent: int
    boxes: list[Corners] | None = None


def file_name(key: str, size: str) -> str:
    """Return the name of the file in which a size (“large”, “middle”, “small”) of a picture lies."""
    return f"{key}-{size}.{SIZES[size][1]}"
