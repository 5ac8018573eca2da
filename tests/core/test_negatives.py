"""An upload comes in parts that may stop and go on, never lies in the clear, and is destroyed with its key."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from manyplaces.core.negatives import (
    LARGEST_FILE,
    MOST_PARTS,
    add_part,
    begin_negative,
    destroy_negative,
    negatives,
    opened_negative,
    received,
)
from manyplaces.core.picturerefusals import Refusal, Refused
from manyplaces.core.refusals import NotNow
from manyplaces.core.safes import safes
from manyplaces.core.sealing import Unopenable

PHOTO = b"Hana's photo, with a face in it. " * 1000


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    return tmp_path


def whole(name: str) -> bytes:
    """All of an upload."""
    with opened_negative(name) as file:
        return file.read()


def test_an_upload_that_broke_off_goes_on_where_it_ended() -> None:
    name = begin_negative()
    assert [add_part(name, 0, PHOTO[:10_000]), received(name)] == [10_000, 10_000]
    # The phone heard no answer and sends the part again, or believes to be further on: it is told where to go on.
    assert [add_part(name, 0, PHOTO[:10_000]), add_part(name, 20_000, PHOTO[20_000:])] == [10_000, 10_000]
    assert add_part(name, 10_000, PHOTO[10_000:]) == len(PHOTO)
    assert whole(name) == PHOTO


def test_nothing_of_an_upload_lies_in_the_clear_and_it_is_gone_from_copies_once_it_is_destroyed(folder: Path) -> None:
    name = begin_negative()
    add_part(name, 0, PHOTO)
    lying = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert [str(file) for file, content in lying.items() if b"Hana" in content] == []
    sealed = folder / "media/negatives" / name
    copy = sealed.read_bytes()
    assert [destroy_negative(name), destroy_negative(name)] == [True, False]
    assert [file for file in folder.rglob("*") if file.is_file()] == []
    # Somebody puts the file back from a backup, which holds no keys.
    sealed.write_bytes(copy)
    with pytest.raises(Unopenable):
        whole(name)
    assert destroy_negative(name)


def test_its_key_lies_apart_from_the_keys_of_attendees() -> None:
    begin_negative()
    assert safes() == []


def test_what_a_power_cut_left_of_a_part_is_written_over(folder: Path) -> None:
    name = begin_negative()
    add_part(name, 0, PHOTO[:5_000])
    with (folder / "media/negatives" / name).open("ab") as file:
        file.write(b"\0\0\x20\0torn")
    assert [received(name), add_part(name, 5_000, PHOTO[5_000:])] == [5_000, len(PHOTO)]
    assert whole(name) == PHOTO


def test_parts_that_were_exchanged_or_changed_do_not_open(folder: Path) -> None:
    name, other = begin_negative(), begin_negative()
    for place in (0, 100):
        add_part(name, place, PHOTO[place : place + 100])
    sealed = folder / "media/negatives" / name
    first, second = sealed.read_bytes()[:132], sealed.read_bytes()[132:]
    for wrong in (second + first, first + first, first + second[:-1] + bytes([second[-1] ^ 1])):
        sealed.write_bytes(wrong)
        with pytest.raises(Unopenable):
            whole(name)
    (folder / "media/negatives" / other).write_bytes(first)
    with pytest.raises(Unopenable):
        whole(other)


def test_more_than_a_picture_may_have_is_refused_as_it_comes() -> None:
    name = begin_negative()
    assert add_part(name, 0, bytes(LARGEST_FILE - 1)) == LARGEST_FILE - 1
    with pytest.raises(Refused) as refused:
        add_part(name, LARGEST_FILE - 1, b"ab")
    assert (refused.value.reason, received(name)) == (Refusal.TOO_MANY_BYTES, LARGEST_FILE - 1)


def test_who_sends_crumbs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    name = begin_negative()
    for place in range(MOST_PARTS):
        assert add_part(name, place, b"x") == place + 1
    with pytest.raises(Refused):
        add_part(name, MOST_PARTS, b"x")


def test_two_requests_that_send_the_same_part_leave_it_once() -> None:
    name, told = begin_negative(), []
    threads = [threading.Thread(target=lambda: told.append(add_part(name, 0, PHOTO))) for _phone in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told, whole(name)) == ([len(PHOTO)] * 8, PHOTO)


@pytest.mark.parametrize("name", ["", "gone", "../keys/secret", "a/b", "Ä", "x" * 41])
@pytest.mark.parametrize("ask", [received, lambda name: add_part(name, 0, b"x"), whole])
def test_there_is_nothing_under_a_name_that_was_not_given(name: str, ask: Callable[[str], object]) -> None:
    with pytest.raises(Unopenable):
        ask(name)
    assert not destroy_negative(name)


def test_a_full_disk_is_said_in_words(folder: Path) -> None:
    name = begin_negative()
    (folder / "media/negatives" / name).unlink()
    (folder / "media/negatives" / name).mkdir()
    with pytest.raises(NotNow, match="the disk may be full"):
        add_part(name, 0, PHOTO)


def test_all_there_are_are_listed_with_the_time_of_their_last_part(folder: Path) -> None:
    whole_one, keyless, fileless = begin_negative(), begin_negative(), begin_negative()
    (folder / f"keys/safes/negatives/{keyless}.safe").unlink()
    (folder / "media/negatives" / fileless).unlink()
    found = negatives()
    assert found.keys() == {whole_one, keyless, fileless}
    assert all(datetime.now(UTC) - since < timedelta(minutes=1) for since in found.values())
