"""A list of schools whose import is killed is simply brought in again; nothing that was reported is lost."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from tests.exchange import test_interrupted as interrupted
from tests.places.lists import HEADER

ROWS = 9_000

places = interrupted.places


def counted(settings: dict[str, str], file: Path) -> dict[str, int]:
    """How many rows of a list were added, changed, unchanged, closed and refused."""
    told = interrupted.manyplaces(settings, "import", "schools", str(file))
    return {word: int(many.replace(",", "")) for word, many in re.findall(r"^  (\w+) +([\d,]+)$", told, re.MULTILINE)}


def test_kill_9_loses_no_school_that_was_reported_and_the_same_command_ends_it(
    places: list[dict[str, str]], tmp_path: Path
) -> None:
    killed = places[0]
    file = tmp_path / "schools.csv"
    rows = (f"55{n:010},School {n},District,Milwaukee,WI,K,5,elementary,43.0,-88.0\n" for n in range(ROWS))
    file.write_text(HEADER + "\n" + "".join(rows), "utf-8")
    interrupted.manyplaces(killed, "export", "actions")
    report = Path(killed["MANYPLACES_DATA"]) / "reports/schools.csv"

    with subprocess.Popen(
        [sys.executable, "-m", "manyplaces", "import", "schools", str(file)],
        cwd=interrupted.ROOT,
        env=killed,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        until = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < until:
            if report.exists() and b"created" in report.read_bytes():
                break
            time.sleep(0.005)
        process.kill()
    reported = report.read_bytes().count(b",created,")

    rest = counted(killed, file)
    assert (rest["added"] + rest["unchanged"], rest["changed"], rest["closed"], rest["refused"]) == (ROWS, 0, 0, 0)
    assert 0 < reported <= rest["unchanged"] < ROWS
    assert counted(killed, file) == {"added": 0, "changed": 0, "unchanged": ROWS, "closed": 0, "refused": 0}
