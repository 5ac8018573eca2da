"""Messages of hosts to those who come: a reviewer looks at those of new hosts, and any can be stopped."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manyplaces.core.refusals import NotNow, in_words
from manyplaces.desk.forms.review import read_text
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role
from manyplaces.rsvps.operations import approve_message, decline_message, stop_message
from manyplaces.rsvps.queries.messages import messages_within, waiting_messages


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def host_messages(request: Any) -> HttpResponse:
    """What hosts of the reader's area want to write, with its text; never to whom it goes."""
    if request.method == "POST":
        try:
            messages.success(request, _decided(request))
        except (NotNow, ValidationError) as refusal:
            messages.error(request, in_words(refusal))
        return redirect("desk:host_messages")
    return render(request, "desk/host_messages.html", {"page": waiting_messages(request.actor)})


def _decided(request: Any) -> str:
    """Do what a button said, and return what to tell."""
    found = messages_within(request.actor).filter(uid=read_text(request.POST, "message", 20)).first()
    version, did = read_text(request.POST, "version", 9), read_text(request.POST, "do", 10)
    if found is None or not version.isdecimal():
        raise NotNow(_("This is gone already."))
    if did == "approve":
        approve_message(found, version=int(version), by=request.actor)
        return _("It goes out by itself, as soon as its 15 minutes are over.")
    if did == "decline":
        decline_message(found, version=int(version), reason=read_text(request.POST, "reason", 500), by=request.actor)
        return _("It does not go out. Its hosts get a letter that says so, and why.")
    stop_message(found, by=request.actor)
    return _("Stopped. What had not left yet never leaves.")
