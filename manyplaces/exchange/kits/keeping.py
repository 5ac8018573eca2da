"""Press kits on the disk: packed once for each state of the record, however many ask for them.

The web process of whoever asks first packs it, under a lock, and not the worker. That takes less than a second, for
photos are copied as they are; a job would mean a page on which reporters wait, and at ten o'clock the worker is busy
with letters. Meanwhile that process renders nothing, and who asks the others for a kit waits for its file.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone, translation

from manyplaces.actions.models import Action
from manyplaces.exchange.kits.packing import pack
from manyplaces.exchange.queries import newest_change, press_kit
from manyplaces.people.queries import press_contacts
from manyplaces.places.models import City

# So many are kept: whoever asks for those of all cities, one by one, does not fill the disk.
MOST_KEPT = 40


def open_kit(action: Action, city: City | None = None) -> IO[bytes] | None:
    """Return the press kit of the record as it is now, open; None where there is nothing to tell of a city.

    Three queries where it is packed already. In whichever moment a photo is taken down, it is in no kit that is asked
    for afterwards, for the record is another then.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        return (folder / _name(action, city)).open("rb")
    with _alone(folder):
        # Somebody else has packed it while we waited, or changed the record. Its state is asked for before what goes
        # in: a kit may be newer than its name says, never older.
        name = _name(action, city)
        with suppress(FileNotFoundError):
            return (folder / name).open("rb")
        return _packed(folder / name, action, city)


def forget_kits() -> int:
    """Delete the kits of earlier states of the record, and what was left half-packed; returns how many files."""
    if not _folder().exists():
        return 0
    now = f".{_state()}."
    with _alone(_folder()):
        old = [file for file in _folder().glob("*.*") if now not in file.name]
        for file in old:
            file.unlink(missing_ok=True)
    return len(old)


def _packed(file: Path, action: Action, city: City | None) -> IO[bytes] | None:
    kit = press_kit(action, city)
    if city and not (kit.claims or kit.events.exists()):
        return None
    draft = file.with_suffix(".part")
    opened = draft.open("w+b")
    try:
        # Its tables are in one language, whoever asks first: there is one kit, with a text in each.
        with translation.override("en"):
            is_whole = pack(kit, opened)
        if is_whole:
            draft.rename(file)
            _make_room(file)
    except BaseException:
        opened.close()
        raise
    finally:
        # One that lacks a photo for the moment goes to whoever asked and is not kept.
        draft.unlink(missing_ok=True)
    opened.seek(0)
    return opened


def _make_room(file: Path) -> None:
    """Delete earlier states of this kit, and the oldest of the others; whoever reads one of them reads on."""
    of_this = file.name.partition(".")[0]
    kept = sorted(file.parent.glob("*.zip"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for number, one in enumerate(kept):
        if one != file and (number >= MOST_KEPT or one.name.startswith(f"{of_this}.")):
            one.unlink(missing_ok=True)


def _name(action: Action, city: City | None) -> str:
    """Return the name of a file for the kit as it is now: whose it is, the state of the record, and whom to ask.

    That somebody may not be asked any more does not change the record.
    """
    contacts = press_contacts(action.slug, city.state if city else "", city.slug if city else "")
    about = _digest(action.slug, str(city.pk) if city else "")
    return f"{about}.{_state()}.{_digest(*contacts)}.zip"


def _state() -> str:
    """Return the state of the record: its number, and its newest change, for a backup that is put back sets it back.

    Some of what a kit says is of the day.
    """
    return _digest(*map(str, newest_change()), timezone.localdate().isoformat())


def _digest(*words: str) -> str:
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:20]


def _folder() -> Path:
    return Path(settings.KITS_FOLDER)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one of all processes work here; the system gives the lock back when its holder dies."""
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
