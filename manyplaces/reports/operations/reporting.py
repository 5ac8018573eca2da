"""A site reports: its figure becomes a claim of the record, its event was held, its words wait for a look."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from manyplaces.core.actor import Actor
from manyplaces.core.models import one
from manyplaces.events.models import Event
from manyplaces.events.operations import mark_held, mark_missed
from manyplaces.events.rules import Phase
from manyplaces.events.rules.steps import REVIEWERS
from manyplaces.journal.operations import clean_texts, record
from manyplaces.people.rules import may
from manyplaces.record.models import Claim
from manyplaces.record.operations import state_claim
from manyplaces.record.rules import ClaimPhase, Metric
from manyplaces.reports.models import Report
from manyplaces.reports.rules import CLAIMANT, MOST_PEOPLE, Review, figures_said, require_report

# What makes two sendings of one form the same report.
SAID = ("event_id", "people_words", "adults", "pupils", "how", "counted_by", "happened", "covered", "took_place")


@transaction.atomic
def take_report(report: Report, *, by: Actor) -> Report:
    """Keep what a site says of how it went; the same form sent twice is one report.

    Its event was held from now on, or did not take place if it says so. Raises PermissionDenied for who neither holds
    the private link nor coordinates there, NotNow before the day and of what was cancelled, ValidationError by field,
    also where another report came by the same form.
    """
    event = Event.every.select_for_update(of=("self",)).select_related("action", "city").get(pk=report.event_id)
    known = one(Report.objects.filter(uid=report.uid))
    is_said = not report.took_place and event.phase == Phase.CANCELLED
    require_report(event, None if known or is_said else timezone.now(), by)
    clean_texts(report)
    report.event, report.claim, report.entered_by = event, None, "" if by.holds else by.name
    if known is not None:
        return _same(known, report)
    _settle_count(report)
    report.review = Review.WAITING if report.has_words else Review.SHOWN
    report.full_clean(exclude=("event", "claim", "uid"), validate_unique=False)
    if report.people_words:
        report.claim = _claim(report, by)
    report.save(force_insert=True)
    record(by, "report.added", report)
    if not report.took_place:
        mark_missed(event, by=by)
    elif event.phase != Phase.HELD:
        mark_held([event], by=by)
    return report


@transaction.atomic
def decide_words(report: Report, *, shown: bool, by: Actor) -> Report:
    """Show what a report says in words on the pages, or keep it back; its figure counts either way."""
    stored = (
        Report.objects.select_for_update(of=("self",)).select_related("event__action", "event__city").get(pk=report.pk)
    )
    area = stored.event.area
    if not may(by, *REVIEWERS, action=area.action, state=area.state, city=area.city):
        raise PermissionDenied(_("You do not have the right to do this. Ask a national coordinator for it."))
    review = Review.SHOWN if shown else Review.KEPT_BACK
    if stored.review == review:
        return stored
    before = {"review": str(stored.review)}
    stored.review, stored.decided_by = review, by.name
    stored.full_clean(exclude=("event", "claim"), validate_unique=False)
    stored.save(update_fields=["review", "decided_by"])
    record(by, "report.decided", stored, before=before)
    return stored


def _same(known: Report, report: Report) -> Report:
    """Return the report that came by this form already; raises ValidationError where that said something else."""
    _settle_count(report)
    if any(getattr(known, name) != getattr(report, name) for name in SAID):
        raise ValidationError(
            _("This form was sent already, with something else in it. Open the page again to add to it.")
        )
    return known


def _settle_count(report: Report) -> None:
    """Let adults and pupils who were counted apart stand for the whole where no other number was said."""
    if not report.took_place:
        # Nobody counts who came to what was not; a number in the form is what was expected.
        report.people_words, report.how, report.adults, report.pupils = "", "", None, None
        if not report.happened:
            raise ValidationError({"happened": _("Say in a few words why it did not take place.")})
        return
    apart = [number for number in (report.adults, report.pupils) if number is not None]
    if apart and not report.people_words:
        report.people_words = str(sum(apart))
    found = figures_said(report.people_words)
    if max(found.low or 0, found.high or 0) > MOST_PEOPLE:
        raise ValidationError(
            {"people_words": _("That is more people than one place holds. Look at the number again.")}
        )
    if not (report.people_words or report.happened or report.covered):
        raise ValidationError({"people_words": _("Say how many came, if only roughly: “about 60”, “hundreds”.")})


def _claim(report: Report, by: Actor) -> Claim:
    found = figures_said(report.people_words)
    claim = Claim(
        action=report.event.action,
        city=report.event.city,
        event=report.event,
        phase=ClaimPhase.HELD,
        metric=Metric.PEOPLE,
        metric_words="people",
        value_words=report.people_words,
        low=found.low,
        high=found.high,
        basis=found.basis,
        claimant=CLAIMANT,
        # What came on paper was stated when it was written; nothing is stated after now.
        said_at=min(report.written_at, timezone.now()),
    )
    return state_claim(claim, by=by).row
