"""A key that is destroyed is gone for every process, also where whoever destroyed it was interrupted."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import pytest

from manyplaces.core.safes import destroy_safe, is_whole, make_safe, seal_in, unseal_from
from manyplaces.core.sealing import Unopenable


@pytest.fixture
def sealed(settings: Any, tmp_path: Path) -> tuple[str, bytes]:
    """A safe, and what lies in it."""
    settings.SAFES_FOLDER = tmp_path / "safes"
    name = make_safe()
    return name, seal_in(name, "Gil", "field", "row")


def test_a_process_that_has_the_key_in_its_memory_opens_nothing_once_another_destroyed_the_file(
    sealed: tuple[str, bytes], settings: Any
) -> None:
    name, secret = sealed
    assert unseal_from(name, secret, "field", "row") == "Gil"
    # As another process does it, which cannot reach the memory of this one.
    (settings.SAFES_FOLDER / f"{name}.safe").unlink()
    with pytest.raises(Unopenable):
        unseal_from(name, secret, "field", "row")


@pytest.mark.parametrize("left", [44, 0, 7])
def test_a_key_that_was_written_over_opens_nothing_and_is_destroyed_by_who_comes_next(
    sealed: tuple[str, bytes], settings: Any, left: int
) -> None:
    name, secret = sealed
    file = settings.SAFES_FOLDER / f"{name}.safe"
    # The power went between writing the key over and removing the file; the time of the file is not told apart.
    file.write_bytes(secrets.token_bytes(left))
    os.utime(file, (1, 1))
    for _again in range(2):
        with pytest.raises(Unopenable):
            unseal_from(name, secret, "field", "row")
    assert (is_whole(name), destroy_safe(name), file.exists()) == (True, True, False)
