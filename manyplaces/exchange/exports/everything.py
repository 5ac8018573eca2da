"""Whole tables by kind: of the whole record, or of one action."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.exchange.columns import Kind
from manyplaces.exchange.exports import actions, claims, details, events, media
from manyplaces.exchange.exports.table import Table
from manyplaces.record.models import Claim, MediaHit


def export(kind: Kind, *, action: str = "") -> Table:
    """Return the table of a kind, of one action if its short name is given; raises ValidationError for an unknown one.

    The details of one action leave out organisations, places and the notes, which belong to no action alone.
    """
    called = Action.objects.filter(slug=action) if action else Action.objects.all()
    if action and not called.exists():
        raise ValidationError({"action_id": _("There is no action “%s”. Check the spelling.") % action[:60]})
    about = {"action__slug": action} if action else {}
    if kind == "actions":
        return actions.table(called)
    if kind == "claims":
        return claims.table(Claim.objects.filter(**about))
    if kind == "events":
        return events.table(Event.objects.filter(**about))
    if kind == "media":
        return media.table(MediaHit.objects.filter(**about))
    return details.table(called, whole=not action)
