"""What a host sees of those who come, and writing to them, by his private link. Opening a page changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.events.forms import LinkForm
from manyplaces.events.models import Event, Host
from manyplaces.events.queries.hosts import host_by_link
from manyplaces.events.rules import Review
from manyplaces.events.views.committing import HOST
from manyplaces.rsvps.forms.messages import MessageForm
from manyplaces.rsvps.letters import PLACE_OF_LINK
from manyplaces.rsvps.letters.relaying import from_host
from manyplaces.rsvps.models import Message
from manyplaces.rsvps.operations import stop_message, write_message
from manyplaces.rsvps.queries.guests import guests_of
from manyplaces.rsvps.queries.messages import relay_of, waits_for_review
from manyplaces.rsvps.rules import is_over

# So many first names stand on the page at once; the others are folded.
UNFOLDED = 60
# So many messages are sent off from one source within an hour, whoever writes them.
MOST, SECONDS = 20, 3600


def guests(request: HttpRequest, token: str) -> HttpResponse:
    """Who comes: a number, first names where given, languages, needs; and what was written to them."""
    host, event = hosted(token)
    if host is None or event is None:
        return gone(request)
    refused, status = "", 200
    if request.method == "POST":
        try:
            _stop(request, event, host)
            return redirect(f"{request.path}?did=stopped")
        except NotNow as refusal:
            refused, status = str(refusal), 422
    is_down = host.commitment.review == Review.DECLINED
    found = guests_of(event)
    if is_down:
        # Perhaps because of him: names and needs are not shown to whom reviewers have just stopped.
        found = replace(found, names=[], needs=[])
    given = {"page": token, "event": event, "guests": found, "relay": relay_of(event), "is_down": is_down}
    given |= {"told": request.GET.get("did", ""), "refusal": refused}
    given["is_over"] = is_over(event.meant[1], timezone.localdate())
    return shown(request, "rsvps/guests.html", given, status)


def message(request: HttpRequest, token: str) -> HttpResponse:
    """Write to those who come: type it, look at the letter as they get it, send it off."""
    host, event = hosted(token)
    if host is None or event is None:
        return gone(request)
    form = MessageForm(request.POST or None, own=host.email)
    if form.is_valid() and request.POST.get("do") == "send":
        with refusals_on(form):
            _require_patience(request)
            write_message(host, form.cleaned_data["text"], by=_by(host))
        if form.is_valid():
            return redirect(f"{reverse('rsvps:guests', args=[token])}?did=written")
    given: dict[str, Any] = {"page": token, "event": event, "form": form, "letter": None}
    if form.is_valid():
        text = form.cleaned_data["text"]
        letter = from_host(event, get_language() or "en", text)
        # Where each reader's own link stands nobody learns, or he could have it put into an address of his.
        given["letter"] = {"subject": letter.subject, "text": letter.text.replace(PLACE_OF_LINK, "…")}
        given["waits"] = waits_for_review(host, text)
    return shown(request, "rsvps/message.html", given, 422 if request.method == "POST" and form.errors else 200)


def hosted(token: str) -> tuple[Host | None, Event | None]:
    """Return the host who has proved his address and holds the link, and his event; nothing for everybody else."""
    host = host_by_link(token)
    return with_event(host) if host is not None and host.proved_at is not None else (None, None)


def with_event(host: Host) -> tuple[Host | None, Event | None]:
    """Return a host and his event, also one that is off the pages; nothing where there is none yet."""
    if host.commitment.event_id is None:
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


def _by(host: Host) -> Actor:
    return replace(HOST, door="link", holds=host.commitment.key)


def _stop(request: HttpRequest, event: Event, host: Host) -> None:
    found = Message.objects.filter(event=event, uid=request.POST.get("stop", "")[:20]).first()
    if found is not None:
        stop_message(found, by=_by(host))


def _require_patience(request: HttpRequest) -> None:
    source = throttle.source_of(request.META)
    if not throttle.take(source, "message", MOST, SECONDS):
        raise NotNow(throttle.too_many(throttle.wait(source, "message")))
