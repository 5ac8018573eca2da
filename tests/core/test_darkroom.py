"""The process that opens pictures has little memory and time, ends with whoever started it, and takes nothing along."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from manyplaces.core.negatives import received
from manyplaces.core.pictures import Prepared, Undone, prepare, sweep
from manyplaces.core.shelves import shelf
from tests.core.processes import BLINK, WAIT, caught, children, confined, darkrooms, mine, reached_within
from tests.core.uploads import astronaut, files, saved, sizes, upload

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.MEDIA_FOLDER, settings.SAFES_FOLDER = tmp_path / "media", tmp_path / "keys" / "safes"
    return tmp_path


def site(folder: Path) -> dict[str, str]:
    """The environment of another process of the site whose data lie in `folder`."""
    names = {"PYTHONPATH": ROOT, "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings", "MANYPLACES_DATA": folder}
    return {name: str(value) for name, value in names.items()}


def wide(width: int = 8192, height: int = 6144) -> bytes:
    """A photo of fifty megapixels that is quickly made."""
    return saved(Image.new("RGB", (width, height), (90, 120, 90)), "JPEG", quality=60)


def test_fifty_megapixels_are_taken_within_the_memory_that_there_is(folder: Path) -> None:
    done = prepare(upload(wide()), [])
    assert {size: (one.width, one.height) for size, one in sizes(done).items()} == {
        "large": (2048, 1536),
        "middle": (1024, 768),
        "small": (480, 360),
    }
    assert prepare(upload(wide(8192, 6226)), []) == Prepared(refusal="too_many_pixels")


def test_a_bomb_is_refused_without_being_opened(folder: Path, shared: Path) -> None:
    script = (
        "import django; django.setup()\n"
        "import resource, sys\n"
        "from manyplaces.core.negatives import add_part, begin_negative\n"
        "from manyplaces.core.pictures import prepare\n"
        "def most(): return int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
        "before = most()\n"
        "for bomb in sys.argv[1:]:\n"
        "    name = begin_negative(); add_part(name, 0, open(bomb, 'rb').read()); print(prepare(name).refusal)\n"
        "print(most() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    made = shared / "corpora/images/made"
    bombs = [str(made / name) for name in ("bomb_30000x30000.png", "bomb_header_only_60000x60000.png")]
    done = subprocess.run(
        [sys.executable, "-c", script, *bombs], env=site(folder), capture_output=True, text=True, check=True
    )
    *refusals, memory = done.stdout.splitlines()
    grown, children = (int(number) for number in memory.split())
    assert refusals == ["too_many_pixels"] * 2
    # Kilobytes: next to nothing in the worker, and nobody was started.
    assert (grown < 20_000, children) == (True, 0)


def test_what_unpacks_to_more_than_it_says_does_not_fill_the_memory(folder: Path, shared: Path) -> None:
    bomb = (shared / "corpora/images/made/ztxt_bomb_60MB.png").read_bytes()
    assert prepare(upload(bomb)) == Prepared(refusal="damaged")


@pytest.mark.parametrize(
    ("how", "refusal"),
    [(signal.SIGSEGV, "damaged"), (signal.SIGABRT, "damaged"), (signal.SIGXCPU, "too_heavy")],
)
def test_a_decoder_that_is_brought_down_is_a_refusal(folder: Path, how: signal.Signals, refusal: str) -> None:
    before, name = set(darkrooms()), upload(wide())
    with ThreadPoolExecutor() as pool:
        going = pool.submit(prepare, name)
        os.kill(caught(before, confined), how)
        assert going.result(WAIT) == Prepared(refusal=refusal)
    assert list(shelf().names()) == []


def test_a_process_that_somebody_else_kills_is_no_fault_of_the_picture(folder: Path) -> None:
    before, name = set(darkrooms()), upload(wide())
    with ThreadPoolExecutor() as pool:
        going = pool.submit(prepare, name)
        os.kill(caught(before, confined), signal.SIGKILL)
        with pytest.raises(Undone):
            going.result(WAIT)
    assert [file.name for file in (folder / "media/darkroom").iterdir()] == ["lock"]
    assert len(files(prepare(name, []))) == 3


def test_it_has_its_limits_and_no_secret_of_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "opens the store")
    monkeypatch.setenv("DATABASE_URL", "postgres://manyplaces:secret@127.0.0.1/manyplaces")
    before, name = set(darkrooms()), upload(wide())
    with ThreadPoolExecutor() as pool:
        going = pool.submit(prepare, name)
        process = caught(before, confined)
        os.kill(process, signal.SIGSTOP)
        limits = {
            line[:26].strip(): line[26:].split()[:2]
            for line in Path(f"/proc/{process}/limits").read_text().splitlines()
        }
        environment = Path(f"/proc/{process}/environ").read_bytes()
        words = Path(f"/proc/{process}/cmdline").read_bytes()
        os.kill(process, signal.SIGCONT)
        assert going.result(WAIT).refusal == ""
    assert {name: limits[name] for name in ("Max address space", "Max core file size", "Max file size")} == {
        "Max address space": ["1200000000", "1200000000"],
        "Max core file size": ["0", "0"],
        "Max file size": ["20000000", "20000000"],
    }
    assert limits["Max cpu time"][1] == "60"
    assert [word for word in (b"opens the store", b"secret", b"DJANGO", b"MANYPLACES") if word in environment] == []
    # Whoever lists processes learns no name of a file that was uploaded.
    assert name.encode() not in words


def test_pictures_are_opened_one_at_a_time_whoever_asks(folder: Path) -> None:
    before, most, ended = set(darkrooms()), 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.is_set():
            most = max(most, sum(mine(process) for process in set(darkrooms()) - before))
            time.sleep(BLINK)

    names = [upload(saved(astronaut().resize((200, 200)), "JPEG")) for _phone in range(4)]
    with ThreadPoolExecutor(5) as pool:
        watching = pool.submit(watch)
        done = list(pool.map(lambda name: prepare(name, []), names))
        ended.set()
        watching.result(WAIT)
    assert ([one.refusal for one in done], most) == ([""] * 4, 1)


KILLED = """
import django; django.setup()
import sys
from manyplaces.core.pictures import prepare
print("begun", flush=True)
print(prepare(sys.argv[1]).key, flush=True)
"""


@pytest.mark.parametrize("moment", ["at once", "open", "open a while", "written", "put"])
def test_a_worker_that_is_killed_leaves_nothing_that_is_shown_and_its_picture_is_done_again(
    folder: Path, moment: str
) -> None:
    name = upload(saved(astronaut(), "JPEG"))
    worker = subprocess.Popen([sys.executable, "-c", KILLED, name], env=site(folder), stdout=subprocess.PIPE, text=True)
    assert worker.stdout and worker.stdout.readline() == "begun\n"
    darkroom, pictures = folder / "media/darkroom", folder / "media/pictures"
    reached: dict[str, Callable[[], object]] = {
        "at once": lambda: True,
        "open": lambda: list(darkroom.glob("*/")),
        "open a while": lambda: [process for process in children(worker.pid) if confined(process)],
        "written": lambda: list(darkroom.glob("*/*-large.jpg")),
        "put": lambda: list(pictures.glob("*")),
    }
    assert reached_within(WAIT, lambda: worker.poll() is not None or reached[moment]())
    started = children(worker.pid)
    worker.kill()
    worker.wait()
    # What it had started ends with it.
    assert reached_within(WAIT, lambda: not any(Path(f"/proc/{process}").exists() for process in started))
    # No row knows anything of it: it is done again from the upload, and the rest is swept away.
    assert received(name) > 0
    done = prepare(name)
    later = datetime.now(UTC) + timedelta(hours=2)
    sweep([done.key], [name], later)
    assert sorted(file for file, _since in shelf().names()) == sorted(one.file for one in sizes(done).values())
    assert [file.name for file in darkroom.iterdir()] == ["lock"]
