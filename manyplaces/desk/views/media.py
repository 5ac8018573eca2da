"""What was published, on the desk: what waits for a look, one item put right, copies of one story, links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.refusals import NotNow, in_words, refusals_on
from manyplaces.desk.views.calling import seen
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role, may
from manyplaces.record import operations
from manyplaces.record.forms import HitForm
from manyplaces.record.models import MediaHit
from manyplaces.record.queries.captures import capture_bytes, capture_words
from manyplaces.record.queries.kept import (
    SHOWS,
    hit_of,
    kept_hits,
    likely_originals,
    places_for,
)
from manyplaces.record.rules.media import KEEPERS, HitReview

DONE, WRONG, LATE = 302, 422, 409
Step = Callable[[Any, MediaHit], str]


@for_roles(Role.REVIEWER, Role.COORDINATOR, Role.PRESS)
def media(request: Any, slug: str) -> HttpResponse:
    """Everything that was published about an action, by what is to be done with it."""
    action = seen(request, slug)
    if request.method == "POST":
        return _stepped(request, action, f"{request.path}?show={_show(request.POST)}")
    number = request.GET.get("page", "1")[:6]
    page = kept_hits(action, request.actor, _show(request.GET), int(number) if number.isdecimal() else 1)
    context = {"page": page, "shows": SHOWS, "may_add": bool(places_for(action, request.actor))}
    return render(request, "desk/media.html", context)


@for_roles(Role.REVIEWER, Role.COORDINATOR, Role.PRESS)
def hit(request: Any, slug: str, key: str) -> HttpResponse:
    """One published item: whether it is public, what is said of it, its link, its copies."""
    action = seen(request, slug)
    found = _found(request, action, key)
    places = places_for(action, request.actor, found)
    area = {"action": slug, "state": found.state, "city": found.city.slug if found.city else ""}
    may_keep = may(request.actor, *KEEPERS, **area)
    form, status = HitForm(action, places, request.POST or None, initial=HitForm.initial_of(found)), 200
    if request.method == "POST" and request.POST.get("do") != "correct":
        return _stepped(request, action, request.path)
    if request.method == "POST":
        status = _corrected(form, found, request.actor)
        if status == DONE:
            messages.success(request, _("Saved. The public pages show it within a second."))
            return redirect("desk:hit", slug, key)
    context = {"action": action, "hit": found, "form": form, "may_keep": may_keep, "watch": found.watched}
    context |= {"originals": likely_originals(found) if not found.copy_of_id else [], "asks": settings.LINKS}
    context |= {"copies": list(MediaHit.every.filter(copy_of=found).order_by("date_from", "pk"))}
    return render(request, "desk/hit.html", context | {"late": status == LATE}, status=status)


def _corrected(form: HitForm, found: MediaHit, by: Any) -> int:
    """Keep what was typed; return whether it is DONE, something is WRONG, or somebody was before.

    Then what was typed stays in the form, which is from now on about what it is shown beside.
    """
    late = False
    if form.is_valid():
        with refusals_on(form):
            try:
                operations.correct_media_hit(form.hit(found), seen=form.cleaned_data["seen"], by=by)
            except NotNow:
                late = True
                raise
    if late:
        form.data = {name: form.data.get(name) for name in form.data} | {"seen": found.said}
    return LATE if late else WRONG if form.errors else DONE


@for_roles(Role.COORDINATOR, Role.PRESS)
def capture(request: Any, slug: str, key: str, form: str) -> HttpResponse:
    """The copy of its page that we keep: packed as it came, or its words alone. Never as a page."""
    action = seen(request, slug)
    found = _found(request, action, key)
    area = {"action": slug, "state": found.state, "city": found.city.slug if found.city else ""}
    watch = found.watched
    if not may(request.actor, *KEEPERS, **area):
        raise PermissionDenied
    content = capture_bytes(watch.capture) if watch is not None and watch.capture else None
    if watch is None or content is None:
        raise Http404
    is_text = form == "txt"
    answer = HttpResponse(
        capture_words(watch.capture) if is_text else content,
        content_type="text/plain; charset=utf-8" if is_text else "application/warc",
    )
    # As an attachment the gate shuts it into a sandbox of its own, whatever is in it.
    answer["Content-Disposition"] = f'attachment; filename="{found.key}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _found(request: Any, action: Action, key: str) -> MediaHit:
    found = hit_of(action, key, request.actor)
    if found is None:
        raise Http404
    return found


def _show(given: Any) -> str:
    show = str(given.get("show", ""))
    return show if show in SHOWS else ""


def _stepped(request: Any, action: Action, back: str) -> HttpResponse:
    """Do what one button says, tell it, and go back to where it stood."""
    step = STEPS.get(request.POST.get("do", ""))
    found = hit_of(action, request.POST.get("hit", "")[:60], request.actor)
    if step is None or found is None:
        messages.error(request, _("This is gone already."))
        return redirect(back)
    try:
        messages.success(request, step(request, found))
    except (ValidationError, NotNow) as refusal:
        messages.error(request, in_words(refusal))
    return redirect(back)


def _show_it(request: Any, found: MediaHit) -> str:
    operations.decide_media_hit(found, HitReview.SHOWN, by=request.actor)
    return _("Shown on the public pages.")


def _keep_back(request: Any, found: MediaHit) -> str:
    operations.decide_media_hit(found, HitReview.KEPT_BACK, by=request.actor)
    return _("Kept back; nobody sees it.")


def _take_down(request: Any, found: MediaHit) -> str:
    operations.decide_media_hit(found, HitReview.TAKEN_DOWN, by=request.actor)
    return _("Taken down. It is gone from the pages within a second.")


def _join(request: Any, found: MediaHit) -> str:
    operations.join_story(found, _other(request, found), by=request.actor)
    return _("Counted once from now on.")


def _part(request: Any, found: MediaHit) -> str:
    operations.part_stories(found, _other(request, found), by=request.actor)
    return _("Two stories; you are not asked again.")


def _other(request: Any, found: MediaHit) -> MediaHit:
    other = MediaHit.every.filter(action=found.action_id, key=request.POST.get("other", "")[:60]).first()
    if other is None:
        raise NotNow(_("This is gone already."))
    return other


def _read(wanted: bool) -> Step:
    def take(request: Any, found: MediaHit) -> str:
        operations.take_reading(found, wanted=wanted, by=request.actor)
        return _("Taken from the page.") if wanted else _("Left as it was.")

    return take


def _judged(state: str) -> Step:
    def judge(request: Any, found: MediaHit) -> str:
        operations.judge_link(found, state, by=request.actor)
        return _("Noted.")

    return judge


def _ask(request: Any, found: MediaHit) -> str:
    operations.ask_again(found, by=request.actor)
    return _("The link is asked within a minute or two.")


STEPS: dict[str, Step] = {
    "show": _show_it,
    "keep": _keep_back,
    "down": _take_down,
    "join": _join,
    "part": _part,
    "read": _read(True),
    "unread": _read(False),
    "live": _judged("live"),
    "dead": _judged("dead"),
    "ask": _ask,
}
