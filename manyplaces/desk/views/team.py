"""Who may do what: the people with an account, their roles, and inviting somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.refusals import in_words, refusals_on
from manyplaces.desk.forms.team import InviteForm, RoleForm
from manyplaces.people import operations
from manyplaces.people.guard import for_nationals
from manyplaces.people.models import Person, Proposal
from manyplaces.people.queries import nationals, people_with_rights, proposals
from manyplaces.people.views.proving import freshly_proved
from manyplaces.people.views.ways import REFUSALS


@for_nationals
def team(request: Any) -> HttpResponse:
    """Everybody with an account, and their roles."""
    waiting = sum(proposal.is_open for proposal in proposals())
    shown = {"people": people_with_rights(), "waiting": waiting, "today": timezone.localdate()}
    return render(request, "desk/team.html", shown)


@for_nationals
@freshly_proved
def invite(request: Any) -> HttpResponse:
    """Invite somebody to a role."""
    form = InviteForm(request.POST or None, initial={"language": request.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            grant = form.grant()
            given = operations.invite(form.person(), grant, form.cleaned_data["email"], by=request.actor)
        if form.is_valid():
            messages.success(request, _given(given, grant.person))
            return redirect("desk:person", grant.person.uid)
    return render(request, "desk/invite.html", {"form": form})


def _given(given: operations.Given, person: Person) -> str:
    if isinstance(given, Proposal):
        said = _("It is proposed to make %s a national coordinator. It waits for a second yes.")
    elif given.outcome == "added":
        said = _("%s has the role from the next click on, and gets a letter.")
    elif given.outcome == "changed":
        said = _("%s had this role already. Its last day is another one now; there is no letter about it.")
    else:
        said = _("%s has this role already, so nothing is changed and no letter is sent.")
    return said % person.alias


@for_nationals
@freshly_proved
def person(request: Any, uid: str) -> HttpResponse:
    """One person: the roles, and whether the account is open."""
    found = get_object_or_404(Person, uid=uid)
    form = RoleForm(request.POST if request.POST.get("step") == "grant" else None)
    if request.method == "POST":
        step = STEPS.get(request.POST.get("step", ""))
        if step is None:
            raise Http404
        try:
            told = step(request, found, form)
        except REFUSALS as refusal:
            messages.error(request, in_words(refusal))
            return redirect("desk:person", uid)
        if told:
            messages.success(request, told)
            return redirect("desk:team") if step is _delete else redirect("desk:person", uid)
    grants = found.grants.order_by("role", "state", "city", "action")
    shown = {"person": found, "grants": grants, "form": form, "today": timezone.localdate()}
    shown["invited"] = found.seen_on is None and found.disabled_at is None
    shown["is_national"] = found in nationals()
    return render(request, "desk/person.html", shown)


def _grant(request: Any, found: Person, form: RoleForm) -> str:
    """Give the role; nothing is told where the form is to be shown once more."""
    if form.is_valid():
        with refusals_on(form):
            given = operations.grant_role(form.grant(found), by=request.actor)
    return _given(given, found) if form.is_valid() else ""


def _again(request: Any, found: Person, form: RoleForm) -> str:
    operations.invite_again(found, by=request.actor)
    return _("The invitation goes out again.")


def _withdraw(request: Any, found: Person, form: RoleForm) -> str:
    grant = get_object_or_404(found.grants, pk=request.POST.get("grant", "0").zfill(1)[:18])
    return _done(operations.withdraw_role(grant, by=request.actor), _("The role is taken away."))


def _reset(request: Any, found: Person, form: RoleForm) -> str:
    operations.propose_reset(found, by=request.actor)
    return _("It is proposed to take the lost passkeys away. Another coordinator has to agree; then 72 hours pass.")


def _close(request: Any, found: Person, form: RoleForm) -> str:
    done = operations.close_account(found, by=request.actor)
    return _done(done, _("The account is closed, and signed out everywhere."))


def _open(request: Any, found: Person, form: RoleForm) -> str:
    return _done(operations.open_account(found, by=request.actor), _("The account is open again."))


def _delete(request: Any, found: Person, form: RoleForm) -> str:
    operations.delete_other(found, by=request.actor)
    return _("The account is deleted.")


def _done(proposal: Proposal | None, done: str) -> str:
    if proposal is None:
        return done
    return _("This is about a national coordinator, so it is proposed and waits for a second yes. All get a letter.")


STEPS: dict[str, Callable[[Any, Person, RoleForm], str]] = {
    "grant": _grant,
    "again": _again,
    "withdraw": _withdraw,
    "reset": _reset,
    "close": _close,
    "open": _open,
    "delete": _delete,
}
