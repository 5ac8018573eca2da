"""Scenario 6: the district asks who attended. What is held says so little, and two weeks later it is gone everywhere.

A real site with its processes, a mail server, forms over the wire; the database as a dump, and all files of the folder.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pytest

from tests.cli.test_up import ROOT, Up, command, started, wait_for
from tests.cli.test_up import settings as environment
from tests.mail.sink import Sink

SERVER = os.environ.get("DATABASE_URL", "")
AGENT = "CanaryBrowser/9 (CANARY-phone)"
BEGIN = """
import datetime
from django.utils import timezone
from manyplaces.record.models import Claim
from manyplaces.events.models import Event
from tests.events.calling import october
from tests.rsvps.coming import walk_in
action = october()
one = walk_in(action, "Steinmetz High School", email="canary.host@example.org")
two = walk_in(action, "Auer Avenue School", remark="CANARY for the reviewers", email="canary.second@example.org")
Event.every.filter(pk=one.pk).update(hosts_words="Steinmetz parents’ council")
Claim.objects.create(action=action, event=one, phase="reported", metric="people", metric_words="people",
    value_words="62", low=62, high=62, claimant="Steinmetz parents’ council")
print(one.key, two.key)
"""
PASS = """
import datetime, sys
from manyplaces.events.models import Event
from tests.rsvps.clockwork import Clock
event = Event.every.order_by("pk").first()
for days in {days}:
    noon = datetime.datetime.combine(event.meant[1], datetime.time(12), datetime.UTC)
    clock = Clock(noon + datetime.timedelta(days=days))
    clock.run()
"""
STAND = """
import json
from manyplaces.rsvps.models import *
past = [[one.state, one.people] for one in PastCrowd.objects.all()]
print(json.dumps([Rsvp.objects.count(), Crowd.objects.count(), past]))
"""
OPEN = """
from manyplaces.core.sealing import Unopenable
from manyplaces.events.models import Host
from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Rsvp
opened, closed = 0, 0
def attempt(read):
    global opened, closed
    try:
        opened += bool(read())
    except Unopenable:
        closed += 1
for row in Rsvp.objects.all():
    for field in ("name", "email", "needs"):
        if getattr(row, field + "_sealed"):
            attempt(lambda: row.opened(field))
for letter in Letter.objects.exclude(safe=""):
    if letter.to_sealed:
        attempt(lambda: letter.to)
for host in Host.objects.all():
    attempt(lambda: host.email)
print(opened, closed)
"""


@dataclass
class Site:
    """A site that is served, with its folder, its database and its mail server."""

    up: Up
    env: dict[str, str]
    sink: Sink
    sources: Iterator[int] = field(default_factory=lambda: iter(range(1, 200)))

    def python(self, code: str) -> str:
        """Run a piece of code on the site's database."""
        start = f"import django; django.setup()\n{code}"
        found = subprocess.run(
            [sys.executable, "-c", start], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert found.returncode == 0, found.stderr
        return found.stdout.strip()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Call the command."""
        return subprocess.run(command(*words), cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)

    def post(self, path: str, **typed: str) -> http.client.HTTPResponse:
        """Send a form from a phone of its own behind a proxy."""
        connection = http.client.HTTPConnection("127.0.0.1", self.up.port, timeout=60)
        address = f"203.0.113.{next(self.sources)}"
        headers = {"X-Forwarded-For": address, "User-Agent": AGENT, "Accept-Language": "x-canary"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST", path, urlencode(typed), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def come(self, key: str, **typed: str) -> str:
        """Say that somebody comes, from the form's own address; returns where that leads."""
        connection = http.client.HTTPConnection("127.0.0.1", self.up.port, timeout=60)
        connection.request("GET", f"/events/{quote(key)}/come/", headers={"User-Agent": AGENT})
        answer = connection.getresponse()
        answer.read()
        form = answer.headers["Location"]
        connection.close()
        sent = self.post(form, **{"people": "1", **typed})
        assert sent.status == 302, (sent.status, form)
        return str(sent.headers["Location"])

    def dump(self, to: Path) -> bytes:
        """A copy of the database as an operator makes it."""
        if SERVER:
            subprocess.run(["pg_dump", "-f", str(to), self.env["DATABASE_URL"]], check=True)
        else:
            with sqlite3.connect(self.env["MANYPLACES_DATA"] + "/manyplaces.sqlite3") as base:
                base.execute("VACUUM INTO ?", [str(to)])
        return to.read_bytes()

    def files(self) -> dict[str, bytes]:
        """Every file of the data folder, the database's write-ahead log among them, and what the processes said."""
        folder = Path(self.env["MANYPLACES_DATA"])
        found = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        return found | {"stderr": self.up.errors.read_bytes()}


@pytest.fixture
def site(tmp_path: Path, sink: Sink) -> Iterator[Site]:
    """A site behind one proxy that sends letters."""
    given = {
        "MANYPLACES_SMTP": f"smtp://127.0.0.1:{sink.port}",
        "MANYPLACES_MAIL_FROM": "hello@schools.example",
        "MANYPLACES_PROXIES": "1",
        "DJANGO_SETTINGS_MODULE": "manyplaces.config.settings",
    }
    base = f"scenario_six_{os.getpid()}"
    if SERVER:
        _on_the_server(f'CREATE DATABASE "{base}"')
        given["DATABASE_URL"] = f"{SERVER.rpartition('/')[0]}/{base}"
    up = started(tmp_path, **given)
    yield Site(up, environment(tmp_path / "data", up.port, **given), sink)
    for process in up.everyone() if up.process.poll() is None else []:
        os.kill(process, signal.SIGKILL)
    up.process.wait(5)
    if SERVER:
        _on_the_server(f'DROP DATABASE IF EXISTS "{base}" WITH (FORCE)')


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that listens."""
    with Sink().listening() as found:
        yield found


def _on_the_server(words: str) -> None:
    with psycopg.connect(f"{SERVER.rpartition('/')[0]}/postgres", autocommit=True) as server:
        server.execute(words.encode())


def canaries(files: dict[str, bytes]) -> dict[str, set[bytes]]:
    """Which of what was planted stands in the clear, by file."""
    found = {name: set(re.findall(rb"(?i)canary|203\.0\.113\.\d+", text)) for name, text in files.items()}
    return {name: what for name, what in found.items() if what}


def test_who_attended_is_not_known_and_two_weeks_later_nothing_is(site: Site, tmp_path: Path) -> None:
    one, two = site.python(BEGIN).split()
    for _guest in range(19):
        site.come(one)
    gil = {"name": "CANARY Gil", "email": "canary.gil@example.org", "needs": "CANARY a ramp", "evening": "on"}
    site.come(two, people="6", **gil)
    wait_for(lambda: "canary.gil@example.org" in site.sink.readers, 60)
    letter = next(one for one in site.sink.taken if one["To"] == "canary.gil@example.org")
    body = letter.get_body(("plain",))
    assert body is not None
    token = re.findall(r"/coming/([^/\s]+)/", body.get_content())[0]
    assert site.post(f"/coming/{token}/", do="confirm").status == 302
    site.come(two, email="canary.otto@example.org")

    # What the district gets.
    held = json.loads(site.run("held", "event", one, "--json", "--reason", "court").stdout)
    assert (held["host_organisations"], [figure["says"] for figure in held["figures"]]) == (
        ["Steinmetz parents’ council"],
        ["62"],
    )
    answers = held["answers"]
    assert [answers[name] for name in ("answers", "anonymous", "with_a_name", "with_an_address")] == [19, 19, 0, 0]
    assert "canary" not in json.dumps(held).lower()
    assert any("network addresses" in sentence for sentence in held["not_held"])
    told = site.run("held", "event", one, "--reason", "court").stdout
    assert "anonymous: 19" in told
    assert site.run("held", "event", "no-such-event").returncode == 1

    # Whatever is planted lies sealed or nowhere, while it is held; a remark to the reviewers is words.
    backup = tmp_path / "backup"
    assert set(canaries({"dump": site.dump(backup)})["dump"]) == {b"CANARY"}
    whole = site.files()
    assert {what for found in canaries(whole).values() for what in found} <= {b"CANARY"}
    checked = site.run("check", "privacy")
    assert (checked.returncode, "Nothing was found." in checked.stdout) == (0, True), checked.stderr
    report = json.loads(site.run("held", "--json").stdout)
    counts = {line["class"]: line["many"] for line in report["stored"]}
    kinds = ("answers", "answers_bare", "answers_addressed", "safes", "hosts")
    assert [counts[name] for name in kinds] == [21, 19, 2, 2, 2]

    # Two weeks later, and after three months, when the private links of the hosts have ended.
    site.python(PASS.format(days=[15]))
    assert json.loads(site.python(STAND)) == [0, 0, [["WI", 25]]]
    assert json.loads(site.run("held", "event", one, "--json").stdout)["answers"]["answers"] == 0
    site.python(PASS.format(days=[91]))
    assert canaries({"dump": site.dump(tmp_path / "later"), **site.files()}) == {}
    after = {line["class"]: line["many"] for line in json.loads(site.run("held", "--json").stdout)["stored"]}
    gone = ("answers", "answers_named", "answers_needs", "crowds", "safes", "hosts", "letters_addressed")
    assert [after[name] for name in gone] == [0] * len(gone)
    assert after["purges"] >= 4
    assert site.run("check", "privacy").returncode == 0
    assert not list((Path(site.env["MANYPLACES_DATA"]) / "keys" / "safes").glob("*.safe"))

    # The oldest backup with the keys there are now: nothing of what attendees left opens, and after a change of
    # the keys nothing of the hosts either.
    assert site.run("rotate-keys", "--wait", "0").returncode == 0
    assert _restored(site, backup, tmp_path).python(OPEN) == "0 6"


def _restored(site: Site, backup: Path, tmp_path: Path) -> Site:
    """The backup, as a site of its own, with the keys as they are now."""
    folder = tmp_path / "restored"
    shutil.copytree(Path(site.env["MANYPLACES_DATA"]) / "keys", folder / "keys")
    given: dict[str, Any] = site.env | {"MANYPLACES_DATA": str(folder)}
    if SERVER:
        site.up.process.terminate()
        site.up.process.wait(20)
        name = site.env["DATABASE_URL"].rpartition("/")[2]
        _on_the_server(f'DROP DATABASE "{name}" WITH (FORCE)')
        _on_the_server(f'CREATE DATABASE "{name}"')
        subprocess.run(["psql", "-q", "-f", str(backup), site.env["DATABASE_URL"]], check=True, capture_output=True)
    else:
        shutil.copy(backup, folder / "manyplaces.sqlite3")
    return Site(site.up, given, site.sink)
