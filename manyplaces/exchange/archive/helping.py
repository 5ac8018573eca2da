"""The processes that make the pages of an archive, and how they are given work; what each does is in `rendering`."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol, cast

from manyplaces.exchange.archive.rendering import Broken, Renderer

Order = Mapping[str, Any]
Next = Callable[[], Order | None]
# Nobody waits longer than this (in seconds) for a look at whether he should stop.
LOOKS_EVERY = 0.5
ENDS_WITHIN = 3.0
# Whoever reads the site meanwhile does not wait for an archive.
PATIENT = 10


class Crew(Protocol):
    """Whoever follows orders, one process or several."""

    many: int

    def all_do(self, order: Order) -> list[Any]:
        """Have each of them follow the same order; returns what each answered."""

    def work(self, following: Next) -> Iterator[tuple[Order, Any] | None]:
        """Hand out what `following` gives until it gives nothing more and all is done.

        Yields each order with its answer, and now and then None, so that nobody waits for long. Raises Broken for a
        page that cannot be shown, OSError for what the disk refuses.
        """

    def end(self) -> None:
        """Be done with them."""


class Alone:
    """No other process: what is asked is done at once, here, on this process's own connection to the database."""

    many = 1

    def __init__(self, folder: Path) -> None:
        self.renderer = Renderer(folder, 0)

    def all_do(self, order: Order) -> list[Any]:
        """Follow an order."""
        return [self.renderer.do(order)]

    def work(self, following: Next) -> Iterator[tuple[Order, Any] | None]:
        """Follow orders."""
        while (order := following()) is not None:
            yield order, self.renderer.do(order)

    def end(self) -> None:
        """Let the record go."""
        self.renderer.end()


class Helper:
    """One process, which does one thing at a time."""

    def __init__(self, folder: Path, number: int, niceness: int) -> None:
        given = [str(folder), str(number), str(niceness)]
        command = [sys.executable, "-P", "-m", "manyplaces.exchange.archive.process", *given]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self.asking, self.answering = cast("IO[bytes]", self.process.stdin), cast("IO[bytes]", self.process.stdout)
        self.order: Order | None = None

    def give(self, order: Order) -> None:
        """Hand an order over; raises ChildProcessError where nobody is there any more."""
        self.order = order
        try:
            self.asking.write(json.dumps(order).encode() + b"\n")
            self.asking.flush()
        except BrokenPipeError as gone:
            raise ChildProcessError from gone

    def answer(self) -> Any:
        """Return what became of the order, which is waited for."""
        line = self.answering.readline()
        if not line.endswith(b"\n"):
            raise ChildProcessError
        self.order = None
        told = json.loads(line)
        if "broken" in told:
            raise Broken(told["broken"])
        if "errno" in told:
            raise OSError(told["errno"], told["strerror"])
        return told["reply"]


class Several:
    """So many processes at once."""

    def __init__(self, folder: Path, many: int, niceness: int) -> None:
        self.many = many
        self.helpers = [Helper(folder, number, niceness) for number in range(many)]
        self.waiting = selectors.DefaultSelector()
        for helper in self.helpers:
            self.waiting.register(helper.answering, selectors.EVENT_READ, helper)

    def all_do(self, order: Order) -> list[Any]:
        """Have each follow an order."""
        for helper in self.helpers:
            helper.give(order)
        return [helper.answer() for helper in self.helpers]

    def work(self, following: Next) -> Iterator[tuple[Order, Any] | None]:
        """Keep all of them at work."""
        while True:
            for helper in self.helpers:
                if helper.order is None and (order := following()) is not None:
                    helper.give(order)
            if not any(helper.order for helper in self.helpers):
                return
            ready = self.waiting.select(LOOKS_EVERY)
            if not ready:
                yield None
            for key, _events in ready:
                order = key.data.order
                yield order, key.data.answer()

    def end(self) -> None:
        """Have them end with their input; who does not is made to."""
        self.waiting.close()
        for helper in self.helpers:
            with suppress(OSError):
                helper.process.terminate()
        until = time.monotonic() + ENDS_WITHIN
        for helper in self.helpers:
            try:
                helper.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                helper.process.kill()
                helper.process.wait()
            for pipe in (helper.asking, helper.answering):
                with suppress(OSError):
                    pipe.close()


def crew(folder: Path, many: int, *, is_patient: bool) -> Crew:
    """Return so many processes, which let others go first if they are patient; 0 does everything in this one."""
    return Several(folder, many, PATIENT if is_patient else 0) if many else Alone(folder)


def fitting() -> int:
    """Return how many processes this machine has room for."""
    return max(1, min(8, os.cpu_count() or 1))
