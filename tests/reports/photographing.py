"""Photos of Hana's walk-in: sent in parts, prepared by the worker, looked at by Ruth."""

from __future__ import annotations

from functools import cache
from typing import Any

from PIL import Image

from manyplaces.core.actor import Actor, Grant
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.mail.models import Job
from manyplaces.mail.tasks import JOBS, discover
from manyplaces.reports.models import Photo
from manyplaces.reports.operations import begin_photo, decide_photo, describe_photo, finish_photo, take_part
from tests.core.uploads import corners, sample, saved

RUTH = Actor("Ruth", "page", person=2, grants=(Grant("reviewer", state="WI"),))
OTTO = Actor("Otto", "page", person=9)
WORDS = {"alt": "Parents and teachers walk into the school together", "credit": "Hana", "consent": "crowd"}


@cache
def photo_file() -> bytes:
    """A small photo without a face."""
    return saved(corners(), "JPEG")


@cache
def with_a_face() -> bytes:
    """A portrait."""
    return saved(Image.open(sample("astronaut.png")).convert("RGB"), "JPEG", quality=95)


def hana(event: Event) -> Actor:
    """The host of an event, by her private link."""
    return Actor("a host", "link", holds=event.key)


def sent(event: Event, content: bytes | None = None, part: int = 1 << 20, **facts: Any) -> Photo:
    """A photo that has come whole and waits for the worker, or was refused."""
    by, content = hana(event), photo_file() if content is None else content
    photo = begin_photo(Photo(uid=new_token(), event=event, **facts), size=len(content), stated=True, by=by)
    for place in range(0, len(content), part):
        take_part(photo, place, content[place : place + part], by=by)
    return finish_photo(Photo.objects.get(pk=photo.pk), by=by)


def work() -> int:
    """Do what waits in the background for reports, as the worker does; returns how much that was."""
    discover()
    done = 0
    while job := Job.objects.filter(name__startswith="reports.").order_by("pk").first():
        running = Running(job)
        JOBS[job.name](job.payload, running)
        Job.objects.filter(pk=job.pk).delete()
        done += 1
    return done


class Running:
    """A job as its own function sees it."""

    def __init__(self, job: Job) -> None:
        self.by, self.about = Actor("clock", "clock"), job.about

    def tell(self, done: int, total: int) -> None:
        """Nobody looks."""


def prepared(event: Event, content: bytes | None = None, **words: str) -> Photo:
    """A photo that waits for a look, described."""
    photo = sent(event, content)
    work()
    photo.refresh_from_db()
    for name, text in {**WORDS, **words}.items():
        setattr(photo, name, text)
    return describe_photo(photo, by=hana(event))


def shown(event: Event, content: bytes | None = None, **words: str) -> Photo:
    """A photo that everybody may see."""
    return decide_photo(prepared(event, content, **words), shown=True, by=RUTH)
