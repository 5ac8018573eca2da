"""Every change to what was said: claims, media hits and the notes on the record."""

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
from manyplaces.journal.operations import Kept, clean_texts, keep, record
from manyplaces.record.models import Claim, MediaHit, RecordNote, TallyPoint
from manyplaces.record.rules import metric_of

CLAIM_FACTS = ("low", "high", "basis", "date_edtf", "date_from", "date_to")
# The metric follows from its words; naming it too lets the database use its index.
CLAIM_KEY = ("action", "metric", "phase", "city", "event", "metric_words", "value_words", "claimant", "source_url")
HIT_FACTS = (
    *("city", "state", "place_words", "outlet", "outlet_folded", "headline", "kind", "link"),
    *("date_edtf", "date_from", "date_to"),
)
HIT_DETAILS = ("language", "archived_link", "link_state", "copy_of")


@transaction.atomic
def state_claim(claim: Claim, *, by: Actor) -> Kept[Claim]:
    """Add a claim, or bring the stored one into line: the same claimant, words and source are one claim.

    Whether it is disputed or chosen is our judgement and stays as it is.
    """
    require_public(claim.action)
    _settle_metric(claim)
    key = {name: getattr(claim, name) for name in CLAIM_KEY}
    stored = min(Claim.every.select_for_update(of=("self",)).filter(**key), key=lambda found: found.pk, default=None)
    return keep(claim, stored, fields=CLAIM_FACTS, by=by)


@transaction.atomic
def state_turnout(claim: Claim, *, by: Actor) -> Kept[Claim]:
    """State the one figure that a list of events carries for an event and metric; a corrected list replaces it.

    What others state about the same event stays: a figure is replaced only by the same claimant's.
    """
    _settle_metric(claim)
    same = {"event": claim.event, "metric": claim.metric, "claimant": claim.claimant}
    stored = min(Claim.every.select_for_update(of=("self",)).filter(**same), key=lambda found: found.pk, default=None)
    return keep(claim, stored, fields=(*CLAIM_FACTS, "phase", "metric_words", "value_words", "source_url"), by=by)


@transaction.atomic
def judge_claim(claim: Claim, *, by: Actor) -> Kept[Claim]:
    """Set whether the stored claim is disputed, and whether it is the one chosen to stand for the others."""
    stored = Claim.every.select_for_update(of=("self",)).get(pk=claim.pk)
    return keep(claim, stored, fields=("disputed", "chosen"), by=by)


@transaction.atomic
def add_media_hit(hit: MediaHit, events: Iterable[Event] | None = None, *, by: Actor) -> Kept[MediaHit]:
    """Add a media hit, or bring the stored one of the same id into line; `events` are added to those it is about."""
    require_public(hit.action)
    clean_texts(hit)
    hit.outlet_folded = fold(hit.outlet)[:200]
    stored = one(MediaHit.objects.select_for_update(of=("self",)).filter(key=hit.key))
    if stored and stored.action_id != hit.action_id:
        raise ValidationError(
            {"key": _("The id %s belongs to another action already. Give this item an id of its own.") % hit.key}
        )
    links = None
    if events is not None:
        links = {"events": [*events, *(Event.every.only("pk").filter(media=stored) if stored else ())]}
    return keep(hit, stored, fields=HIT_FACTS, by=by, links=links)


@transaction.atomic
def describe_media_hit(hit: MediaHit, *, by: Actor) -> Kept[MediaHit]:
    """Set what the list of media hits does not carry: language, archived copy, state of the link, the original."""
    stored = MediaHit.objects.select_for_update(of=("self",)).get(key=hit.key)
    return keep(hit, stored, fields=HIT_FACTS + HIT_DETAILS, by=by)


@transaction.atomic
def set_note(note: RecordNote, *, by: Actor) -> Kept[RecordNote]:
    """Add a note on the record, or bring the stored one of the same key into line."""
    clean_texts(note)
    stored = RecordNote.objects.select_for_update().filter(slug=note.slug).first()
    return keep(note, stored, fields=("position", "heading", "heading_es", "body", "body_es"), by=by)


@transaction.atomic
def note_tally(point: TallyPoint, *, by: Actor) -> TallyPoint | None:
    """Keep the numbers of an action as they are from now on; None where they are what they were."""
    last = point.action.tally_points.select_for_update().order_by("-at", "-pk").first()
    if last is not None and last.numbers == point.numbers:
        return None
    point.full_clean(exclude=("action",))
    point.save(force_insert=True)
    record(by, "tallypoint.noted", point)
    return point


def _settle_metric(claim: Claim) -> None:
    """Read from the words what is counted, and what narrows it down: words in brackets, or before what is counted."""
    clean_texts(claim)
    words, _bracket, rest = claim.metric_words.partition("(")
    claim.metric, claim.qualifier = metric_of(fold(words), rest.partition(")")[0].strip())
