"""Proving to be present before a sensitive step, without losing what was typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from manyplaces.core.refusals import refused_on
from manyplaces.core.tokens import new_token
from manyplaces.people.forms import AnswerForm, CodeForm
from manyplaces.people.guard import for_roles, is_fresh, led_to, passkeys_work, typed
from manyplaces.people.operations import ask_to_prove, show_passkey
from manyplaces.people.operations import prove as prove_present
from manyplaces.people.views import ways

View = Callable[..., HttpResponse]
# What the page that asks for a proof adds to the form it carries along begins with this.
PROOF = "proof"


def freshly_proved(view: View) -> View:
    """Decorate a page of sensitive steps: who did not prove to be present within 5 minutes does so before he sees it.

    It stands below `for_roles`.
    """
    sent = freshly_sent(view)

    @wraps(view)
    def proved(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" and not is_fresh(request):
            return led_to("people:prove", request)
        return sent(request, *args, **kwargs)

    return proved


def freshly_sent(view: View) -> View:
    """Decorate a sensitive step of a page that can be read without a proof.

    A form that was sent too late is carried along by the page that asks for the proof, and does its work with it.
    """

    @wraps(view)
    def proved(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        is_late = request.method == "POST" and not is_fresh(request)
        asked = _asked(request, typed(request, but=PROOF)) if is_late else None
        return asked or view(request, *args, **kwargs)

    return proved


@for_roles()
def prove(request: Any) -> HttpResponse:
    """Prove to be present, by a passkey or by a code from a letter, and go on to where one wanted to go."""
    return _asked(request, [("next", ways.next_of(request))]) or ways.onward(request)


def _asked(request: Any, carried: list[tuple[str, str]]) -> HttpResponse | None:
    """Return the page that asks for a proof and carries the fields of a form along; nothing once the proof is there."""
    has_one = passkeys_work(request) and request.person.passkeys.exists()
    # Who has a passkey shows it: a code from a letter would be a weaker proof than the one at the door.
    proof = "passkey" if has_one else request.POST.get(PROOF, "")
    is_sent = PROOF in request.POST and proof != "ask"
    form = (AnswerForm if has_one else CodeForm)(request.POST if is_sent else None, prefix=PROOF)
    secret = ways.browser_secret(request)
    try:
        if proof == "ask":
            secret = new_token()
            ask_to_prove(request.session_row, browser=secret, by=request.actor)
        elif form.is_valid():
            _prove(request, form)
            return None
    except ways.REFUSALS as refusal:
        form = form if form.is_bound else type(form)({}, prefix=PROOF)
        form.full_clean()
        refused_on(form, refusal)
    shown = {"form": form, "has_one": has_one, "asked": secret, "carried": carried, "is_again": False}
    shown["next"] = ways.next_of(request)
    answer = render(request, "people/prove.html", shown)
    if secret:
        ways.keep_browser_secret(answer, secret)
    return ways.and_wait(request, answer)


def _prove(request: Any, form: Any) -> None:
    session, given = request.session_row, form.cleaned_data
    if "answer" in given:
        show_passkey(session, given["answer"], site=ways.site_of(request), by=request.actor)
    else:
        ways.not_too_many(request, "code", 60)
        prove_present(session, given["code"], browser=ways.browser_secret(request), by=request.actor)
