"""A photo of a walk-in is in the archive, and in none that is made after somebody had it taken down."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.exchange.models import ArchiveFile
from manyplaces.exchange.operations import archive_path, ask_for_archive, forget_archives, keep_archive
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.operations import ask_takedown, decide_takedown
from tests.exchange.archive.archives import Archive, archive
from tests.reports.photographing import OTTO, RUTH, WORDS, shown
from tests.reports.test_reporting import held_today

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = Actor("clock", "clock")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, data=tmp_path)
    return tmp_path


@pytest.fixture
def photo() -> Photo:
    """One that everybody may see."""
    return shown(held_today())


def files_of(found: Archive, photo: Photo) -> list[str]:
    """The files of the archive that are sizes of the photo."""
    return [name for name in found.files if photo.picture in name]


def made(folder: Path, name: str) -> Archive:
    (folder / name).mkdir()
    return archive(folder / name)


def test_it_is_there_in_what_the_pages_show_and_opens_without_the_site(photo: Photo, folder: Path) -> None:
    found = made(folder, "with")
    assert found.look().faults == []
    assert len(files_of(found, photo)) >= 2
    pages = [name for name, page in found.pages.items() if WORDS["alt"] in page]
    assert f"events/{photo.event.key}/index.html" in pages
    # Its copy for programs names each size by its address on the site, and each lies in the archive.
    (told,) = json.loads(found.files[f"events/{photo.event.key}.json"])["event"]["photos"]
    sizes = [file["url"].rpartition("/")[2] for file in told["sizes"].values()]
    assert (told["alt"], sizes) == (WORDS["alt"], [file.name for file in photo.files])
    assert [found.addresses.get(f"/pictures/{name}", "") for name in sizes] == [f"pictures/{name}" for name in sizes]
    # The question is asked on the site alone.
    assert (found.has("take-down"), found.has("Ask for this photo")) == ([], [])
    assert found.manifest["left_out"]["photos_taken_down"] == 0


@pytest.mark.parametrize("decided", [False, True])
def test_taken_down_it_is_in_no_new_archive_which_says_how_many_and_nothing_else(
    photo: Photo, folder: Path, decided: bool
) -> None:
    ask_takedown(Takedown(photo=photo, reason="my child"), by=OTTO)
    if decided:
        decide_takedown(photo, gone=True, by=RUTH)
    without = made(folder, "without")
    assert without.look().faults == []
    assert (files_of(without, photo), without.has(WORDS["alt"]), without.has(photo.key)) == ([], [], [])
    assert without.manifest["left_out"]["photos_taken_down"] == 1


def test_put_back_it_is_in_the_next(photo: Photo, folder: Path) -> None:
    ask_takedown(Takedown(photo=photo, reason="my child"), by=OTTO)
    decide_takedown(photo, gone=False, by=RUTH)
    again = made(folder, "again")
    assert (len(files_of(again, photo)) >= 2, again.manifest["left_out"]["photos_taken_down"]) == (True, 0)


def test_one_that_waits_on_the_desk_is_withdrawn_within_the_next_round_of_the_clock(
    photo: Photo, folder: Path, nia: Actor
) -> None:
    row = ask_for_archive(ArchiveFile(), by=nia)
    target = archive_path(row)
    target.parent.mkdir(exist_ok=True)
    keep_archive(row, dataclasses.replace(made(folder, "desk").made, file=target), by=CLOCK)
    target.write_bytes(b"PK")
    assert forget_archives(timezone.now(), by=CLOCK) == 0
    ask_takedown(Takedown(photo=photo, reason="my child"), by=OTTO)
    assert (forget_archives(timezone.now(), by=CLOCK), target.exists()) == (1, False)
