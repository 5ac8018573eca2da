"""What pages ask about people with an account."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Prefetch
from django.utils import timezone

from manyplaces.people.models import FirstRunCode, Person, Proposal, RoleGrant, Session
from manyplaces.people.rules import FIRST_RUN_LIVES, LONGEST, Role, reaches


def nationals() -> list[Person]:
    """Return the national coordinators of the whole coalition whose account and right are in force; one query."""
    held = RoleGrant.objects.in_force(timezone.localdate())
    whole = held.filter(role=Role.NATIONAL, action="", state="", city="")
    return list(Person.objects.filter(disabled_at=None, pk__in=whole.values("person")).order_by("pk"))


def press_contacts(action: str, state: str = "", city: str = "") -> list[str]:
    """Return what people with a role for this action and place let the press have of them; one query.

    Whoever reviews alone is not asked by the press. For a whole action those of single places are left out.
    """
    held = RoleGrant.objects.in_force(timezone.localdate()).exclude(role=Role.REVIEWER)
    rows = held.filter(person__disabled_at=None).exclude(person__press_line="").select_related("person")
    reaching = [row.person for row in rows.order_by("pk") if reaches(row.as_grant(), action, state, city)]
    return list(dict.fromkeys(person.press_line for person in reaching))


def is_first_run() -> bool:
    """Tell whether the page of the first run is open: a code for it was printed and has not been used."""
    return FirstRunCode.objects.filter(made_at__gt=timezone.now() - FIRST_RUN_LIVES).exists()


def people_with_rights() -> list[Person]:
    """Return everybody with an account in the order of their names, with their `grants`; two queries."""
    grants = Prefetch("grants", RoleGrant.objects.order_by("role", "state", "city", "action"))
    return list(Person.objects.prefetch_related(grants).order_by("disabled_at", "alias", "pk"))


def proposals() -> list[Proposal]:
    """Return what waits for a second yes or for its time, and what was settled or dropped in the last 30 days."""
    recent = Proposal.objects.filter(made_at__gt=timezone.now() - timedelta(days=30))
    return sorted(recent, key=lambda one: (not one.is_open, -one.made_at.timestamp()))


def live_sessions(person: Person) -> list[Session]:
    """Return the browsers in which somebody is signed in, the newest first; one query."""
    return list(person.sessions.filter(made_at__gt=timezone.now() - LONGEST).order_by("-made_at"))
