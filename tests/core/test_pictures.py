"""A photo becomes three sizes with faces covered: nothing that came with it is left, nothing half-made is shown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from manyplaces.core.covering import covered
from manyplaces.core.negatives import destroy_negative, received
from manyplaces.core.pictures import Box, Prepared, cover_more, discard, picture_file, prepare, sweep
from manyplaces.core.sealing import Unopenable
from manyplaces.core.shelves import Missing, Unreachable
from tests.core.bucket import Store, a_store
from tests.core.uploads import astronaut, corners, files, saved, seen_corners, shown, sizes, upload

ORIENTATION = 274
# What a JPEG and a WebP say of themselves at least.
BARE = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration"}


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own; the network that finds faces is made once for all."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    return tmp_path


@pytest.fixture(scope="module")
def corpus(shared: Path) -> dict[str, Prepared]:
    """What became of every file of the corpus of bad pictures."""
    pillow_heif.register_heif_opener()
    made = sorted((shared / "corpora/images/made").iterdir())
    return {file.name: prepare(upload(file.read_bytes())) for file in made}


def test_of_the_bad_pictures_some_are_taken_and_the_others_refused_and_none_breaks_anything(
    corpus: dict[str, Prepared],
) -> None:
    assert {
        name: done.refusal or (done.large and (done.large.width, done.large.height)) for name, done in corpus.items()
    } == {
        **{name: (320, 240) for name in corpus if name.startswith(("gps.", "gps_iptc", "cmyk", "progressive"))},
        **{f"orient_{number}.jpg": (320, 240) if number < 5 else (240, 320) for number in range(1, 9)},
        "sixteen_bit.png": (50, 50),
        "sliver.png": (1, 2048),
        "gps.tif": "other_kind",
        **dict.fromkeys(("bomb_30000x30000.png", "bomb_header_only_60000x60000.png"), "too_many_pixels"),
        **dict.fromkeys(("gif_400_frames.gif", "polyglot_gif_js.gif"), "moving"),
        **dict.fromkeys(("svg_named.png", "svg_script.svg", "svg_xxe.svg"), "drawing"),
        **dict.fromkeys(("html_named.jpg", "one_byte.jpg"), "no_picture"),
        **dict.fromkeys(("half.jpg", "magic_only.jpg"), "cut_off"),
        "zero.jpg": "empty",
        "zip_tail.jpg": "two_in_one",
        "ztxt_bomb_60MB.png": "damaged",
    }


def test_nothing_that_came_with_a_picture_is_in_any_size_of_it(corpus: dict[str, Prepared], shared: Path) -> None:
    planted = [file.name for file in (shared / "corpora/images/made").iterdir() if b"CANARY" in file.read_bytes()]
    assert {"gps.jpg", "gps.png", "gps.heic", "gps.avif", "gps.webp", "gps_iptc.jpg"} <= set(planted)
    taken = {name: files(done) for name, done in corpus.items() if not done.refusal}
    every = [(name, size, content) for name, found in taken.items() for size, content in found.items()]
    assert len(every) == 3 * len(taken) > 40
    words = rb"CANARY|Exif|http|xmp|rdf|Photoshop|ICC_PROFILE|ICCP|EXIF|GPS"
    assert [(name, size) for name, size, content in every if re.search(words, content, re.IGNORECASE)] == []
    told = [set(shown(content).info) - BARE for _name, _size, content in every]
    assert [names for names in told if names] == []
    assert [name for name, _size, content in every if dict(shown(content).getexif())] == []


@pytest.mark.parametrize("lies", range(1, 9))
def test_a_photo_stands_upright_however_the_phone_was_held(folder: Path, lies: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = lies
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[lies]
    stored = corners() if back is None else corners().transpose(back)
    done = prepare(upload(saved(stored, "JPEG", exif=exif, quality=95)), [])
    assert {size: (shown(content).size, seen_corners(shown(content))) for size, content in files(done).items()} == (
        dict.fromkeys(("large", "middle", "small"), ((300, 200), "RGBW"))
    )


@pytest.mark.parametrize("kind", ["HEIF", "AVIF", "PNG", "WEBP"])
@pytest.mark.parametrize("lies", [1, 6])
def test_the_other_kinds_stand_upright_too(folder: Path, kind: str, lies: int) -> None:
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[ORIENTATION] = lies
    stored = corners() if lies == 1 else corners().transpose(Image.Transpose.ROTATE_90)
    # HEIC is turned by a box of its own, which is written for a picture that says how it lies.
    stored.info["exif"] = exif.tobytes()
    done = prepare(upload(saved(stored, kind, exif=exif.tobytes(), quality=90)), [])
    large = shown(files(done)["large"])
    assert (large.size, seen_corners(large)) == ((300, 200), "RGBW")


def sixteen_bits() -> Image.Image:
    """Grey in sixteen bits: dark on the left, light on the right."""
    return Image.fromarray((np.tile(np.linspace(0, 65535, 300), (200, 1))).astype(np.uint16))


def clear() -> Image.Image:
    """A red that is seen on the left half alone."""
    picture = Image.new("RGBA", (300, 200), (220, 20, 20, 255))
    picture.paste((0, 0, 0, 0), (150, 0, 300, 200))
    return picture


@pytest.mark.parametrize(
    ("picture", "kind", "left", "right"),
    [
        (clear(), "PNG", (220, 20, 20), (255, 255, 255)),
        (clear(), "WEBP", (220, 20, 20), (255, 255, 255)),
        (clear().quantize(8), "PNG", (220, 20, 20), (255, 255, 255)),
        (clear().convert("LA"), "PNG", (80, 80, 80), (255, 255, 255)),
        (corners().convert("CMYK"), "JPEG", (220, 20, 20), (20, 180, 20)),
        (corners().quantize(8), "PNG", (220, 20, 20), (20, 180, 20)),
        (sixteen_bits(), "PNG", (43, 43, 43), (212, 212, 212)),
        (Image.new("1", (300, 200), 1), "PNG", (255, 255, 255), (255, 255, 255)),
        (Image.new("L", (1, 1), 90), "PNG", (90, 90, 90), (90, 90, 90)),
        (Image.new("RGB", (5000, 3), (20, 180, 20)), "PNG", (20, 180, 20), (20, 180, 20)),
    ],
)
def test_every_way_to_store_colours_is_read(
    folder: Path, picture: Image.Image, kind: str, left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    done = prepare(upload(saved(picture, kind)), [])
    for content in files(done).values():
        found = shown(content).convert("RGB")
        for across, wanted in ((1 / 6, left), (5 / 6, right)):
            seen: Any = found.getpixel((int(found.width * across), int(found.height * 0.25)))
            assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) < 12, (seen, wanted)


def test_colours_are_those_that_the_profile_of_the_picture_means(folder: Path) -> None:
    # A profile in which what is called red is green, and the other way round.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    done = prepare(upload(saved(corners(), "PNG", icc_profile=swapped)), [])
    assert seen_corners(shown(files(done)["large"])) == "GRBW"
    # One that says nonsense is left aside.
    done = prepare(upload(saved(corners(), "PNG", icc_profile=b"nonsense" * 40)), [])
    assert seen_corners(shown(files(done)["large"])) == "RGBW"


def test_the_sizes_are_those_that_pages_and_the_press_need(folder: Path) -> None:
    done = prepare(upload(saved(Image.new("RGB", (4000, 3000), (90, 120, 90)), "JPEG")), [])
    found = sizes(done)
    assert {size: (one.width, one.height) for size, one in found.items()} == {
        "large": (2048, 1536),
        "middle": (1024, 768),
        "small": (480, 360),
    }
    assert {size: shown(content).format for size, content in files(done).items()} == {
        "large": "JPEG",
        "middle": "WEBP",
        "small": "WEBP",
    }
    assert {size: one.bytes for size, one in found.items()} == {
        size: len(content) for size, content in files(done).items()
    }
    # A small picture is not made larger.
    little = prepare(upload(saved(corners(), "JPEG")), [])
    assert {(one.width, one.height) for one in sizes(little).values()} == {(300, 200)}


def test_a_face_is_covered_in_every_size_before_anybody_sees_it(folder: Path) -> None:
    before = astronaut()
    done = prepare(upload(saved(before, "JPEG", quality=95)))
    assert len(done.boxes) == 1
    (box,) = done.boxes
    left, top, right, bottom = covered((box.left, box.top, box.width, box.height), before.size)
    assert left < 190 and top < 75 and right > 262 and bottom > 170
    for content in files(done).values():
        after = shown(content).convert("RGB").resize(before.size)
        inner = np.asarray(after, float)[top + 4 : bottom - 4, left + 4 : right - 4]
        # Four fields down and four across: within each next to nothing changes.
        steps = np.abs(np.diff(inner.mean(2), axis=1)).mean(0)
        assert np.sort(steps)[: int(len(steps) * 0.75)].mean() < 1.5
        outer = np.asarray(after, float)[300:] - np.asarray(before, float)[300:]
        assert np.abs(outer).mean() < 12


def test_no_size_holds_a_trace_of_what_is_under_a_box(folder: Path) -> None:
    # A pattern that no face has and nobody could miss, as fine as each size can show.
    chance = np.random.default_rng(3)
    whole = np.full((1536, 2048, 3), 120, np.uint8)
    pattern = np.kron(chance.integers(0, 2, (60, 60)), np.ones((10, 10))) * 255
    whole[400:1000, 700:1300] = pattern[:, :, None]
    boxes = [Box(700, 400, 600, 600)]
    done = prepare(upload(saved(Image.fromarray(whole), "PNG")), boxes)
    assert done.boxes == tuple(boxes)
    for content in files(done).values():
        found = shown(content).convert("L").resize((2048, 1536), Image.Resampling.BILINEAR)
        inner = np.asarray(found, float)[400:1000, 700:1300]
        alike = np.corrcoef(inner.ravel(), pattern.ravel())[0, 1]
        # The means of sixteen fields of a pattern by chance are all that they have in common.
        assert abs(alike) < 0.08, alike


def test_of_the_original_nothing_is_left_on_the_disk_not_even_its_hash(folder: Path) -> None:
    original = saved(astronaut(), "JPEG", quality=95)
    name = upload(original)
    done = prepare(name)
    destroy_negative(name)
    lying = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert sorted(file.name for file in lying if file.name != "lock") == sorted(
        one.file for one in sizes(done).values()
    )
    traces = [original[place : place + 24] for place in range(0, len(original) - 24, 997)]
    for kind in ("md5", "sha1", "sha256", "sha512"):
        hashed = hashlib.new(kind, original)
        traces += [hashed.digest(), hashed.hexdigest().encode()]
    # The tables with which every JPEG of this quality begins are nobody's.
    head = original.index(b"\xff\xda")
    assert [
        file.name
        for file, content in lying.items()
        for trace in traces
        if trace in content and original.index(trace) > head
    ] == []
    with pytest.raises(Unopenable):
        received(name)


def test_boxes_by_hand_take_the_place_of_those_that_were_found(folder: Path) -> None:
    name = upload(saved(astronaut(), "JPEG"))
    found = prepare(name)
    # With the original a covering can be taken away, and one can be drawn.
    drawn = prepare(name, [Box(300, 300, 60, 60)])
    assert (len(found.boxes), drawn.boxes, found.key != drawn.key) == (1, (Box(300, 300, 60, 60),), True)
    before = np.asarray(astronaut(), float)
    after = np.asarray(shown(files(drawn)["large"]), float)
    assert np.abs(after - before)[55:180, 180:275].mean() < 8
    assert np.abs(after - before)[300:360, 300:360].mean() > 20
    # The picture from before stays until it is discarded.
    assert shown(files(found)["small"]).size == (480, 480)
    discard(found.key)
    discard(found.key)
    for one in sizes(found).values():
        with pytest.raises(Missing):
            picture_file(one.file)
    assert len(files(drawn)) == 3


def test_without_the_original_more_can_be_covered_and_nothing_uncovered(folder: Path) -> None:
    name = upload(saved(astronaut(), "JPEG"))
    first = prepare(name)
    destroy_negative(name)
    more = cover_more(first.key, [Box(300, 300, 60, 60)])
    assert (more.boxes, more.refusal, more.key != first.key) == ((Box(300, 300, 60, 60),), "", True)
    one, other = (np.asarray(shown(files(done)["large"]), float) for done in (first, more))
    assert np.abs(one - other)[50:190, 170:280].mean() < 4
    assert np.abs(one - other)[300:360, 300:360].mean() > 20
    discard(first.key)
    with pytest.raises(Missing):
        cover_more(first.key, [])


def test_two_pictures_of_one_upload_have_nothing_in_their_names_in_common(folder: Path) -> None:
    name = upload(saved(corners(), "JPEG"))
    first, second = prepare(name, []), prepare(name, [])
    assert first.key != second.key
    assert re.fullmatch(r"[a-z0-9]{24}", first.key)


@pytest.mark.parametrize("name", ["", "lock", "../keys/x-large.jpg", "a-large.png", "a/b-large.jpg", "a-large.jpg"])
def test_only_files_of_pictures_are_given_out(folder: Path, name: str) -> None:
    with pytest.raises(Missing):
        picture_file(name)


def test_what_nobody_knows_is_swept_away_after_an_hour_and_nothing_else(folder: Path) -> None:
    known, unknown = upload(saved(corners(), "JPEG")), upload(b"half of a photo")
    kept, left = prepare(known, []), prepare(known, [])
    half_made = folder / "media/darkroom/abc"
    half_made.mkdir()
    (half_made / "abc-large.jpg").write_bytes(b"half")
    now = datetime.now(UTC)
    everything = {file for file in folder.rglob("*") if file.is_file()}
    assert sweep([kept.key], [known], now) == 0
    assert {file for file in folder.rglob("*") if file.is_file()} == everything
    # Three sizes, one upload, one folder of the darkroom.
    assert sweep([kept.key], [known], now + timedelta(hours=2)) == 5
    assert len(files(kept)) == 3
    assert received(known) > 0
    with pytest.raises(Unopenable):
        received(unknown)
    with pytest.raises(Missing):
        cover_more(left.key, [])
    assert sweep([kept.key], [known], now + timedelta(hours=2)) == 0
    assert not half_made.exists()


@pytest.fixture
def store(settings: Any, folder: Path) -> Iterator[Store]:
    """A store that speaks S3, as the operator has set it."""
    with a_store() as running:
        settings.PICTURES_STORE = running.setting
        yield running


def test_in_a_store_lie_the_covered_sizes_and_nothing_else(store: Store, folder: Path) -> None:
    name = upload(saved(astronaut(), "JPEG"))
    done = prepare(name)
    assert sorted(store.objects) == sorted(f"walk-ins/2026/{one.file}" for one in sizes(done).values())
    assert not (folder / "media/pictures").exists()
    more = cover_more(done.key, [Box(300, 300, 60, 60)])
    discard(done.key)
    assert sorted(store.objects) == sorted(f"walk-ins/2026/{one.file}" for one in sizes(more).values())
    later = datetime.now(UTC) + timedelta(hours=2)
    assert [sweep([more.key], [name], later), sweep([], [], later)] == [0, 4]
    assert store.objects == {}


def test_a_store_that_is_full_in_the_middle_leaves_nothing_that_is_shown(store: Store, folder: Path) -> None:
    name = upload(saved(corners(), "JPEG"))
    store.room = 1
    with pytest.raises(Unreachable):
        prepare(name, [])
    assert len(store.objects) == 1
    assert [file.name for file in (folder / "media/darkroom").iterdir()] == ["lock"]
    store.room = 100
    # The upload is still there, so that it is done again; what was left is swept away.
    done = prepare(name, [])
    assert sweep([done.key], [name], datetime.now(UTC) + timedelta(hours=2)) == 1
    assert len(files(done)) == 3


def test_a_picture_is_opened_in_the_darkroom_and_nowhere_else(root: Path) -> None:
    opens = re.compile(r"Image\.open\(|pillow_heif|onnxruntime\.|open_heif|ImageFile\.|\bopen_image\b")
    found = {
        str(file.relative_to(root / "manyplaces"))
        for file in (root / "manyplaces").rglob("*.py")
        if opens.search(file.read_text("utf-8"))
    }
    assert found == {"core/darkroom.py", "core/faces.py"}
    # Nobody loads these two but the process itself, and the worker for the name of a file.
    loads = re.compile(r"core(?:\.| import )(?:darkroom|faces|covering)\b")
    assert {
        str(file.relative_to(root / "manyplaces"))
        for file in (root / "manyplaces").rglob("*.py")
        if loads.search(file.read_text("utf-8"))
    } == {"core/darkroom.py", "core/pictures.py"}
