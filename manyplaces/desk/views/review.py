"""The reviewers' queue, deciding about one or many, and whom we trust."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manyplaces.core.refusals import NotNow, in_words, sentences
from manyplaces.desk.forms.review import DecideForm, PatternForm, read_decision, read_text
from manyplaces.events import operations
from manyplaces.events.models import BlockedPattern, Commitment, TrustedHost
from manyplaces.events.operations import Decided
from manyplaces.events.queries.deciding import picked, recent_decisions, trust_desk
from manyplaces.events.queries.queue import AT_ONCE, SHOWS, queue
from manyplaces.events.rules.steps import STEPS
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role, may
from manyplaces.rsvps.queries.messages import count_to_look_at

FILTERS = ("show", "state", "action")


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def review(request: Any) -> HttpResponse:
    """What waits in the reader's area, with what smells; and taking back what was decided before."""
    if request.method == "POST":
        return _undo(request)
    chosen = {name: read_text(request.GET, name) for name in FILTERS}
    chosen["show"] = chosen["show"] if chosen["show"] in SHOWS else "open"
    number = request.GET.get("page", "1")
    found = queue(request.actor, **chosen, page=int(number) if number.isdecimal() and len(number) < 5 else 1)
    pager = Paginator(found.order, AT_ONCE).get_page(number)
    recent = recent_decisions(request.actor)
    context = {"page": found, "pager": pager, "chosen": chosen, "recent": recent, "asked": urlencode(chosen)}
    context["messages_waiting"] = count_to_look_at(request.actor)
    return render(request, "desk/review.html", context)


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def decide(request: Any) -> HttpResponse:
    """Taking one step with what was picked; what needs a reason asks for it first."""
    step, picks = read_decision(request.POST)
    if request.method != "POST" or not step or not picks:
        if request.method == "POST":
            messages.error(request, _("Nothing was chosen. Tick what you decide about, then choose a button."))
        return _back(request)
    if not STEPS[step].wants:
        return _decided(request, step, operations.decide(step, picks, by=request.actor))
    form = DecideForm(step, request.POST if "sure" in request.POST else None)
    if form.is_bound and form.is_valid():
        try:
            return _decided(request, step, operations.decide(step, picks, reason=form.said, by=request.actor))
        except ValidationError as refusal:
            form.add_error("words", [sentence for _field, sentence in sentences(refusal)])
    context = {"form": form, "step": STEPS[step], "page": picked(request.actor, picks), "picks": picks}
    return render(request, "desk/decide.html", context)


@for_roles(Role.REVIEWER, Role.COORDINATOR)
def trust(request: Any) -> HttpResponse:
    """Whom we trust, what is online because of it, and what is declined on arrival."""
    form = PatternForm(request.POST if request.POST.get("do") == "block" else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        try:
            messages.success(request, _change_trust(request, form))
            return redirect("desk:trust")
        except (NotNow, ValidationError) as refusal:
            if not form.is_bound:
                messages.error(request, in_words(refusal))
                return redirect("desk:trust")
            form.add_error("text", [sentence for _field, sentence in sentences(refusal)])
    everywhere = may(request.actor, Role.REVIEWER, Role.COORDINATOR)
    return render(
        request, "desk/trust.html", {"page": trust_desk(request.actor), "form": form, "everywhere": everywhere}
    )


def _change_trust(request: Any, form: PatternForm) -> str:
    if form.is_bound:
        pattern, decided = operations.block_pattern(**form.cleaned_data, by=request.actor)
        said = _("Blocked: %(text)s. Of what waited, %(num)s were declined.")
        return said % {"text": pattern.text, "num": len(decided.done)}
    number = request.POST.get("number", "")
    rows: Any = {"unblock": BlockedPattern, "untrust": TrustedHost}.get(request.POST.get("do", ""))
    row = rows.objects.filter(pk=number).first() if rows and number.isdecimal() and len(number) < 10 else None
    if row is None:
        raise NotNow(_("This is gone already."))
    if rows is BlockedPattern:
        operations.unblock(row, by=request.actor)
        return str(_("Not blocked any more: %s.") % row.text)
    operations.untrust_host(row, by=request.actor)
    return _("This host is not trusted any more. What is online because of it stays until somebody takes it down.")


def _undo(request: Any) -> HttpResponse:
    try:
        many = operations.undo_review(read_text(request.POST, "errand", 40), by=request.actor)
        messages.success(request, ngettext("Taken back: %d decision.", "Taken back: %d decisions.", many) % many)
    except NotNow as refusal:
        messages.error(request, str(refusal))
    return _back(request)


def _decided(request: Any, step: str, decided: Decided) -> HttpResponse:
    many = len(decided.done)
    if many:
        said = ngettext("%(step)s: %(num)d commitment.", "%(step)s: %(num)d commitments.", many)
        messages.success(request, said % {"step": STEPS[step].label, "num": many})
    if decided.refused:
        left = ngettext("%d was left as it is:", "%d were left as they are:", len(decided.refused)) % len(
            decided.refused
        )
        messages.error(request, f"{left} {decided.refused[0][1]}")
    return _back(request)


def _back(request: Any) -> HttpResponse:
    """Lead back to where the reader came from: one commitment, or the queue as it was filtered."""
    key = read_text(request.POST, "from", 20)
    if key and Commitment.objects.filter(key=key).exists():
        return redirect("desk:commitment", key)
    chosen = {name: read_text(request.POST, name) for name in (*FILTERS, "page")}
    chosen = {name: value for name, value in chosen.items() if value}
    return redirect(f"{reverse('desk:review')}?{urlencode(chosen)}" if chosen else "desk:review")
