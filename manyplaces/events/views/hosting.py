"""The private page of a host. Opening it changes nothing; whatever it does is a form that is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core import throttle
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.core.tokens import digest
from manyplaces.events import operations
from manyplaces.events.forms import ChangeForm, LinkForm, PersonForm, WordsForm
from manyplaces.events.models import Commitment, Host
from manyplaces.events.queries.hosts import host_by_link
from manyplaces.events.rules import Review
from manyplaces.events.rules.hosting import LINK_DAYS, MOST_HOSTS, masked, may_dismiss
from manyplaces.events.rules.papers import papers_of
from manyplaces.events.views.committing import HOST, choices, typed

# So many new links from one source within an hour.
MOST, SECONDS = 5, 3600
# After these the link is dead, and another page says what was done.
AWAY = {"replace_link": "replaced", "remove_host": "removed"}
# So many steps that send a letter to somebody, from one source within an hour.
MOST_WRITTEN, WRITING = 15, ("hand_over", "add_cohost", "replace_link", "withdraw")


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
    # What was done, where it is not what the button says.
    did: str = ""
    # The secret of the link with which he came.
    link: str = ""
    is_new_link: bool = True

    def form(self, did: str) -> forms.Form:
        """Return the form that belongs to something to do; an empty one where it takes no words."""
        known = {"change": self.change, "answer": self.answer, "withdraw": self.withdraw}
        return {**known, "hand_over": self.over, "add_cohost": self.beside}.get(did) or forms.Form({})


def host(request: HttpRequest, token: str) -> HttpResponse:
    """A host's private page: what he told, where it stands, and all he can do about it."""
    found = host_by_link(token)
    if found is None:
        return render(request, "events/link.html", {"page": LinkForm(), "told": "gone"}, status=404)
    page = _page_of(request, found)
    page.link, page.is_new_link = token, found.link_digest == digest(token)
    did = request.POST.get("do", "")
    if request.method != "POST" or did == "find":
        return _shown(request, page)
    by = replace(HOST, door="link", holds=found.commitment.key)
    form = page.form(did)
    if form.is_valid():
        with refusals_on(form) if did != "change" else page.change.refusals():
            _require_patience(did, request)
            _do(did, page, by, request.POST)
    if not form.is_valid():
        return _shown(request, page, wrong=form, status=422)
    if did in AWAY:
        return redirect(f"{reverse('events:link')}?did={AWAY[did]}")
    return redirect(f"{request.path}?did={page.did or did}")


def link(request: HttpRequest) -> HttpResponse:
    """Send a new private link to an address that a host gave; the answer is the same whether we know it or not."""
    form = LinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        given = {"page": form, "told": request.GET.get("did", "")}
        return render(request, "events/link.html", given, status=422 if request.method == "POST" else 200)
    source = throttle.source_of(request.META)
    if not throttle.take(source, "link", MOST, SECONDS):
        form.add_error(None, throttle.too_many(throttle.wait(source, "link")))
        return render(request, "events/link.html", {"page": form, "told": ""}, status=429)
    operations.send_links(form.cleaned_data["email"], by=HOST)
    return redirect(f"{request.path}?did=sent")


def told(did: str, row: Commitment) -> str:
    """Return what the page says after something was done, as it stands now."""
    is_online, waits = row.review == Review.APPROVED, row.review == Review.WAITING
    if did == "prove_host":
        return _("Thank you. Now a person looks at it.") if waits else _("Thank you. Now we know that it was you.")
    if did == "change":
        if is_online:
            return _("Changed. It is online.")
        until = _("Changed. A person looks at it; until then the page stays as it was.")
        return until if row.event_id else _("Changed. A person looks at it.")
    sentences = {
        "same": _("Nothing was changed: it is as it was."),
        "answer": _("Thank you for the answer."),
        "pause_commitment": _("Paused. Nobody sees it now."),
        "resume_commitment": _("It goes on."),
        "withdraw": _("Withdrawn."),
        "keep_contact": _("Noted: whether we keep how you are reached."),
        "hand_over": _("A letter is on its way. You stay the host until it is accepted."),
        "add_cohost": _("A letter to your co-host is on its way."),
        "dismiss_host": _("Taken off. That link does not work any more."),
    }
    return sentences.get(did, "")


def _require_patience(did: str, request: HttpRequest) -> None:
    source = throttle.source_of(request.META)
    if did in WRITING and not throttle.take(source, "host", MOST_WRITTEN, SECONDS):
        raise NotNow(throttle.too_many(throttle.wait(source, "host")))


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
    others = [other for other in hosts if other.pk != page.host.pk]
    event = page.host.commitment.event
    given = {
        "page": page,
        "row": page.host.commitment,
        "host": page.host,
        "address": masked(page.host.email),
        "others": [(other, masked(other.email), may_dismiss(page.host, other)) for other in others],
        "link_days": LINK_DAYS,
        "papers": papers_of(event, timezone.localdate()) if event else [],
        "is_full": len(hosts) >= MOST_HOSTS,
        "schools": choices(page.change, page.looked),
        "told": told(request.GET.get("did", ""), page.host.commitment),
        "wrong": wrong,
        # A ready reason is kept in English and said in the reader's language; one's own words stay as they are.
        "reason": _(page.host.commitment.reason) if page.host.commitment.reason else "",
    }
    return render(request, "events/host.html", given, status=status)


def _do(did: str, page: Page, by: Actor, sent: QueryDict) -> None:
    """Do what a button said; nothing but accepting and refusing before the host has said that it was he."""
    row, known = page.host.commitment, STEPS.get(did)
    if known is None or (page.host.proved_at is None and did not in ("prove_host", "remove_host")):
        raise PermissionDenied
    if page.host.former_digest and page.is_new_link:
        operations.end_former_link(page.host, by=by)
    if did == "dismiss_host":
        others = page.host.commitment.hosts.filter(uid=sent.get("other", "")[:20])
        operations.dismiss_host(page.host, others.first() or Host(), by=by)
    elif did in ("prove_host", "replace_link", "remove_host"):
        known(page.host, by=by)
    elif did == "keep_contact":
        known(page.host, wanted=bool(sent.get("keep")), by=by)
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
        stored = operations.change_commitment(wanted, version=version, demands=page.change.demand_rows, by=by)
        page.did = "same" if stored.version == version else ""
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
    "dismiss_host": operations.dismiss_host,
    "keep_contact": operations.keep_contact,
    "replace_link": operations.replace_link,
    "remove_host": operations.remove_host,
}
