"""The toolkit: pieces, and versions of each in a language; files go to the data folder under names of our own."""

from __future__ import annotations

import copy
import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Material, MaterialVersion
from manyplaces.actions.operations.listing import is_draft, locked
from manyplaces.actions.rules import MOST_FILES, kind_of_file, safe_file_name
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.core.tokens import new_key
from manyplaces.journal.operations import Kept, keep

FILE = ("url", "file_name", "stored_as", "content_type", "size", "sha256")


@transaction.atomic
def set_material(material: Material, *, by: Actor) -> Kept[Material]:
    """Add a piece to the toolkit of its action, or bring name and place in the list of a stored one into line."""
    action = locked(material.action_id, by)
    stored = Material.objects.filter(action=action, key=material.key).first()
    if stored is None:
        last = action.materials.aggregate(last=Max("position"))["last"]
        material.position = 0 if last is None else last + 1
    return keep(material, stored, fields=("name", "name_es", "position"), by=by, unseen=is_draft(action))


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
    kept = keep(version, None, fields=(), by=by, unseen=is_draft(action))
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
    action = locked(material.action_id, by)
    stored = Material.objects.get(pk=material.pk)
    removed = copy.copy(stored)
    removed.removed_at = stored.removed_at or timezone.now()
    return keep(removed, stored, fields=("removed_at",), by=by, unseen=is_draft(action))


def _put(name: str, content: bytes) -> None:
    """Write a file so that it is there as a whole or not at all."""
    folder = Path(settings.MEDIA_FOLDER) / "toolkit"
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
