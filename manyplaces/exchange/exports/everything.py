"""Whole tables by kind: of the whole record, or of one action."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.events.models import Event
from manyplaces.exchange.columns import Kind
from manyplaces.exchange.exports import (
    actions,
    claims,
    closings,
    corrections,
    crowds,
    details,
    events,
    media,
    photos,
    recaps,
    reports,
)
from manyplaces.exchange.exports.table import Table
from manyplaces.record.models import Claim, MediaHit
from manyplaces.reports.queries.photos import public_photos


def export_crowds(*, action: str = "") -> Table:
    """Return the single events that were held, in the columns of the Crowd Counting Consortium; see `export`."""
    return crowds.table(Event.objects.filter(action__in=_called(action)))


def _called(action: str) -> QuerySet[Action]:
    called = Action.objects.filter(slug=action) if action else Action.objects.all()
    if action and not called.exists():
        raise ValidationError({"action_id": _("There is no action “%s”. Check the spelling.") % action[:60]})
    return called


def export(kind: Kind, *, action: str = "", digests: Mapping[str, str] | None = None) -> Table:
    """Return the table of a kind, of one action if its short name is given; raises ValidationError for an unknown one.

    The details of one action leave out organisations, places and the notes, which belong to no action alone.
    `digests` are the SHA-256 of the files of photos by name, where all tables go to another installation together; then
    the details also say where cities lie of which nobody knows it there.
    """
    called = _called(action)
    about = {"action__slug": action} if action else {}
    of_events = {"event__action__slug": action} if action else {}
    tables: dict[Kind, Callable[[], Table]] = {
        "actions": lambda: actions.table(called),
        "claims": lambda: claims.table(Claim.objects.filter(**about)),
        "events": lambda: events.table(Event.objects.filter(**about)),
        "media": lambda: media.table(MediaHit.objects.filter(**about)),
        "reports": lambda: reports.table(Event.objects.filter(**about)),
        "photos": lambda: photos.table(public_photos().filter(**of_events), digests),
        "recaps": lambda: recaps.table(called),
        "closings": lambda: closings.table(called),
        "corrections": lambda: corrections.table(called),
        "details": lambda: details.table(called, whole=not action, moves=digests is not None),
    }
    return tables[kind]()
