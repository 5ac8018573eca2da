"""Archives that are made in the background: asked for, ready to be fetched for a day, and gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.exchange.archive.making import Made, sweep
from manyplaces.exchange.models import ArchiveFile
from manyplaces.exchange.queries import is_anything_taken_away
from manyplaces.journal.operations import keep, record
from manyplaces.mail.tasks import start
from manyplaces.people.rules import Role, require

LIVES = timedelta(days=1)


def archive_path(archive: ArchiveFile) -> Path:
    """Return where the file of an archive lies, or will."""
    return _folder() / f"{archive.uid}.zip"


def _folder() -> Path:
    data: Path = settings.ENVIRONMENT.data
    return data / "archives"


@transaction.atomic
def ask_for_archive(archive: ArchiveFile, *, by: Actor) -> ArchiveFile:
    """Have an archive made in the background, of everything or of one action; for national coordinators.

    Raises ValidationError for an unknown action, NotNow while another is being made.
    """
    require(by, Role.NATIONAL)
    if archive.slug and not Action.objects.filter(slug=archive.slug).exists():
        raise ValidationError({"action": _("There is no action “%s”. Check the spelling.") % archive.slug})
    if ArchiveFile.objects.select_for_update().filter(ready_at=None, refusal="").exists():
        raise NotNow(_("An archive is being made right now. Ask again when it is ready."))
    archive.person_name, archive.asked_at = by.name, timezone.now()
    kept = keep(archive, None, fields=(), by=by, unseen=True).row
    told = {"archive": kept.uid, "language": get_language() or "en"}
    start("exchange.make_archive", told, by=by, about=kept.uid)
    return kept


@transaction.atomic
def keep_archive(archive: ArchiveFile, made: Made, *, by: Actor) -> None:
    """Let an archive that was made be fetched for a day. The clock does it."""
    row = ArchiveFile.objects.select_for_update().get(pk=archive.pk)
    row.ready_at = timezone.now()
    row.ends_at = row.ready_at + LIVES
    row.files, row.size, row.generation, row.entry = made.files, made.size, made.number, made.entry
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    record(by, "archivefile.carried-out", row, before={}, unseen=True)


@transaction.atomic
def give_archive_up(archive: ArchiveFile, sentence: str, *, by: Actor) -> None:
    """Say of an archive why it could not be made. The clock does it."""
    row = ArchiveFile.objects.select_for_update().get(pk=archive.pk)
    row.refusal, row.ends_at = sentence[:300], timezone.now() + LIVES
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    record(by, "archivefile.stopped", row, before={}, unseen=True)


@transaction.atomic
def forget_archives(now: datetime, *, by: Actor) -> int:
    """Delete archives whose day is over, and those of which something was taken off the pages since; returns how many.

    What stopped on the way has left its row and pieces of a file: both go after a day.
    """
    forgotten = 0
    for row in ArchiveFile.objects.select_for_update().order_by("pk"):
        ends = row.ends_at or row.asked_at + LIVES
        if now < ends and not (row.ready_at and is_anything_taken_away(row.entry)):
            continue
        archive_path(row).unlink(missing_ok=True)
        record(by, "archivefile.removed", row, before={"slug": row.slug}, unseen=True)
        row.delete()
        forgotten += 1
    _sweep()
    return forgotten


def _sweep() -> None:
    """Take away what belongs to no row: of a row that is gone, or of a process that was killed."""
    known = set(ArchiveFile.objects.values_list("uid", flat=True))
    for file in _folder().glob("*.zip"):
        if file.stem not in known:
            file.unlink(missing_ok=True)
    sweep(_folder())
