"""What a host sees of those who come, by the private link of his own. Opening it changes nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from manyplaces.events.forms import LinkForm
from manyplaces.events.models import Event, Host
from manyplaces.events.queries.hosts import host_by_link
from manyplaces.rsvps.queries.guests import guests_of

# So many first names stand on the page at once; the others are folded.
UNFOLDED = 60


@require_safe
def guests(request: HttpRequest, token: str) -> HttpResponse:
    """Who comes: a number, first names where given, languages, and what somebody needs to take part."""
    host, event = hosted(token)
    if host is None or event is None:
        return gone(request)
    return shown(request, "rsvps/guests.html", {"page": token, "event": event, "guests": guests_of(event)})


def hosted(token: str) -> tuple[Host | None, Event | None]:
    """Return the host who has proved his address and holds the link, and his event; nothing for everybody else."""
    host = host_by_link(token)
    if host is None or host.proved_at is None or host.commitment.event_id is None:
        return None, None
    event = Event.every.select_related("action", "city", "spelling__place").filter(pk=host.commitment.event_id).first()
    return (host, event) if event is not None else (None, None)


def gone(request: HttpRequest) -> HttpResponse:
    """Answer as the private page of a host does where there is none."""
    return render(request, "events/link.html", {"page": LinkForm(), "told": "gone"}, status=404)


def shown(request: HttpRequest, template: str, given: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show a page that nobody keeps."""
    answer = render(request, template, given | {"unfolded": UNFOLDED}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
