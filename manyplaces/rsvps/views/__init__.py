"""Saying that one comes, and one's own page. No cookie is set, and the form's page is kept for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from manyplaces.core import effort, throttle, together
from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow, refused_on
from manyplaces.core.tokens import new_token
from manyplaces.events.models import Event
from manyplaces.people.rules import CONTACTS_KEPT
from manyplaces.rsvps.forms import ChangeForm, ComeForm
from manyplaces.rsvps.forms.reading import (
    TEXT_WANTS,
    WANTS,
    WHAT,
    has_worked,
    read_change,
    read_version,
    shared_in,
    typed_in,
    work_owed,
)
from manyplaces.rsvps.models import Rsvp
from manyplaces.rsvps.operations import Ask, answer_host, change_rsvp, confirm_rsvp, take_rsvps, withdraw_rsvp
from manyplaces.rsvps.queries import (
    Facts,
    digest_of,
    event_for_guests,
    held_of,
    hosting,
    instead_of,
    place_in_line,
    why_not,
)
from manyplaces.rsvps.queries.guests import FEW
from manyplaces.rsvps.queries.messages import may_answer
from manyplaces.rsvps.queries.telling import where_for
from manyplaces.rsvps.rules import State, read_spoken
from manyplaces.rsvps.rules.links import FORM, LETTER, PROVES, TEXT, link_of, read_link

GUEST = Actor("a guest", "page")
# The path under which the page with the form is kept for everybody.
SHARED = "form"
# Stands for whatever an address is of.
ANY = "0000000000"


def come(request: HttpRequest, key: str, form: str = "") -> HttpResponse:
    """Say that so many come: a number and nothing else, or with what somebody wants to leave of himself."""
    event = _event(key)
    try:
        facts = Facts.of(event)
    except NotNow as refusal:
        return _page(request, event, closed=str(refusal), status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return (
            _page(request, event, ComeForm(organisations=facts.organisations))
            if form
            else redirect("rsvps:come", key=key, form=new_token())
        )
    form_key = form if form and form != SHARED else new_token()
    typed = typed_in(request.POST)
    asked = ComeForm(typed, organisations=facts.organisations)
    if any(request.POST.getlist("more_about")):
        return redirect("rsvps:letter", key=key)
    ask = asked.ask(form_key, facts)
    if ask is None:
        return _page(request, event, asked, status=422)
    before = digest_of(ask.rsvp.uid)
    if before not in ("", ask.rsvp.body_digest):
        asked.add_error(None, _("This form was sent before with something else in it. To send another, press again."))
        return _page(request, event, asked, status=422, anew=new_token())
    # The same form once more is nothing more to take, and is not counted.
    if not before and not has_worked(throttle.source_of(request.META), form_key, typed.get("proof", "")):
        return _slow_down(request, event, asked, form_key)
    together.write(keep, ask)
    return redirect(way_on(ask))


def keep(asks: Sequence[Ask]) -> None:
    """Keep what many have sent in the same moment, before any of them is answered."""
    take_rsvps(asks, by=GUEST)


def way_on(ask: Ask) -> str:
    """Return where somebody is led: to his own page, or, where a letter has to show who he is, to the word about it."""
    route, about = ("letter", ask.key) if ask.contact.is_to_be_proved else ("coming", link_of(ask.rsvp.uid, FORM))
    return _address(route, get_language() or "en").replace(ANY, about)


@cache
def _address(route: str, language: str) -> str:
    """Return an address of the room with ANY in it: in a rush, finding it anew would take as long as reading a form."""
    with translation.override(language):
        return reverse(f"rsvps:{route}", args=[ANY])


def _slow_down(request: HttpRequest, event: Event, form: ComeForm, form_key: str) -> HttpResponse:
    """Ask the browser for work; one without a script waits until fewer come from there."""
    source = throttle.source_of(request.META)
    wait = throttle.wait(source, WHAT)
    form.add_error(None, throttle.too_many(wait))
    riddle = {"text": effort.riddle(form_key, timezone.localdate()), "bits": work_owed(source)}
    answer = _page(request, event, form, status=429, riddle=riddle)
    answer["Retry-After"] = str(wait)
    return answer


@require_safe
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """Say that a letter is on its way; the same for everybody, whoever has said what before."""
    event = _event(key)
    return render(request, "rsvps/letter.html", {"page": event, "event": event, "texts": bool(settings.TEXTS)})


def coming(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's own page: what he said, confirm, change, withdraw, and everything that is held about it."""
    row = _row(token)
    if row is None:
        return _own(request, {"page": token, "row": None}, 404)
    if request.method != "POST":
        is_json = request.GET.get("form") == "json"
        return _json(row, read_link(token)[1]) if is_json else _shown(request, row, ChangeForm.of(row), token)
    typed = typed_in(request.POST)
    # A form beside the one for changes must not empty that one.
    given = typed if typed.get("do") == "change" else ChangeForm.of(row).initial
    form = ChangeForm(given, organisations=hosting(row.event) if row.email_hash else {})
    try:
        did = _step(typed, row, read_link(token)[1])
    except (ValidationError, NotNow) as refusal:
        refused_on(form, refusal)
        # Beside what was typed stands what is kept now, which somebody may have changed in another window.
        return _shown(request, _row(token) or row, form, token, status=422)
    return redirect(f"{request.path}?did={did}")


def _row(token: str) -> Rsvp | None:
    """Return the answer that a secret leads to; None where it is forged, or what was left is gone."""
    uid, proof = read_link(token)
    row = Rsvp.objects.select_related("event__action", "event__city", "event__spelling__place").filter(uid=uid).first()
    # Who typed an address or a number into the form has not shown that it is his: only its letter or text leads to it.
    if row is None or (proof == FORM and (row.email_hash or row.phone_hash)):
        return None
    return row if row.is_readable else None


def _step(typed: dict[str, str], row: Rsvp, proof: str) -> str:
    step = typed.get("do", "")
    if step == "confirm":
        confirm_rsvp(row.uid, proof=proof, by=GUEST)
    elif step == "withdraw":
        withdraw_rsvp(row.uid, by=GUEST)
    elif step == "change":
        people, contact = read_change(typed)
        change_rsvp(
            row.uid,
            people=people,
            contact=contact,
            speaks=read_spoken(typed.get("speaks", "")),
            wants=frozenset(name for name in (*WANTS, *TEXT_WANTS) if typed.get(name)),
            shares=frozenset(shared_in(typed, hosting(row.event))),
            version=read_version(typed.get("version", "")),
            by=GUEST,
        )
    elif step == "answer":
        answer_host(row.uid, typed.get("answer", ""), by=GUEST)
    else:
        raise NotNow(_("Choose what to do, and press a button."))
    return step


def _shown(request: HttpRequest, row: Rsvp, form: ChangeForm, token: str, status: int = 200) -> HttpResponse:
    given = {"page": token, "row": row, "event": row.event, "form": form, "line": place_in_line(row), "few": FEW}
    proof = read_link(token)[1]
    given["proved"], given["by_text"] = proof in (LETTER, TEXT), proof == TEXT
    # What this link could still show to be his.
    given["provable"] = row.unproved in ("email", "phone") and row.unproved == PROVES.get(proof)
    given["did"] = request.GET.get("did", "")
    given["may_answer"] = may_answer(row)
    given["days"] = CONTACTS_KEPT.days
    given["why_not"], given["instead"] = why_not(row.event), instead_of(row.event)
    # Only the letter's link has shown that he confirmed it himself.
    given["where"], given["where_later"] = where_for(row, timezone.now()) if proof == LETTER else ("", False)
    given["answer"] = request.POST.get("answer", "")
    return _own(request, given, status)


def _own(request: HttpRequest, given: dict[str, Any], status: int) -> HttpResponse:
    answer = render(request, "rsvps/coming.html", given, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _json(row: Rsvp, proof: str) -> JsonResponse:
    held = held_of(row)
    # Who mistyped the one gives the link to somebody else, who is not to learn the other.
    if row.unproved or row.state == State.UNCONFIRMED:
        held.pop({LETTER: "phone", TEXT: "email"}.get(proof, ""), None)
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="my-answer.json"'}
    return JsonResponse(held, headers=headers)


def _event(key: str) -> Event:
    event = event_for_guests(key)
    if event is None:
        raise Http404
    return event


def _page(
    request: HttpRequest,
    event: Event,
    form: ComeForm | None = None,
    *,
    closed: str = "",
    status: int = 200,
    **further: Any,
) -> HttpResponse:
    given = {"page": event, "event": event, "form": form, "closed": closed, "anew": "", "riddle": None, **further}
    given["days"] = CONTACTS_KEPT.days
    return render(request, "rsvps/come.html", given, status=status)
