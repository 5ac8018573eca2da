"""Events with all that a list shows of each."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from manyplaces.core.actor import Actor
from manyplaces.events.models import Event
from manyplaces.events.queries import held as held
from manyplaces.events.rules.welcome import AddressFor
from manyplaces.people.models import Organisation
from manyplaces.people.rules import TRUSTED_DOORS, Role
from manyplaces.places.models import Place


def listed(events: QuerySet[Event]) -> QuerySet[Event]:
    """Return events with action, city, place and figures, so that a list costs two queries whatever its length."""
    return events.select_related("action", "city", "spelling__place").prefetch_related("claims")


def openly(events: QuerySet[Event]) -> QuerySet[Event]:
    """Return events without those of which only the city may be known: for what is found by a place or a host."""
    return events.filter(is_shielded=False)


def shown_places() -> QuerySet[Place]:
    """Return the places that have a page: not those that are known only from what nobody may see."""
    at = {"spelling__place": OuterRef("pk")}
    shown = Q(Exists(openly(Event.objects.filter(**at)))) | ~Q(Exists(Event.every.filter(**at)))
    return Place.objects.filter(shown, names__isnull=False).distinct()


def shown_organisations() -> QuerySet[Organisation]:
    """Return the organisations that have a page: not hosts that are known only from what nobody may see."""
    hosted = {"hosts__organisation": OuterRef("pk")}
    shown = Q(Exists(openly(Event.objects.filter(**hosted)))) | ~Q(Exists(Event.every.filter(**hosted)))
    known = shown | ~Q(kind=Organisation.Kind.HOST)
    return Organisation.objects.filter(known, names__isnull=False).distinct()


def told_address(event: Event) -> str:
    """Return where to come, place and address in one line, for the letter to somebody who has confirmed that he comes.

    Empty where it is the host who tells it, where others have hidden it, and where none is known; no query.
    """
    may_tell = not event.is_shielded or (event.only_city and event.address_for == AddressFor.COMING)
    return ", ".join(part for part in (event.venue, event.address) if part) if may_tell else ""


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
