"""What people claim, corrections, the notes on the record, and how its numbers change."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from manyplaces.actions.models import Action
from manyplaces.actions.rules import require_public
from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.core.refusals import NotNow
from manyplaces.core.words import fold
from manyplaces.journal.operations import Kept, clean_texts, keep, record
from manyplaces.people.rules import Role, require
from manyplaces.record.models import Claim, Correction, RecordNote, TallyPoint
from manyplaces.record.rules import metric_of

CLAIM_FACTS = ("low", "high", "basis", "date_edtf", "date_from", "date_to")
# The metric follows from its words; naming it too lets the database use its index.
CLAIM_KEY = ("action", "metric", "phase", "city", "event", "metric_words", "value_words", "claimant", "source_url")


@transaction.atomic
def state_claim(claim: Claim, *, by: Actor) -> Kept[Claim]:
    """Add a claim, or bring the stored one into line: the same claimant, words and source are one claim.

    Whether it is disputed or chosen is our judgement and stays as it is; so does when it was stated, unless that is
    said anew.
    """
    require_public(claim.action)
    _settle_metric(claim)
    key = {name: getattr(claim, name) for name in CLAIM_KEY}
    stored = min(Claim.every.select_for_update(of=("self",)).filter(**key), key=lambda found: found.pk, default=None)
    said = ("said_at",) if claim.said_at is not None else ()
    return keep(claim, stored, fields=(*CLAIM_FACTS, *said), by=by)


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
def set_note(note: RecordNote, *, by: Actor) -> Kept[RecordNote]:
    """Add a note on the record, or bring the stored one of the same key into line."""
    clean_texts(note)
    stored = RecordNote.objects.select_for_update().filter(slug=note.slug).first()
    return keep(note, stored, fields=("position", "heading", "heading_es", "body", "body_es"), by=by)


@transaction.atomic
def add_correction(correction: Correction, *, by: Actor) -> Correction:
    """Put a dated note beside a closed record; the same form sent twice is one note.

    Raises NotNow as long as the record itself can be changed, ValidationError by field.
    """
    require(by, Role.NATIONAL, action=correction.action.slug)
    clean_texts(correction)
    known = one(Correction.objects.filter(uid=correction.uid))
    if known is not None:
        return known
    if not Action.every.filter(pk=correction.action_id, frozen_at__isnull=False).exists():
        raise NotNow(_("The record of this action is not closed: change what is wrong itself."))
    if correction.event is not None and correction.event.action_id != correction.action_id:
        raise ValidationError({"event": _("This event belongs to another action.")})
    return keep(correction, None, fields=(), by=by).row


@transaction.atomic
def note_tally(point: TallyPoint, *, by: Actor) -> TallyPoint | None:
    """Keep the numbers of an action as they are from now on; None where they are what they were.

    Stored pages stay as they are: the page of numbers has shown these, as what is so now, since they changed.
    """
    last = point.action.tally_points.select_for_update().order_by("-at", "-pk").first()
    if last is not None and last.numbers == point.numbers:
        return None
    point.full_clean(exclude=("action",))
    point.save(force_insert=True)
    record(by, "tallypoint.noted", point, unseen=True)
    return point


def _settle_metric(claim: Claim) -> None:
    """Read from the words what is counted, and what narrows it down: words in brackets, or before what is counted."""
    clean_texts(claim)
    words, _bracket, rest = claim.metric_words.partition("(")
    claim.metric, claim.qualifier = metric_of(fold(words), rest.partition(")")[0].strip())
