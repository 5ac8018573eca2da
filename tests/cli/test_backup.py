"""Whoever runs the site loses the machine, and has it back from a copy: all of it, or nothing that is served."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MADE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.rsvps.coming import walk_in, confirmed, of_host
event = walk_in()
confirmed(event, "gil@example.org")
from manyplaces.people.models import Person
nia = Person(alias="Nia"); nia.set_contact(email="nia@example.org"); nia.save()
from django.conf import settings
(settings.MEDIA_FOLDER / "toolkit").mkdir(parents=True)
(settings.MEDIA_FOLDER / "toolkit" / "poster").write_bytes(b"a poster")
print(event.key, of_host(event))
"""
SHOWN = """
import django, sys; django.setup()
from django.test import Client
for path in sys.argv[1:]:
    answer = Client(headers={"host": "localhost"}).get(path)
    print(answer.status_code, len(answer.content))
"""
SIGNED = "import django; django.setup()\nfrom manyplaces.people.models import Person\nprint(Person.objects.get().email)"


class Site:
    """A folder with a record, and the commands in it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("MANYPLACES_")}
        self.env |= {"MANYPLACES_DATA": str(folder), "PYTHONPATH": str(ROOT), "PORT": "1"}
        self.env |= {"DJANGO_SETTINGS_MODULE": "manyplaces.config.settings"}
        self.env.pop("DATABASE_URL", None)

    def python(self, code: str, *words: str) -> str:
        command = [sys.executable, "-c", code, *words]
        return subprocess.run(command, env=self.env, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    def begin(self, *words: str | Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", "manyplaces", *map(str, words)]
        return subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, *words: str | Path) -> tuple[int, str]:
        process = self.begin(*words)
        told = process.communicate()[0].decode(errors="replace")
        return process.returncode, told

    def shown(self, *paths: str) -> str:
        return self.python(SHOWN, *paths)

    def take_keys(self, other: Site) -> Site:
        """The copies of the two keys that whoever runs the site has kept apart."""
        (self.data / "keys").mkdir(parents=True, mode=0o700)
        self.data.chmod(0o700)
        for name in ("contacts.key", "secret.key"):
            (self.data / "keys" / name).write_bytes((other.data / "keys" / name).read_bytes())
            (self.data / "keys" / name).chmod(0o600)
        return self


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Path, str, str]]:
    """A site with a walk-in to which Gil comes, its backup, and where two pages of it are."""
    site = Site(tmp_path_factory.mktemp("first"))
    site.data.chmod(0o700)
    key, host = site.python(MADE).split()
    file = tmp_path_factory.mktemp("kept") / "a.backup"
    code, told = site.run("backup", file)
    assert (code, "rows and 1 files" in told) == (0, True)
    yield site, file, f"/events/{key}/", host.replace("/coming/", "/")


def held(file: Path | bytes) -> dict[str, Any]:
    """The tables of a backup, with their counts and hashes."""
    whole = io.BytesIO(file if isinstance(file, bytes) else file.read_bytes())
    with tarfile.open(fileobj=whole) as tar:
        member = tar.extractfile("end.json")
        assert member is not None
        tables: dict[str, Any] = json.load(member)["tables"]
    return tables


def test_it_comes_back_whole_with_its_pages_and_links_and_without_what_was_sealed(
    first: tuple[Site, Path, str, str], tmp_path: Path
) -> None:
    site, file, event, host = first
    again = Site(tmp_path / "again").take_keys(site)
    code, told = again.run("restore", file)
    assert (code, "is back" in told) == (0, True)
    assert again.shown(event, host) == site.shown(event, host)
    assert again.python(SIGNED).strip() == "nia@example.org"
    assert (again.data / "media" / "toolkit" / "poster").read_bytes() == b"a poster"
    assert not (again.data / "restoring").exists()
    # Of Gil there is a row, and nothing that opens it: his key is in no backup.
    safes = list((site.data / "keys" / "safes").glob("*.safe"))
    assert len(safes) == 1
    assert not list((again.data / "keys").glob("safes/*"))
    counted = "import django; django.setup()\nfrom manyplaces.rsvps.models import *\n"
    counted += (
        "print(Rsvp.objects.count(), Rsvp.objects.get().is_readable, Safe.objects.filter(destroyed_at=None).count())"
    )
    assert again.python(counted).split() == ["1", "False", "0"]
    code, _told = again.run("backup", tmp_path / "b.backup")
    one, two = held(file), held(tmp_path / "b.backup")
    assert {name for name in one if one[name] != two[name]} <= {"rsvps.safe", "journal.entry", "core.generation"}


def test_it_goes_to_a_pipe_as_well(first: tuple[Site, Path, str, str]) -> None:
    site, file, _event, _host = first
    command = [sys.executable, "-P", "-m", "manyplaces", "backup", "-"]
    piped = subprocess.run(command, env=site.env, capture_output=True, check=True).stdout
    assert held(piped) == held(file)


def test_no_key_and_no_address_stands_in_it(first: tuple[Site, Path, str, str]) -> None:
    site, file, _event, _host = first
    secrets = [key.read_bytes().strip().split(b":")[-1] for key in (site.data / "keys").rglob("*.*")]
    texts = []
    with tarfile.open(file) as tar:
        for entry in tar:
            piece = tar.extractfile(entry)
            assert piece is not None
            texts.append(gzip.decompress(piece.read()) if entry.name.endswith(".gz") else piece.read())
    words = [*secrets, b"gil@example.org", b"nia@example.org"]
    found = [word for word in words if any(word in text for text in texts)]
    assert (len(secrets), found) == (3, [])


def flipped(whole: bytes, name: str) -> bytes:
    """The same with one bit of a member changed."""
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        entry = tar.getmember(name)
    at = entry.offset_data + entry.size // 2
    return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]


def cut(whole: bytes) -> bytes:
    """The same without its last member."""
    with tarfile.open(fileobj=io.BytesIO(whole)) as tar:
        return whole[: tar.getmember("end.sha256").offset]


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole[: len(whole) // 2],
        cut,
        lambda whole: flipped(whole, "tables/events.event/000001.gz"),
        lambda whole: flipped(whole, "media/toolkit/poster"),
        lambda whole: flipped(whole, "end.json"),
        lambda whole: b"PK" + whole[2:],
        lambda whole: b"",
    ],
)
def test_what_is_damaged_is_put_back_by_nobody(first: tuple[Site, Path, str, str], tmp_path: Path, change: Any) -> None:
    site, file, _event, _host = first
    (tmp_path / "bad").write_bytes(change(file.read_bytes()))
    again = Site(tmp_path / "again").take_keys(site)
    code, told = again.run("restore", tmp_path / "bad")
    assert (code, "Nothing was done" in told) == (1, True)
    assert not (again.data / "manyplaces.sqlite3").exists()


def test_a_record_is_not_lost_by_the_way_nor_the_contacts(first: tuple[Site, Path, str, str], tmp_path: Path) -> None:
    site, file, event, _host = first
    code, told = site.run("restore", file)
    assert (code, "To lose it: manyplaces restore --replace" in told) == (1, True)
    again = Site(tmp_path / "again")
    code, told = again.run("restore", file)
    assert (code, "is not the one under which the contacts" in told) == (1, True)
    assert again.run("restore", "--lose-contacts", file)[0] == 0
    assert again.shown(event).startswith("200 ")


def test_a_backup_that_is_killed_leaves_the_one_before(first: tuple[Site, Path, str, str], tmp_path: Path) -> None:
    site, file, _event, _host = first
    target = tmp_path / "kept.backup"
    target.write_bytes(file.read_bytes())
    for number in (signal.SIGTERM, signal.SIGKILL):
        process = site.begin("backup", target)
        until = time.monotonic() + 60
        while not list(tmp_path.glob(".kept.backup.*")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        began = time.monotonic()
        process.send_signal(number)
        process.wait()
        assert time.monotonic() - began < 10
        assert target.read_bytes() == file.read_bytes()
        assert [*tmp_path.glob(".kept.backup.*")] == [] or number == signal.SIGKILL
    assert site.run("backup", target)[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["kept.backup"]


def test_a_backup_on_a_full_disk_leaves_the_one_before(first: tuple[Site, Path, str, str], tmp_path: Path) -> None:
    # A small disk of its own, which only this command sees, with room for one backup and no second one.
    tool = shutil.which("unshare")
    if not tool or subprocess.run([tool, "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk (unshare -rm)")
    site, file, _event, _host = first
    disk = tmp_path / "disk"
    disk.mkdir()
    room = file.stat().st_size + 16_384
    steps = (
        f"mount -t tmpfs -o size={room} tmpfs {disk}",
        f"cp {file} {disk}/kept.backup",
        f"{sys.executable} -P -m manyplaces backup {disk}/kept.backup",
        'echo "ended with $?"',
        f"cmp {file} {disk}/kept.backup && ls -A {disk}",
    )
    script = ["unshare", "-rm", "sh", "-c", "; ".join(steps)]
    done = subprocess.run(script, env=site.env, capture_output=True, text=True, check=False)
    assert (
        "The disk is full. Make room, then try again; nothing half-made was left behind." in done.stdout + done.stderr
    )
    assert (done.stdout.splitlines()[-2:], "Traceback" in done.stderr) == (["ended with 1", "kept.backup"], False)


def test_a_restore_that_is_killed_serves_nothing_and_is_run_again(
    first: tuple[Site, Path, str, str], tmp_path: Path
) -> None:
    site, file, event, host = first
    again = Site(tmp_path / "again").take_keys(site)
    process = again.begin("restore", file)
    until = time.monotonic() + 60
    while not (again.data / "restoring").exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for words in (("up",), ("export", "actions"), ("check",)):
        code, told = again.run(*words)
        assert (code, "restore was interrupted" in told) == (1, True)
    assert again.run("restore", file)[0] == 0
    assert again.shown(event, host) == site.shown(event, host)


def test_check_names_what_is_missing_and_how_old_the_last_backup_is(
    first: tuple[Site, Path, str, str], tmp_path: Path
) -> None:
    site, file, _event, _host = first
    again = Site(tmp_path / "again").take_keys(site)
    assert again.run("restore", file)[0] == 0
    (tmp_path / "backups").mkdir()
    again.env["MANYPLACES_BACKUPS"] = str(tmp_path / "backups")
    adds = "import django; django.setup()\nfrom manyplaces.actions.models import *\n"
    adds += "m = Material(action=Action.every.get(), name='Poster'); m.save()\n"
    adds += "facts = dict(language='en', number=1, stored_as='nothing', file_name='a.pdf', made_by='Nia')\n"
    adds += "MaterialVersion(material=m, **facts).save()\n"
    adds += "from django.db import connection as c\nc.cursor().execute('PRAGMA foreign_keys=OFF')\n"
    adds += "c.cursor().execute('UPDATE actions_demand SET action_id = 999')"
    again.python(adds)
    code, told = again.run("check")
    assert code == 1
    for sentence in (
        "media/toolkit/nothing is missing",
        "a row of actions_demand hangs on a row that is not there",
        "there is no backup of the last day",
    ):
        assert sentence in told


def test_before_tables_change_a_backup_is_made_and_who_was_killed_goes_on(
    first: tuple[Site, Path, str, str], tmp_path: Path
) -> None:
    site, file, event, _host = first
    again = Site(tmp_path / "again").take_keys(site)
    assert again.run("restore", file)[0] == 0
    # As the version before had them.
    back = "import django; django.setup()\nfrom django.core.management import call_command\n"
    back += "call_command('migrate', 'record', '0004', verbosity=0)"
    again.python(back)
    code, told = again.run("export", "actions")
    assert (code, "Before the update a backup was made" in told) == (0, True)
    kept = again.data / "before-update.backup"
    assert held(kept)["events.event"] == held(file)["events.event"]
    assert "record.correction" not in held(kept)
    assert not (again.data / "updating").exists()
    # Killed between two changes: the backup from before the first one stays.
    again.python(back)
    (again.data / "updating").touch()
    before = kept.read_bytes()
    code, told = again.run("export", "actions")
    assert (code, "An update was interrupted; it goes on." in told, kept.read_bytes() == before) == (0, True, True)
    # And the state from before comes back into the tables of today.
    assert again.run("restore", "--replace", kept)[0] == 0
    assert again.shown(event).startswith("200 ")
