"""Who may do what: inviting somebody, changing and taking away roles, closing and opening accounts."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes, read_email
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import keep, record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import Person, Proposal, RoleGrant
from manyplaces.people.operations.proposals import carried_out, due, propose
from manyplaces.people.operations.recovery import take_factors_away, tell_owner
from manyplaces.people.queries import nationals, objection_to_name
from manyplaces.people.rules import GRANT_NATIONAL, RESET_AFTER, RESET_PASSKEYS, UNUSED, Role, require

GRANT_FIELDS = ("role", "action", "state", "city", "until")


@transaction.atomic
def invite(person: Person, grant: RoleGrant, email: str, *, by: Actor) -> Person:
    """Give somebody a role, who gets an account with this address if he has none, and a letter that says how to begin.

    For national coordinators, within their own reach. The role of a national coordinator is not given but proposed.
    Raises ValidationError by field.
    """
    require(by, Role.NATIONAL, action=grant.action, state=grant.state, city=grant.city)
    address = read_email(email)
    if not address:
        raise ValidationError({"email": _("Give the e-mail address to which the invitation goes.")})
    known = Person.objects.filter(email_hash__in=email_hashes(address)).first()
    if known is None:
        if wrong := objection_to_name(person.alias):
            raise ValidationError({"alias": wrong})
        person.set_contact(email=address)
        keep(person, None, fields=(), by=by, unseen=True)
    grant.person = known or person
    grant_role(grant, by=by)
    return grant.person


@transaction.atomic
def grant_role(grant: RoleGrant, *, by: Actor) -> RoleGrant | None:
    """Give a person a role, or bring `until` of the one that is there into line; returns None where it was proposed.

    For national coordinators, within their own reach. Raises ValidationError for an action's role without an end, an
    end that has passed, a city without its state.
    """
    require(by, Role.NATIONAL, action=grant.action, state=grant.state, city=grant.city)
    _require_sense(grant)
    if grant.role == Role.NATIONAL:
        _propose_national(grant, by)
        return None
    return _give(grant, by)


def _require_sense(grant: RoleGrant) -> None:
    if grant.action and grant.until is None:
        raise ValidationError({"until": _("A role for one action ends. Give the day on which it does.")})
    if grant.until is not None and grant.until < timezone.localdate():
        raise ValidationError({"until": _("This day is over. Give a later one.")})
    if grant.city and not grant.state:
        raise ValidationError({"state": _("Choose the state of the city.")})
    if grant.role == Role.NATIONAL and (grant.state or grant.city):
        raise ValidationError({"role": _("A national coordinator is one everywhere. Leave state and city open.")})


def _propose_national(grant: RoleGrant, by: Actor) -> None:
    payload = {
        "person_id": grant.person_id,
        "action": grant.action,
        "until": grant.until.isoformat() if grant.until else "",
    }
    for language in ("en", "es"):
        with translation.override(language):
            payload[language] = _("Make the person with account %(number)d (%(alias)s) a national coordinator") % {
                "number": grant.person_id,
                "alias": grant.person.alias,
            }
    propose(GRANT_NATIONAL, payload, by=by)


def _give(grant: RoleGrant, by: Actor) -> RoleGrant:
    person = grant.person
    reach = {"role": grant.role, "action": grant.action, "state": grant.state, "city": grant.city}
    stored = RoleGrant.objects.select_for_update().filter(person=person, **reach).first()
    kept = keep(grant, stored, fields=GRANT_FIELDS, by=by, unseen=True)
    if kept.outcome == "added":
        with translation.override(person.language):
            role = str(kept.row.get_role_display())
        key = f"invited:{person.uid}:{kept.row.pk}"
        letter = letters.invited(person, by.name, role)
        owe_letter("people.invited", person.email, letter, language=person.language, key=key, by=by, about=person.uid)
    return kept.row


@transaction.atomic
def withdraw_role(grant: RoleGrant, *, by: Actor) -> None:
    """Take a role away, from the person's next request on; for national coordinators within their reach.

    Raises NotNow for the last national coordinator.
    """
    require(by, Role.NATIONAL, action=grant.action, state=grant.state, city=grant.city)
    if grant.role == Role.NATIONAL:
        _require_another(grant.person)
    record(by, "rolegrant.withdrawn", grant, before={}, unseen=True)
    RoleGrant.objects.filter(pk=grant.pk).delete()


def _require_another(person: Person) -> None:
    if [one.pk for one in nationals()] == [person.pk]:
        raise NotNow(_("This is the only national coordinator. Make somebody else one first."))


@transaction.atomic
def close_account(person: Person, why: str = "coordinator", *, by: Actor) -> None:
    """Let nobody sign in with an account, and end its sessions; for national coordinators. It can be opened again.

    Raises NotNow for the last national coordinator.
    """
    require(by, Role.NATIONAL)
    _require_another(person)
    stored = Person.objects.select_for_update().get(pk=person.pk)
    if stored.disabled_at is not None:
        return
    _set_closed(stored, True, by)
    stored.sessions.all().delete()
    key = f"closed:{stored.uid}:{timezone.now().timestamp()}"
    letter = letters.account_closed(stored, why)
    owe_letter("people.account_closed", stored.email, letter, language=stored.language, key=key, by=by)


@transaction.atomic
def open_account(person: Person, *, by: Actor) -> None:
    """Let a person sign in again; for national coordinators."""
    require(by, Role.NATIONAL)
    _set_closed(Person.objects.select_for_update().get(pk=person.pk), False, by)


def _set_closed(person: Person, is_closed: bool, by: Actor) -> None:
    person.disabled_at = timezone.now() if is_closed else None
    # Whoever is let in again counts as used, or the next morning would close the account anew.
    person.seen_on = person.seen_on if is_closed else timezone.localdate()
    person.full_clean(validate_unique=False, validate_constraints=False)
    person.save(update_fields=["disabled_at", "seen_on"])
    record(by, "person.closed" if is_closed else "person.opened", person, before={}, unseen=True)


@transaction.atomic
def close_unused_accounts(*, by: Actor) -> int:
    """Close every account that nobody used for 180 days; returns how many. Not the last national coordinator's."""
    oldest = timezone.localdate() - UNUSED
    unused = Person.objects.filter(disabled_at=None, made_on__lt=oldest).exclude(seen_on__gte=oldest)
    closed = 0
    for person in unused.order_by("pk"):
        if [one.pk for one in nationals()] != [person.pk]:
            close_account(person, "unused", by=by)
            closed += 1
    return closed


@transaction.atomic
def propose_reset(person: Person, *, by: Actor) -> Proposal:
    """Propose to take away the passkeys of somebody who lost them: another coordinator agrees, then 72 hours pass."""
    require(by, Role.NATIONAL)
    payload: dict[str, object] = {"person_id": person.pk}
    for language in ("en", "es"):
        with translation.override(language):
            payload[language] = _("Take away the lost passkeys of the person with account %(number)d (%(alias)s)") % {
                "number": person.pk,
                "alias": person.alias,
            }
    proposal = propose(RESET_PASSKEYS, payload, by=by, wait_hours=round(RESET_AFTER / timedelta(hours=1)))
    tell_owner(person, "asked", proposal.uid, by=by)
    return proposal


@transaction.atomic
def carry_out_proposals(*, by: Actor) -> int:
    """Do what was agreed about people: give the role of a national coordinator, take lost passkeys away."""
    done = 0
    for proposal in due(GRANT_NATIONAL):
        person = Person.objects.filter(pk=proposal.payload["person_id"]).first()
        if person is not None:
            until = proposal.payload["until"] or None
            _give(RoleGrant(person=person, role=Role.NATIONAL, action=proposal.payload["action"], until=until), by)
        carried_out(proposal, by=by)
        done += 1
    for proposal in due(RESET_PASSKEYS):
        person = Person.objects.filter(pk=proposal.payload["person_id"]).first()
        if person is not None:
            take_factors_away(person, by=by)
        carried_out(proposal, by=by)
        done += 1
    return done
