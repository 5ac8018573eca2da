"""Who may do what: inviting somebody, giving roles and taking them away."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.contacts import email_hashes, read_email
from manyplaces.core.refusals import NotNow
from manyplaces.journal.operations import Kept, keep, record
from manyplaces.mail.operations import owe_letter
from manyplaces.people import letters
from manyplaces.people.models import Person, Proposal, RoleGrant
from manyplaces.people.operations.proposals import propose_about, require_another
from manyplaces.people.queries import nationals, objection_to_name
from manyplaces.people.rules import (
    AFTER_ACTION,
    GRANT_NATIONAL,
    TRUSTED_DOORS,
    WITHDRAW_NATIONAL,
    Role,
    is_whole_national,
    latest_end,
    needs_two,
    require,
)

GRANT_FIELDS = ("role", "action", "state", "city", "until")
# What became of a role that was to be given: the row and whether it was there, or what waits for a second yes.
Given = Kept[RoleGrant] | Proposal


@transaction.atomic
def invite(person: Person, grant: RoleGrant, email: str, *, by: Actor) -> Given:
    """Give somebody a role, who gets an account with this address if he has none, and a letter that says how to begin.

    For national coordinators, within their own reach; `grant.person` is set. The role of a national coordinator is not
    given but proposed. Raises ValidationError by field, also for the address of an account that is closed.
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
    elif known.disabled_at is not None:
        refused = _("%s has an account with this address, and it is closed. Open it on the page of that person first.")
        raise ValidationError({"email": refused % known.alias})
    grant.person = known or person
    return grant_role(grant, by=by)


@transaction.atomic
def grant_role(grant: RoleGrant, *, by: Actor) -> Given:
    """Give a person a role, or bring `until` of the one that is there into line; a national coordinator is proposed.

    For national coordinators, within their own reach. Raises ValidationError for an action's role without an end, an
    end that has passed, a city without its state.
    """
    require(by, Role.NATIONAL, action=grant.action, state=grant.state, city=grant.city)
    _require_sense(grant)
    if grant.role == Role.NATIONAL and by.door not in TRUSTED_DOORS:
        until = grant.until.isoformat() if grant.until else ""
        return propose_about(GRANT_NATIONAL, grant.person, by=by, action=grant.action, until=until)
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


def _give(grant: RoleGrant, by: Actor) -> Kept[RoleGrant]:
    reach = {"role": grant.role, "action": grant.action, "state": grant.state, "city": grant.city}
    stored = RoleGrant.objects.select_for_update().filter(person=grant.person, **reach).first()
    kept = keep(grant, stored, fields=GRANT_FIELDS, by=by, unseen=True)
    if kept.outcome == "added":
        _owe_invitation(kept.row, by=by)
    return kept


def _owe_invitation(grant: RoleGrant, once: str = "", *, by: Actor) -> None:
    person = grant.person
    with translation.override(person.language):
        role = str(grant.get_role_display())
    key = f"invited:{person.uid}:{grant.pk}{once}"
    letter = letters.invited(person, by.name, role)
    owe_letter(
        "people.invited",
        person.email,
        letter,
        language=person.language,
        key=key,
        by=by,
        about=person.uid,
        unsubscribe="invitations",
    )


@transaction.atomic
def invite_again(person: Person, *, by: Actor) -> None:
    """Send the invitation of somebody who has not signed in yet once more, at most once an hour.

    For national coordinators. Raises NotNow for a closed account, one without a role, one that was used.
    """
    require(by, Role.NATIONAL)
    grant = RoleGrant.objects.in_force(timezone.localdate()).filter(person=person).order_by("-pk").first()
    if grant is None or person.disabled_at is not None or person.seen_on is not None:
        raise NotNow(_("There is nothing to invite to: this person has signed in, has no role, or is closed out."))
    _owe_invitation(grant, f":{timezone.now():%Y%m%d%H}", by=by)
    record(by, "person.invited-again", person, before={}, unseen=True)


@transaction.atomic
def move_ends(action: str, was: date, day: date, *, by: Actor) -> int:
    """Let the roles for an action end with it again, whose last day has moved; returns how many did.

    Those that were to end earlier than with it stay as they are. Called by who may move the action.
    """
    require(by, Role.NATIONAL, action=action)
    ended = RoleGrant.objects.select_for_update().filter(action=action, until=was + AFTER_ACTION)
    for stored in ended:
        moved = RoleGrant(person=stored.person, until=latest_end(day, timezone.localdate()))
        moved.role, moved.action, moved.state, moved.city = stored.role, action, stored.state, stored.city
        keep(moved, stored, fields=("until",), by=by, unseen=True)
    return len(ended)


@transaction.atomic
def withdraw_role(grant: RoleGrant, *, by: Actor) -> Proposal | None:
    """Take a role away, from the person's next request on; for national coordinators within their reach.

    That of another national coordinator is proposed: returns the proposal. Raises NotNow for the last one.
    """
    require(by, Role.NATIONAL, action=grant.action, state=grant.state, city=grant.city)
    if is_whole_national(grant.as_grant()) and grant.person in nationals():
        require_another(grant.person)
        if needs_two(by, grant.person.pk):
            return propose_about(WITHDRAW_NATIONAL, grant.person, by=by, grant=grant.pk)
    record(by, "rolegrant.withdrawn", grant, before={}, unseen=True)
    RoleGrant.objects.filter(pk=grant.pk).delete()
    return None
