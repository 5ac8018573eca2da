"""The operator changes the keys: everything sealed is sealed anew, nothing is lost, whatever happens in between."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from manyplaces.cli.main import main
from manyplaces.config.environment import Unsafe
from manyplaces.config.keys import KeyWatch, renew_secret_key, secret_keys
from manyplaces.config.refusals import refusals
from manyplaces.core import sealing
from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Letter, Suppression
from manyplaces.people.models import Person
from manyplaces.people.operations import seal_anew
from tests.cli.test_up import ROOT, wait_for
from tests.cli.test_up import settings as environment

OPERATOR = Actor("command line", "command")
FILL = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from manyplaces.people.models import Person
people = []
for number in range(6000):
    person = Person(alias=f"P{number}")
    person.set_contact(name="Gil Gäst", email=f"gil{number}@example.org", phone="+14145550123")
    people.append(person)
Person.objects.bulk_create(people, batch_size=1000)
"""
READ = """
import django; django.setup()
from manyplaces.people.models import Person
from manyplaces.core.sealing import key_number
numbers, wrong = set(), 0
for person in Person.objects.all():
    numbers |= {key_number(person.email_sealed), key_number(person.name_sealed), key_number(person.phone_sealed)}
    found = (person.name, person.email, person.phone)
    wrong += found != ("Gil Gäst", f"gil{person.alias[1:]}@example.org", "+14145550123")
from manyplaces.core.contacts import email_hashes
known = Person.objects.filter(email_hash__in=email_hashes("GIL77@example.org")).count()
print(Person.objects.count(), wrong, sorted(numbers), known)
"""


@pytest.fixture
def key_file(settings: Any, tmp_path: Path) -> Path:
    """A key file of its own."""
    settings.CONTACTS_KEY_FILE = tmp_path / "keys" / "contacts.key"
    return Path(settings.CONTACTS_KEY_FILE)


def somebody(number: int) -> Person:
    """A person with a contact."""
    person = Person(alias=f"Gil {number}")
    person.set_contact(name="Gil", email=f"gil{number}@example.org", phone="+14145550123")
    person.save()
    return person


@pytest.mark.django_db
def test_what_lies_in_any_room_is_sealed_anew_and_found_as_before(key_file: Path) -> None:
    people = [somebody(number) for number in range(5)]
    letter = Letter(kind="events.x", key="x", next_try_at="2026-10-06T08:00Z", made_at="2026-10-06T08:00Z")
    letter.put_in("gil1@example.org", {"subject": "Día", "text": "a", "html": "b"})
    letter.to_hash = sealing.lookup("gil1@example.org", "email")
    letter.save()
    known, unknown = (sealing.lookup(f"{name}@example.org", "email") for name in ("gil2", "nobody"))
    Suppression.objects.bulk_create([Suppression(email_hash=text, unsubscribe="news") for text in (known, unknown)])
    old = people[0].email_sealed
    assert sealing.add_key(key_file) == 2
    assert (seal_anew(by=OPERATOR), seal_anew(by=OPERATOR)) == (6, 0)
    assert (sealing.drop_keys(key_file), sealing.open_keys(key_file)) == (1, [2])
    fresh = list(Person.objects.order_by("pk"))
    assert [(one.name, one.email, one.phone) for one in fresh] == [
        ("Gil", f"gil{number}@example.org", "+14145550123") for number in range(5)
    ]
    assert {one.email_hash for one in fresh} == {email_hashes(one.email)[0] for one in fresh}
    stored = Letter.objects.get()
    assert (stored.to, stored.content["subject"]) == ("gil1@example.org", "Día")
    assert stored.to_hash == email_hashes("gil1@example.org")[0]
    # Of these only the hash was kept: the one whose owner is known is new, and both are found.
    assert Suppression.objects.filter(email_hash=email_hashes("gil2@example.org")[0]).count() == 1
    assert Suppression.objects.filter(email_hash__in=email_hashes("nobody@example.org")).count() == 1
    with pytest.raises(sealing.Unopenable):
        sealing.unseal(old, "people.person.email", people[0].uid)
    assert [(entry.verb, entry.before) for entry in Entry.objects.filter(verb="contacts.sealed-anew")] == [
        ("contacts.sealed-anew", {"rows": 6})
    ]


@pytest.mark.django_db
def test_otto_cannot_have_the_keys_changed(otto: Any, key_file: Path) -> None:
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        seal_anew(by=otto)


@pytest.mark.django_db
def test_a_row_that_cannot_be_opened_does_not_stop_the_others(key_file: Path) -> None:
    somebody(1)
    broken = somebody(2)
    Person.objects.filter(pk=broken.pk).update(email_sealed=bytes(broken.email_sealed)[:-1] + b"x")
    sealing.add_key(key_file)
    assert seal_anew(by=OPERATOR) == 1


@pytest.mark.django_db
def test_the_command_changes_both_keys(key_file: Path, settings: Any, tmp_path: Path) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, key_file=tmp_path / "secret.key")
    before = secret_keys(tmp_path / "secret.key")
    somebody(1)
    done = CliRunner().invoke(main, ["rotate-keys", "--wait", "0"])
    assert (done.exit_code, "1 rows were sealed anew" in done.output) == (0, True)
    assert (sealing.open_keys(key_file), Person.objects.get().email) == ([2], "gil1@example.org")
    now = secret_keys(tmp_path / "secret.key")
    assert (len(before), len(now), now[1:], now[0] != before[0]) == (1, 2, before, True)
    assert [oct(file.stat().st_mode & 0o777) for file in (key_file, tmp_path / "secret.key")] == ["0o600", "0o600"]


def test_killed_in_between_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    env = environment(tmp_path / "data", 8000) | {"DJANGO_SETTINGS_MODULE": "manyplaces.config.settings"}

    def python(*words: str) -> str:
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=env, check=True, capture_output=True, text=True
        ).stdout

    python("-c", FILL)
    key_file, command = tmp_path / "data/keys/contacts.key", ["-m", "manyplaces", "rotate-keys", "--wait"]
    base = sqlite3.connect(tmp_path / "data/manyplaces.sqlite3")
    many = "SELECT count(*) FROM people_person WHERE substr(email_sealed, 1, 1) = x'02'"
    for goal in (1, 1500):
        running = subprocess.Popen([sys.executable, *command, "60"], cwd=ROOT, env=env, stderr=subprocess.PIPE)
        wait_for(lambda: base.execute(many).fetchone()[0] >= goal, 20)  # noqa: B023 (waited for at once)
        os.kill(running.pid, signal.SIGKILL)
        running.communicate()
    assert 1500 <= base.execute(many).fetchone()[0] < 6000
    assert len(key_file.read_text().splitlines()) == 2
    assert python("-c", READ) == "6000 0 [1, 2] 1\n"
    done = python(*command, "0")
    assert done.startswith("An earlier change of the keys was interrupted; it goes on.\n")
    assert python("-c", READ) == "6000 0 [2] 1\n"
    assert [line.partition(":")[2][:8] == "look-up:" for line in key_file.read_text().splitlines()] == [True, False]


def test_a_new_secret_key_is_heeded_by_who_runs_already(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    first = secret_keys(file)
    watch = KeyWatch(file)
    assert watch.renewed() == []
    renew_secret_key(file, keep=True)
    second = watch.renewed()
    assert (second[1:], watch.renewed()) == (first, [])
    renew_secret_key(file, keep=False)
    assert (len(watch.renewed()), file.stat().st_mode & 0o777) == (1, 0o600)
    file.chmod(0o640)
    with pytest.raises(Unsafe, match="chmod 600"):
        secret_keys(file)


def test_a_dropped_key_hashes_and_opens_nothing(key_file: Path) -> None:
    sealed, found = sealing.seal("gil", "a.b", "1"), sealing.lookup("gil", "email")
    sealing.add_key(key_file)
    time.sleep(0.01)
    sealing.drop_keys(key_file)
    assert found in sealing.lookups("gil", "email")
    with pytest.raises(sealing.Unopenable):
        sealing.unseal(sealed, "a.b", "1")
    assert sealing.unseal(sealing.seal("gil", "a.b", "1"), "a.b", "1") == "gil"
    assert sealing.add_key(key_file) == 3


@pytest.mark.django_db
def test_a_key_of_contacts_that_others_can_read_refuses_a_start(tmp_path: Path) -> None:
    from django.conf import settings as django_settings

    own = replace(django_settings.ENVIRONMENT, contacts_key_file=tmp_path / "contacts.key")
    assert [sentence for sentence in refusals(own, {}) if "key file" in sentence] == []
    own.contacts_key_file.write_text("1:x")
    own.contacts_key_file.chmod(0o644)
    assert [sentence for sentence in refusals(own, {}) if "key file" in sentence] == [
        f"other users of this machine can read the key file {own.contacts_key_file}; "
        f"run: chmod 600 {own.contacts_key_file}"
    ]
    own.contacts_key_file.chmod(0o600)
    assert [sentence for sentence in refusals(own, {}) if "key file" in sentence] == []
