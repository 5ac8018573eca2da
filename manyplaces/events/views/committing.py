"""The page on which a site commits. It sets no cookie, and a stored copy of it serves everybody."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.actions.rules import require_open
from manyplaces.core import throttle, together
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.forms import CommitForm, SiteForm
from manyplaces.events.operations import Offer, check_offer, commit_checked
from manyplaces.people.queries import organisation_of_link
from manyplaces.places.models import School
from manyplaces.places.queries import find_schools

# So many commitments from one source within ten minutes; a whole list comes through a coordinator.
MOST, SECONDS = 8, 600
HOST = Actor("a host", "page")
MANY_VALUES = ("demands", "spoken", "access")


def commit(request: HttpRequest, slug: str, secret: str = "") -> HttpResponse:
    """Commit a site to an action: find the school, say what and when, and how the host is reached.

    Whoever has the secret of an organisation's link commits in its name.
    """
    action = together.once(("action", slug), lambda: get_object_or_404(Action, slug=slug))
    try:
        require_open(action, timezone.now())
    except NotNow as refusal:
        # What somebody has typed is not taken any more, but not lost either.
        kept = CommitForm(action, initial=typed(request.POST)) if request.method == "POST" else None
        return _page(request, action, kept, closed=str(refusal), status=409 if kept else 200)
    voucher = organisation_of_link(secret)
    form_of = partial(CommitForm, action, voucher=voucher, is_dead=bool(secret) and voucher is None)
    if request.method != "POST":
        return _page(request, action, form_of(initial={"q": request.GET.get("q", "")[:200]}))
    if request.POST.get("do") == "find":
        return _page(request, action, form_of(initial=typed(request.POST)), looked=True)
    done = redirect(reverse("events:committed", kwargs=_way(slug, secret if voucher else "")))
    return _take(request, action, form_of(request.POST), done)


def committed(request: HttpRequest, slug: str, secret: str = "") -> HttpResponse:
    """What happens next, for whoever has just committed; the same page for everybody who came the same way."""
    action = get_object_or_404(Action, slug=slug)
    again = _way(slug, secret if organisation_of_link(secret) else "")
    return render(request, "events/committed.html", {"page": action, "action": action, "again": again})


def _way(slug: str, secret: str) -> dict[str, str]:
    """Return the parts of an address by which the next page keeps to the link."""
    return {"slug": slug, "secret": secret} if secret else {"slug": slug}


def _take(request: HttpRequest, action: Action, form: CommitForm, done: HttpResponse) -> HttpResponse:
    if request.POST.get("more_about"):
        # A program filled in what people do not see. It is told that all went well.
        return done
    if not form.is_valid():
        return _page(request, action, form, looked=True, status=422)
    source = throttle.source_of(request.META)
    if not throttle.take(source, "commit", MOST, SECONDS):
        wait = throttle.wait(source, "commit")
        form.add_error(None, throttle.too_many(wait))
        answer = _page(request, action, form, looked=True, status=429)
        answer["Retry-After"] = str(wait)
        return answer
    with form.refusals():
        offer = check_offer(form.offer(throttle.cluster(source)), actor=HOST, now=timezone.now())
    if not form.is_valid():
        return _page(request, action, form, looked=True, status=422)
    # Kept with what others commit in the same moment, before any of them is answered.
    together.write(_keep, offer)
    return done


def _keep(offers: Sequence[Offer]) -> None:
    commit_checked(offers, by=HOST)


def typed(data: QueryDict) -> dict[str, Any]:
    """Return what was typed, to be shown again as it was."""
    return {name: data.getlist(name) if name in MANY_VALUES else data[name] for name in data}


def choices(form: SiteForm, looked: bool) -> list[School]:
    """Return the schools to choose from: the one that was chosen before, and what the words find."""
    number, words = str(form["school"].value() or ""), str(form["q"].value() or "")[:200]
    found = [hit.school for hit in find_schools(words)] if looked and words.strip() else []
    known = [school for school in found if school.number == number]
    if number.isascii() and number.isdigit() and not known:
        known = list(School.objects.filter(number=number))
    return known + [school for school in found if school not in known]


def _page(
    request: HttpRequest,
    action: Action,
    form: CommitForm | None,
    *,
    closed: str = "",
    looked: bool = False,
    status: int = 200,
) -> HttpResponse:
    found = choices(form, looked) if form is not None else []
    given = {"page": action, "action": action, "form": form, "closed": closed, "looked": looked, "schools": found}
    return render(request, "events/commit.html", given, status=status)
