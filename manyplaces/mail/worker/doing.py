"""Doing jobs, one at a time, and starting what the clock asks for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from manyplaces.core.actor import Actor
from manyplaces.core.lockdown import is_locked
from manyplaces.mail import ledger, tasks
from manyplaces.mail.models import Job
from manyplaces.mail.rules import MOST_BEGINNINGS, pause_after, slot_of, slots_ahead
from manyplaces.mail.worker.paying import by_chance

LEASE = timedelta(minutes=1)
TOLD_EVERY = 0.5
logger = logging.getLogger("manyplaces.mail")


class Interrupted(BaseException):
    """The worker ends, or the job was taken away; no error, so that no job takes it for one of its own."""


@dataclass
class Running:
    """A job under way, as its function sees it."""

    job: Job
    is_ending: Callable[[], bool]
    told: float = field(default_factory=time.monotonic)
    written: float = 0.0

    @property
    def by(self) -> Actor:
        """Who acts: the clock, in the name of whoever started the job."""
        return Actor(self.job.actor, "clock", errand=self.job.errand, person=self.job.person)

    @property
    def about(self) -> str:
        """What the job is about."""
        return self.job.about

    def tell(self, done: int, total: int) -> None:
        """Write down how far it has come, at most twice a second.

        Raises Interrupted when the worker ends, or the site was closed to every change.
        """
        self.told = time.monotonic()
        if self.is_ending() or is_locked():
            raise Interrupted
        if self.told - self.written >= TOLD_EVERY or done >= total:
            self.written = self.told
            if not ledger.tell_job(self.job, done, total, timezone.now() + LEASE):
                raise Interrupted


@dataclass
class Doer:
    """Does what is due of jobs and chores."""

    is_ending: Callable[[], bool] = lambda: False
    chance: Callable[[], float] = by_chance
    running: Running | None = None
    slots: dict[str, int] = field(default_factory=dict)

    def do(self) -> int:
        """Do one job; returns how many were due."""
        now = timezone.now()
        jobs = ledger.take(ledger.due_jobs(now), 1, now, LEASE)
        for job in jobs:
            self._do_one(job)
        return len(jobs)

    def _do_one(self, job: Job) -> None:
        ledger.begin_job(job)
        work = tasks.JOBS.get(job.name)
        self.running = Running(job, self.is_ending)
        try:
            if work is None:
                raise LookupError
            work(dict(job.payload), self.running)
        except Interrupted:
            ledger.retry_job(job, "", timezone.now(), uncounted=True)
        except Exception as fault:
            logger.exception("The job %s could not be done.", job.name)
            self._again(job, type(fault).__name__)
        else:
            ledger.end_job(job, Job.State.DONE, "", timezone.now())
        finally:
            self.running = None

    def _again(self, job: Job, error: str) -> None:
        now = timezone.now()
        if job.tries >= MOST_BEGINNINGS:
            ledger.end_job(job, Job.State.FAILED, error[:80], now)
        else:
            ledger.retry_job(job, error[:80], now + pause_after(job.tries, self.chance()))

    def is_time(self) -> bool:
        """Tell whether a chore's slot has begun of which we know nothing yet; no query."""
        now = timezone.now()
        return any(self.slots.get(chore.name) != slot_of(now, chore.minutes) for chore in list(tasks.CHORES.values()))

    def tick(self) -> list[str]:
        """Start every chore whose slot has begun, unless another worker did; returns the names of those started."""
        started = []
        for chore in list(tasks.CHORES.values()):
            slot = slot_of(timezone.now(), chore.minutes)
            if self.slots.get(chore.name) == slot or self.is_ending():
                continue
            # While the site is closed the clock stands still, but for what keeps the journal safe.
            if chore.name not in tasks.WHILE_LOCKED and is_locked():
                continue
            if ledger.claim_slot(chore.name, slot, slots_ahead(chore.minutes)):
                started.append(chore.name)
                ledger.end_slot(chore.name, slot, self._run(chore), timezone.now())
            self.slots[chore.name] = slot
        return started

    def _run(self, chore: tasks.Chore) -> str:
        try:
            chore.run()
        except Exception as fault:
            logger.exception("The chore %s could not be done.", chore.name)
            return type(fault).__name__
        return ""
