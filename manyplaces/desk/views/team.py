"""Who may do what: the people with an account, their roles, and inviting somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.refusals import in_words, refusals_on
from manyplaces.desk.forms.team import InviteForm, RoleForm
from manyplaces.people import operations
from manyplaces.people.guard import for_roles, freshly_proved
from manyplaces.people.models import Person
from manyplaces.people.queries import people_with_rights, proposals
from manyplaces.people.rules import Role
from manyplaces.people.views.ways import REFUSALS


@for_roles(Role.NATIONAL)
def team(request: Any) -> HttpResponse:
    """Everybody with an account, and their roles."""
    waiting = sum(proposal.is_open for proposal in proposals())
    shown = {"people": people_with_rights(), "waiting": waiting, "today": timezone.localdate()}
    return render(request, "desk/team.html", shown)


@for_roles(Role.NATIONAL)
@freshly_proved
def invite(request: Any) -> HttpResponse:
    """Invite somebody to a role."""
    form = InviteForm(request.POST or None, initial={"language": request.LANGUAGE_CODE, "role": Role.COORDINATOR})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            grant = form.grant()
            person = operations.invite(form.person(), grant, form.cleaned_data["email"], by=request.actor)
        if form.is_valid():
            messages.success(request, _given(grant.role, person.alias))
            return redirect("desk:person", person.uid)
    return render(request, "desk/invite.html", {"form": form})


def _given(role: str, alias: str) -> str:
    if role == Role.NATIONAL:
        return _("It is proposed to make %s a national coordinator. It waits for a second yes.") % alias
    return _("%s has the role from the next click on, and gets a letter.") % alias


@for_roles(Role.NATIONAL)
@freshly_proved
def person(request: Any, uid: str) -> HttpResponse:
    """One person: the roles, and whether the account is open."""
    found = get_object_or_404(Person, uid=uid)
    form = RoleForm(request.POST if request.POST.get("step") == "grant" else None, initial={"role": Role.COORDINATOR})
    if request.method == "POST":
        try:
            told = _step(request, found, form)
        except REFUSALS as refusal:
            messages.error(request, in_words(refusal))
            return redirect("desk:person", uid)
        if told:
            messages.success(request, told)
            return redirect("desk:person", uid)
    grants = found.grants.order_by("role", "state", "city", "action")
    shown = {"person": found, "grants": grants, "form": form, "today": timezone.localdate()}
    return render(request, "desk/person.html", shown)


def _step(request: Any, found: Person, form: RoleForm) -> str:
    """Do what was asked for; return what it says afterwards, or nothing where the form is to be shown once more."""
    step = request.POST.get("step", "")
    if step == "grant":
        return _grant(request, found, form)
    if step == "withdraw":
        grant = get_object_or_404(found.grants, pk=request.POST.get("grant", "0").zfill(1)[:18])
        operations.withdraw_role(grant, by=request.actor)
        return _("The role is taken away.")
    if step == "reset":
        operations.propose_reset(found, by=request.actor)
        return _("It is proposed to take the lost passkeys away. Another coordinator has to agree; then 72 hours pass.")
    if step == "close":
        operations.close_account(found, by=request.actor)
        return _("The account is closed, and signed out everywhere.")
    operations.open_account(found, by=request.actor)
    return _("The account is open again.")


def _grant(request: Any, found: Person, form: RoleForm) -> str:
    if form.is_valid():
        with refusals_on(form):
            operations.grant_role(form.grant(found), by=request.actor)
    return _given(form.cleaned_data["role"], found.alias) if form.is_valid() else ""
