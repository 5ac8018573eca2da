"""What the worker does for archives: makes them in the background, and takes them away when their time is over."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, in_words
from manyplaces.exchange.archive.helping import fitting
from manyplaces.exchange.archive.making import make_archive
from manyplaces.exchange.models import ArchiveFile
from manyplaces.exchange.operations import archive_path, forget_archives, give_archive_up, keep_archive
from manyplaces.mail.tasks import Running, every, job

CLOCK = Actor("clock", "clock")


@job("exchange.make_archive")
def make(payload: dict[str, Any], running: Running) -> None:
    """Make an archive that somebody asked for; one that was interrupted is begun again."""
    archive = ArchiveFile.objects.filter(uid=payload["archive"], ready_at=None, refusal="").first()
    if archive is None:
        return
    target = archive_path(archive)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        # What may be refused is read by whoever asked.
        with translation.override(payload["language"]):
            made = make_archive(
                target,
                slug=archive.slug,
                tell=lambda progress: running.tell(*progress.share),
                # One processor stays for those who read the site.
                processes=max(1, fitting() - 1),
                is_patient=True,
            )
    except (NotNow, ValidationError) as refusal:
        give_archive_up(archive, in_words(refusal), by=running.by)
    else:
        keep_archive(archive, made, by=running.by)


# What is taken down is gone from everywhere within five minutes.
@every("exchange.forget_archives", minutes=5)
def forget_old_archives() -> None:
    """Take archives away whose day is over, or that show what pages do not show any more."""
    forget_archives(timezone.now(), by=CLOCK)
