"""Starting something in the background, and saying what can be started: jobs by an operation, chores by the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from manyplaces.core.actor import Actor
from manyplaces.mail.ledger import add_job
from manyplaces.mail.models import Job


class Running(Protocol):
    """A job as its own function sees it."""

    @property
    def by(self) -> Actor:
        """Who acts in it: the clock, in the name of whoever started it, on his errand."""
        ...

    @property
    def about(self) -> str:
        """What `start` was told."""
        ...

    def tell(self, done: int, total: int) -> None:
        """Say how far it has come; between two pieces of work, for here it is interrupted when the worker ends."""
        ...


Work = Callable[[dict[str, Any], Running], None]


@dataclass(frozen=True)
class Chore:
    """What the clock starts, and every how many minutes."""

    name: str
    minutes: int
    run: Callable[[], object]


# Chores that are done even while the site is closed to every change.
WHILE_LOCKED = frozenset({"journal.chain_entries", "mail.stop_late_letters"})

JOBS: dict[str, Work] = {}
CHORES: dict[str, Chore] = {}


def job(name: str) -> Callable[[Work], Work]:
    """Register a function of a room's tasks.py as the job of this name ("events.tell_hosts").

    It is called with the payload and the job, outside of any transaction, and may be called again when it did not come
    to its end: what it has done already must then be left alone.
    """

    def register(work: Work) -> Work:
        JOBS[name] = work
        return work

    return register


def every(name: str, *, minutes: int) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function of a room's chores.py, which the clock calls once in every slot of so many minutes."""

    def register(chore: Callable[[], object]) -> Callable[[], object]:
        CHORES[name] = Chore(name, minutes, chore)
        return chore

    return register


def discover() -> None:
    """Load the jobs and chores of all rooms."""
    autodiscover_modules("tasks", "chores")


def start(name: str, payload: Mapping[str, Any], *, by: Actor, about: str = "") -> Job:
    """Have a job done soon, if the caller's transaction succeeds; the payload is plain JSON and holds no contact."""
    now = timezone.now()
    return add_job(
        Job(
            name=name,
            payload=dict(payload),
            about=about,
            actor=by.name,
            person=by.person,
            errand=by.errand,
            next_try_at=now,
            made_at=now,
        )
    )
