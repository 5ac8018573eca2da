"""The list of actions on the desk, with what hangs on each."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, F

from manyplaces.actions.models import Action
from manyplaces.actions.rules import Visibility, is_open
from manyplaces.core.actor import Actor
from manyplaces.events.models import Commitment, Event
from manyplaces.people.rules import TRUSTED_DOORS, Role, may


@dataclass(frozen=True)
class CalledAction:
    """One action as the list on the desk shows it."""

    action: Action
    commitments: int
    events: int
    is_open: bool
    is_past: bool
    may_change: bool

    @property
    def is_draft(self) -> bool:
        """Whether only the desk sees it."""
        return self.action.visibility == Visibility.DRAFT


def sees(by: Actor, action: Action) -> bool:
    """Tell whether somebody on the desk may know of an action: of a draft only who may change it."""
    return action.visibility != Visibility.DRAFT or may(by, Role.NATIONAL, action=action.slug)


def coordinates(by: Actor, action: Action) -> bool:
    """Tell whether somebody coordinates an action, or any part of it."""
    roles = (Role.COORDINATOR, Role.NATIONAL)
    return by.door in TRUSTED_DOORS or any(
        grant.role in roles and grant.action in ("", action.slug) for grant in by.grants
    )


def called_actions(by: Actor, now: datetime.datetime) -> list[CalledAction]:
    """Return the actions, newest first: drafts only for who may change them; three queries."""
    actions = Action.every.order_by(F("date_from").desc(nulls_last=True), "slug")
    commitments = dict(Commitment.objects.values_list("action").annotate(count=Count("pk")).order_by())
    events = dict(Event.every.values_list("action").annotate(count=Count("pk")).order_by())
    found = []
    for action in actions:
        if not sees(by, action):
            continue
        may_change = may(by, Role.NATIONAL, action=action.slug)
        known = (commitments.get(action.pk, 0), events.get(action.pk, 0))
        found.append(CalledAction(action, *known, is_open(action, now), action.is_past(now.date()), may_change))
    return found
