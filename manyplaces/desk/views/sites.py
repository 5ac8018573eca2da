"""The sites of the reader's area, one of them with everything that may be done about it, and putting it right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from manyplaces.core.refusals import NotNow, in_words
from manyplaces.desk.forms.review import read_text
from manyplaces.events import operations
from manyplaces.events.forms import ChangeForm, PersonForm
from manyplaces.events.models import Commitment, Host, TrustedHost
from manyplaces.events.queries.deciding import commitment_desk
from manyplaces.events.queries.queue import reviewed_by
from manyplaces.events.queries.sites import STANDINGS, alike
from manyplaces.events.queries.sites import sites as found_sites
from manyplaces.events.rules.hosting import MOST_HOSTS, HostContact
from manyplaces.events.rules.steps import STEPS, may_take
from manyplaces.events.views.committing import choices, typed
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role
from manyplaces.people.views.proving import freshly_sent
from manyplaces.places.geometry import STATES

FILTERS = ("words", "action", "state", "standing")


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def sites(request: Any) -> HttpResponse:
    """All sites of the reader's area, wherever they stand, found by name, by address of the page, by standing."""
    chosen = {name: read_text(request.GET, name, 200) for name in FILTERS}
    page = found_sites(request.actor, **chosen, number=request.GET.get("page", "1")[:6])
    asked = urlencode({name: value for name, value in chosen.items() if value})
    context = {"page": page, "chosen": chosen, "asked": asked, "states": STATES, "standings": list(STANDINGS)}
    return render(request, "desk/sites.html", context)


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def commitment(request: Any, key: str) -> HttpResponse:
    """One commitment with everything a reviewer may see of it, and every step open to the reader."""
    found = _found(request, key)
    if request.method == "POST":
        return _act(request, found)
    words = read_text(request.GET, "words", 200)
    context = {
        "page": commitment_desk(found, request.actor),
        "words": words,
        "others": alike(found, words, request.actor),
        "beside": PersonForm(),
        "most_hosts": MOST_HOSTS,
    }
    return render(request, "desk/commitment.html", context)


@for_roles(Role.COORDINATOR)
def commitment_change(request: Any, key: str) -> HttpResponse:
    """Putting a commitment right in its host's place; what is online shows it at once."""
    found = _found(request, key)
    if not may_take(STEPS["change"], request.actor, found):
        raise PermissionDenied
    looked = request.method == "POST"
    if not looked or request.POST.get("do") == "find":
        form = ChangeForm(found.action, initial=typed(request.POST) if looked else ChangeForm.initial_of(found))
    else:
        form = ChangeForm(found.action, request.POST)
        if form.is_valid():
            with form.refusals():
                _correct(request, found, form)
        if not form.errors:
            messages.success(request, _("Saved. What is online shows it within a second; its hosts are told."))
            return redirect("desk:commitment", key)
    context = {"row": found, "form": form, "schools": choices(form, looked), "looked": looked}
    return render(request, "desk/commitment_change.html", context, status=422 if form.errors else 200)


def _found(request: Any, key: str) -> Commitment:
    rows = reviewed_by(request.actor).select_related("action", "school", "event", "vouched_by")
    found = rows.filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _correct(request: Any, found: Commitment, form: ChangeForm) -> None:
    wanted = form.commitment()
    wanted.key = found.key
    version = form.cleaned_data["version"]
    operations.correct_commitment(wanted, version=version, demands=form.demand_rows, by=request.actor)


def _act(request: Any, found: Commitment) -> HttpResponse:
    """Do what is about this one alone: merge or withdraw it, hide its event, see to its hosts."""
    do = request.POST.get("do", "")
    if do not in _ACTS:
        raise PermissionDenied
    return (freshly_sent(_done) if do == "trust" else _done)(request, found, _ACTS[do])


def _done(request: Any, found: Commitment, act: Callable[[Any, Commitment], str]) -> HttpResponse:
    try:
        messages.success(request, act(request, found))
    except (NotNow, ValidationError) as refusal:
        messages.error(request, in_words(refusal))
    return redirect("desk:commitment", found.key)


def _merge(request: Any, found: Commitment) -> str:
    into = reviewed_by(request.actor).filter(key=read_text(request.POST, "into", 20)).first()
    version = request.POST.get("version", "")
    if into is None or not version.isdecimal() or len(version) > 9:
        raise NotNow(_("This cannot be merged with that one. Choose another that waits or is online."))
    operations.merge(found, into, version=int(version), by=request.actor)
    return _("Merged. Hosts who have proved their address are hosts of the other one now, and are told.")


def _withdraw(request: Any, found: Commitment) -> str:
    operations.withdraw_commitment(found, reason=read_text(request.POST, "reason", 2000), by=request.actor)
    return _("Withdrawn. What was online stays on its page as cancelled, and the hosts are told.")


def _host(request: Any, found: Commitment) -> Host:
    host = Host.objects.select_related("commitment").filter(commitment=found, uid=read_text(request.POST, "host", 20))
    stored = host.first()
    if stored is None:
        raise NotNow(_("This host is gone already."))
    return stored


def _trust(request: Any, found: Commitment) -> str:
    operations.trust_host(_host(request, found), by=request.actor)
    return _("This host is trusted now. Where an action allows it, what he commits is online at once.")


def _untrust(request: Any, found: Commitment) -> str:
    trusted = TrustedHost.objects.filter(email_hash=_host(request, found).email_hash).first()
    if trusted is None:
        raise NotNow(_("This trust was withdrawn already."))
    operations.untrust_host(trusted, by=request.actor)
    return _("This host is not trusted any more. What is online because of it stays until somebody takes it down.")


def _add_host(request: Any, found: Commitment) -> str:
    name, email, language = (read_text(request.POST, field, 300) for field in ("name", "email", "language"))
    operations.add_cohost(found, HostContact(name, email, "", "es" if language == "es" else "en"), by=request.actor)
    return _("A letter with a private link is on its way. He is a host as soon as he has used it.")


def _send_link(request: Any, found: Commitment) -> str:
    operations.replace_link(_host(request, found), by=request.actor)
    return _("A letter with a new private link is on its way. The old link is dead.")


def _remove_host(request: Any, found: Commitment) -> str:
    operations.remove_host(_host(request, found), by=request.actor)
    return _("Removed. His name, address and number are erased, and his link is dead.")


def _shield(request: Any, found: Commitment) -> str:
    if found.event is None:
        raise NotNow(_("This is not online, so there is nothing to hide."))
    if request.POST["do"] == "shield":
        operations.shield_event(found.event, by=request.actor)
        return _("Hidden. Pages, map, calendars and tables show the city only, and the hosts get new links.")
    operations.unshield_event(found.event, by=request.actor)
    return _("The place is shown again. The name of the host stays hidden.")


_ACTS: dict[str, Callable[[Any, Commitment], str]] = {
    "merge": _merge,
    "withdraw": _withdraw,
    "trust": _trust,
    "untrust": _untrust,
    "add_host": _add_host,
    "send_link": _send_link,
    "remove_host": _remove_host,
    "shield": _shield,
    "unshield": _shield,
}
