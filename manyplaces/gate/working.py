"""The thread that calls Django, and one more for files, each with a queue in front of it."""

from __future__ import annotations

import asyncio
import logging
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from manyplaces.core.locks import SiteLock
from manyplaces.core.together import OUT_OF_ORDER, Round, Unwritten

MOST_WAITING = 512
# Forms of a rush take a fraction of a millisecond each, so many more of them may wait.
MOST_QUICK = 4_096
# So many forms that wait are written together; more of them, up to the second number, as long as all have taken less
# time than this (in seconds): those who only read must not wait for long behind them.
TOGETHER, MOST_TOGETHER, TOGETHER_WITHIN = 32, 256, 0.04
# After so many a rush is on: others are given a moment (seconds) to join, and a round costs each of them less.
CROWD, LINGER = 4, 0.01
SWITCH_INTERVAL = 0.0005
MOST_APART = 64

T = TypeVar("T")
LookAhead = Callable[[list[str]], Mapping[tuple[object, ...], Any]]
logger = logging.getLogger("manyplaces.gate")
_taking = SiteLock()


class Full(Exception):
    """More requests wait for a page than can be rendered in a bearable time."""


class Gone(Exception):
    """Whoever asked has hung up before it was his turn."""


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Any]
    future: asyncio.Future[Any]
    writes: bool = False
    # The path of a form that is looked ahead for.
    path: str = ""


class Behind:
    """One thread that works through a bounded queue; database connections belong to this thread."""

    def __init__(self, most_waiting: int = MOST_WAITING, look_ahead: LookAhead | None = None) -> None:
        """`most_waiting` counts pieces of work that have not been finished.

        `look_ahead` looks up, for the paths of all quick forms of a round, what each would ask for; see together.once.
        """
        self.most_waiting = most_waiting
        self.look_ahead = look_ahead
        self.waiting = 0
        # How many were written together the last time.
        self._last = 0
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        # What was found in the queue while looking for something else.
        self._next: deque[_Job | None] = deque()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work."""
        # The thread that renders must often let go of the interpreter, or stored pages would wait 5 ms each time.
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._thread = threading.Thread(target=self._run, name="behind", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread once it has done what was asked; not waited for longer than a second."""
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join(1.0)

    async def ask(self, work: Callable[[], T], *, writes: bool = False, quick: str = "") -> T:
        """Return what `work` returns, done in the thread; raises Full instead of letting the queue grow.

        With `writes` it may be done together with others of its kind, see manyplaces.core.together; what could not be
        kept raises Unwritten. `quick` is the path of a form that is done in no time.
        """
        if self.waiting >= (MOST_QUICK if quick else self.most_waiting):
            raise Full
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.waiting += 1
        self._queue.put(_Job(work, future, writes, quick))
        try:
            return await future
        finally:
            self.waiting -= 1

    def _run(self) -> None:
        while (job := self._next.popleft() if self._next else self._queue.get()) is not None:
            try:
                if job.writes:
                    if self._last >= CROWD:
                        time.sleep(LINGER)
                    jobs = self._and_more(job)
                    self._last = len(jobs)
                    self._write(jobs)
                elif not job.future.cancelled():
                    _tell(job, *_outcome(job.work))
            except RuntimeError:
                return  # The loop has ended: nobody waits any more.

    def _and_more(self, first: _Job) -> list[_Job]:
        """Return the job and others that write and wait now; what else waits keeps its order and comes next."""
        found = [first]
        others = self._found_and_more()
        self._next.clear()
        for job in others:
            if job is not None and job.writes and len(found) < MOST_TOGETHER:
                found.append(job)
            else:
                self._next.append(job)
        return found

    def _found_and_more(self) -> list[_Job | None]:
        """Return everything that waits, in its order; all of it then stands in `_next`."""
        with suppress(queue.Empty):
            while True:
                self._next.append(self._queue.get_nowait())
        return list(self._next)

    def _write(self, jobs: list[_Job]) -> None:
        """Do jobs that write, and tell each how it went once everything is kept."""
        began = time.perf_counter()
        together = Round(self._looked_ahead([job.path for job in jobs if job.path]))
        done: list[tuple[Any, Exception | None]] = []
        for number, job in enumerate(jobs):
            if number >= TOGETHER and time.perf_counter() - began > TOGETHER_WITHIN:
                self._next.extendleft(reversed(jobs[number:]))
                break
            done.append(_outcome(lambda job=job: together.answer(job.work)))  # type: ignore[misc]
        is_out_of_order = False
        for job, (result, error), problem in zip(jobs, done, together.write(), strict=False):
            if problem is None:
                _tell(job, result, error)
                continue
            if not is_out_of_order:
                logger.error("A form could not be kept.", exc_info=problem)
            is_out_of_order = isinstance(problem, OUT_OF_ORDER)
            _tell(job, None, Unwritten())
        if is_out_of_order:
            self._give_up()

    def _looked_ahead(self, paths: list[str]) -> Mapping[tuple[object, ...], Any]:
        try:
            return self.look_ahead(paths) if paths and self.look_ahead else {}
        except Exception:
            # Each looks for itself then, and is told what is wrong.
            logger.exception("What a round of forms asks for could not be looked up.")
            return {}

    def _give_up(self) -> None:
        """Tell those who write and have waited while the database was out of order, instead of letting each wait on."""
        waiting = [job for job in self._found_and_more() if job is not None and job.writes]
        for job in waiting:
            self._next.remove(job)
            _tell(job, None, Unwritten())


class Apart(Behind):
    """One more thread, for photos and lists, which take long to read: who only wants a page does not wait behind them.

    On the whole site they come one after the other, so that there is a processor left for pages.
    """

    def __init__(self) -> None:
        """Few wait: each holds its body in memory."""
        super().__init__(most_waiting=MOST_APART)

    async def ask(self, work: Callable[[], T], *, writes: bool = True, quick: str = "") -> T:
        """Return what `work` returns, as Behind does; it may always write."""
        return await super().ask(lambda: _alone(work), writes=writes, quick=quick)


def _alone(work: Callable[[], T]) -> T:
    with _taking:
        return work()


def _outcome(work: Callable[[], T]) -> tuple[T | None, Exception | None]:
    try:
        return work(), None
    except Exception as problem:
        return None, problem


def _tell(job: _Job, result: Any, error: Exception | None) -> None:
    job.future.get_loop().call_soon_threadsafe(_settle, job.future, result, error)


def _settle(future: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if future.cancelled():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
