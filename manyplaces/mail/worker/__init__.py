"""The worker: one process that pays letters, does jobs, starts what the clock asks for, and shows that it lives.

Letters have a thread of their own, so that a code for signing in does not wait behind a long job. The main thread asks
once a second whether anything is due, writes the heartbeat, and listens for the end.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from manyplaces.mail import ledger, tasks
from manyplaces.mail.worker import paying
from manyplaces.mail.worker.doing import LEASE, Doer
from manyplaces.mail.worker.paying import Pace, Payer
from manyplaces.mail.worker.texting import Texter

ASKS_EVERY = 1.0
BEATS_EVERY = 5.0
ENDS_WITHIN = 4.0
# A letter or a job that has not moved for so long hangs; then no heartbeat is written, and the site says so. A letter
# has longer than any server may take over it (see smtp.py).
LETTER_HANGS_AFTER = 480.0
JOB_HANGS_AFTER = 900.0
# Nor is one written when a thread has failed so often in succession, for what it should do is not done.
FAILS_AT_MOST = 3
logger = logging.getLogger("manyplaces.mail")


class Worker:
    """The threads of the worker and what wakes and ends them."""

    def __init__(self) -> None:
        """Without a mail server letters are left alone: they wait until one is set."""
        self.ending = threading.Event()
        pace = Pace(settings.MAIL_PER_MINUTE)
        self.payer = Payer(settings.SMTP, pace, self.ending.is_set) if settings.SMTP else None
        pace = Pace(settings.TEXTS_PER_MINUTE)
        self.texter = Texter(settings.TEXTS, pace, self.ending.is_set) if settings.TEXTS else None
        self.doer = Doer(self.ending.is_set)
        self.wakers = {name: threading.Event() for name in ("letters", "texts", "jobs")}
        self.failed = dict.fromkeys(self.wakers, 0)
        self.threads: list[threading.Thread] = []

    def run(self, lifeline: int) -> None:
        """Work until SIGTERM, or until the end of the pipe `lifeline` is closed because our starter is gone."""
        listening, told = os.pipe()
        os.set_blocking(told, False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        steps = {"jobs": self._do} | ({"letters": self.payer.pay} if self.payer else {})
        steps |= {"texts": self.texter.pay} if self.texter else {}
        for name, step in steps.items():
            thread = threading.Thread(target=self._keep_at, args=(name, step), name=name, daemon=True)
            self.threads.append(thread)
            thread.start()
        beaten = 0.0
        while not select.select([lifeline, listening], [], [], ASKS_EVERY)[0]:
            beaten = self._watch(beaten)
        self._end()

    def _watch(self, beaten: float) -> float:
        """Wake the threads for whom there is something to do, and beat; returns when the last beat was."""
        now = time.monotonic()
        try:
            if now - beaten >= BEATS_EVERY and not self._hangs(now):
                ledger.beat(timezone.now(), next((payer.trouble for payer in self.payers if payer.trouble), ""))
                self._keep()
                beaten = now
            letters, jobs = ledger.is_anything_due(timezone.now())
        except DatabaseError as fault:
            logger.error("The worker cannot reach the database (%s).", type(fault).__name__)
            connections.close_all()
            time.sleep(ASKS_EVERY)
            return beaten
        if letters:
            self.wakers["letters"].set()
            self.wakers["texts"].set()
        if jobs or self.doer.is_time():
            self.wakers["jobs"].set()
        return beaten

    def _keep(self) -> None:
        """Keep in hand what takes longer than its lease."""
        running = self.doer.running
        if running is not None:
            ledger.keep_job(running.job, timezone.now() + LEASE)
        for letter in [payer.in_hand for payer in self.payers]:
            if letter is not None:
                ledger.keep_letter(letter, timezone.now() + paying.LEASE)

    def _hangs(self, now: float) -> bool:
        if any(times >= FAILS_AT_MOST for times in self.failed.values()):
            return True
        running = self.doer.running
        if running is not None and now - running.told > JOB_HANGS_AFTER:
            return True
        return any(now - payer.since > LETTER_HANGS_AFTER for payer in self.payers)

    @property
    def payers(self) -> list[Payer]:
        """Who pays: letters, texts, both or neither."""
        return [payer for payer in (self.payer, self.texter) if payer is not None]

    def _keep_at(self, name: str, step: Callable[[], int]) -> None:
        """Do a step again and again while there is something to do, and sleep until woken otherwise."""
        while not self.ending.is_set():
            try:
                busy = step()
                self.failed[name] = 0
            except Exception:
                self.failed[name] += 1
                logger.exception("The worker failed at its %s.", name)
                connections.close_all()
                busy = 0
                self.ending.wait(2 * ASKS_EVERY)
            if not busy:
                self.wakers[name].wait()
                self.wakers[name].clear()
        connections.close_all()

    def _do(self) -> int:
        self.doer.tick()
        return self.doer.do()

    def _end(self) -> None:
        self.ending.set()
        for waker in self.wakers.values():
            waker.set()
        until = time.monotonic() + ENDS_WITHIN
        for thread in self.threads:
            thread.join(max(0.0, until - time.monotonic()))


def run(lifeline: int) -> None:
    """Be the worker of this site until told to end."""
    tasks.discover()
    Worker().run(lifeline)
