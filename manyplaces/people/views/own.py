"""One's own account: what is held, name and address, browsers, passkeys, and leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from manyplaces.core.refusals import in_words, refused_on
from manyplaces.core.tokens import new_token
from manyplaces.people.forms import AccountForm, AddressForm, AnswerForm, CodeForm
from manyplaces.people.guard import cookie_name, for_roles, passkeys_work
from manyplaces.people.operations import (
    add_passkey,
    ask_new_address,
    change_address,
    change_own,
    delete_account,
    end_session,
    end_sessions,
    remove_passkey,
    renew_codes,
)
from manyplaces.people.queries import held_about, live_sessions
from manyplaces.people.views import ways
from manyplaces.people.views.proving import freshly_proved


@for_roles()
def me(request: Any) -> HttpResponse:
    """What is held about oneself, and one's name and language."""
    person = request.person
    given = {"alias": person.alias, "language": person.language, "press_line": person.press_line}
    form = AccountForm(request.POST or None, initial={**given, "press_agreed": bool(person.press_line)})
    if request.method == "POST" and form.is_valid():
        person.alias, person.language = form.cleaned_data["alias"], form.cleaned_data["language"]
        person.press_line = form.cleaned_data["press_line"]
        try:
            change_own(person, by=request.actor)
            messages.success(request, _("Your account is changed."))
            return redirect("people:me")
        except ways.REFUSALS as refusal:
            refused_on(form, refusal)
            person.refresh_from_db()
    shown = {"form": form, "held": held_about(request.person), "passkeys_work": passkeys_work(request)}
    return render(request, "people/me.html", shown)


@for_roles()
def own_data(request: Any) -> HttpResponse:
    """Everything that is held about oneself, as a file."""
    answer = JsonResponse(held_about(request.person).as_json(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="manyplaces-my-data.json"'
    return answer


@for_roles()
@freshly_proved
def address(request: Any) -> HttpResponse:
    """Change the address: a code goes to the new one, and word to both."""
    is_code = request.POST.get("step") == "code"
    form = AddressForm(request.POST if request.method == "POST" and not is_code else None)
    code = CodeForm(request.POST if is_code else None)
    try:
        if is_code and code.is_valid():
            _change_address(request, code)
            messages.success(request, _("Your address is changed. Sign in with the new one from now on."))
            return redirect("people:me")
        if form.is_valid():
            return _code_to_new_address(request, form)
    except ways.REFUSALS as refusal:
        refused_on(code if is_code else form, refusal)
    shown = {"form": form, "code": code, "asked": "sent" in request.GET or is_code}
    return render(request, "people/address.html", shown)


def _code_to_new_address(request: Any, form: AddressForm) -> HttpResponse:
    secret = new_token()
    ask_new_address(request.person, form.cleaned_data["email"], browser=secret, by=request.actor)
    answer = redirect(f"{request.path}?sent")
    ways.keep_browser_secret(answer, secret)
    return answer


def _change_address(request: Any, form: CodeForm) -> None:
    secret, session = ways.browser_secret(request), request.session_row
    change_address(request.person, form.cleaned_data["code"], browser=secret, session=session, by=request.actor)


@for_roles()
def sessions(request: Any) -> HttpResponse:
    """The browsers in which one is signed in; each can be signed out, or all others at once."""
    if request.method != "POST":
        shown = {"sessions": live_sessions(request.person), "present": request.session_row}
        return render(request, "people/sessions.html", shown)
    if "all" in request.POST:
        end_sessions(request.person, keep=request.session_row, by=request.actor)
        messages.success(request, _("You are signed out everywhere but here."))
    else:
        session = get_object_or_404(request.person.sessions, uid=request.POST.get("session", ""))
        end_session(session, by=request.actor)
        messages.success(request, _("This browser is signed out."))
    return redirect("people:sessions")


@for_roles()
@freshly_proved
def passkeys(request: Any) -> HttpResponse:
    """One's passkeys and recovery codes."""
    step, codes, form = request.POST.get("step", ""), [], AnswerForm(None)
    try:
        if step == "add":
            form = AnswerForm(request.POST)
            codes = _add(request, form) if form.is_valid() else []
        elif step == "remove":
            passkey = get_object_or_404(request.person.passkeys, uid=request.POST.get("passkey", ""))
            remove_passkey(passkey, session=request.session_row, by=request.actor)
            messages.success(request, _("This passkey is taken away."))
        elif step == "codes":
            codes = renew_codes(request.session_row, by=request.actor)
    except ways.REFUSALS as refusal:
        messages.error(request, in_words(refusal))
    if request.method == "POST" and not codes and not form.errors:
        return redirect("people:passkeys")
    shown = {"held": held_about(request.person), "form": form, "codes": codes, "passkeys_work": passkeys_work(request)}
    return render(request, "people/passkeys.html", shown)


def _add(request: Any, form: AnswerForm) -> list[str]:
    answer, label = form.cleaned_data["answer"], form.cleaned_data["label"]
    codes = add_passkey(request.session_row, answer, label, site=ways.site_of(request), by=request.actor)
    messages.success(request, _("The passkey is added."))
    return codes


@for_roles()
@freshly_proved
def leave(request: Any) -> HttpResponse:
    """Delete one's account."""
    if request.method == "POST":
        try:
            delete_account(request.person, by=request.actor)
        except ways.REFUSALS as refusal:
            messages.error(request, in_words(refusal))
            return redirect("people:leave")
        answer = redirect("front:home")
        answer.delete_cookie(cookie_name(), path="/", samesite="Lax")
        ways.forget_cookie(answer, "known")
        answer["Clear-Site-Data"] = '"cache", "storage"'
        request.session_row = None
        return answer
    return render(request, "people/leave.html", {"held": held_about(request.person)})
