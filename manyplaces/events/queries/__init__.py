"""Events with all that a list shows of each."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.people.rules import TRUSTED_DOORS, Role


def listed(events: QuerySet[Event]) -> QuerySet[Event]:
    """Return events with action, city, place and figures, so that a list costs two queries whatever its length."""
    return events.select_related("action", "city", "spelling__place").prefetch_related("claims")


def within(by: Actor, *roles: str, action: str = "action__slug", state: str = "state", city: str = "city_slug") -> Q:
    """Return the condition that a row lies where the actor has one of the roles; a national coordinator has them all.

    `action`, `state` and `city` name the row's fields with the action's short name, the state's letters and the city's
    slug; an empty name leaves that out, for rows that have no such field.
    """
    if by.door in TRUSTED_DOORS:
        return Q()
    reach = Q(pk__in=[])
    for grant in by.grants:
        if grant.role not in {Role.NATIONAL.value, *roles}:
            continue
        part = Q()
        for name, value in ((action, grant.action), (state, grant.state), (city, grant.city)):
            if name and value:
                part &= Q(**{name: value})
        if not part:
            # Everywhere; an empty condition would be lost beside others.
            return Q()
        reach |= part
    return reach
