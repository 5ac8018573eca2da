"""Signing in and out: an address, the code from the letter, and the passkey where one is needed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from manyplaces.core.refusals import in_words, refused_on
from manyplaces.core.tokens import new_token
from manyplaces.people.forms import AddressForm, AnswerForm, CodeForm, RecoveryForm
from manyplaces.people.guard import VISITOR, cookie_name, is_fresh, passkeys_work
from manyplaces.people.operations import (
    Begun,
    Site,
    add_passkey,
    ask_for_code,
    begin_adding,
    begin_passkey_sign_in,
    begin_showing,
    end_session,
    show_passkey,
    sign_in_with_passkey,
    use_recovery_code,
    was_just_used,
)
from manyplaces.people.operations import (
    sign_in as sign_in_by_code,
)
from manyplaces.people.views import ways

Answer = HttpResponse


def sign_in(request: Any) -> Answer:
    """Ask for the address to which a code goes, or for a passkey."""
    if request.person is not None and not request.lacks_passkey:
        return ways.onward(request)
    is_passkey = request.POST.get("step") == "passkey"
    form = AddressForm(request.POST if request.method == "POST" and not is_passkey else None)
    passkey = AnswerForm(request.POST if is_passkey else None)
    if is_passkey and passkey.is_valid():
        begun = _by_passkey(request, passkey)
        if begun is not None:
            return ways.enter(request, begun, ways.onward(request))
    elif form.is_valid() and (secret := _asked(request, form)):
        answer = redirect(ways.with_next("people:code", request))
        ways.keep_browser_secret(answer, secret)
        return answer
    shown = {"form": form, "passkey": passkey, "next": ways.next_of(request), "passkeys_work": passkeys_work(request)}
    return _public(request, "sign_in", shown)


def _asked(request: Any, form: AddressForm) -> str:
    """Ask for a code; return the secret that binds it to this browser, or nothing where it was refused."""
    secret = new_token()
    try:
        ways.not_too_many(request, "sign-in", 30)
        ask_for_code(
            form.cleaned_data["email"],
            browser=secret,
            known=ways.known_person(request),
            language=request.LANGUAGE_CODE,
            by=VISITOR,
        )
    except ways.REFUSALS as refusal:
        refused_on(form, refusal)
        return ""
    return secret


def _by_passkey(request: Any, form: AnswerForm) -> Begun | None:
    try:
        return sign_in_with_passkey(
            form.cleaned_data["answer"],
            browser=ways.browser_secret(request),
            known=ways.known_person(request),
            site=ways.site_of(request),
            by=VISITOR,
        )
    except ways.REFUSALS as refusal:
        refused_on(form, refusal)
        return None


def code(request: Any) -> Answer:
    """Take the code from the letter; who is signed in already is led on, and so is a second click on the button."""
    if request.person is not None and not request.lacks_passkey:
        return ways.onward(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ways.not_too_many(request, "code", 60)
            begun = sign_in_by_code(
                form.cleaned_data["code"],
                browser=ways.browser_secret(request),
                known=ways.known_person(request),
                by=VISITOR,
            )
            return ways.enter(request, begun, ways.onward(request))
        except ways.REFUSALS as refusal:
            if was_just_used(form.cleaned_data["code"], browser=ways.browser_secret(request)):
                return ways.onward(request)
            refused_on(form, refusal)
    shown = {"form": form, "next": ways.next_of(request), "asked": bool(ways.browser_secret(request))}
    # Said whoever asks, and whether or not the address has an account.
    shown["is_kept"] = not settings.SMTP
    return _public(request, "code", shown)


def passkey(request: Any) -> Answer:
    """Show a passkey, or make the first one; the rest of the desk opens after it."""
    if request.person is None:
        return redirect(ways.with_next("people:sign_in", request))
    if not request.lacks_passkey:
        return ways.onward(request)
    has_one = request.person.passkeys.exists()
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = _shown_or_added(request, form, has_one)
        except ways.REFUSALS as refusal:
            refused_on(form, refusal)
        else:
            return ways.onward(request) if not codes else _codes(request, codes)
    return _public(request, "passkey", {"form": form, "has_one": has_one, "next": ways.next_of(request)})


def _shown_or_added(request: Any, form: AnswerForm, has_one: bool) -> list[str]:
    actor, site, answer = request.actor, ways.site_of(request), form.cleaned_data["answer"]
    if has_one:
        show_passkey(request.session_row, answer, site=site, by=actor)
        return []
    return add_passkey(request.session_row, answer, form.cleaned_data["label"], site=site, by=actor)


def _codes(request: Any, codes: list[str]) -> Answer:
    way = ways.next_of(request) or ways.home_of_desk()
    return _public(request, "passkey", {"codes": codes, "way": way, "form": None})


@require_POST
def options(request: Any) -> Answer:
    """Begin a ceremony: tell the browser what a passkey is to be made for, or which one is to be shown."""
    try:
        return _options(request, request.POST.get("step", ""), ways.site_of(request))
    except ways.REFUSALS as refusal:
        return ways.and_wait(request, JsonResponse({"refused": in_words(refusal)}, status=403))


def _options(request: Any, step: str, site: Site) -> Answer:
    if step == "sign-in":
        ways.not_too_many(request, "passkey", 60)
        secret = new_token()
        answer = JsonResponse(begin_passkey_sign_in(browser=secret, site=site, by=VISITOR))
        ways.keep_browser_secret(answer, secret)
        return answer
    if request.session_row is None or (step == "add" and not is_fresh(request)):
        raise PermissionDenied(_("You signed in too long ago for this. Sign in again, then come back here."))
    begin = begin_adding if step == "add" else begin_showing
    return JsonResponse(begin(request.session_row, site=site, by=request.actor))


def recovery(request: Any) -> Answer:
    """Take a recovery code in place of a passkey; works without a script."""
    if request.person is None:
        return redirect(ways.with_next("people:sign_in", request))
    form = RecoveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ways.not_too_many(request, "recovery", 20)
            use_recovery_code(request.session_row, form.cleaned_data["code"], by=request.actor)
            return ways.onward(request)
        except ways.REFUSALS as refusal:
            refused_on(form, refusal)
    return _public(request, "recovery", {"form": form, "next": ways.next_of(request)})


def sign_out(request: Any) -> Answer:
    """End this session, and have the browser forget what it has stored of us."""
    if request.method != "POST":
        return _public(request, "sign_out", {}) if request.person else redirect("front:home")
    if request.session_row is not None:
        end_session(request.session_row, by=request.actor)
    answer = redirect("front:home")
    answer.delete_cookie(cookie_name(), path="/", samesite="Lax")
    answer["Clear-Site-Data"] = '"cache", "storage"'
    answer["Cache-Control"] = "no-store"
    # Nothing is left to be renewed.
    request.session_row = None
    return answer


def _public(request: Any, name: str, shown: dict[str, Any]) -> Answer:
    """A page in the frame of the public pages, without the menu of the desk: who is half signed in has none yet."""
    answer = render(request, f"people/{name}.html", {"page": True, "name": name, **shown})
    answer["Cache-Control"] = "no-store"
    return ways.and_wait(request, answer)
