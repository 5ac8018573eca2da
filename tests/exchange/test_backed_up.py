"""A photo is in the backup, and in none that is made after somebody had it taken down, decided about or not."""

from __future__ import annotations

import dataclasses
import gzip
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from manyplaces.core.refusals import NotNow
from manyplaces.exchange.backup.making import make_backup
from manyplaces.reports.models import Photo, Takedown
from manyplaces.reports.operations import ask_takedown, decide_takedown
from tests.reports.photographing import OTTO, RUTH, WORDS, shown, work
from tests.reports.test_reporting import held_today

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, data=tmp_path)
    return tmp_path


def backed_up() -> tuple[set[str], str]:
    """The files of pictures that the next backup holds, and what it says of photos."""
    out = io.BytesIO()
    make_backup(out)
    out.seek(0)
    names, said = set(), ""
    with tarfile.open(fileobj=out) as tar:
        for entry in tar:
            if entry.name.startswith("media/pictures/"):
                names.add(entry.name.rpartition("/")[2])
            if entry.name.startswith("tables/reports.photo/"):
                piece = tar.extractfile(entry)
                assert piece is not None
                said += gzip.decompress(piece.read()).decode()
    return names, said


def test_it_is_in_none_from_the_moment_it_is_hidden_and_neither_are_its_words_once_it_is_gone(folder: Path) -> None:
    event = held_today()
    photo, other = shown(event), shown(event, alt="Another photo")
    files = [{file.name for file in one.files} for one in (photo, other)]
    names, said = backed_up()
    assert (names, said.count(WORDS["alt"])) == (files[0] | files[1], 1)
    ask_takedown(Takedown(photo=photo, reason="my child", hid=True), by=OTTO)
    assert {file.name for file in (folder / "media" / "pictures").iterdir()} == files[0] | files[1]
    assert backed_up()[0] == files[1]
    # Nobody was wrong: it is shown again, and in the next one again.
    decide_takedown(Photo.objects.get(pk=photo.pk), gone=False, by=RUTH)
    assert backed_up()[0] == files[0] | files[1]
    ask_takedown(Takedown(photo=Photo.objects.get(pk=photo.pk), reason="my child", hid=True), by=OTTO)
    decide_takedown(Photo.objects.get(pk=photo.pk), gone=True, by=RUTH)
    work()
    assert {file.name for file in (folder / "media" / "pictures").iterdir()} == files[1]
    names, said = backed_up()
    assert (names, WORDS["alt"] in said, "Another photo" in said) == (files[1], False, True)


def test_one_that_was_hidden_when_a_backup_was_made_can_only_be_let_go_when_that_is_put_back(folder: Path) -> None:
    photo = shown(held_today())
    ask_takedown(Takedown(photo=photo, reason="my child", hid=True), by=OTTO)
    for file in photo.files:
        (folder / "media" / "pictures" / file.name).unlink()
    with pytest.raises(NotNow, match="backups hold none of what was taken down"):
        decide_takedown(Photo.objects.get(pk=photo.pk), gone=False, by=RUTH)
    assert decide_takedown(Photo.objects.get(pk=photo.pk), gone=True, by=RUTH).state == "gone"
