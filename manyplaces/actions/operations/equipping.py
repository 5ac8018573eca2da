"""The toolkit: pieces, and versions of each in a language; files go to the data folder under names of our own."""

from __future__ import annotations

import copy
import datetime
import hashlib
import os
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action, Material, MaterialVersion
from manyplaces.actions.operations.listing import is_draft, keep_belonging, locked
from manyplaces.actions.rules import KEPT_FOR, MOST_FILES, kind_of_file, safe_file_name
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import new_key
from manyplaces.journal.operations import Kept, keep, record

MATERIAL = ("name", "name_es", "position")


@transaction.atomic
def set_material(material: Material, *, version: int | None = None, by: Actor) -> Kept[Material]:
    """Add a piece to the toolkit of its action, or bring name and place in the list of a stored one into line.

    With the `version` of the action that was shown, raises NotNow where its toolkit was changed since.
    """
    action = locked(material.action_id, by, version=version, about="toolkit")
    stored = Material.objects.filter(action=action, key=material.key).first()
    if stored is None:
        last = action.materials.aggregate(last=Max("position"))["last"]
        material.position = 0 if last is None else last + 1
    kept = keep_belonging(material, stored, fields=MATERIAL, action=action, about="toolkit", by=by)
    _put_in_order(kept.row, action, by)
    return kept


def _put_in_order(piece: Material, action: Action, by: Actor) -> None:
    """Let a piece stand at its position, and the others before and behind it as they stood."""
    row = list(action.materials.filter(removed_at=None).exclude(pk=piece.pk).order_by("position", "pk"))
    row.insert(piece.position, piece)
    for place, one in enumerate(row):
        moved = copy.copy(one)
        moved.position = place
        keep(moved, one, fields=("position",), by=by, unseen=is_draft(action))


@transaction.atomic
def add_material_version(version: MaterialVersion, content: bytes | None = None, *, by: Actor) -> Kept[MaterialVersion]:
    """Add a version of a piece in a language: a link, or a file with these bytes. Older ones stay at their address.

    Raises ValidationError for a file of another kind than its name says, a too large one, or one too many; NotNow
    where the disk takes no more.
    """
    material = version.material
    action = locked(material.action_id, by)
    if content is not None:
        kind = kind_of_file(version.file_name, content)
        files = MaterialVersion.objects.filter(material__action=action).exclude(stored_as="")
        if files.count() >= MOST_FILES:
            sentence = _("The toolkit of this action has %(most)d files already. Give a link instead.")
            raise ValidationError({"file": sentence % {"most": MOST_FILES}})
        version.file_name, version.content_type = safe_file_name(version.file_name, kind), kind.content_type
        version.size, version.sha256 = len(content), hashlib.sha256(content).hexdigest()
        version.stored_as = new_key(24)
    earlier = material.versions.filter(language=version.language).aggregate(last=Max("number"))["last"] or 0
    version.number, version.made_by = earlier + 1, by.name
    kept = keep_belonging(version, None, fields=(), action=action, about="toolkit", by=by)
    if content is not None:
        # Last, so that what is refused leaves no file; a file without a row would only take room.
        _put(version.stored_as, content)
    return kept


@transaction.atomic
def add_material(
    material: Material, version: MaterialVersion, content: bytes | None = None, *, by: Actor
) -> Kept[MaterialVersion]:
    """Add a piece to the toolkit with its first version; where that is refused, neither is added."""
    version.material = set_material(material, by=by).row
    return add_material_version(version, content, by=by)


@transaction.atomic
def remove_material(material: Material, *, by: Actor) -> Kept[Material]:
    """Take a piece out of the toolkit: it is no longer offered, and its files are at their addresses no more."""
    return _removed(material, timezone.now(), by=by)


@transaction.atomic
def restore_material(material: Material, *, by: Actor) -> Kept[Material]:
    """Put a piece back into the toolkit. Raises NotNow where its files may be deleted by now."""
    if (material.removed_at or timezone.now()) < timezone.now() - KEPT_FOR:
        raise NotNow(_("This was removed more than a day ago and its files are deleted. Add it anew."))
    return _removed(material, None, by=by)


def _removed(material: Material, since: datetime.datetime | None, *, by: Actor) -> Kept[Material]:
    action = locked(material.action_id, by)
    stored = Material.objects.get(pk=material.pk)
    if bool(stored.removed_at) == bool(since):
        return Kept(stored, "unchanged")  # The same button, pressed twice.
    changed = copy.copy(stored)
    changed.removed_at = since
    return keep_belonging(changed, stored, fields=("removed_at",), action=action, about="toolkit", by=by)


@transaction.atomic
def withdraw_version(version: MaterialVersion, *, by: Actor) -> Kept[MaterialVersion]:
    """Take one version of a piece away, such as a wrong file: the one before it is offered again."""
    action = locked(version.material.action_id, by)
    stored = MaterialVersion.objects.get(pk=version.pk)
    if stored.withdrawn_at:
        return Kept(stored, "unchanged")
    changed = copy.copy(stored)
    changed.withdrawn_at = timezone.now()
    return keep_belonging(changed, stored, fields=("withdrawn_at",), action=action, about="toolkit", by=by)


@transaction.atomic
def delete_files(now: datetime.datetime, *, by: Actor) -> int:
    """Delete the files of what was taken out of toolkits more than a day ago; returns how many. The clock does it.

    A file that another piece still offers, such as that of a duplicated action, stays.
    """
    long_ago = now - KEPT_FOR
    gone = Q(withdrawn_at__lt=long_ago) | Q(material__removed_at__lt=long_ago)
    files = MaterialVersion.objects.exclude(stored_as="")
    used = files.exclude(gone).values("stored_as")
    deleted = 0
    for version in files.filter(gone, file_deleted=False).exclude(stored_as__in=used).select_related("material"):
        version.file_deleted = True
        version.full_clean(validate_unique=False, validate_constraints=False)
        version.save(update_fields=["file_deleted"])
        record(by, "materialversion.file_deleted", version, before={}, unseen=True)
        transaction.on_commit(partial(_folder().joinpath(version.stored_as).unlink, missing_ok=True))
        deleted += 1
    return deleted


def _folder() -> Path:
    return Path(settings.MEDIA_FOLDER) / "toolkit"


def _put(name: str, content: bytes) -> None:
    """Write a file so that it is there as a whole or not at all."""
    folder = _folder()
    part = folder / f"{name}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(folder / name)
    except OSError as fault:
        part.unlink(missing_ok=True)
        raise NotNow(_("The file could not be stored: the disk may be full. Ask whoever runs this site.")) from fault
