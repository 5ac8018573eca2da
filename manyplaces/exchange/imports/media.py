"""A row of the file of media hits."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.core.actor import Actor
from manyplaces.core.words import fold
from manyplaces.exchange.cells import Cells, read_when
from manyplaces.exchange.imports.actions import ZONE
from manyplaces.exchange.lookups import Lookups, Taken, together
from manyplaces.exchange.placing import Scope, scope_of
from manyplaces.places.geometry import STATES
from manyplaces.record.models import MediaHit
from manyplaces.record.operations import add_media_hit, describe_media_hit
from manyplaces.record.rules import LinkState, MediaKind
from manyplaces.record.rules.links import link_key

KINDS = {fold(kind.value): kind.value for kind in MediaKind} | {"news": MediaKind.EARNED.value}
LINK_STATES = {state.value: state.value for state in LinkState}
DETAILS = ("language", "archived_link", "link_state", "copy_of")


def take(cells: Cells, lookups: Lookups, by: Actor) -> Taken:
    """Add the media hit that the row describes, with what the further columns say of it."""
    action = lookups.action(cells.text("action_id"))
    hit = _hit(cells, lookups, action)
    events = [lookups.event(key, "event_ids", action) for key in cells.text("event_ids").split()]
    kept = add_media_hit(hit, events or None, by=by)
    if not any(cells.text(name) for name in DETAILS):
        return Taken(kept.row.key, kept.outcome)
    row = MediaHit.every.get(pk=kept.row.pk)
    describe(row, {name: cells.text(name) for name in DETAILS if cells.text(name)})
    return together(kept.row.key, kept.outcome, describe_media_hit(row, by=by).outcome)


def describe(hit: MediaHit, said: dict[str, str], column: str = "") -> None:
    """Set on the hit what is said of it; faults are told under the names of `said`, or of the one `column`."""
    for name, words in said.items():
        if name == "copy_of":
            hit.copy_of = MediaHit.every.filter(key=words, action=hit.action_id).first()
            if hit.copy_of is None:
                sentence = _("There is no media hit “%s” in that action. Check the id, or put the original first.")
                raise ValidationError({column or name: sentence % words[:60]})
        elif name == "link_state" and words not in LINK_STATES:
            raise ValidationError({column or name: _("Write unknown, live, dead or archived.")})
        else:
            setattr(hit, name, words)


def _hit(cells: Cells, lookups: Lookups, action: Action) -> MediaHit:
    link = cells.text("source_url")
    if not cells.text("id") and not link:
        raise ValidationError({"id": _("An item without a link needs an id.")})
    scope = _scope(cells, lookups, action)
    return MediaHit(
        key=cells.text("id") or link_key(action.slug, link),
        action=action,
        city=scope.city,
        state=scope.state,
        place_words=cells.text("place"),
        outlet=cells.text("outlet"),
        headline=cells.text("headline"),
        kind=cells.choice(
            "kind", KINDS, _("Write earned, advance, opinion, partner, syndicated copy, repost or paid.")
        ),
        link=link,
        date_edtf=read_when(cells, ZONE).edtf,
    )


def _scope(cells: Cells, lookups: Lookups, action: Action) -> Scope:
    city, state = cells.text("city"), cells.text("state").upper()
    if city:
        found = lookups.city(city, cells.needed("state", _("The state is missing. Write two letters.")))
        return Scope(found, found.state)
    if state and state not in STATES:
        raise ValidationError({"state": _("“%s” is not a state. Give two letters such as WI or PR.") % state[:40]})
    return Scope(None, state) if state else scope_of(cells.text("place"), lookups.cities_of(action))
