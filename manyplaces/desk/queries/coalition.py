"""How far a new site has come."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from manyplaces.actions.models import Action
from manyplaces.people.models import Coalition, Person


@dataclass(frozen=True)
class FirstSteps:
    """Whether the coalition has said who it is, how many people have an account, and how many actions lie ahead."""

    is_named: bool
    people: int
    actions: int


def first_steps() -> FirstSteps:
    """Return how far a new site has come; three queries."""
    ahead = Action.every.filter(date_to__gte=timezone.localdate())
    return FirstSteps(Coalition.objects.exists(), Person.objects.filter(disabled_at=None).count(), ahead.count())
