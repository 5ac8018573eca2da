"""What the worker does for archives and backups: makes them, and takes them away, and press kits, in their time."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, in_words
from manyplaces.exchange.archive.helping import fitting
from manyplaces.exchange.archive.making import make_archive
from manyplaces.exchange.backup.shape import BEFORE_UPDATE, ENDING, NIGHTLY, nightly_backups
from manyplaces.exchange.kits.keeping import forget_kits
from manyplaces.exchange.models import ArchiveFile
from manyplaces.exchange.operations import archive_path, forget_archives, give_archive_up, keep_archive
from manyplaces.mail.tasks import Running, every, job, start

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


@every("exchange.forget_kits", minutes=5)
def forget_old_kits() -> None:
    """Take press kits away that show an earlier state of the record."""
    forget_kits()


@every("exchange.back_up", minutes=1440)
def back_up() -> None:
    """Have a backup made every night, where the operator has said where to."""
    if settings.ENVIRONMENT.backups is not None:
        start("exchange.back_up", {"day": timezone.localdate().isoformat()}, by=CLOCK)


class NoBackupMade(Exception):
    """The backup of this night could not be made; the command has said why in the log of the service."""


@job("exchange.back_up")
def make_backup(payload: dict[str, Any], running: Running) -> None:
    """Make a backup, and let the oldest go once it is whole.

    A process of its own makes it: it holds the database in one state all the while, which the worker must not.
    """
    folder = settings.ENVIRONMENT.backups
    if folder is None:
        return
    words = [sys.executable, "-P", "-m", "manyplaces", "backup", str(folder / f"{NIGHTLY}{payload['day']}{ENDING}")]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL)  # noqa: S603
    try:
        while process.poll() is None:
            running.tell(0, 1)
            time.sleep(1)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=10)
    if process.returncode:
        raise NoBackupMade
    for old in nightly_backups(folder)[: -settings.ENVIRONMENT.backups_kept]:
        old.unlink(missing_ok=True)


@every("exchange.forget_before_update", minutes=1440)
def forget_before_update() -> None:
    """Let the backup from before an update go once it is older than what attendees left may become."""
    kept = settings.ENVIRONMENT.data / BEFORE_UPDATE
    if kept.exists() and time.time() - kept.stat().st_mtime > settings.FORGET_DAYS * 86_400:
        kept.unlink()
