"""What the scripts about keeping share: very many answers in a site, backups of it, and what these hold."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import frame

# Answers as the site would have kept them: a third sealed with a name and an address, in the safe of the action.
FILL = """
import django, sys; django.setup()
from django.db import transaction
from manyplaces.core.actor import Actor
from manyplaces.core.tokens import new_key
from manyplaces.events.models import Event
from manyplaces.rsvps.models import Crowd, Rsvp, Safe
from manyplaces.rsvps.operations.safes import safe_for
from manyplaces.rsvps.rules import GuestContact
event, many = Event.every.get(), int(sys.argv[1])
safe = safe_for(event.action_id, Safe.Kind.CONTACTS, by=Actor('clock', 'clock'))
for begin in range(0, many, 5000):
    rows = []
    for number in range(begin, min(begin + 5000, many)):
        row = Rsvp(uid=new_key(20), body_digest='0' * 64, event=event, people=1)
        if number % 3 == 0:
            row.put_in(GuestContact(f'Gil {number}', f'gil{number}@example.org'), safe, '')
        rows.append(row)
    with transaction.atomic():
        Rsvp.objects.bulk_create(rows, batch_size=500)
Crowd.objects.update_or_create(event=event, defaults={'coming': many})
"""
PAGES = """
import django, hashlib, sys; django.setup()
from django.test import Client
for path in sys.argv[1:]:
    answer = Client(headers={'host': 'localhost'}).get(path)
    print(path, answer.status_code, hashlib.sha256(answer.content).hexdigest()[:16])
"""


def fill(world: frame.World, many: int) -> None:
    """Let very many have said that they come."""
    run(world.env, FILL, str(many))


def run(env: dict[str, str], code: str, *words: str) -> str:
    """Run a program in the surroundings of a site; returns what it prints."""
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=frame.ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout


def command(env: dict[str, str], *words: object) -> tuple[int, str, float]:
    """Run a command of the site; returns its end, what it said, and how many seconds it took."""
    began = time.monotonic()
    words = (sys.executable, "-P", "-m", "manyplaces", *map(str, words))
    done = subprocess.run(words, env=at_home(env), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr, time.monotonic() - began


def begin(env: dict[str, str], *words: object) -> subprocess.Popen[bytes]:
    """Begin a command of the site."""
    words = (sys.executable, "-P", "-m", "manyplaces", *map(str, words))
    return subprocess.Popen(words, env=at_home(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def at_home(env: dict[str, str]) -> dict[str, str]:
    """The surroundings in which a command finds the code, wherever it is started."""
    return env | {"PYTHONPATH": str(frame.ROOT)}


def another(world: frame.World, name: str, database: str = "") -> dict[str, str]:
    """Return the surroundings of another, empty installation with the same two keys."""
    folder = world.folder / name
    (folder / "keys").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    for key in ("contacts.key", "secret.key"):
        shutil.copy2(world.data / "keys" / key, folder / "keys" / key)
    env = {key: text for key, text in world.env.items() if key != "DATABASE_URL"}
    # The same address, which stands in links; they are not served at the same time.
    env |= {"MANYPLACES_DATA": str(folder)}
    return env | ({"DATABASE_URL": database} if database else {})


def tables(file: Path) -> dict[str, Any]:
    """Return the tables in a backup, each with its number of rows and its hash."""
    with tarfile.open(file) as tar:
        member = tar.extractfile("end.json")
        assert member is not None  # noqa: S101 (a backup that was made has it)
        found: dict[str, Any] = json.load(member)["tables"]
    return found


# What coming back itself adds: that keys are not there is noted, and the journal tells it.
NOTED = {"rsvps.safe", "journal.entry", "journal.link", "core.generation"}


def differences(one: Path, two: Path) -> list[str]:
    """Return the tables that are not the same in two backups, without what coming back notes."""
    first, second = tables(one), tables(two)
    return sorted(name for name in {*first, *second} - NOTED if first.get(name) != second.get(name))
