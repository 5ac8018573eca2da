"""What the scripts of faults share: a site of their own, what must hold, and an end with 1 where something does not."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = ROOT / ".venv" / "bin" / "python"
if VENV.exists() and Path(sys.prefix) != VENV.parent.parent:
    os.execv(VENV, [str(VENV), *sys.argv])
sys.path[0:0] = [str(ROOT), str(HERE.parent)]

import guests  # noqa: E402
import loads  # noqa: E402


class Fault:
    """One fault, as it is tried: figures are printed on the way, and what does not hold makes the end a failure."""

    def __init__(self, name: str, doc: str, **numbers: float) -> None:
        """`numbers` may be given on the command line under their names."""
        asked = argparse.ArgumentParser(prog=name, description=doc)
        for word, usual in numbers.items():
            asked.add_argument(f"--{word}", type=type(usual), default=usual, help=f"({usual})")
        self.given = asked.parse_args()
        self.began = time.monotonic()
        self.missed: list[str] = []
        print(doc.strip().splitlines()[0], flush=True)

    def say(self, figures: str) -> None:
        """Print figures."""
        print(f"  {figures}", flush=True)

    def must(self, sentence: str, holds: object) -> None:
        """Print whether something holds that must."""
        if not holds:
            self.missed.append(sentence)
        print(f"  {'ok  ' if holds else 'NOT '} {sentence}", flush=True)

    def cannot(self, why: str) -> None:
        """End loudly where this machine does not allow the trial; that is no success."""
        print(f"  SKIPPED: {why}\n" * 3, end="")
        sys.exit(2)

    def right(self, world: World) -> dict[str, int | str]:
        """Look at what was kept: nothing acknowledged lost, none doubled, counts and letters as the rows say."""
        found = guests.kept(world.env, world.told)
        self.say(f"acknowledged {guests.lines(world.told):,}, rows {found['rows']:,}, letters {found['letters']:,}")
        self.must(f"nothing acknowledged is lost ({found['lost']})", found["lost"] == 0)
        self.must(f"none is doubled ({found['doubled']})", found["doubled"] == 0)
        self.must(f"the counters are those of the rows ({found['miscounted']} off)", found["miscounted"] == 0)
        self.must(f"each address has one letter ({found['asking']:,})", found["letters"] == found["asking"])
        self.must(f"the database is whole ({found['whole']})", found["whole"] == "ok")
        return found

    def end(self) -> None:
        """End with 1 where something did not hold."""
        print(f"  {time.monotonic() - self.began:.0f} s", flush=True)
        sys.exit(1 if self.missed else 0)


@dataclass
class World:
    """A folder with a site that was started once, and an event to which people come."""

    folder: Path
    env: dict[str, str]
    event: str

    @property
    def told(self) -> Path:
        """The file with the keys of all forms that were acknowledged."""
        return self.folder / "told"

    @property
    def port(self) -> int:
        """Where the site is."""
        return int(self.env["PORT"])

    @property
    def data(self) -> Path:
        """The data folder."""
        return Path(self.env["MANYPLACES_DATA"])

    def come(self, name: str = "", **given: Any) -> subprocess.Popen[str]:
        """Let people come; see `guests.begin`."""
        return guests.begin(self.port, self.event, self.told, name=name, **given)

    def party(self) -> Any:
        """Three events of the tests, and how they send forms to this site (see tests/gate/rushing.py)."""
        from tests.browser.conftest import Site
        from tests.gate.rushing import party

        process: Any = None
        site = Site(f"http://127.0.0.1:{self.port}", self.data, process, self.env.get("DATABASE_URL", ""))
        return party(site, self.env)

    def python(self, code: str) -> str:
        """Run a program in the surroundings of the site, and return what it prints."""
        words = [sys.executable, "-c", code]
        done = subprocess.run(words, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.strip()


@contextmanager
def world(folder: Path | None = None, *, seeded: bool = True, **settings: str) -> Iterator[World]:
    """A site that is not running, its tables made; its data lies in `folder` or in one that goes at the end."""
    with tempfile.TemporaryDirectory(prefix="manyplaces-fault-") as own:
        env = loads.environment(folder or Path(own) / "data", loads.free_port())
        env |= {"MANYPLACES_PROXIES": "1", **settings}
        loads.Site(env, "/robots.txt").end()
        try:
            yield World(Path(own), env, guests.seed(env) if seeded else "")
        finally:
            guests.end_all()


def needed(fault: Fault, *programs: str, root: bool = False) -> None:
    """Skip loudly where the machine lacks a program or the rights."""
    if root and os.geteuid():
        fault.cannot("this needs root, for it mounts a disk of its own")
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    missing = [program for program in programs if shutil.which(program, path=path) is None]
    if missing:
        fault.cannot(f"{', '.join(missing)} is not installed")


def fill(place: Path) -> int:
    """Write until the disk is full to its last block; returns how many bytes went in."""
    written = 0
    with (place / "filler").open("wb", buffering=0) as out:
        size = 1_000_000
        while size:
            try:
                written += out.write(bytes(size))
                os.fsync(out.fileno())
            except OSError:
                size //= 2
    return written


@contextmanager
def disk(fault: Fault, megabytes: int) -> Iterator[tuple[Path, Path]]:
    """A small ext4 disk in a file, mounted; yields where, and the file."""
    needed(fault, "mkfs.ext4", "mount", root=True)
    with tempfile.TemporaryDirectory(prefix="manyplaces-disk-") as own:
        image, place = Path(own) / "image", Path(own) / "disk"
        place.mkdir()
        with image.open("wb") as out:
            out.truncate(megabytes * 1_000_000)
        mount(image, place, make=True)
        try:
            yield place, image
        finally:
            subprocess.run(["umount", "-l", str(place)], check=False)


def mount(image: Path, place: Path, *, make: bool = False) -> None:
    """Mount a file as a disk."""
    if make:
        subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-m", "0", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)


def meanwhile(work: Callable[[], object]) -> threading.Thread:
    """Do something in a thread of its own."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
