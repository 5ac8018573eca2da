"""The letters to people with an account: codes, invitations, and word of what a thief would want to hide."""

from __future__ import annotations

from django.utils import translation

from manyplaces.mail.letters import Written, written
from manyplaces.people.models import ContactExport, Person, Proposal
from manyplaces.people.rules import PROPOSAL_LIVES


def code(purpose: str, language: str, code: str) -> Written:
    """The code with which somebody signs in, proves to be present or confirms a new address."""
    return written("people.code", language, code=code, purpose=purpose)


def new_device(person: Person) -> Written:
    """Word that somebody signed in from a browser that was not used before."""
    return _to(person, "new_device")


def invited(person: Person, by_alias: str, role: str) -> Written:
    """What somebody may do from now on, and how to begin."""
    return _to(person, "invited", inviter=by_alias, role=role)


def passkeys_changed(person: Person, what: str) -> Written:
    """Word that the way in has changed.

    What changed: a passkey was "added" or "removed", new "codes" were made, a "recovery" code was used, or lost
    passkeys are to be taken away ("asked") or have been ("reset").
    """
    return _to(person, "passkeys_changed", what=what)


def address_changed(person: Person) -> Written:
    """Word, to the old and the new address, that letters go to another address from now on."""
    return _to(person, "address_changed")


def proposed(person: Person, proposal: Proposal) -> Written:
    """What a national coordinator wants to do, and where it can be agreed to or stopped."""
    with translation.override(person.language):
        proposer = proposal.proposer
    return _to(
        person,
        "proposed",
        words=proposal.words(person.language),
        proposer=proposer,
        alone=proposal.alone,
        days=PROPOSAL_LIVES.days,
    )


def first_run_used(person: Person) -> Written:
    """Word to every coordinator that whoever runs the machine has made or restored a national coordinator."""
    return _to(person, "first_run_used")


def contacts_out(person: Person, export: ContactExport) -> Written:
    """Word to every national coordinator that contacts people gave to an organisation are taken out, and why."""
    organisation = export.organisation
    facts = {"many": export.many, "who": export.person_name, "reason": export.reason, "slug": organisation.slug}
    return _to(person, "contacts_out", organisation=organisation.name, **facts)


def account_closed(person: Person, why: str, deleted_on: str = "") -> Written:
    """Word that the account is closed ("unused", "coordinator") until it is deleted on a day (ISO), or gone.

    Gone it is because its owner or the time has "deleted" it, or because an invitation was "withdrawn".
    """
    return _to(person, "account_closed", why_closed=why, deleted_on=deleted_on)


def _to(person: Person, name: str, **context: object) -> Written:
    return written(f"people.{name}", person.language, **context)
