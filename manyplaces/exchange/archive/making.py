"""Making an archive: the record held fast, its pages found and rewritten by several processes, one ZIP of it all.

Everything is made in a folder beside the file, which takes its name in the last moment: whatever happens, the file is
whole or is not there, and an older one stays as it was. What a start that was killed has left is swept away.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Event
from manyplaces.exchange.archive.addresses import Scope, files_of
from manyplaces.exchange.archive.collecting import Collected, Collecting
from manyplaces.exchange.archive.helping import Crew, crew, fitting
from manyplaces.exchange.archive.packing import Packing
from manyplaces.exchange.archive.rendering import Broken
from manyplaces.exchange.archive.texts import Facts
from manyplaces.exchange.queries import is_anything_taken_away, kept_off_pages
from manyplaces.people.queries import coalition

# How often pages are made anew because something was taken away meanwhile.
TRIES = 3
# The processes begin within milliseconds of each other; a change between them is as rare as this is many.
BEGINNINGS = 20
CHUNK = 64
MAKING = ".making"
Stage = Literal["finding", "writing", "checking"]


@dataclass(frozen=True)
class Progress:
    """How far it is: so many pages done in this stage, of so many known until now."""

    stage: Stage
    done: int
    total: int

    @property
    def share(self) -> tuple[int, int]:
        """How far it is through both stages: pages are found in four times the time in which they are written."""
        return (4 * self.done if self.stage == "finding" else 4 * self.total + self.done), 5 * self.total


@dataclass(frozen=True)
class Made:
    """An archive that is there: its file, how many files it holds, its size in bytes, of which state of the record.

    `entry` is the newest entry of the journal that it knows of; `lost` are addresses that pages lead to and that are
    not there, which makes the links in the archive plain words.
    """

    file: Path
    files: int
    size: int
    number: int
    entry: int
    lost: tuple[str, ...]


def make_archive(
    target: Path,
    *,
    slug: str = "",
    tell: Callable[[Progress], None] = lambda _: None,
    processes: int | None = None,
    is_patient: bool = False,
) -> Made:
    """Write the archive of the whole record, or of one action, to `target`, and return what was made.

    `tell` is called several times a second and may raise what ends it all. `processes` are as many as fit the machine;
    0 does everything in this one. With `is_patient` they let everybody else go first. Raises ValidationError for an
    unknown action, NotNow where it cannot be done now.
    """
    if slug and not Action.objects.filter(slug=slug).exists():
        raise ValidationError({"action": _("There is no action “%s”. Check the spelling.") % slug[:60]})
    many = fitting() if processes is None else processes
    try:
        with _workshop(target) as folder:
            for _try in range(TRIES):
                made = _made(target, slug, tell, crew(folder, many, is_patient=is_patient), folder)
                if made is not None:
                    return made
    except Broken as broken:
        sentence = _("The page %s cannot be shown right now. Look into the log, then try again.")
        raise NotNow(sentence % broken.address) from broken
    except ChildProcessError as gone:
        raise NotNow(_("A process that made pages has ended before its time. Try again.")) from gone
    except OSError as fault:
        raise NotNow(_unwritable(fault, target)) from fault
    raise NotNow(_("Pages were changed or taken down again and again meanwhile. Try again in a quieter hour."))


def _unwritable(fault: OSError, target: Path) -> str:
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full. Make room, then try again; nothing half-made was left behind.")
    named = {"name": target.name, "reason": fault.strerror or fault}
    return _("The file “%(name)s” cannot be written (%(reason)s).") % named


def _made(target: Path, slug: str, tell: Callable[[Progress], None], helpers: Crew, folder: Path) -> Made | None:
    """Make it once; returns None where something was taken off the pages meanwhile, and nothing is kept then."""
    try:
        today = timezone.localdate()
        number, entry = _begin(helpers, is_whole=not slug)
        scope = Scope(slug, _events_of(slug))
        languages = coalition().codes
        walk = Collecting(scope, str(settings.SITE_URL).rstrip("/"), languages)
        found = walk.walk(helpers, lambda done, total: tell(Progress("finding", done, total)))
        starts = scope.starts(languages)
        made_at = timezone.now().replace(microsecond=0)
        facts = Facts(slug, number, made_at, kept_off_pages(slug), starts)
        draft = folder / target.name
        packing = _packed(draft, folder, found, helpers, facts, tell)
        if is_anything_taken_away(entry) or timezone.localdate() != today:
            return None
    finally:
        helpers.end()
    size = draft.stat().st_size
    _put_in_place(draft, target)
    return Made(target, packing.many + 2, size, number, entry, tuple(sorted(found.lost)))


def _begin(helpers: Crew, *, is_whole: bool) -> tuple[int, int]:
    """Have all processes hold the record in the same state; returns its number, and that of its last entry."""
    for _again in range(BEGINNINGS):
        states = {(one["number"], one["entry"]) for one in helpers.all_do({"begin": is_whole})}
        if len(states) == 1:
            return states.pop()
        time.sleep(0.02)
    raise NotNow(_("The record changes too quickly at the moment. Try again in a quieter hour."))


def _events_of(slug: str) -> frozenset[str]:
    return frozenset(Event.objects.filter(action__slug=slug).values_list("key", flat=True)) if slug else frozenset()


def _packed(
    draft: Path, folder: Path, found: Collected, helpers: Crew, facts: Facts, tell: Callable[[Progress], None]
) -> Packing:
    """Have the pieces written as they are in the archive, and pack them in the order of their names."""
    files = files_of({address: piece["kind"] for address, piece in found.pieces.items()})
    names = folder / "names"
    names.write_text(json.dumps({"files": files, "moved": found.moved, "slug": facts.slug}), "utf-8")
    helpers.all_do({"names": str(names)})
    ordered = sorted(found.pieces.values(), key=lambda piece: files[piece["address"]])
    chunks = [ordered[at : at + CHUNK] for at in range(0, len(ordered), CHUNK)]
    orders = iter([{"write": chunk} for chunk in chunks])
    with Packing(draft, folder, facts, found) as packing:
        done: dict[str, list[dict[str, object]]] = {}
        at = 0
        for answered in helpers.work(lambda: next(orders, None)):
            if answered is not None:
                done[answered[0]["write"][0]["address"]] = answered[1]
            # Pieces come as they are ready, and are packed in their order.
            while at < len(chunks) and (ready := done.pop(chunks[at][0]["address"], None)) is not None:
                for piece, written in zip(chunks[at], ready, strict=True):
                    packing.add(piece, written)
                at += 1
                tell(Progress("writing", packing.many, len(ordered)))
        packing.finish()
    return packing


@contextmanager
def _workshop(target: Path) -> Iterator[Path]:
    """Give a folder beside the file, which is gone at the end; that of whoever was killed goes first."""
    sweep(target.parent, target.name)
    folder = target.parent / f".{target.name}.{os.getpid()}-{time.time_ns():x}{MAKING}"
    folder.mkdir(mode=0o700)
    held = (folder / "held").open("w")
    try:
        # As long as this process lives nobody else can have it; the system gives it back however we end.
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    finally:
        held.close()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(folder: Path, name: str = "*") -> None:
    """Take away what those have left in a folder who were killed while they made an archive of this name."""
    for left in folder.glob(f".{name}.*{MAKING}"):
        with suppress(OSError), (left / "held").open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)


def _put_in_place(draft: Path, target: Path) -> None:
    """Give the finished file its name, once all of it is on the disk."""
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
