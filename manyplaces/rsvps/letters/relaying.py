"""Letters by which a host and those who come write to each other, neither learning the address of the other."""

from __future__ import annotations

from manyplaces.events.models import Event
from manyplaces.events.rules import Phase
from manyplaces.mail.letters import Written
from manyplaces.rsvps.letters import PLACE_OF_LINK, draft
from manyplaces.rsvps.rules.news import state_of


def from_host(event: Event, language: str, text: str) -> Written:
    """Bring what the host wrote to somebody who comes; `addressed` puts in the link of his own page."""
    # Whoever knows where each reader's link is put in could have it put into an address of his own.
    off = "" if event.meant_text and event.moved_to and event.phase == Phase.POSTPONED else state_of(event.phase)
    return draft("from_host", event, language, text=text.replace(PLACE_OF_LINK, "…"), off=off)


def host_copy(event: Event, language: str, text: str, *, waits_for_review: bool) -> Written:
    """Show a host what those who come will read, before they do, and say how he stops it."""
    return draft("host_copy", event, language, text=text, waits_for_review=waits_for_review)


def message_declined(event: Event, language: str, text: str, reason: str) -> Written:
    """Tell a host that a reviewer did not let his message go out, and why, where he said why."""
    return draft("message_declined", event, language, text=text, reason=reason)


def answer(event: Event, language: str, text: str, signed: str) -> Written:
    """Bring a host what somebody who comes answers; `signed` is as much of a name as a host is shown, or nothing."""
    return draft("answer", event, language, text=text, signed=signed)
