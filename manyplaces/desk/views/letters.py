"""Letters on the desk: how many are owed, which could not be delivered, and what becomes of those."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, in_words
from manyplaces.mail.models import Job, Letter
from manyplaces.mail.operations import let_be, send_again, send_all_again, settle_job
from manyplaces.mail.queries import failed_jobs, failed_letters, outbox, waiting_letters
from manyplaces.people.guard import for_nationals
from manyplaces.rsvps.queries.sendings import letters_held, sendings

ON_A_PAGE = 100
# What a letter is for, in words.
KINDS = {
    "events.again": gettext_lazy("A decision was taken back"),
    "events.cancelled": gettext_lazy("Cancelled"),
    "events.co_host": gettext_lazy("To a new co-host"),
    "events.corrected": gettext_lazy("Changed by the coordinators"),
    "events.declined": gettext_lazy("Declined"),
    "events.hand_over": gettext_lazy("To who should take over"),
    "events.host_named": gettext_lazy("Another host was named"),
    "events.kept": gettext_lazy("A change was not taken"),
    "events.link_again": gettext_lazy("A new private link"),
    "events.merged": gettext_lazy("Two became one"),
    "events.no_host": gettext_lazy("Host no longer"),
    "events.postponed": gettext_lazy("Postponed"),
    "events.question": gettext_lazy("A question to the host"),
    "events.restored": gettext_lazy("Takes place after all"),
    "events.taken_back": gettext_lazy("A decision was taken back"),
    "events.taken_down": gettext_lazy("Taken off the pages"),
    "events.thank_host": gettext_lazy("Please confirm"),
    "events.withdrawn": gettext_lazy("Withdrawn"),
    "events.you_are_online": gettext_lazy("You are online"),
    "mail.try_out": gettext_lazy("A trial"),
    "people.account_closed": gettext_lazy("Account closed"),
    "people.address_changed": gettext_lazy("Address changed"),
    "people.code": gettext_lazy("A code for signing in"),
    "people.contacts_out": gettext_lazy("Contacts are taken out"),
    "people.first_run_used": gettext_lazy("The first-run code was used"),
    "people.invited": gettext_lazy("Invitation"),
    "people.new_device": gettext_lazy("Signed in from a new browser"),
    "people.passkeys_changed": gettext_lazy("Passkeys changed"),
    "people.proposed": gettext_lazy("Something was proposed"),
    "reports.ask": gettext_lazy("How did it go?"),
    "rsvps.cancelled": gettext_lazy("An attendee: cancelled"),
    "rsvps.given": gettext_lazy("An attendee gave his contact to an organisation"),
    "rsvps.merged": gettext_lazy("An attendee: one with another event"),
    "rsvps.message_declined": gettext_lazy("A host’s message was declined"),
    "rsvps.paused": gettext_lazy("An attendee: not certain for now"),
    "rsvps.confirm": gettext_lazy("An attendee: please confirm"),
    "rsvps.early": gettext_lazy("A reminder, early on the day"),
    "rsvps.evening": gettext_lazy("A reminder, the evening before"),
    "rsvps.host_evening": gettext_lazy("A reminder to a host, the evening before"),
    "rsvps.host_hour": gettext_lazy("A reminder to a host, an hour before"),
    "rsvps.moved": gettext_lazy("An attendee: changed"),
    "rsvps.on_again": gettext_lazy("An attendee: takes place after all"),
    "rsvps.answer": gettext_lazy("An attendee answers the host"),
    "rsvps.from_host": gettext_lazy("The host to an attendee"),
    "rsvps.host_copy": gettext_lazy("A host’s own copy"),
    "rsvps.place_free": gettext_lazy("An attendee: a place is free"),
    "rsvps.postponed": gettext_lazy("An attendee: postponed"),
}


@for_nationals
def letters(request: Any) -> HttpResponse:
    """What is owed and what failed; never to whom, and never what is written."""
    if request.method == "POST":
        try:
            messages.success(request, _settled(request.POST, request.actor))
        except (NotNow, PermissionDenied) as refusal:
            messages.error(request, in_words(refusal))
        return redirect("desk:letters")
    page = Paginator(failed_letters(), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {"outbox": outbox(), "page": page, "waiting": waiting_letters(), "kinds": KINDS, "jobs": failed_jobs()}
    shown |= {"sendings": sendings(timezone.now()), "held": letters_held()}
    return render(request, "desk/letters.html", shown)


def _settled(posted: Any, by: Actor) -> str:
    """Do what a button said, and return what to tell."""
    did = posted.get("do", "again")
    if did == "all":
        send_all_again(by=by)
        return _("All these letters will be tried again.")
    if did in ("begin", "end"):
        settle_job(get_object_or_404(Job, uid=posted.get("job", "")), again=did == "begin", by=by)
        return _("It is begun again.") if did == "begin" else _("It is left as it is.")
    letter = get_object_or_404(Letter, uid=posted.get("letter", ""))
    if did == "again":
        send_again(letter, by=by)
        return _("The letter will be tried again.")
    if did != "let_be":
        raise Http404
    let_be(letter, by=by)
    return _("The letter is given up, and its text and address are erased.")
