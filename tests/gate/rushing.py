"""A served site with an event to come to, and guests who send its form over the wire, many at once where wanted."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from manyplaces.core.tokens import new_token
from tests.browser.conftest import ROOT, Site

SEED = """
import django; django.setup()
from manyplaces.events.models import Event
from tests.events.calling import october
from tests.rsvps.coming import walk_in
action = october()
open_one, small, cancelled = (walk_in(action, venue, capacity=room)
    for venue, room in (("Auer Avenue School", None), ("Grant Elementary", 20), ("Hayes Elementary", None)))
Event.every.filter(pk=cancelled.pk).update(phase="cancelled")
print(open_one.key, small.key, cancelled.key)
"""


# So many people left an address for an event and have their letter; prints their own pages.
ASKED = """
import django; django.setup()
from manyplaces.events.models import Event
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.rules.links import LETTER, link_of
from tests.rsvps.coming import say
event = Event.every.get(key={key!r})
for number in range({many}):
    say(event, email=f"{{number}}@example.org")
uids = Rsvp.objects.filter(state="asked").values_list("uid", flat=True)
print(*(f"/coming/{{link_of(uid, LETTER)}}/" for uid in uids))
"""


@dataclass(frozen=True)
class Told:
    """An answer: its status, headers (names in small letters) and text."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def to(self) -> str:
        """Where the answer leads."""
        return self.headers.get("location", "")


@dataclass
class Party:
    """The site and its three events: one that takes everybody, one with twenty places, one that was cancelled."""

    site: Site
    event: str
    small: str
    cancelled: str
    environment: dict[str, str]

    def send(self, path: str, typed: dict[str, str] | None = None, source: str = "203.0.113.1", **headers: str) -> Told:
        """Send a form as a browser does (or, without one, ask for a page)."""
        wire = http.client.HTTPConnection(self.site.url.removeprefix("http://"), timeout=60)
        given = {"X-Forwarded-For": source}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if typed is None:
            wire.request("GET", path, headers=given)
        else:
            given = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.site.url} | given
            wire.request("POST", path, urlencode(typed), given)
        answer = wire.getresponse()
        text = answer.read().decode()
        wire.close()
        return Told(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)

    def form(self, event: str = "", language: str = "en") -> str:
        """The address of a form of one's own."""
        return f"{'/es' if language == 'es' else ''}/events/{event or self.event}/come/{new_token()}/"

    def at_once(self, sends: list[tuple[str, dict[str, str], str]]) -> list[Told]:
        """Send many forms (address, what is typed, from where) in the same moment; returns the answers."""
        answers: list[Any] = [None] * len(sends)
        ready = threading.Barrier(len(sends))

        def one(number: int) -> None:
            ready.wait()
            answers[number] = self.send(*sends[number])

        threads = [threading.Thread(target=one, args=(number,)) for number in range(len(sends))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def rows(self, event: str) -> list[tuple[Any, ...]]:
        """What the database has of an event: the rows in the order in which they were made, as (people, state)."""
        joined = "rsvps_rsvp r JOIN events_event e ON e.id = r.event_id"
        return self.site.rows(f"SELECT r.people, r.state FROM {joined} WHERE e.key = '{event}' ORDER BY r.id")

    def log(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        files = (self.site.data / "logs").glob("*")
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]

    def command(self, code: str) -> str:
        """Run a program in the surroundings of the site, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


def party(site: Site, environment: dict[str, str]) -> Party:
    """Fill a site that is served with the three events."""
    found = Party(site, "", "", "", environment)
    found.event, found.small, found.cancelled = found.command(SEED).split()
    return found
