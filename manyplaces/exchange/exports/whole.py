"""The whole record as one ZIP: tables in the columns and the order in which they come in again, and shown pictures."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from manyplaces.core.generation import current_generation
from manyplaces.core.refusals import NotNow
from manyplaces.exchange.columns import KINDS, PICTURES
from manyplaces.exchange.exports.everything import export
from manyplaces.exchange.exports.photos import digest_of, files
from manyplaces.exchange.exports.table import written

# How often it is written anew because the record was changed meanwhile.
TRIES = 5


def write_record(target: Path, *, action: str = "") -> int:
    """Write all tables (of one action, if its short name is given) and shown pictures to `target`; returns its bytes.

    All tables show the record in one state. The file takes its name when all of it is on the disk. Raises
    ValidationError for an unknown action, NotNow where it cannot be written now.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        for _try in range(TRIES):
            before = current_generation()
            _write(draft, action)
            if current_generation() == before:
                draft.replace(target)
                return target.stat().st_size
    except OSError as fault:
        named = {"name": target.name, "reason": fault.strerror or fault}
        raise NotNow(_("The file “%(name)s” cannot be written (%(reason)s).") % named) from fault
    finally:
        draft.unlink(missing_ok=True)
    raise NotNow(_("The record changes too quickly at the moment. Try again in a quieter hour."))


def _write(draft: Path, action: str) -> None:
    with draft.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            digests: dict[str, str] = {}
            for name, content in files(action):
                digests[name] = digest_of(content)
                packed.writestr(f"{PICTURES}/{name}", content, zipfile.ZIP_STORED)
            for kind in KINDS:
                packed.writestr(f"{kind}.csv", written(export(kind, action=action, digests=digests)))
        file.flush()
        os.fsync(file.fileno())
