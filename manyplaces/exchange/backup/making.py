"""Making a backup: one state of the database, read beside everybody who writes, and the files that belong to it."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.conf import settings
from django.core.signing import Signer
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.refusals import NotNow
from manyplaces.core.sealing import lookup, open_keys, ring
from manyplaces.exchange.backup.shape import (
    BEGIN,
    END,
    END_HASH,
    FILE,
    FORMAT,
    LEFT_OUT,
    ROWS,
    Progress,
    Table,
    fields_of,
    line_of,
)

Tell = Callable[[Progress], None]
MAKING = ".making"
# Uploads that wait are sealed under keys that are in no backup.
NOT_KEPT = "negatives"
PICTURES, TAKEN_DOWN = "pictures", ("taken down", "gone")


def write_backup(target: Path, tell: Tell = lambda _progress: None) -> dict[str, Any]:
    """Write a backup to a file, which gets its name when it is whole and on the disk; an older one stays until then.

    Returns its last list (see `shape`). Raises NotNow with a sentence where it cannot be written.
    """
    for left in target.parent.glob(f".{target.name}.*{MAKING}"):
        left.unlink(missing_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}{MAKING}")
    try:
        with draft.open("xb") as out:
            draft.chmod(0o600)
            made = make_backup(out, tell)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
        _settle(target.parent)
    except OSError as fault:
        raise NotNow(_unwritable(fault, target)) from fault
    finally:
        draft.unlink(missing_ok=True)
    return made


def _unwritable(fault: OSError, target: Path) -> str:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full. Make room, then try again; nothing half-made was left behind.")
    named = {"name": target.name, "reason": fault.strerror or fault}
    return _("The file “%(name)s” cannot be written (%(reason)s).") % named


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_backup(out: BinaryIO, tell: Tell = lambda _progress: None) -> dict[str, Any]:
    """Write a backup to an open file or pipe; returns its last list. `tell` may raise what ends it."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.USTAR_FORMAT) as tar, held():
        return _Making(tar, tell).make()


@contextmanager
def held() -> Iterator[None]:
    """Hold the database in one state for what is read within, beside everybody who writes.

    Within a transaction that is the transaction's own state.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        # Not by `atomic`, which locks out everybody who writes.
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("BEGIN" if is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield
        finally:
            with suppress(Exception):
                cursor.execute("ROLLBACK")


def stored_models() -> list[type[models.Model]]:
    """Return the models as the tables stand now, which may be those of an earlier version, in the order of names."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        known = executor.loader.project_state(list(executor.loader.applied_migrations)).apps
        found = known.get_models(include_auto_created=True)
    else:
        found = apps.get_models(include_auto_created=True)
    return sorted((one for one in found if _is_kept(one)), key=lambda one: one._meta.label_lower)


def _is_kept(model: type[models.Model]) -> bool:
    meta = model._meta
    ours = meta.app_label in {config.label for config in apps.get_app_configs() if _is_room(config.name)}
    return ours and meta.managed and not meta.proxy and meta.label_lower not in LEFT_OUT


def _is_room(name: str) -> bool:
    return name.startswith("manyplaces.")


def hidden_pictures(found: list[type[models.Model]]) -> set[str]:
    """Return the pictures of photos that were taken down, also where nobody has decided about that yet.

    Asked of the tables as they stand: those of an earlier version may have none.
    """
    photo = next((model for model in found if model._meta.label_lower == "reports.photo"), None)
    if photo is None:
        return set()
    return set(photo._base_manager.filter(state__in=TAKEN_DOWN).exclude(picture="").values_list("picture", flat=True))


def fingerprints() -> dict[str, str]:
    """Return what tells, without giving anything away, whether the keys somewhere are those of a backup."""
    ring()
    numbers = open_keys(Path(settings.CONTACTS_KEY_FILE))
    found = {f"contacts {number}": lookup("fingerprint", "backup", number) for number in numbers}
    return found | {"secret": Signer(salt="manyplaces.backup").signature("fingerprint")}


class _Making:
    def __init__(self, tar: tarfile.TarFile, tell: Tell) -> None:
        self.tar, self.tell = tar, tell
        self.files: dict[str, tuple[int, str]] = {}
        self.tables: dict[str, dict[str, Any]] = {}
        self.done = self.total = 0

    def make(self) -> dict[str, Any]:
        found = stored_models()
        self.total = sum(model._base_manager.count() for model in found)
        begin = {
            "format": FORMAT,
            "version": _version(),
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "database": connection.vendor,
            "migrations": sorted(MigrationExecutor(connection).loader.applied_migrations),
            "keys": fingerprints(),
            "tables": [[one.name, one.stored_as, one.columns] for one in map(Table.of, found)],
            "rows": self.total,
        }
        self.add(BEGIN, as_json(begin))
        for model in found:
            self.add_table(model)
        media, hidden = Path(settings.ENVIRONMENT.data) / "media", hidden_pictures(found)
        for file in sorted(media.rglob("*")):
            if file.parent.name != PICTURES or file.name.rpartition("-")[0] not in hidden:
                self.add_file(file, f"media/{file.relative_to(media).as_posix()}")
        end = {"format": FORMAT, "files": self.files, "tables": self.tables}
        content = as_json(end)
        self.add(END, content)
        self.add(END_HASH, hashlib.sha256(content).hexdigest().encode())
        return end

    def add_table(self, model: type[models.Model]) -> None:
        table, key = Table.of(model), model._meta.pk.attname
        names = [field.attname for field in fields_of(model)]
        place, last, rows, whole = names.index(key), None, 0, hashlib.sha256()
        number = 0
        while True:
            wanted = model._base_manager.order_by(key).values_list(*names)
            found = list((wanted if last is None else wanted.filter(**{f"{key}__gt": last}))[:ROWS])
            if not found:
                break
            last, number = found[-1][place], number + 1
            content = "".join(f"{line_of(row, table.kinds)}\n" for row in found).encode()
            whole.update(content)
            rows += len(found)
            self.add(f"tables/{table.name}/{number:06}.gz", gzip.compress(content, 3, mtime=0))
            self.done += len(found)
            self.tell(Progress("rows", self.done, self.total))
        self.tables[table.name] = {"rows": rows, "sha256": whole.hexdigest()}

    def add_file(self, file: Path, name: str) -> None:
        if not FILE.fullmatch(name) or name.split("/")[1] == NOT_KEPT or file.is_symlink() or not file.is_file():
            return
        # What was taken down since the database was read is gone, and that is right.
        with suppress(FileNotFoundError):
            self.add(name, file.read_bytes())
            self.tell(Progress("rows", self.done, self.total))

    def add(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self.tar.addfile(entry, io.BytesIO(content))
        self.files[name] = (len(content), hashlib.sha256(content).hexdigest())


def _version() -> str:
    try:
        return version("manyplaces")
    except PackageNotFoundError:
        # Run from a checkout.
        return "0"


def as_json(value: object) -> bytes:
    """Return a value as JSON in a fixed form."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=0).encode()
