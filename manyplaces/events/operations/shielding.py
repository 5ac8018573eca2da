"""A host who is being harassed: one step hides where and who, everywhere, and makes every link to him new."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.refusals import NotNow
from manyplaces.events.models import Commitment, Event, Host
from manyplaces.events.operations.errands import on_errand
from manyplaces.events.operations.links import replace_link
from manyplaces.journal.operations import record
from manyplaces.people.rules import Role, require

RELATIONS = ("action", "city", "spelling")


@transaction.atomic
def shield_event(event: Event, *, by: Actor) -> Event:
    """Show of an event its city and nothing nearer, forget its host's name for good, and replace the private links."""
    stored = _locked(event)
    place = {"action": stored.action.slug, "state": stored.city.state, "city": stored.city.slug}
    require(by, Role.REVIEWER, Role.COORDINATOR, **place)
    if stored.is_shielded and not stored.only_city:
        raise NotNow(_("This event is hidden already: only its city is shown."))
    by = on_errand(by)
    _set(stored, True, by)
    for row in Commitment.objects.select_for_update().filter(event=stored):
        row.shown_host, row.set_aside, row.only_city = "", {}, False
        row.full_clean(exclude=("action", "event", "school", "vouched_by", "merged_into"), validate_unique=False)
        row.save(update_fields=["shown_host", "set_aside", "only_city"])
        for host in Host.objects.filter(commitment=row).exclude(email_hash=""):
            # In the host's place, whoever may hide him: what was sent before must open nothing any more.
            replace_link(host, by=replace(by, holds=row.key))
    return stored


@transaction.atomic
def unshield_event(event: Event, *, by: Actor) -> Event:
    """Show the place of an event again; the name of its host does not come back."""
    stored = _locked(event)
    require(by, Role.COORDINATOR, action=stored.action.slug, state=stored.city.state, city=stored.city.slug)
    if not stored.is_shielded:
        raise NotNow(_("This event is not hidden."))
    if stored.only_city or Commitment.objects.filter(event=stored, only_city=True).exists():
        raise NotNow(_("Its host wants only the city shown. He can change that on his private page."))
    _set(stored, False, on_errand(by))
    return stored


def _locked(event: Event) -> Event:
    return Event.every.select_for_update(of=("self",)).select_related("action", "city").get(pk=event.pk)


def _set(stored: Event, is_shielded: bool, by: Actor) -> None:
    before: dict[str, object] = {"is_shielded": stored.is_shielded}
    if stored.only_city:
        before["only_city"] = True
    stored.is_shielded, stored.only_city, stored.shown_host = is_shielded, False, ""
    stored.full_clean(exclude=RELATIONS, validate_unique=False, validate_constraints=False)
    stored.save(update_fields=["is_shielded", "only_city", "shown_host"])
    verb = "event.shielded" if is_shielded else "event.unshielded"
    # What was hidden does not stand in the journal either.
    record(by, verb, stored, before=before)
