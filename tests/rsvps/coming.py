"""An event to come to, and what Gil's phone sends: what the tests of who comes begin with."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.tokens import digest, new_token
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations import approve
from manyplaces.mail.models import Letter
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.rules.links import LETTER, link_of
from tests.events.calling import october
from tests.events.cast import committed

# A name that every site answers to, so that this also works in a program beside a served site.
HERE = {"host": "localhost"}
REVIEWER = Actor("Ruth", "command")


def walk_in(action: Action | None = None, venue: str = "Auer Avenue School", **facts: Any) -> Event:
    """An approved walk-in in Milwaukee, thirty days from now, whose host is Hana; `capacity` is the event's."""
    action, capacity = action or october(), facts.pop("capacity", None)
    given = {"email": "hana@example.org", "date_edtf": action.date_edtf, **facts}
    commitment: Commitment = committed(action, venue, **given)
    event = approve(commitment, version=commitment.version, by=REVIEWER)
    Event.every.filter(pk=event.pk).update(capacity=capacity)
    return event


def form_of(event: Event, language: str = "en") -> str:
    """The address of a form of one's own."""
    start = "/es" if language == "es" else ""
    return f"{start}/events/{event.key}/come/{new_token()}/"


def say(event: Event, to: str = "", **typed: Any) -> Any:
    """Send the form as a phone does; returns the answer."""
    return Client(headers=HERE).post(to or form_of(event), {"people": "1", **typed})


def confirmed(event: Event, email: str, **typed: Any) -> Rsvp:
    """Somebody who left an address and pressed the button of the letter."""
    say(event, email=email, **typed)
    letter = Letter.objects.filter(kind="rsvps.confirm").order_by("-pk")[0]
    Client(headers=HERE).post(link_in(letter), {"do": "confirm"})
    return Rsvp.objects.order_by("-pk")[0]


def way_of(row: Rsvp) -> str:
    """The own page of somebody who has confirmed, as his letters have it."""
    return f"/coming/{link_of(row.uid, LETTER)}/"


def of_host(event: Event, proved: bool = True) -> str:
    """The page on which Hana sees who comes, under a new private link of hers."""
    token = new_token()
    rows = Host.objects.filter(commitment__event=event)
    rows.update(link_digest=digest(token), proved_at=timezone.now() if proved else None)
    return f"/host/{token}/coming/"


def link_in(letter: Letter) -> str:
    """The reader's own page, as his letter has it."""
    body = letter.content["body"]
    start = "/es" if letter.language == "es" else ""
    return f"{start}/coming/" + body.partition("/coming/")[2].partition("/")[0] + "/"


def today() -> str:
    """The day, as rows have it."""
    return timezone.localdate().isoformat()
