"""The processes in which pictures are opened, as a test looks at them from outside."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

# Seconds. What opens pictures runs with the lowest priority: whoever waits for it must leave it the processor.
WAIT, BLINK = 60, 0.001


def darkrooms() -> list[int]:
    """The processes of ours, or of one that was ours, in which a picture is open."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"manyplaces.core.darkroom" in words:
            found.append(int(process.name))
    return found


def mine(process: int) -> bool:
    """Whether a process was started by this test: other tests may run beside."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False
    return f"\nPPid:\t{os.getpid()}\n" in status


def confined(process: int) -> bool:
    """Whether a process has taken its limits on."""
    try:
        limits = Path(f"/proc/{process}/limits").read_text()
    except OSError:
        return False
    # The last that it takes on.
    return any(line.startswith("Max open files") and line.split()[3:5] == ["64", "64"] for line in limits.splitlines())


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def reached_within(seconds: float, reached: Callable[[], object]) -> bool:
    """Whether something comes true in time. The look is often, and leaves the processor to what is looked for."""
    until = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > until:
            return False
        time.sleep(BLINK)
    return True


def caught(before: set[int], wanted: Callable[[int], bool] = lambda _process: True) -> int:
    """The darkroom that has begun since, once it is as wanted."""
    found: list[int] = []

    def seen() -> list[int]:
        found[:] = [process for process in set(darkrooms()) - before if mine(process) and wanted(process)]
        return found

    assert reached_within(WAIT, seen), "no darkroom was seen"
    return found[0]
