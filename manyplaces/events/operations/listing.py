"""Events as lists and tables bring them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.actions.models import Demand
from manyplaces.actions.rules import require_public, tactic_of
from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.events.models.welcome import WELCOME
from manyplaces.events.rules import Covers, city_tally, organisations_in
from manyplaces.journal.operations import Kept, clean_texts, keep
from manyplaces.people.operations import find_or_add_organisation
from manyplaces.places.operations import find_or_add_place

FACTS = (
    *("action", "city", "spelling", "venue", "covers", "tactic", "tactic_words", "date_edtf", "date_from", "date_to"),
    *("time_local", "fold", "zone", "phase", "hosts_words", "sources", "note"),
    *WELCOME,
)
# What the list of events does not carry.
DESCRIBED = ("covers", "spelling", "note", "note_es", "reason", "reason_es", "moved_to", "moved_from", "address")


@transaction.atomic
def list_event(event: Event, *, by: Actor) -> Kept[Event]:
    """Add an event, or bring the stored one of the same id into line with the facts handed in.

    What follows from the words is settled here: the tactic, the place (one that is known under the spelling, or a new
    one), the host organisations, and the time zone of its city. An event never moves to another action.
    """
    require_public(event.action)
    clean_texts(event)
    stored = one(Event.every.select_for_update(of=("self",)).filter(key=event.key))
    if stored and stored.action_id != event.action_id:
        sentence = _("The id %(key)s belongs to another action already (%(action)s). Give this event an id of its own.")
        raise ValidationError({"key": sentence % {"key": event.key, "action": stored.action.slug}})
    _settle(event, stored, by)
    if stored and stored.hosts_words == event.hosts_words:
        return keep(event, stored, fields=FACTS, by=by)
    hosts = [find_or_add_organisation(name, by=by) for name in organisations_in(event.hosts_words)]
    return keep(event, stored, fields=FACTS, by=by, links={"hosts": hosts})


@transaction.atomic
def describe_event(event: Event, demands: list[Demand] | None = None, *, by: Actor) -> Kept[Event]:
    """Set what the list of events does not carry: what it covers, its Spanish note, demands, why it was called off."""
    stored = Event.every.select_for_update().get(key=event.key)
    if event.covers != Covers.PLACE:
        event.spelling = None
    links = None if demands is None else {"demands": demands}
    return keep(event, stored, fields=DESCRIBED, by=by, links=links)


def _settle(event: Event, stored: Event | None, by: Actor) -> None:
    event.zone = event.zone or event.city.zone
    for name in WELCOME if stored else ():
        # Most lists say nothing to those who come; that takes nothing away which somebody has said.
        if name == "address_for" or getattr(event, name) in ("", None):
            setattr(event, name, getattr(stored, name))
    event.tactic = tactic_of(fold(event.tactic_words)) if event.tactic_words else event.action.tactic
    if city_tally(event.venue):
        event.covers = Covers.CITY
    elif stored and event.covers == Covers.PLACE:
        event.covers = stored.covers
    if event.venue and event.covers == Covers.PLACE:
        event.spelling = find_or_add_place(event.venue, event.city, by=by)
