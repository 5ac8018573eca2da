"""What was published about an action: added, described, looked at, corrected, joined with its copies, taken down."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.actions.rules import require_public
from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.words import fold
from manyplaces.events.models import Event
from manyplaces.journal.operations import Kept, clean_texts, keep
from manyplaces.record.models import MediaHit
from manyplaces.record.rules.media import HitReview

HIT_FACTS = (
    *("city", "state", "place_words", "outlet", "outlet_folded", "headline", "kind", "link"),
    *("date_edtf", "date_from", "date_to"),
)
HIT_DETAILS = ("language", "archived_link", "link_state", "copy_of")


@transaction.atomic
def add_media_hit(hit: MediaHit, events: Iterable[Event] | None = None, *, by: Actor) -> Kept[MediaHit]:
    """Add a media hit, or bring the stored one of the same id into line; `events` are added to those it is about.

    Where it stands in review is that of a new row; a stored one stays where it is.
    """
    require_public(hit.action)
    clean_texts(hit)
    hit.outlet_folded = fold(hit.outlet)[:200]
    stored = one(MediaHit.every.select_for_update(of=("self",)).filter(key=hit.key))
    if stored and stored.action_id != hit.action_id:
        raise ValidationError(
            {"key": _("The id %s belongs to another action already. Give this item an id of its own.") % hit.key}
        )
    links = None
    if events is not None:
        links = {"events": [*events, *(Event.every.only("pk").filter(media=stored) if stored else ())]}
    unseen = (stored or hit).review != HitReview.SHOWN
    return keep(hit, stored, fields=HIT_FACTS, by=by, links=links, unseen=unseen)


@transaction.atomic
def describe_media_hit(hit: MediaHit, *, by: Actor) -> Kept[MediaHit]:
    """Set what the list of media hits does not carry: language, archived copy, state of the link, the original."""
    stored = MediaHit.every.select_for_update(of=("self",)).get(key=hit.key)
    unseen = stored.review != HitReview.SHOWN
    return keep(hit, stored, fields=HIT_FACTS + HIT_DETAILS, by=by, unseen=unseen)
