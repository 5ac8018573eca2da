"""What the hosts of an action need: the sums on the first page of the desk, and the pick list, of the same sites."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.desk.queries.calling import coordinates
from manyplaces.events.models import Commitment
from manyplaces.events.queries import within
from manyplaces.events.rules import Phase
from manyplaces.people.rules import Role

ASKED = Q(posters__gt=0) | Q(stickers__gt=0) | Q(media_help=True)
# Parcels go to what is public and still to come. What is postponed or paused asks again by coming back.
TO_COME = Q(event__is_listed=True, event__phase__in=(Phase.PLANNED, Phase.COMMITTED))
HELD_BACK = Q(event__is_listed=True, event__phase=Phase.POSTPONED) | Q(event__isnull=False, is_paused=True)


@dataclass(frozen=True)
class Needs:
    """What the hosts of sites that are to come asked for; `held_back` sites asked too and are postponed or paused."""

    posters: int
    stickers: int
    media: int
    sites: int
    held_back: int


def needs_of(action: Action, by: Actor) -> Needs | None:
    """Return the sums of the pick list; None for who gets none because he coordinates nothing. One query."""
    if not coordinates(by, action):
        return None
    return Needs(
        **_asked(action, by).aggregate(
            posters=Sum("posters", filter=TO_COME, default=0),
            stickers=Sum("stickers", filter=TO_COME, default=0),
            media=Count("pk", filter=TO_COME & Q(media_help=True)),
            sites=Count("pk", filter=TO_COME),
            held_back=Count("pk", filter=HELD_BACK & ~TO_COME),
        )
    )


def needed(action: Action, by: Actor) -> QuerySet[Commitment]:
    """Return the sites that are to come and asked for something, in the order in which parcels are packed."""
    found = _asked(action, by).filter(TO_COME)
    return found.select_related("school", "event").order_by("state", "city_slug", "venue", "pk")


def _asked(action: Action, by: Actor) -> QuerySet[Commitment]:
    return Commitment.objects.filter(within(by, Role.COORDINATOR), ASKED, action=action)
