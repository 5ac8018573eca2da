"""Every change to organisations."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.slugs import free_slug
from manyplaces.core.words import fold, slug
from manyplaces.journal.operations import Kept, keep, record
from manyplaces.people.models import Organisation, OrganisationName

FIELDS = ("name", "short_name", "kind", "about", "about_es", "url")


@transaction.atomic
def find_or_add_organisation(name: str, *, by: Actor) -> OrganisationName:
    """Return the spelling, with the organisation it stands for; an unknown one is added as a host group."""
    folded = _folded(name)
    known = OrganisationName.objects.select_related("organisation").filter(folded=folded).first()
    if known:
        return known
    organisation = keep(Organisation(slug=_free_slug(name), name=name), None, fields=FIELDS, by=by).row
    spelling = OrganisationName(organisation=organisation, text=name, folded=folded)
    return keep(spelling, None, fields=("text",), by=by).row


@transaction.atomic
def change_organisation(organisation: Organisation, *, by: Actor) -> Kept[Organisation]:
    """Bring the stored organisation into line with the one handed in (found by its slug)."""
    stored = Organisation.objects.select_for_update().get(slug=organisation.slug)
    return keep(organisation, stored, fields=FIELDS, by=by)


@transaction.atomic
def name_organisation(organisation: Organisation, spelling: str, *, by: Actor) -> Kept[OrganisationName]:
    """Remember a spelling for an organisation; one that stood for another organisation moves over with its events.

    An organisation without any spelling left is gone from the pages, so its trust and its link end.
    """
    folded = _folded(spelling)
    stored = OrganisationName.objects.select_for_update().filter(folded=folded).first()
    before = stored.organisation_id if stored else organisation.pk
    row = OrganisationName(organisation=organisation, text=stored.text if stored else spelling, folded=folded)
    kept = keep(row, stored, fields=("organisation",), by=by)
    if before != organisation.pk and not OrganisationName.objects.filter(organisation=before).exists():
        empty = Organisation.objects.select_for_update().get(pk=before)
        set_trust(empty, False, by=by)
        set_link(empty, None, by=by)
    return kept


@transaction.atomic
def set_trust(organisation: Organisation, trusted: bool, *, by: Actor) -> None:
    """Note of a locked organisation whether it is trusted; others are built on it and ask for the right."""
    if organisation.is_trusted != trusted:
        organisation.is_trusted = trusted
        organisation.full_clean(validate_unique=False)
        organisation.save(update_fields=["is_trusted"])
        verb = "organisation.trusted" if trusted else "organisation.distrusted"
        record(by, verb, organisation, before={}, unseen=True)


@transaction.atomic
def set_link(organisation: Organisation, kept: str | None, *, by: Actor) -> None:
    """Keep what proves the link of a locked organisation, or that it has none; built on as `set_trust` is."""
    if organisation.vouch_digest != kept:
        organisation.vouch_digest = kept
        organisation.full_clean(validate_unique=False)
        organisation.save(update_fields=["vouch_digest"])
        verb = "organisation.link_lent" if kept else "organisation.link_ended"
        record(by, verb, organisation, before={}, unseen=True)


def _folded(name: str) -> str:
    folded = fold(name)[:200]
    if not folded:
        raise ValidationError({"name": _("An organisation needs a name with letters in it.")})
    return folded


def _free_slug(name: str) -> str:
    base = slug(name)
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return free_slug(base, taken)
