"""The one place where pictures are opened: a process of its own with little memory and time, and no way to anything.

It is given a file on its standard input and a folder. It writes three sizes of the picture into the folder, upright, in
the colours of every screen (sRGB), with faces covered, and without anything that came along with the picture; on its
standard output it says in JSON what it did. It knows neither the settings nor the database.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import json
import os
import resource
import signal
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, ImageCms

from manyplaces.core.covering import cover
from manyplaces.core.faces import MOST_LOOKED, Faces
from manyplaces.core.prints import SIZES, Corners, Order, file_name

MOST_MEMORY = 1_200_000_000
# Seconds of the processor: for opening what somebody sent, and for everything.
OPENED_WITHIN, DONE_WITHIN = 10, 60
MOST_WRITTEN = 20_000_000
# What turns a picture upright that says it lies so (Exif 2.3, tag 274).
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 274


class Damaged(Exception):
    """What was given cannot be opened."""


def develop(order: Order, film: BinaryIO) -> dict[str, Any]:
    """Write the three sizes and return what they are: files with their measures, and boxes in the large one."""
    picture = opened(order, film)
    # What follows works on pixels alone; how long it takes no longer lies with whoever sent the file.
    resource.setrlimit(resource.RLIMIT_CPU, (DONE_WITHIN, DONE_WITHIN))
    shown = _within(picture, SIZES["large"][0])
    if order.boxes is None:
        scale = shown.width / picture.width
        boxes = [_scaled(box, scale, shown.size) for box in Faces(Path(order.network)).find(picture)]
    else:
        boxes = order.boxes
    del picture
    return {"files": _written(cover_by_chance(shown, boxes), order), "boxes": boxes, "memory": _most_memory()}


def opened(order: Order, film: BinaryIO) -> Image.Image:
    """Return the picture upright, in sRGB, without anything else, and not larger than faces are looked for.

    Raises Damaged, whatever the decoder says, and MemoryError.
    """
    try:
        # What turns out larger than its headers said is not opened.
        Image.MAX_IMAGE_PIXELS = order.width * order.height
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            return _opened(order, film)
    except MemoryError:
        raise
    except Exception as fault:
        raise Damaged from fault
    finally:
        Image.MAX_IMAGE_PIXELS = None


def _opened(order: Order, film: BinaryIO) -> Image.Image:
    if order.kind == "HEIF":
        import pillow_heif

        # Never the small picture that lies in the file for previews: it may show something else.
        pillow_heif.register_heif_opener(thumbnails=False, aux_images=False, depth_images=False, decode_threads=1)
    given = Image.open(film, formats=(order.kind,))
    lies, profile = given.getexif().get(ORIENTATION, 1), given.info.get("icc_profile")
    picture = _smooth(given)
    # A JPEG much larger than needed is opened at a half, a quarter or an eighth at once.
    picture.thumbnail((MOST_LOOKED, MOST_LOOKED), Image.Resampling.LANCZOS, reducing_gap=1.0)
    plain = _in_srgb(_on_white(picture), profile)
    return plain.transpose(UPRIGHT[lies]) if lies in UPRIGHT else plain


def _smooth(picture: Image.Image) -> Image.Image:
    """In eight bits and without a palette, so that it can be made smaller well."""
    if picture.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture
    picture = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        # A profile that says nonsense is left aside, as browsers do.
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            known, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            seen = ImageCms.profileToProfile(picture, known, srgb, outputMode="RGB")
            if seen is not None:
                return _bare(seen)
    return _bare(picture.convert("RGB"))


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone: no profile, comment, position or preview of before."""
    picture.info.clear()
    return picture


def _within(picture: Image.Image, side: int) -> Image.Image:
    long = max(picture.size)
    if long <= side:
        return picture.copy()
    wanted = (max(1, round(picture.width * side / long)), max(1, round(picture.height * side / long)))
    return picture.resize(wanted, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _scaled(box: Corners, scale: float, size: tuple[int, int]) -> Corners:
    left, top, width, height = (round(side * scale) for side in box)
    left, top = min(left, size[0] - 1), min(top, size[1] - 1)
    return left, top, max(1, min(width, size[0] - left)), max(1, min(height, size[1] - top))


def cover_by_chance(picture: Image.Image, boxes: list[Corners]) -> Image.Image:
    """Cover the boxes with chance from the system, so that no two coverings are alike."""
    return cover(picture, boxes, np.random.default_rng()) if boxes else picture


def _written(picture: Image.Image, order: Order) -> list[dict[str, Any]]:
    files = []
    for size, (side, _ending, how) in SIZES.items():
        # Each from the covered one: of what lies under a box no size ever knows.
        smaller = _within(picture, side)
        file = Path(order.folder) / file_name(order.key, size)
        smaller.save(file, **how)
        files.append(
            {"name": file.name, "width": smaller.width, "height": smaller.height, "bytes": file.stat().st_size}
        )
    return files


def _confine(parent: int) -> None:
    """Take little, and end with whoever started us."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (OPENED_WITHIN, DONE_WITHIN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    # Whoever reads pages goes first.
    os.nice(10)
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def _most_memory() -> int:
    """The most memory that this process has had, in bytes."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def main() -> dict[str, Any]:
    """Do what the order says, and return what became of it."""
    order = Order(**json.loads(sys.argv[1]))
    _confine(order.parent)
    try:
        return develop(order, sys.stdin.buffer)
    except Damaged:
        return {"refused": "damaged"}
    except MemoryError:
        return {"refused": "too_heavy"}
    except Exception as fault:
        # Where it went wrong, and nothing of what was in the picture.
        last = traceback.extract_tb(fault.__traceback__)[-1]
        return {"fault": f"{type(fault).__name__} in {last.name}, {Path(last.filename).name} {last.lineno}"}


if __name__ == "__main__":
    print(json.dumps(main()))
