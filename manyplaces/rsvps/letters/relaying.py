"""Letters by which a host and those who come write to each other, neither learning the address of the other."""

from __future__ import annotations

from manyplaces.events.models import Event
from manyplaces.mail.letters import Written
from manyplaces.rsvps.letters import PLACE_OF_LINK, draft


def from_host(event: Event, language: str, text: str) -> Written:
    """Bring what the host wrote to somebody who comes; `addressed` puts in the link of his own page."""
    # Whoever knows where each reader's link is put in could have it put into an address of his own.
    return draft("from_host", event, language, text=text.replace(PLACE_OF_LINK, "…"))


def host_copy(event: Event, language: str, text: str, *, waits_for_review: bool) -> Written:
    """Show a host what those who come will read, before they do, and say how he stops it."""
    return draft("host_copy", event, language, text=text, waits_for_review=waits_for_review)


def answer(event: Event, language: str, text: str, signed: str) -> Written:
    """Bring a host what somebody who comes answers; `signed` is as much of a name as a host is shown, or nothing."""
    return draft("answer", event, language, text=text, signed=signed)
