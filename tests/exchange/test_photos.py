"""Nia carries the photos that everybody may see from one installation to another, and none that nobody may."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from manyplaces.core.pictures import picture_file
from manyplaces.core.shelves import shelf
from manyplaces.events.models import Event
from manyplaces.events.operations import shield_event
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.operations import ask_takedown, decide_photo, decide_takedown
from tests.core.uploads import corners, saved
from tests.exchange.conftest import NIA, exported, rows_of
from tests.exchange.elsewhere import begin, begin_elsewhere, outcomes, run, told
from tests.reports.photographing import OTTO, RUTH, WORDS, photo_file, prepared, sent, shown, with_a_face
from tests.reports.test_reporting import held_today

pytestmark = pytest.mark.django_db(transaction=True)
SPANISH = {"alt_es": "Madres, padres y maestros entran juntos", "credit": "Hana, =1+1"}


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> Path:
    """The folder of the test, and beneath it the data folder of the site on which Hana reports."""
    begin(settings, tmp_path / "here")
    return tmp_path


@pytest.fixture
def event(here: Path) -> Event:
    return held_today()


def carried(folder: Path, settings: Any) -> Path:
    """Export the record, and begin an installation that has nothing yet; returns the exported file."""
    assert told(run("export", "record", folder / "record.zip")) == (0, "")
    begin_elsewhere(settings, folder / "there")
    return folder / "record.zip"


def held_by(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def changed(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The exported record with files changed, and their digests in the table as they are then."""
    files = {name: new for name, body in held_by(source).items() if (new := change(name, body)) is not None}
    rows = rows_of(files["photos.csv"])
    for row in rows:
        for size, ending in (("large", "jpg"), ("middle", "webp"), ("small", "webp")):
            content = files.get(f"pictures/{row['picture']}-{size}.{ending}", b"")
            row[f"{size}_sha256"] = hashlib.sha256(content).hexdigest()
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    files["photos.csv"] = out.getvalue().encode()
    with zipfile.ZipFile(target, "w") as made:
        for name, body in files.items():
            made.writestr(name, body)
    return target


def test_a_shown_photo_goes_out_with_its_three_sizes_and_stands_on_the_same_page_elsewhere(
    event: Event, here: Path, settings: Any
) -> None:
    first, second = shown(event, with_a_face(), **SPANISH), shown(event, alt="Afterwards")
    old = Photo.objects.get(pk=first.pk)
    before = {file.name: picture_file(file.name) for photo in (old, second) for file in photo.files}
    gallery = Client().get(f"/events/{event.key}/").content.partition(b'id="photos"')[2].partition(b"</section>")[0]
    file = carried(here, settings)
    assert {name for name in held_by(file) if "/" in name} == {f"pictures/{name}" for name in before}
    assert told(run("import", "record", file)) == (0, "")
    assert {name: picture_file(name) for name, _since in shelf().names()} == before
    again = Client().get(f"/events/{event.key}/").content.partition(b'id="photos"')[2].partition(b"</section>")[0]
    assert (again, again.count(b"<img")) == (gallery, 2)
    assert Client().get(f"/pictures/{first.files[0].name}").status_code == 200
    row = Photo.objects.get(key=first.key)
    same = ("alt", "alt_es", "credit", "consent", "state", "settled_at", "large_width", "small_height", "boxes")
    assert [getattr(row, name) for name in same] == [getattr(old, name) for name in same]
    assert (row.negative, list((here / "there/media/darkroom").iterdir())) == ("", [])


def test_imported_again_nothing_changes_and_what_is_hidden_here_stays_hidden(
    event: Event, here: Path, settings: Any
) -> None:
    first, second = shown(event), shown(event, with_a_face())
    file = carried(here, settings)
    run("import", "record", file)
    before = sorted(shelf().names())
    done = run("import", "record", file)
    assert (told(done), outcomes(done)["created"], sorted(shelf().names())) == ((0, ""), 0, before)
    ask_takedown(Takedown(photo=Photo.objects.get(key=first.key), reason="my child"), by=OTTO)
    decide_takedown(Photo.objects.get(key=first.key), gone=True, by=RUTH)
    decide_photo(Photo.objects.get(key=second.key), shown=False, by=RUTH)
    assert told(run("import", "record", file)) == (0, "")
    assert {photo.key: photo.state for photo in Photo.objects.all()} == {first.key: "gone", second.key: "kept back"}
    assert Client().get(f"/pictures/{first.files[0].name}").status_code == 404


def test_other_words_in_the_table_are_brought_into_line_and_the_picture_stays(event: Event, here: Path) -> None:
    photo = shown(event)
    table = exported("photos").replace(WORDS["alt"].encode(), b"They walk in")
    (here / "photos.csv").write_bytes(table)
    done = run("import", "photos", here / "photos.csv")
    assert (told(done), outcomes(done)["changed"]) == ((0, ""), 1)
    row = Photo.objects.get()
    assert (row.alt, row.picture) == ("They walk in", photo.picture)


def unseen(event: Event) -> list[Photo]:
    """Photos that nobody may see, one of each kind, with words that nobody may find."""
    word = {"alt": "CANARY", "credit": "CANARY"}
    waiting, kept, hidden, gone = (prepared(event, **word), *(shown(event, **word) for _ in range(3)))
    decide_photo(kept, shown=False, by=RUTH)
    for photo in (hidden, gone):
        ask_takedown(Takedown(photo=photo, reason="me"), by=OTTO)
    decide_takedown(gone, gone=True, by=RUTH)
    refused = sent(event, b"no picture at all", **word)
    return [waiting, kept, hidden, gone, refused]


def test_what_waits_was_refused_kept_back_hidden_or_taken_down_is_not_in_the_export(event: Event, here: Path) -> None:
    photos = [shown(event), *unseen(event)]
    found = [Photo.objects.get(pk=photo.pk) for photo in photos]
    assert [one.state for one in found] == ["shown", "waiting", "kept back", "taken down", "gone", "refused"]
    run("export", "record", here / "record.zip")
    held = held_by(here / "record.zip")
    assert [row["id"] for row in rows_of(held["photos.csv"])] == [photos[0].key]
    assert [name for name, body in held.items() if b"CANARY" in body] == []
    keys = {name.rpartition("/")[2].partition("-")[0] for name in held if name.startswith("pictures/")}
    assert keys == {photos[0].picture}


@pytest.mark.parametrize("how", ["shielded", "paused", "draft"])
def test_of_an_event_that_is_off_the_pages_no_photo_is_in_the_export(event: Event, here: Path, how: str) -> None:
    photo = shown(event)
    if how == "shielded":
        shield_event(event, by=NIA)
    elif how == "paused":
        Event.every.update(is_listed=False)
    else:
        type(event.action).every.update(visibility="draft")
    run("export", "record", here / "record.zip")
    held = held_by(here / "record.zip")
    assert ([name for name in held if "/" in name], rows_of(held["photos.csv"])) == ([], [])
    assert [name for name, body in held.items() if photo.key.encode() in body] == []


def with_words(body: bytes) -> bytes:
    """The JPEG with a comment before the picture."""
    return body[:2] + b"\xff\xfe\x00\x08CANARY" + body[2:]


def exif(body: bytes) -> bytes:
    """The WebP with a part for what a camera writes."""
    part = b"EXIF" + (6).to_bytes(4, "little") + b"CANARY"
    return body[:4] + (len(body) - 8 + len(part)).to_bytes(4, "little") + body[8:] + part


FOREIGN: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "words before the picture": ("large", with_words),
    "something behind the picture": ("large", lambda body: body + b"CANARY"),
    "a camera's own JPEG": ("large", lambda body: saved(corners(), "JPEG", exif=Image.Exif().tobytes())),
    "a picture drawn in steps": ("large", lambda body: saved(corners(), "JPEG", progressive=True)),
    "another format": ("large", lambda body: saved(corners(), "PNG")),
    "a larger picture": ("middle", lambda body: saved(corners(1200, 800), "WEBP")),
    "a picture of another shape": ("small", lambda body: saved(corners(300, 150), "WEBP")),
    "what a camera writes": ("small", exif),
    "transparency": ("small", lambda body: saved(corners().convert("RGBA"), "WEBP", lossless=True)),
    "no picture": ("small", lambda body: b"<svg>CANARY</svg>"),
    "nothing": ("middle", lambda body: b""),
    "a very large file": ("large", lambda body: body[:-2] + b"\0" * 9_000_000 + b"\xff\xd9"),
}


def test_what_is_no_picture_of_ours_is_refused_by_name_and_the_rest_goes_on(
    event: Event, here: Path, settings: Any
) -> None:
    first, second = shown(event), shown(event, with_a_face())
    whole, taken = carried(here, settings), {}
    for what, (size, change) in FOREIGN.items():
        name = first.file(size).name

        def other(at: str, body: bytes, name: str = name, change: Callable[[bytes], bytes] = change) -> bytes:
            return change(body) if at.endswith(name) else body

        code, said = told(run("import", "record", changed(whole, here / "other.zip", other)))
        if (code, f"column picture: “{name}” is not such a picture as Manyplaces prepares" in said) != (1, True):
            taken[what] = (code, said)
    assert taken == {}
    assert [photo.key for photo in Photo.objects.all()] == [second.key]
    assert {found.partition("-")[0] for found, _since in shelf().names()} == {second.picture}


def test_a_file_that_is_missing_or_another_than_its_digest_says_is_refused(
    event: Event, here: Path, settings: Any
) -> None:
    photo, whole = shown(event), carried(here, settings)
    name = photo.file("small").name
    without = changed(whole, here / "without.zip", lambda at, body: None if at.endswith(name) else body)
    assert f"The file “{name}” is missing or damaged" in run("import", "record", without).stderr
    with zipfile.ZipFile(here / "other.zip", "w") as made:
        for at, body in held_by(whole).items():
            made.writestr(at, saved(corners(), "WEBP", quality=10) if at.endswith(name) else body)
    assert f"“{name}” is not the file that this row speaks of" in run("import", "record", here / "other.zip").stderr
    assert (Photo.objects.count(), list(shelf().names())) == (0, [])


def test_no_row_takes_the_picture_of_another_photo_or_a_name_that_leads_elsewhere(event: Event, here: Path) -> None:
    photo = shown(event)
    said = {
        (photo.key, "p-other"): "column picture: Another photo has this picture already",
        (photo.key, "../slip"): "column id: “../slip” is no id of a photo",
        (photo.picture, "../../keys/secret"): "column picture: “../../keys/secret” is no name of a picture",
    }
    for (old, new), sentence in said.items():
        body = exported("photos").decode().replace(old, new)
        (here / "photos.csv").write_text(body if photo.picture in body else body.replace(photo.key, "p-other"))
        assert sentence in run("import", "photos", here / "photos.csv").stderr
    assert (Photo.objects.count(), Photo.objects.get().picture) == (1, photo.picture)


def test_tried_out_nothing_is_put_on_the_shelf(event: Event, here: Path, settings: Any) -> None:
    shown(event, photo_file())
    file = carried(here, settings)
    with zipfile.ZipFile(file) as opened:
        opened.extractall(here / "out")
    for kind in ("actions", "events"):
        run("import", kind, here / f"out/{kind}.csv")
    done = run("import", "photos", here / "out/photos.csv", "--dry-run")
    assert (told(done), outcomes(done)["created"]) == ((0, ""), 1)
    assert (Photo.objects.count(), list(shelf().names())) == (0, [])
    assert told(run("import", "photos", here / "out/photos.csv")) == (0, "")
    assert (Photo.objects.count(), len(list(shelf().names()))) == (1, 3)
