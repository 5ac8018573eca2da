"""The site signs what it gives out, and whoever has the public key tells what was changed."""

from __future__ import annotations

import dataclasses
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from manyplaces.core.signatures import FILE, in_short, is_signed, public_key, sign


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, data=tmp_path)
    return tmp_path


def test_what_was_signed_is_told_from_what_was_changed(folder: Path) -> None:
    signature, key = sign(b"words"), public_key()
    assert (is_signed(b"words", signature, key), is_signed(b"other", signature, key)) == (True, False)
    assert is_signed(b"words", bytes(64), key) is False
    assert (sign(b"words"), len(signature)) == (signature, 64)
    with pytest.raises(ValueError, match="Unable to load PEM"):
        is_signed(b"words", signature, b"no key")


def test_each_site_has_a_key_of_its_own_that_nobody_else_may_read(folder: Path) -> None:
    first = public_key()
    keys = folder / "keys"
    assert ((keys / FILE).stat().st_mode & 0o777, [file.name for file in keys.iterdir()]) == (0o600, [FILE])
    (keys / FILE).unlink()
    assert in_short(public_key()) != in_short(first)
    assert in_short(first).startswith("MCowBQYDK2VwAyEA")


def test_those_who_ask_in_the_same_moment_get_the_same_key(folder: Path) -> None:
    with ThreadPoolExecutor(8) as several:
        keys = set(several.map(lambda _: public_key(), range(16)))
    assert (len(keys), [file.name for file in (folder / "keys").iterdir()]) == (1, [FILE])


def test_others_verify_it_without_us(folder: Path) -> None:
    files = {"key.pem": public_key(), "list": b"words", "list.sig": sign(b"words")}
    for name, body in files.items():
        (folder / name).write_bytes(body)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in list -sigfile list.sig"
    assert subprocess.run(command.split(), cwd=folder, check=False, capture_output=True).returncode == 0
    (folder / "list").write_bytes(b"others")
    assert subprocess.run(command.split(), cwd=folder, check=False, capture_output=True).returncode != 0
