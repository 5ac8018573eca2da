"""What somebody gave to organisations, by the link in his letter, which lives longer than his answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from manyplaces.people.models import GivenContact
from manyplaces.people.operations import take_given_back
from manyplaces.people.rules import CONTACTS_KEPT
from manyplaces.rsvps.views import GUEST


def given(request: HttpRequest, token: str) -> HttpResponse:
    """Which organisations have his contact by this link, and a button that takes it back."""
    if request.method == "POST":
        did = take_given_back(token, by=GUEST)
        return redirect(f"{request.path}?did=taken" if did else request.path)
    rows = GivenContact.objects.given_with(token).select_related("organisation").order_by("organisation__name")
    names = [row.organisation.name for row in rows]
    shown = {"page": token, "names": names, "did": request.GET.get("did", ""), "days": CONTACTS_KEPT.days}
    answer = render(request, "rsvps/given.html", shown, status=200 if names or shown["did"] == "taken" else 404)
    answer["Cache-Control"] = "no-store"
    return answer
