"""Everything that is held about somebody with an account; rooms above say what they hold themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from manyplaces.core.contacts import email_hashes
from manyplaces.journal.models import Entry
from manyplaces.mail.models import Job, Letter, Suppression
from manyplaces.people.models import (
    ContactExport,
    GivenContact,
    Passkey,
    Person,
    Proposal,
    RecoveryCode,
    RoleGrant,
    Session,
    SignIn,
)
from manyplaces.people.queries.accounts import live_sessions


@dataclass(frozen=True)
class Known:
    """By what rows about somebody are found: his account, the names he worked under, the hashes of his address."""

    person: Person
    names: list[str]
    hashes: list[str]


@dataclass(frozen=True)
class Part:
    """One kind of what is held: its words, its rows, and what is told of a row (JSON values; never a secret)."""

    label: Any
    rows: models.QuerySet[Any]
    tell: Callable[[Any], dict[str, Any]]


PARTS: dict[str, Callable[[Known], Part]] = {}


def holds(part: Callable[[Known], Part]) -> Callable[[Known], Part]:
    """Register a function of a room's queries as something that is held about people; its name stands in the file."""
    PARTS[part.__name__] = part
    return part


@dataclass(frozen=True)
class Held:
    """Everything that is held about somebody with an account."""

    person: Person
    grants: list[RoleGrant]
    sessions: list[Session]
    passkeys: list[Passkey]
    codes_left: int
    parts: dict[str, Part]

    @property
    def entries(self) -> int:
        """How many entries of the journal tell what he did."""
        return done_by(self.person).count()

    def further(self) -> list[tuple[str, int]]:
        """Return the words of what else is held, and how much of each; one query for each kind."""
        counted = [(str(part.label), part.rows.count()) for part in self.parts.values()]
        return [(label, many) for label, many in counted if many]

    def as_json(self) -> dict[str, Any]:
        """Return it as it is handed over: no secret, nothing about anybody else."""
        person = self.person
        return {
            "name": person.alias,
            "email": person.email,
            "given_to_the_press": person.press_line,
            "language": person.language,
            "account_made_on": person.made_on.isoformat(),
            "last_signed_in_on": person.seen_on.isoformat() if person.seen_on else None,
            "roles": [
                {name: getattr(grant, name) for name in ("role", "action", "state", "city")}
                | {"since": iso(grant.since), "until": iso(grant.until)}
                for grant in self.grants
            ],
            "sessions": [{"signed_in_at": iso(one.made_at)} for one in self.sessions],
            "passkeys": [{"name": one.label, "made_on": iso(one.made_on)} for one in self.passkeys],
            "recovery_codes_left": self.codes_left,
            "journal_entries_under_your_name": self.entries,
            **{name: [part.tell(row) for row in part.rows.iterator()] for name, part in self.parts.items()},
        }


def held_about(person: Person) -> Held:
    """Return everything that is held about somebody; five queries, and one for each part that is looked at."""
    autodiscover_modules("queries")
    earlier = Entry.objects.filter(person=person.pk).values_list("actor", flat=True).order_by().distinct()
    known = Known(person, sorted({person.alias, *earlier}), email_hashes(person.email))
    return Held(
        person,
        list(person.grants.order_by("role", "state", "city", "action")),
        live_sessions(person),
        list(person.passkeys.order_by("pk")),
        RecoveryCode.objects.filter(person=person, used_at=None).count(),
        {name: part(known) for name, part in sorted(PARTS.items())},
    )


def done_by(person: Person) -> models.QuerySet[Entry]:
    """Return the entries of the journal that tell what somebody did, the first one first."""
    # Before accounts were noted, the name alone told it.
    return Entry.objects.filter(Q(person=person.pk) | Q(person=None, actor=person.alias)).order_by("pk")


def iso(moment: Any) -> str | None:
    """Return a date or a moment as it stands in files; None where there is none."""
    return moment.isoformat() if moment else None


@holds
def journal(known: Known) -> Part:
    """What he did, and what was done to his account."""
    person = known.person
    about = Entry.objects.filter(subject_kind=Person._meta.label_lower, subject_id=person.pk)
    names = ("door", "errand", "verb", "subject_kind", "subject_id")
    rows = (done_by(person) | about).order_by("pk")
    return Part(
        _("Entries in the journal by you or about your account"),
        rows,
        lambda row: (
            {"at": iso(row.at), "by": row.actor if row.actor in known.names else ""}
            | {name: getattr(row, name) for name in names}
        ),
    )


@holds
def proposals(known: Known) -> Part:
    """What he proposed, agreed to or stopped, and what was proposed about him."""
    own, person = known.person, known.person.pk
    rows = Proposal.objects.filter(
        Q(proposed_by=own) | Q(seconded_by=own) | Q(payload__person_id=person) | Q(stopped_name__in=known.names)
    )
    return Part(
        _("Proposals by you or about you"),
        rows.order_by("pk"),
        lambda row: {
            "what": row.words(own.language),
            "made_at": iso(row.made_at),
            "by_you": row.proposed_by_id == person,
            "agreed_by_you": row.seconded_by_id == person,
            "stopped_at": iso(row.stopped_at),
            "carried_out_at": iso(row.carried_out_at),
        },
    )


@holds
def codes_asked_for(known: Known) -> Part:
    """Codes that were asked for with his address; they are kept for a day."""
    rows = SignIn.objects.filter(Q(person=known.person) | Q(email_hash__in=known.hashes)).order_by("pk")
    return Part(
        _("Codes that were asked for within a day"),
        rows,
        lambda row: {"purpose": row.purpose, "asked_at": iso(row.made_at), "ended_at": iso(row.ended_at)},
    )


@holds
def letters(known: Known) -> Part:
    """Letters to his address; what was written is erased once a letter is sent."""
    return Part(
        _("Letters to your address that still wait or could not be delivered"),
        Letter.objects.filter(to_hash__in=known.hashes).order_by("pk"),
        lambda row: {"kind": row.kind, "state": row.state, "made_at": iso(row.made_at), "sent_at": iso(row.sent_at)},
    )


@holds
def lists_of_letters_left(known: Known) -> Part:
    """Which lists of letters he has left, by the hash of his address."""
    return Part(
        _("Lists of letters that you have left"),
        Suppression.objects.filter(email_hash__in=known.hashes).order_by("pk"),
        lambda row: {"list": row.unsubscribe, "left_on": iso(row.made_on)},
    )


@holds
def given_contacts(known: Known) -> Part:
    """The organisations to which he gave his contact."""
    return Part(
        _("Organisations to which you gave your contact"),
        GivenContact.objects.filter(email_hash__in=known.hashes).select_related("organisation").order_by("pk"),
        lambda row: {"organisation": row.organisation.name, "given_on": iso(row.given_on), "name": row.name},
    )


@holds
def contact_exports(known: Known) -> Part:
    """What he took out of contacts that others gave to organisations."""
    return Part(
        _("Files of contacts that you asked for"),
        ContactExport.objects.filter(person=known.person).select_related("organisation").order_by("pk"),
        lambda row: {"organisation": row.organisation.name, "asked_at": iso(row.asked_at), "reason": row.reason},
    )


@holds
def jobs(known: Known) -> Part:
    """What is or was done in the background in his name; it is kept for 30 days."""
    return Part(
        _("Work in the background that you started"),
        Job.objects.filter(person=known.person.pk).order_by("pk"),
        lambda row: {"name": row.name, "state": row.state, "made_at": iso(row.made_at)},
    )
