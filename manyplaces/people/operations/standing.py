"""How organisations stand to the coalition: described on the desk, trusted, and lent a link to vouch with."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.tokens import digest, new_token
from manyplaces.core.words import fold
from manyplaces.journal.operations import Kept
from manyplaces.people.models import Organisation, OrganisationName
from manyplaces.people.operations.organisations import (
    change_organisation,
    find_or_add_organisation,
    name_organisation,
    set_link,
    set_trust,
)
from manyplaces.people.rules import Role, require


@transaction.atomic
def add_organisation(organisation: Organisation, *, by: Actor) -> Kept[Organisation]:
    """Add an organisation under a name that is not known yet; for national coordinators.

    Raises ValidationError where the name is a spelling of one that is there already.
    """
    require(by, Role.NATIONAL)
    known = _known(organisation.name)
    if known:
        raise ValidationError({"name": _("“%s” has this name already. Change that one.") % known.organisation})
    organisation.slug = find_or_add_organisation(organisation.name, by=by).organisation.slug
    return change_organisation(organisation, by=by)


@transaction.atomic
def add_organisations(organisations: Sequence[Organisation], *, by: Actor) -> int:
    """Add organisations by name and kind, all or none; returns how many were new or changed their kind.

    One that is there already under this name takes the kind. For national coordinators. Raises ValidationError for a
    name without letters or one of more than 200.
    """
    require(by, Role.NATIONAL)
    outcomes = []
    for organisation in organisations:
        try:
            stored = find_or_add_organisation(organisation.name, by=by).organisation
        except ValidationError as refusal:
            raise ValidationError(f"“{organisation.name[:60]}”: {' '.join(refusal.messages)}") from refusal
        stored.kind = organisation.kind
        outcomes.append(change_organisation(stored, by=by).outcome)
    return len(outcomes) - outcomes.count("unchanged")


@transaction.atomic
def describe_organisation(organisation: Organisation, *, by: Actor) -> Kept[Organisation]:
    """Bring the stored organisation into line with the one handed in (found by its slug); for national coordinators.

    A new name is remembered as a spelling, beside those from before. Raises ValidationError where it is a spelling of
    another organisation.
    """
    require(by, Role.NATIONAL)
    known = _known(organisation.name)
    if known and known.organisation.slug != organisation.slug:
        wrong = _("“%s” has this name already. Let that name stand for this one first, below.")
        raise ValidationError({"name": wrong % known.organisation})
    kept = change_organisation(organisation, by=by)
    if not known:
        name_organisation(kept.row, organisation.name, by=by)
    return kept


@transaction.atomic
def merge_spelling(organisation: Organisation, spelling: str, *, by: Actor) -> Kept[OrganisationName]:
    """Let a spelling stand for the organisation, with all that hangs on it; for national coordinators.

    A spelling of another organisation moves over with its events. Raises ValidationError for a name without letters.
    """
    require(by, Role.NATIONAL)
    try:
        return name_organisation(organisation, spelling, by=by)
    except ValidationError as refusal:
        raise ValidationError({"spelling": refusal.messages}) from refusal


@transaction.atomic
def trust_organisation(organisation: Organisation, trusted: bool, *, by: Actor) -> Organisation:
    """Let what the organisation vouches for be online at once where the action says so, or take that back.

    For national coordinators. What is online stays online.
    """
    require(by, Role.NATIONAL)
    stored = _locked(organisation)
    set_trust(stored, trusted, by=by)
    return stored


@transaction.atomic
def lend_link(organisation: Organisation, *, by: Actor) -> str:
    """Return a new secret with which hosts commit in the organisation's name; an earlier one is worth nothing from now.

    For national coordinators. It is not kept and cannot be shown again.
    """
    require(by, Role.NATIONAL)
    stored = _locked(organisation)
    token = new_token()
    set_link(stored, digest(token), by=by)
    return token


@transaction.atomic
def end_link(organisation: Organisation, *, by: Actor) -> Organisation:
    """Make the organisation's link worth nothing; for national coordinators. What came by it stays."""
    require(by, Role.NATIONAL)
    stored = _locked(organisation)
    set_link(stored, None, by=by)
    return stored


def _known(name: str) -> OrganisationName | None:
    return OrganisationName.objects.select_related("organisation").filter(folded=fold(name)[:200]).first()


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)
