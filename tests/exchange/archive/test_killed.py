"""An archive that is stopped or killed half-way is not there at all; the next one is made as if nothing had been."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from manyplaces.exchange.archive.checking import check_archive
from tests.browser.serving import COMMAND, prepared

WITHIN = 10.0
PATIENCE = 400.0


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of an installation with the sample."""
    data = tmp_path_factory.mktemp("killed") / "data"
    shutil.copytree(prepared("sample"), data)
    yield {**os.environ, "MANYPLACES_DATA": str(data), "DATABASE_URL": ""}


def begun(settings: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    """An archive of everything that is being made: its first pages are on the disk."""
    command = [*COMMAND, "export", "archive", str(folder / "record.zip")]
    made = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    until(lambda: any(file.stat().st_size > 100_000 for file in folder.glob(".*.making/bodies-*")))
    assert made.poll() is None
    return made


def until(holds: Callable[[], bool]) -> None:
    """Wait for something."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.02)


def helpers(folder: Path) -> list[int]:
    """The processes that make pages into this folder."""
    found = []
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = told.read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words and b"archive.process" in words:
            found.append(int(told.parent.name))
    return found


@pytest.mark.parametrize("signal_, code", [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_who_is_asked_to_stop_stops_soon_and_leaves_nothing(
    settings: dict[str, str], tmp_path: Path, signal_: signal.Signals, code: int
) -> None:
    (tmp_path / "record.zip").write_bytes(b"older")
    made = begun(settings, tmp_path)
    asked = time.monotonic()
    made.send_signal(signal_)
    said, _ = made.communicate(timeout=WITHIN)
    assert (made.returncode, time.monotonic() - asked < WITHIN, b"Traceback" in said) == (code, True, False)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("record.zip", b"older")]
    assert helpers(tmp_path) == []


def test_who_is_killed_leaves_no_half_made_file_and_the_next_is_whole(settings: dict[str, str], tmp_path: Path) -> None:
    made = begun(settings, tmp_path)
    assert len(helpers(tmp_path)) > 0
    made.kill()
    made.communicate()
    # Those who worked for it end by themselves, for nobody gives them orders any more.
    until(lambda: helpers(tmp_path) == [])
    assert [file.suffix for file in tmp_path.iterdir()] == [".making"]
    command = [*COMMAND, "export", "archive", str(tmp_path / "record.zip"), "--action", "nov2014"]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert (done.returncode, [file.name for file in tmp_path.iterdir()]) == (0, ["record.zip"])
    assert check_archive(tmp_path / "record.zip").faults == []


def test_a_helper_that_is_killed_is_told_of_and_nothing_is_left(settings: dict[str, str], tmp_path: Path) -> None:
    made = begun(settings, tmp_path)
    os.kill(helpers(tmp_path)[0], signal.SIGKILL)
    said, _ = made.communicate(timeout=PATIENCE)
    assert (made.returncode, said.decode()) == (1, "A process that made pages has ended before its time. Try again.\n")
    assert list(tmp_path.iterdir()) == []
