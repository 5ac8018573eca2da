"""Details of single events, media hits and claims."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.actions.models import Demand
from manyplaces.core.actor import Actor
from manyplaces.core.fuzzydates import read
from manyplaces.events.models import Event
from manyplaces.events.operations import describe_event
from manyplaces.events.rules import Covers
from manyplaces.exchange.imports.detail import Detail
from manyplaces.exchange.imports.media import DETAILS, describe
from manyplaces.exchange.lookups import Lookups, Taken
from manyplaces.exchange.tallies import listed_claims
from manyplaces.record.models import Claim, MediaHit
from manyplaces.record.operations import describe_media_hit, judge_claim

MEDIA_FIELDS = DETAILS
COVERS = {covers.value for covers in Covers}


def say_event(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set what an event covers, its note, why it was called off, when it moved, or a demand of its own."""
    event = lookups.event(detail.key)
    demands = None
    if detail.field == "demand":
        demands = [*event.demands.all(), _demand(event, detail.value)]
    elif detail.field == "covers" and detail.value not in COVERS:
        raise ValidationError({"value": _("Write place, several or city.")})
    else:
        if detail.field in ("moved_to", "moved_from"):
            read(detail.value)
        detail.set_on(event)
    return Taken(event.key, describe_event(event, demands, by=by).outcome)


def say_media(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Set the language of a media hit, its archived copy, the state of its link, or the story it is a copy of."""
    hit = MediaHit.every.filter(key=detail.key).first()
    if hit is None:
        sentence = _("There is no media hit “%s”. Check the id, or import the file of media hits first.")
        raise ValidationError({"key": sentence % detail.key[:60]})
    describe(hit, {detail.field: detail.value}, "value")
    return Taken(hit.key, describe_media_hit(hit, by=by).outcome)


def say_claim(detail: Detail, lookups: Lookups, by: Actor) -> Taken:
    """Mark a claim as disputed, or as the one that stands for the others."""
    claim = _claim(detail, lookups)
    setattr(claim, detail.field, detail.yes())
    return Taken(f"{claim.metric_words}: {claim.value_words}", judge_claim(claim, by=by).outcome)


def _demand(event: Event, key: str) -> Demand:
    demand = Demand.objects.filter(action=event.action_id, slug=key).first()
    if demand is None:
        raise ValidationError({"value": _("The event's action has no demand “%s”. Put its row first.") % key[:60]})
    return demand


def _claim(detail: Detail, lookups: Lookups) -> Claim:
    """Find a claim by its words "metric|value_text|claimed_by", or by its place among the claims of the action."""
    claims = Claim.every.filter(action=lookups.action(detail.action_id)).select_related("event").order_by("pk")
    if detail.key.isascii() and detail.key.isdigit() and len(detail.key) < 7:
        number = int(detail.key)
        found = listed_claims(claims)[number - 1 : number] if number else []
    else:
        metric, value, claimant = [*detail.key.split("|"), "", "", ""][:3]
        found = list(claims.filter(metric_words=metric, value_words=value, claimant=claimant)[:2])
    if not found:
        sentence = _(
            "There is no claim “%s” in that action. Write metric|value_text|claimed_by as in the file of claims."
        )
        raise ValidationError({"key": sentence % detail.key[:80]})
    if len(found) > 1:
        sentence = _("Several claims are “%s”. Give the number of the claim among those of the action, such as 3.")
        raise ValidationError({"key": sentence % detail.key[:80]})
    return found[0]
