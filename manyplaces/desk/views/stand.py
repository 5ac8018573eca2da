"""Where do we stand: the first page of the desk, and what hosts need, as a pick list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from manyplaces.core.tables import write_rows
from manyplaces.desk.queries.needs import needed
from manyplaces.desk.queries.stand import calling, standing_of
from manyplaces.desk.views.calling import seen
from manyplaces.people.guard import for_roles
from manyplaces.people.rules import Role, has_role

NEEDS = ("site", "address", "city", "state", "zip", "day", "posters", "stickers", "media_help", "host", "commitment")


@for_roles()
def stand(request: Any) -> HttpResponse:
    """Commitments by day and by state against the goal, cities lagging, what waits, what hosts need.

    Signing in leads here. Who has no role (any more) has nothing to see but his own account.
    """
    if not has_role(request.actor, Role.COORDINATOR, Role.REVIEWER, Role.PRESS):
        return redirect("people:me")
    now = timezone.now()
    actions = calling(request.actor, now.date())
    chosen = request.GET.get("action", "")
    action = next((action for action in actions if action.slug == chosen), actions[0] if actions else None)
    page = standing_of(action, request.actor, actions, now) if action else None
    return render(request, "desk/stand.html", {"page": page})


@for_roles(Role.COORDINATOR)
def needs(request: Any, slug: str) -> HttpResponse:
    """The pick list: what goes to which site, one row each, for whoever packs and sends; no person is named."""
    action = seen(request, slug)
    rows = [
        (
            site.venue, site.address, site.city_name, site.state, site.school.zipcode if site.school else "",
            site.date_edtf, site.posters, site.stickers, site.media_help, site.hosts_words, site.key,
        )
        for site in needed(action, request.actor)
    ]  # fmt: skip
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{action.slug}-needs.csv"'
    write_rows(response, NEEDS, rows)
    return response
