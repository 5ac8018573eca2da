"""The private page of a host. Opening it changes nothing; whatever it does is a form that is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.refusals import refusals_on
from manyplaces.core.tokens import digest
from manyplaces.events import operations
from manyplaces.events.forms import ChangeForm, LinkForm, PersonForm, WordsForm
from manyplaces.events.models import Host
from manyplaces.events.rules.hosting import MOST_HOSTS, link_is_alive, masked
from manyplaces.events.views.committing import HOST, choices, typed

# So many new links from one source within an hour.
MOST, SECONDS = 5, 3600


@dataclass
class Page:
    """What the private page shows: the host, his commitment, and a form for each thing to do."""

    host: Host
    change: ChangeForm
    answer: WordsForm = field(default_factory=lambda: WordsForm(prefix="answer"))
    withdraw: WordsForm = field(default_factory=lambda: WordsForm(prefix="withdraw"))
    over: PersonForm = field(default_factory=lambda: PersonForm(prefix="over"))
    beside: PersonForm = field(default_factory=lambda: PersonForm(prefix="beside"))
    looked: bool = False

    def form(self, did: str) -> forms.Form:
        """Return the form that belongs to something to do; an empty one where it takes no words."""
        known = {"change": self.change, "answer": self.answer, "withdraw": self.withdraw}
        return {**known, "hand_over": self.over, "add_cohost": self.beside}.get(did) or forms.Form({})


def host(request: HttpRequest, token: str) -> HttpResponse:
    """A host's private page: what he told, where it stands, and all he can do about it."""
    found = _host(token)
    if found is None:
        return render(request, "events/link.html", {"page": LinkForm(), "sent": False, "gone": True}, status=404)
    page = _page_of(request, found)
    did = request.POST.get("do", "")
    if request.method != "POST" or did == "find":
        return _shown(request, page)
    by = replace(HOST, door="link", holds=found.commitment.key)
    form = page.form(did)
    if form.is_valid():
        with refusals_on(form) if did != "change" else page.change.refusals():
            _do(did, page, by)
    if not form.is_valid():
        return _shown(request, page, wrong=form if not form.fields else None, status=200)
    if did == "remove_host":
        return redirect("events:link")
    return redirect(f"{request.path}?did={did}")


def link(request: HttpRequest) -> HttpResponse:
    """Send a new private link to an address that a host gave; the answer is the same whether we know it or not."""
    form = LinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        given = {"page": form, "sent": request.GET.get("sent") == "1", "gone": False}
        return render(request, "events/link.html", given)
    source = throttle.source_of(request.META)
    if not throttle.take(source, "link", MOST, SECONDS):
        form.add_error(None, throttle.too_many(throttle.wait(source, "link")))
        return render(request, "events/link.html", {"page": form, "sent": False, "gone": False}, status=429)
    operations.send_links(form.cleaned_data["email"], by=HOST)
    return redirect(f"{request.path}?sent=1")


def _host(token: str) -> Host | None:
    rows = Host.objects.select_related(
        "commitment__action", "commitment__school", "commitment__vouched_by", "commitment__event"
    )
    found = one(rows.filter(link_digest=digest(token)))
    alive = found is not None and link_is_alive(found.commitment.day, timezone.localdate())
    return found if alive else None


def _page_of(request: HttpRequest, found: Host) -> Page:
    row = found.commitment
    if request.POST.get("do") == "change":
        change = ChangeForm(row.action, request.POST)
    else:
        given = typed(request.POST) if request.POST.get("do") == "find" else ChangeForm.initial_of(row)
        change = ChangeForm(row.action, initial=given)
    page = Page(found, change, looked=request.POST.get("do") in ("find", "change"))
    for did, kind in (("answer", WordsForm), ("withdraw", WordsForm), ("over", PersonForm), ("beside", PersonForm)):
        if request.POST.get("do") in (did, {"over": "hand_over", "beside": "add_cohost"}.get(did)):
            setattr(page, did, kind(request.POST, prefix=did))
    return page


def _shown(request: HttpRequest, page: Page, wrong: forms.Form | None = None, status: int = 200) -> HttpResponse:
    hosts = list(page.host.commitment.hosts.order_by("pk"))
    given = {
        "page": page,
        "row": page.host.commitment,
        "host": page.host,
        "address": masked(page.host.email),
        "others": [(masked(other.email), other.proved_at) for other in hosts if other.pk != page.host.pk],
        "is_full": len(hosts) >= MOST_HOSTS,
        "schools": choices(page.change, page.looked),
        "did": request.GET.get("did", ""),
        "wrong": wrong,
        # A ready reason is kept in English and said in the reader's language; one's own words stay as they are.
        "reason": _(page.host.commitment.reason) if page.host.commitment.reason else "",
    }
    return render(request, "events/host.html", given, status=status)


def _do(did: str, page: Page, by: Actor) -> None:
    """Do what a button said; nothing but accepting and refusing before the host has said that it was he."""
    row, known = page.host.commitment, STEPS.get(did)
    if known is None or (page.host.proved_at is None and did not in ("prove_host", "remove_host")):
        raise PermissionDenied
    if did in ("prove_host", "replace_link", "remove_host"):
        known(page.host, by=by)
    elif did in ("pause_commitment", "resume_commitment"):
        known(row, by=by)
    else:
        _say(did, page, by)


def _say(did: str, page: Page, by: Actor) -> None:
    row = page.host.commitment
    if did == "change":
        wanted = page.change.commitment()
        wanted.key = row.key
        version = page.change.cleaned_data["version"]
        operations.change_commitment(wanted, version=version, demands=page.change.demand_rows, by=by)
    elif did == "answer":
        operations.answer_question(row, page.answer.cleaned_data["words"], by=by)
    elif did == "withdraw":
        operations.withdraw_commitment(row, reason=page.withdraw.cleaned_data["words"], by=by)
    elif did == "hand_over":
        operations.hand_over(page.host, page.over.contact(), by=by)
    else:
        operations.add_cohost(row, page.beside.contact(), by=by)


STEPS: dict[str, Callable[..., Any]] = {
    "prove_host": operations.prove_host,
    "change": operations.change_commitment,
    "answer": operations.answer_question,
    "pause_commitment": operations.pause_commitment,
    "resume_commitment": operations.resume_commitment,
    "withdraw": operations.withdraw_commitment,
    "hand_over": operations.hand_over,
    "add_cohost": operations.add_cohost,
    "replace_link": operations.replace_link,
    "remove_host": operations.remove_host,
}
