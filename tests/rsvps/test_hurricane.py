"""Florida is called off: 34 hosts and 1,212 attendees are told in their language, though the worker is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor, Grant
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.events.operations import approve, call_off
from manyplaces.mail import tasks
from manyplaces.mail.models import Letter
from manyplaces.people.models import Proposal
from manyplaces.places.models import City
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations import Ask, take_rsvps
from manyplaces.rsvps.operations.seating import keep_crowds, locked_crowds
from manyplaces.rsvps.rules import GuestContact, State
from manyplaces.rsvps.rules.links import uid_of
from tests.events.calling import october
from tests.events.cast import committed
from tests.mail.sink import Sink
from tests.signing import person_with

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
SITES, GUESTS = 34, 1_212
COUNTIES = (*("Miami-Dade", "Broward", "Palm Beach", "Hillsborough", "Pinellas", "Orange", "Duval", "Lee", "Collier"),)
NIA = Actor("Nia", "command")
# The promise, in seconds; a machine with nothing else to do takes a tenth of one minute.
WITHIN = 600


def language_of(number: int) -> str:
    return "es" if number % 3 == 0 else "en"


def florida(action: Action) -> list[Event]:
    """34 sites in a city of each of the nine counties, each with a host who has used his link."""
    events = []
    for number in range(SITES):
        county = COUNTIES[number % len(COUNTIES)]
        slug = county.lower().replace(" ", "-")
        facts = {"name": county, "folded": county.lower(), "zone": "America/New_York", "county": county}
        City.objects.get_or_create(state="FL", slug=slug, defaults={**facts, "lat": 26.0, "lon": -80.2})
        where = {"city_name": county, "city_slug": slug, "state": "FL", "zone": "America/New_York"}
        host = {"email": f"host{number}@example.org", "language": language_of(number), "date_edtf": action.date_edtf}
        row = committed(action, f"School {number}", **where, **host)
        events.append(approve(row, version=0, by=NIA))
    return events


def guests(action: Action, events: list[Event]) -> None:
    """So many who left an address and have confirmed, and some who did not."""
    asks = []
    for number in range(GUESTS + 8):
        event, key = events[number % SITES], new_token()
        row = Rsvp(uid=uid_of(key), body_digest="d", event=event, language=language_of(number))
        asks.append(Ask(row, GuestContact("", f"guest{number}@example.org", ""), action.pk, event.key))
    take_rsvps(asks, by=NIA)
    confirmed = [row.pk for row in Rsvp.objects.order_by("pk")[:GUESTS]]
    Rsvp.objects.filter(pk__in=confirmed).update(state=State.COMING)
    with transaction.atomic():
        for event, crowd in locked_crowds([event.pk for event in events]).items():
            crowd.coming = Rsvp.objects.filter(event=event, state=State.COMING).count()
            keep_crowds([crowd])
    Letter.objects.all().delete()


@pytest.fixture
def worker() -> Iterator[Callable[[int], subprocess.Popen[bytes]]]:
    """Starts a worker of this test's database that sends to a port; none is left behind."""
    running: list[subprocess.Popen[bytes]] = []
    folder = Path(settings.ENVIRONMENT.data)
    (folder / "traces").mkdir(exist_ok=True)

    def start(port: int) -> subprocess.Popen[bytes]:
        name = str(connection.settings_dict["NAME"])
        command = [sys.executable, "-m", "tests.mail.tiny_worker", str(folder), str(port), name]
        running.append(subprocess.Popen(command, cwd=ROOT))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_florida_is_told_within_minutes(worker: Callable[[int], subprocess.Popen[bytes]]) -> None:
    tasks.discover()
    action = october()
    events = florida(action)
    guests(action, events)
    flo = person_with(Grant("coordinator", state="FL"), alias="Flo")
    by = Actor("Flo", "page", person=flo.pk, errand="c-florida", grants=(Grant("coordinator", state="FL"),))
    call_off("cancel", events, reason="Weather", reason_es="Mal tiempo", by=by)
    # The pages say so before anybody is written to, and nobody has to agree to that or to the letters.
    page = f"/events/{events[0].key}"
    assert "cancelled" in Client().get(f"{page}/").content.decode()
    assert "STATUS:CANCELLED" in Client().get(f"{page}.ics").content.decode()
    assert Client().get(f"{page}.json").json()["event"]["phase"] == "cancelled"
    assert Proposal.objects.count() == 0
    with Sink().listening() as sink:
        began = time.monotonic()
        for enough in (300, GUESTS + SITES):
            process = worker(sink.port)
            while len(set(sink.readers)) < enough and time.monotonic() - began < WITHIN:
                time.sleep(0.05)
            if enough > 300:
                time.sleep(1)
            process.send_signal(signal.SIGKILL)
            process.wait()
        readers, languages = Counter(sink.readers), {}
        for message in sink.taken:
            languages[str(message["To"])] = str(message["Content-Language"])
    everybody = {f"{who}{number}@example.org": language_of(number)
                 for who, many in (("guest", GUESTS), ("host", SITES)) for number in range(many)}  # fmt: skip
    assert languages == everybody
    # One letter each. A copy of the very same letter, which a mail server knows by its name, may come of the kill.
    assert Letter.objects.count() == GUESTS + SITES
    assert sum(readers.values()) - len(readers) <= 1
    subjects = {str(message["Subject"]).partition(":")[0] for message in sink.taken}
    assert subjects == {"Cancelled", "Cancelado"}
