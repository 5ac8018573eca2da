"""The processes of one site: started by forking, started again when they die, ended together."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ENDS_WITHIN = 5.0
SHORT_LIFE = 5.0
LONGEST_WAIT = 30.0
MOST_SHORT_LIVES = 6


@dataclass(frozen=True)
class Kind:
    """What some of the processes are called and do; `vital` ones that cannot live at all take the others with them.

    `work` is called in the process with the end of a pipe that closes when we are gone.
    """

    name: str
    work: Callable[[int], None]
    vital: bool = True


@dataclass
class Place:
    """One of the processes that must be there: its id (0 when it is not), and how its life went so far."""

    kind: Kind
    process: int = 0
    since: float = 0.0
    short_lives: int = 0
    again_at: float = 0.0


class Group:
    """Keeps one process of each given kind alive."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        """A kind that is given twice is kept twice. Nothing is started before `run`."""
        self.places = [Place(kind) for kind in kinds]
        self.lifeline, self._held = os.pipe()
        self._signals, self._signalled = os.pipe()
        os.set_blocking(self._signalled, False)
        self._ending = 0.0

    def run(self, started: Callable[[], None]) -> int:
        """Start all, call `started`, and return the exit code when all have ended on SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
            # The handlers do nothing: the number of each signal arrives in the pipe, where we wait for it.
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._signalled, warn_on_full_buffer=False)
        for place in self.places:
            self._start(place)
        started()
        while not self._ending:
            self._wait()
            self._collect()
            if any(place.short_lives >= MOST_SHORT_LIVES and place.kind.vital for place in self.places):
                print("Manyplaces stops: its web processes end at once; the log says why.", file=sys.stderr)
                self._tell(signal.SIGKILL)
                return 1
            self._fill()
        while any(place.process for place in self.places):
            if time.monotonic() - self._ending > ENDS_WITHIN - 0.5:
                self._tell(signal.SIGKILL)
            self._wait()
            self._collect()
        return 0

    def _fill(self) -> None:
        for place in self.places:
            if not place.process and not self._ending and time.monotonic() >= place.again_at:
                self._start(place)

    def _wait(self) -> None:
        if not select.select([self._signals], [], [], 0.25)[0]:
            return
        for number in os.read(self._signals, 64):
            if number in (signal.SIGINT, signal.SIGTERM):
                self._tell(signal.SIGKILL if self._ending else signal.SIGTERM)
                self._ending = self._ending or time.monotonic()

    def _tell(self, number: int) -> None:
        for place in self.places:
            if place.process:
                os.kill(place.process, number)

    def _collect(self) -> None:
        while any(place.process for place in self.places):
            process, _ = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            for place in self.places:
                if place.process == process:
                    self._ended(place)

    def _ended(self, place: Place) -> None:
        place.process = 0
        if self._ending:
            return
        lived = time.monotonic() - place.since
        place.short_lives = place.short_lives + 1 if lived < SHORT_LIFE else 0
        wait = min(LONGEST_WAIT, 0.5 * 2 ** min(place.short_lives - 1, 10)) if place.short_lives else 0.0
        place.again_at = time.monotonic() + wait
        print(
            f"{place.kind.name} ended by itself; another one is started{f' in {wait:g} s' if wait else ''}.",
            file=sys.stderr,
        )

    def _start(self, place: Place) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process:
            place.process, place.since = process, time.monotonic()
            return
        code = 1
        try:
            self._become_child()
            place.kind.work(self.lifeline)
            code = 0
        except Exception:
            sys.excepthook(*sys.exc_info())
        finally:
            # Nothing of the parent's may run in here on the way out.
            sys.stderr.flush()
            os._exit(code)

    def _become_child(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for end in (self._held, self._signals, self._signalled):
            os.close(end)
