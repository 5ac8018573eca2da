"""Contacts that people gave to an organisation: how many there are, and how they are taken out."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from manyplaces.core.refusals import NotNow, refusals_on
from manyplaces.core.tables import write_rows
from manyplaces.people.guard import for_nationals
from manyplaces.people.models import ContactExport, GivenContact, Organisation
from manyplaces.people.operations import ask_for_contacts, take_contacts_out
from manyplaces.people.rules import CONTACTS_KEPT
from manyplaces.people.views.proving import freshly_proved

HEADER = ("name", "email", "language", "given_on")
SHOWN = 20


class ReasonForm(forms.Form):
    """Why contacts are taken out."""

    reason = forms.CharField(
        label=gettext_lazy("What are they for?"),
        max_length=300,
        help_text=gettext_lazy("All national coordinators get to read it."),
    )


@for_nationals
@freshly_proved
def contacts(request: Any, slug: str) -> HttpResponse:
    """How many contacts an organisation was given, who took them out when and why, and a form to ask for the file."""
    found = get_object_or_404(Organisation, slug=slug)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            asked = ask_for_contacts(found, form.cleaned_data["reason"], by=request.actor)
        if form.is_valid():
            messages.success(request, _told(asked))
            return redirect("desk:contacts", found.slug)
    given = GivenContact.objects.filter(organisation=found)
    exports = ContactExport.objects.filter(organisation=found).order_by("-pk")[:SHOWN]
    page = {"many": given.count(), "exports": list(exports), "now": timezone.now(), "days": CONTACTS_KEPT.days}
    return render(request, "desk/contacts.html", {"page": page, "organisation": found, "form": form})


def _told(asked: ContactExport) -> str:
    if asked.ready_at:
        return _("The file can be had for an hour, by you alone. The other coordinators are told.")
    return _("These are many. A second national coordinator has to agree; the others have a letter.")


@for_nationals
@freshly_proved
def contacts_file(request: Any, slug: str, uid: str) -> HttpResponse:
    """The contacts as a table; its last row says who took it out, when and what for."""
    export = get_object_or_404(ContactExport.objects.select_related("organisation"), uid=uid, organisation__slug=slug)
    try:
        rows = take_contacts_out(export, by=request.actor)
    except NotNow as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:contacts", slug)
    mark = _("Taken out by %(name)s on %(day)s for: %(reason)s (%(uid)s)") % {
        "name": export.person_name,
        "day": f"{export.asked_at:%Y-%m-%d}",
        "reason": export.reason,
        "uid": export.uid,
    }
    out = io.BytesIO()
    table = [(row.name, row.email, row.language, row.given_on) for row in rows]
    write_rows(out, HEADER, [*table, (mark, "", "", "")])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="contacts-{export.uid}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer
