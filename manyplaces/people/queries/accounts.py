"""What pages ask about people with an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from manyplaces.journal.models import Entry
from manyplaces.people.models import FirstRunCode, Passkey, Person, Proposal, RecoveryCode, RoleGrant, Session
from manyplaces.people.rules import FIRST_RUN_LIVES, LONGEST, Role


def nationals() -> list[Person]:
    """Return the national coordinators of the whole coalition whose account and right are in force; one query."""
    held = RoleGrant.objects.in_force(timezone.localdate())
    whole = held.filter(role=Role.NATIONAL, action="", state="", city="")
    return list(Person.objects.filter(disabled_at=None, pk__in=whole.values("person")).order_by("pk"))


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


@dataclass(frozen=True)
class Held:
    """Everything that is held about somebody with an account."""

    person: Person
    grants: list[RoleGrant]
    sessions: list[Session]
    passkeys: list[Passkey]
    codes_left: int
    entries: int

    def as_json(self) -> dict[str, Any]:
        """Return it as it is handed over: no secret, nothing about anybody else."""
        person = self.person
        return {
            "name": person.alias,
            "email": person.email,
            "language": person.language,
            "account_made_on": person.made_on.isoformat(),
            "last_signed_in_on": person.seen_on.isoformat() if person.seen_on else None,
            "roles": [
                {
                    "role": grant.role,
                    "action": grant.action,
                    "state": grant.state,
                    "city": grant.city,
                    "since": grant.since.isoformat(),
                    "until": grant.until.isoformat() if grant.until else None,
                }
                for grant in self.grants
            ],
            "sessions": [{"signed_in_at": one.made_at.isoformat()} for one in self.sessions],
            "passkeys": [{"name": one.label, "made_on": one.made_on.isoformat()} for one in self.passkeys],
            "recovery_codes_left": self.codes_left,
            "journal_entries_under_your_name": self.entries,
        }


def held_about(person: Person) -> Held:
    """Return everything that is held about somebody; five queries."""
    return Held(
        person,
        list(person.grants.order_by("role", "state", "city", "action")),
        live_sessions(person),
        list(person.passkeys.order_by("pk")),
        RecoveryCode.objects.filter(person=person, used_at=None).count(),
        Entry.objects.filter(actor=person.alias).count(),
    )
